"""What a person needs for a thing: certificates, an age, agreements."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.counting import statements
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation import asking, borrowing, spans
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking, weigh
from toolshare.journal.models import Entry, Event
from toolshare.people.birthdays import (
    BirthdayKnown,
    NoBirthday,
    NoMember,
    age_on,
    correct,
    tell_own,
)
from toolshare.people.models import Person, Role
from toolshare.people.opening import read_opening_times
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Reason, Refusal
from toolshare.rules import agreements, certificates, fitness
from toolshare.rules.fitness import (
    AgeUnknown,
    AgreementNotAccepted,
    AgreementUnpublished,
    CertificateMissing,
    TooYoung,
)
from toolshare.rules.models import Acceptance, Agreement, Certificate
from toolshare.rules.resolving import rules_for

COURSE = "Chainsaw course"
TODAY = date(2026, 6, 1)
LATER = MONDAY_NOON + timedelta(days=40)


def lacks(world: World, person: Person, *, now: datetime = MONDAY_NOON) -> list[Reason]:
    """What the person lacks for the things of Borgo."""
    rules = rules_for(world.session, group_id=world.borgo.id)
    return fitness.reasons_against(world.session, person, rules, group=world.borgo, now=now)


def refused(act: Any, *args: Any, **told: Any) -> Reason:
    with pytest.raises(Refusal) as refusal:
        act(*args, **told)
    (reason,) = refusal.value.reasons
    return reason


def told(session: Session, what: Event) -> list[dict[str, Any]]:
    session.flush()
    return [one.details for one in session.scalars(select(Entry).where(Entry.what == what))]


# Certificates


def grant(world: World, **differences: Any) -> Certificate:
    """Sam certifies that Ana took the chainsaw course."""
    known = {"person": world.ana, "name": COURSE, "group": world.borgo, "by": world.sam}
    return certificates.grant(world.session, **{**known, "now": MONDAY_NOON, **differences})


@pytest.fixture
def course_needed(world: World) -> None:
    world.make_rule("certificates", (COURSE,))


@on_any_database
def test_who_has_the_certificate_is_fit(world: World, course_needed: None) -> None:
    missing = CertificateMissing(name="Ana", certificate=COURSE, group="Borgo")
    assert lacks(world, world.ana) == [missing]
    certificate = grant(world)
    assert lacks(world, world.ana) == []
    assert [one.name for one in lacks(world, world.pau) if isinstance(one, CertificateMissing)]
    for _ in range(2):
        certificates.revoke(world.session, certificate, world.borgo, by=world.sam, now=MONDAY_NOON)
    assert lacks(world, world.ana) == [missing]
    assert told(world.session, Event.CERTIFICATE_GRANTED) == [{"name": COURSE, "until": None}]
    assert told(world.session, Event.CERTIFICATE_REVOKED) == [{"name": COURSE}]


def test_a_certificate_holds_until_its_last_day(world: World, course_needed: None) -> None:
    grant(world, until=TODAY)
    assert lacks(world, world.ana) == []
    assert lacks(world, world.ana, now=MONDAY_NOON + timedelta(days=1)) != []


@on_any_database
def test_a_new_certificate_takes_the_place_of_the_old(world: World, course_needed: None) -> None:
    grant(world, until=TODAY)
    grant(world, name="First aid")
    grant(world, until=date(2027, 6, 1))
    assert lacks(world, world.ana, now=LATER) == []
    course, first_aid = certificates.certificates_of(world.session, world.ana, world.borgo)
    assert (course.until, first_aid.until) == (date(2027, 6, 1), None)


def test_a_certificate_counts_below_the_group_that_gave_it_and_not_above(
    world: World, course_needed: None
) -> None:
    sandro = world.make_person("Sandro", world.valle)
    world.make_membership(world.vera, world.valle, role=Role.STEWARD)
    grant(world, group=world.valle, by=world.vera)
    assert lacks(world, world.ana) == []
    grant(world, person=world.pau)
    rules = rules_for(world.session, group_id=world.borgo.id)
    for_valle = fitness.reasons_against(
        world.session, world.pau, rules, group=world.valle, now=MONDAY_NOON
    )
    assert for_valle == [CertificateMissing(name="Pau", certificate=COURSE, group="Valle")]
    assert isinstance(refused(grant, world, person=sandro), NoMember)


def test_only_stewards_certify_and_only_for_days_to_come(world: World) -> None:
    assert isinstance(refused(grant, world, by=world.ana), RoleNeeded)
    assert isinstance(refused(grant, world, person=world.zoe), NoMember)
    yesterday = TODAY - timedelta(days=1)
    assert isinstance(refused(grant, world, until=yesterday), certificates.OverAlready)
    certificate = grant(world)
    revoke = certificates.revoke
    reason = refused(revoke, world.session, certificate, world.borgo, by=world.ana, now=MONDAY_NOON)
    assert isinstance(reason, RoleNeeded)


# Age


@pytest.mark.parametrize(
    ("born_on", "age"),
    [(date(2008, 6, 1), 18), (date(2008, 6, 2), 17), (date(2008, 2, 29), 18), (TODAY, 0)],
)
def test_an_age_is_a_number_of_birthdays(born_on: date, age: int) -> None:
    assert age_on(TODAY, born_on) == age


def test_who_is_too_young_or_of_unknown_age_is_not_fit(world: World) -> None:
    world.make_rule("least_age", 18)
    assert lacks(world, world.ana) == [AgeUnknown(name="Ana", least_age=18)]
    tell_own(world.session, world.ana, date(2008, 6, 2), now=MONDAY_NOON)
    assert lacks(world, world.ana) == [TooYoung(name="Ana", least_age=18)]
    assert lacks(world, world.ana, now=MONDAY_NOON + timedelta(days=1)) == []


def test_one_tells_once_when_one_was_born_and_a_steward_corrects_it(world: World) -> None:
    told_on = {"by": world.sam, "now": MONDAY_NOON}
    for _ in range(2):
        tell_own(world.session, world.ana, date(2010, 1, 1), now=MONDAY_NOON)
    reason = refused(tell_own, world.session, world.ana, date(1990, 1, 1), now=MONDAY_NOON)
    assert isinstance(reason, BirthdayKnown)
    correct(world.session, world.ana, date(2009, 1, 1), world.borgo, **told_on)
    assert world.ana.born_on == date(2009, 1, 1)
    assert told(world.session, Event.BORN_ON_SET) == [{}, {}]  # the journal keeps no birthdays
    not_ours = refused(correct, world.session, world.zoe, None, world.borgo, **told_on)
    assert isinstance(not_ours, NoMember)
    correct(world.session, world.ana, date(2009, 1, 1), world.borgo, **told_on)
    assert len(told(world.session, Event.BORN_ON_SET)) == 2
    by_ana = told_on | {"by": world.ana}
    reason = refused(correct, world.session, world.pau, None, world.borgo, **by_ana)
    assert isinstance(reason, RoleNeeded)


@pytest.mark.parametrize("day", [date(2026, 6, 2), date(1890, 1, 1)])
def test_a_birthday_is_one_of_somebody_alive(world: World, day: date) -> None:
    assert refused(tell_own, world.session, world.ana, day, now=MONDAY_NOON) == NoBirthday()


# Agreements


def publish(world: World, name: str = "Waiver", **differences: Any) -> Agreement:
    known = {"group": world.borgo, "by": world.cora, "now": MONDAY_NOON, "text": "Be careful."}
    return agreements.publish(world.session, name=name, **{**known, **differences})


def accept(world: World, agreement: Agreement, **differences: Any) -> Acceptance:
    known = {"by": world.ana, "now": MONDAY_NOON, "signed_as": "Ana"}
    return agreements.accept(world.session, agreement, **{**known, **differences})


@on_any_database
def test_each_version_has_to_be_accepted(world: World) -> None:
    world.make_rule("agreements", ("Waiver",))
    unpublished = AgreementUnpublished(agreement="Waiver", group="Borgo")
    assert lacks(world, world.ana) == [unpublished]
    for version in (1, 2):
        agreement = publish(world)
        assert agreement.version == version
        assert lacks(world, world.ana) == [
            AgreementNotAccepted(name="Ana", agreement="Waiver", agreement_id=agreement.id)
        ]
        first, again = accept(world, agreement), accept(world, agreement)
        assert (first.id, first.signed_as, first.accepted_at) == (again.id, "Ana", MONDAY_NOON)
        assert lacks(world, world.ana) == []
    versions = [{"name": "Waiver", "version": 1}, {"name": "Waiver", "version": 2}]
    assert told(world.session, Event.AGREEMENT_PUBLISHED) == versions
    assert told(world.session, Event.AGREEMENT_ACCEPTED) == versions


def test_an_old_version_is_not_accepted_any_more(world: World) -> None:
    old = publish(world)
    publish(world)
    assert refused(accept, world, old) == agreements.AgreementReplaced(name="Waiver")


def test_what_is_accepted_is_signed(world: World) -> None:
    assert refused(accept, world, publish(world), signed_as="") == agreements.NotSigned()


def test_who_cannot_borrow_sees_no_agreement(world: World) -> None:
    agreement = publish(world)
    assert refused(accept, world, agreement, by=world.zoe) == agreements.NoSuchAgreement()
    assert refused(accept, world, agreement, by=world.vera) == agreements.NoSuchAgreement()
    read: dict[str, Any] = {"now": MONDAY_NOON}
    nowhere = refused(agreements.agreement_for, world.session, 99, world.ana, **read)
    assert nowhere == agreements.NoSuchAgreement()


def test_only_coordinators_publish(world: World) -> None:
    assert isinstance(refused(publish, world, by=world.sam), RoleNeeded)


@on_any_database
def test_a_village_goes_by_the_federations_text_until_it_has_its_own(world: World) -> None:
    world.make_rule("agreements", ("Waiver",), group_id=world.valle.id)
    world.make_membership(world.vera, world.valle, role=Role.COORDINATOR)
    of_valle = publish(world, group=world.valle, by=world.vera)
    assert accept(world, of_valle).agreement_id == of_valle.id
    assert lacks(world, world.ana) == []
    own = publish(world)
    assert [one.agreement_id for one in lacks(world, world.ana)] == [own.id]  # type: ignore[attr-defined]
    found = agreements.in_force(world.session, world.borgo.id)
    assert {name: one.group.name for name, one in found.items()} == {"Waiver": "Borgo"}


# All together


def test_what_one_lacks_is_heard_when_borrowing(world: World) -> None:
    saw = world.make_item(world.make_kind(name="Chainsaw"))
    world.make_rule("certificates", (COURSE,), kind_id=saw.kind_id)
    world.make_rule("least_age", 18, kind_id=saw.kind_id)
    asked: dict[str, Any] = {"by": world.sam, "now": MONDAY_NOON, "borrower": world.ana}
    with pytest.raises(Refusal) as refusal:
        borrowing.borrow(world.session, saw, **asked)
    assert refusal.value.reasons == (
        CertificateMissing(name="Ana", certificate=COURSE, group="Borgo"),
        AgeUnknown(name="Ana", least_age=18),
    )
    grant(world)
    correct(world.session, world.ana, date(1990, 1, 1), world.borgo, by=world.sam, now=MONDAY_NOON)
    assert borrowing.borrow(world.session, saw, **asked).borrower_id == world.ana.id


def test_nor_is_a_thing_reserved_or_waited_for_by_who_may_not_have_it(
    world: World, course_needed: None
) -> None:
    saw = world.make_item(world.make_kind(name="Chainsaw"))
    world.make_loan(saw, world.pau)
    missing = CertificateMissing(name="Ana", certificate=COURSE, group="Borgo")
    asked: dict[str, Any] = {"person": world.ana, "by": world.ana, "now": MONDAY_NOON}
    _, reasons = asking.weigh(world.session, saw.kind, **asked)
    assert reasons == [missing]
    group = read_opening_times(world.session, world.borgo)
    june = spans.of_days(group, date(2026, 6, 10), date(2026, 6, 12))
    booking = Booking([Wanted(saw.kind)], june)
    assert weigh(world.session, group, booking, **asked).reasons == [missing]
    grant(world)
    assert weigh(world.session, group, booking, **asked).reasons == []
    assert asking.weigh(world.session, saw.kind, **asked)[1] == []


def test_who_needs_nothing_is_asked_nothing(world: World) -> None:
    rules = rules_for(world.session, group_id=world.borgo.id)
    with statements() as sent:
        assert not fitness.reasons_against(
            world.session, world.ana, rules, group=world.borgo, now=MONDAY_NOON
        )
    assert sent == []
