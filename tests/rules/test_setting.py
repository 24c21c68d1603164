"""Setting a group's rules, and taking them away."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.journal.models import Entry, Event
from toolshare.people.models import Person
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Reason, Refusal
from toolshare.rules.lengths import Length
from toolshare.rules.models import Rule
from toolshare.rules.resolving import rules_for
from toolshare.rules.setting import set_rule, unset_rule
from toolshare.rules.subjects import NoSuchThing
from toolshare.rules.values import NoSuchValue, OutOfRange, Regime


def reason_of(refused: pytest.ExceptionInfo[Refusal]) -> Reason:
    (reason,) = refused.value.reasons
    return reason


def told(session: Session) -> list[tuple[str, Any]]:
    session.flush()
    found = session.scalars(
        select(Entry).where(Entry.what.in_([Event.RULE_SET, Event.RULE_UNSET])).order_by(Entry.id)
    )
    return [(entry.what, entry.details) for entry in found]


@on_any_database
def test_a_coordinator_sets_changes_and_unsets_a_rule(
    world: World, session: Session, now: datetime
) -> None:
    def period() -> Length:
        return rules_for(session, group_id=world.borgo.id).loan_period

    set_rule(session, world.borgo, "loan_period", Length(days=3), by=world.cora, now=now)
    assert period() == Length(days=3)
    rule = set_rule(
        session,
        world.borgo,
        "loan_period",
        Length(hours=4),
        by=world.cora,
        now=now,
        why="it is harvest",
    )
    assert period() == Length(hours=4)
    assert (rule.set_by_id, rule.set_at, rule.why) == (world.cora.id, now, "it is harvest")
    for _ in range(2):
        unset_rule(session, world.borgo, "loan_period", by=world.cora, now=now)
    assert period() == Length(days=7)
    three, four = {"days": 3}, {"hours": 4}
    name = {"parameter": "loan_period"}
    assert told(session) == [
        ("rule_set", name | {"before": None, "after": three, "why": ""}),
        ("rule_set", name | {"before": three, "after": four, "why": "it is harvest"}),
        ("rule_unset", name | {"before": four, "after": None}),
    ]


@on_any_database
def test_a_rule_is_set_for_a_category_a_kind_or_an_item(
    world: World, session: Session, now: datetime
) -> None:
    saws = world.make_category("Saws")
    item = world.make_item(world.make_kind(categories=[saws]))
    abouts = ({"category_id": saws.id}, {"kind_id": item.kind_id}, {"item_id": item.id})
    for renewals, about in enumerate(abouts, start=2):
        set_rule(session, world.borgo, "renewals", renewals, by=world.cora, now=now, **about)
        found = rules_for(session, group_id=world.borgo.id, kind_id=item.kind_id, item_id=item.id)
        assert found.renewals == renewals
        assert about.items() <= told(session)[-1][1].items()


def test_the_same_again_is_no_event(world: World, session: Session, now: datetime) -> None:
    for _ in range(2):
        set_rule(session, world.borgo, "regime", Regime.TURNS, by=world.cora, now=now)
    assert len(told(session)) == 1


@pytest.mark.parametrize("who", ["ana", "sam", "vera", "zoe"])
def test_only_coordinators_of_the_group_set_its_rules(
    world: World, session: Session, now: datetime, who: str
) -> None:
    person: Person = getattr(world, who)
    world.make_rule("renewals", 5)
    with pytest.raises(Refusal) as refused:
        set_rule(session, world.borgo, "renewals", 2, by=person, now=now)
    assert isinstance(reason_of(refused), RoleNeeded)
    with pytest.raises(Refusal):
        unset_rule(session, world.borgo, "renewals", by=person, now=now)
    assert session.scalars(select(Rule.value)).all() == [5]


@pytest.mark.parametrize(
    ("parameter", "value", "reason"),
    [
        ("loan_period", Length(), OutOfRange),
        ("loan_period", Length(days=4000), OutOfRange),
        ("renewals", -1, OutOfRange),
        ("renewals", True, NoSuchValue),
        ("renewals", "two", NoSuchValue),
        ("least_age", 121, OutOfRange),
        ("self_checkout", 1, NoSuchValue),
        ("certificates", ("x" * 81,), NoSuchValue),
        ("certificates", tuple(map(str, range(21))), NoSuchValue),
        ("certificates", (7,), NoSuchValue),
        ("hunger", 3, NoSuchValue),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(
    world: World, session: Session, parameter: str, value: Any, reason: type[Reason]
) -> None:
    with pytest.raises(Refusal) as refused:
        set_rule(session, world.borgo, parameter, value, by=world.cora, now=MONDAY_NOON)
    assert isinstance(reason_of(refused), reason)


def test_a_coordinator_sets_no_rules_for_what_others_own(
    world: World, session: Session, now: datetime
) -> None:
    item = world.make_item(world.make_kind(group_id=world.castello.id))
    for about in ({"kind_id": item.kind_id}, {"item_id": item.id}, {"category_id": 999}):
        with pytest.raises(Refusal) as refused:
            set_rule(session, world.borgo, "renewals", 2, by=world.cora, now=now, **about)
        assert isinstance(reason_of(refused), NoSuchThing)


def test_names_are_tidied(world: World, session: Session, now: datetime) -> None:
    names = ("  First   aid ", "chainsaw course", "First aid", "")
    set_rule(session, world.borgo, "certificates", names, by=world.cora, now=now)
    found = rules_for(session, group_id=world.borgo.id)
    assert found.certificates == ("chainsaw course", "First aid")
