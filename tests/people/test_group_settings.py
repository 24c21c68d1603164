"""What coordinators choose for their group, and how they found a chapter."""

from datetime import date, datetime, time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.world import World
from toolshare.journal.models import Entry, Event
from toolshare.people.group_settings import (
    ClosedAlready,
    NotOpeningHours,
    SpansOverlap,
    UnknownTimeZone,
    change_group,
    close_on,
    in_words,
    open_again,
    set_opening_hours,
    spans_in,
)
from toolshare.people.joining import (
    AlreadyMember,
    NotAnEmail,
    SlugTaken,
    SlugUnfit,
    found_chapter,
    join,
)
from toolshare.people.models import Group, Role
from toolshare.people.opening import WITH_OPENING_TIMES
from toolshare.people.roles import role_in
from toolshare.refusals import Reason, Refusal

SATURDAY = date(2026, 6, 6)


def with_opening_times(session: Session, group: Group) -> Group:
    session.expire(group)
    return session.scalars(
        select(Group).where(Group.id == group.id).options(*WITH_OPENING_TIMES)
    ).one()


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("", []),
        ("  ", []),
        ("9:00–12:30", [(time(9), time(12, 30))]),
        ("15-18, 9.30 - 12", [(time(9, 30), time(12)), (time(15), time(18))]),
        ("20:00-24:00;", [(time(20), time(23, 59))]),
    ],
)
def test_opening_hours_are_read_as_people_write_them(
    typed: str, spans: list[tuple[time, time]]
) -> None:
    assert spans_in(typed) == spans


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("morning", NotOpeningHours(typed="morning")),
        ("9:00–25:00", NotOpeningHours(typed="9:00–25:00")),
        ("9-24:30", NotOpeningHours(typed="9-24:30")),
        ("12–9", NotOpeningHours(typed="12–9")),
        ("9–12, 11–13", SpansOverlap(typed="9–12, 11–13")),
    ],
)
def test_what_are_no_opening_hours(typed: str, reason: Reason) -> None:
    with pytest.raises(Refusal) as refused:
        spans_in(typed)
    assert refused.value.reasons == (reason,)


def test_new_opening_hours_take_the_place_of_the_old(
    session: Session, world: World, now: datetime
) -> None:
    saturday, wednesday = spans_in("9-12, 15-18"), spans_in("17-19")
    set_opening_hours(session, world.borgo, {2: wednesday}, by=world.cora, now=now)
    set_opening_hours(session, world.borgo, {5: saturday}, by=world.cora, now=now)
    borgo = with_opening_times(session, world.borgo)
    assert in_words(borgo.opening_hours, 5) == "9:00–12:00, 15:00–18:00"
    assert in_words(borgo.opening_hours, 2) == ""


def test_a_day_is_closed_once_and_opened_again(
    session: Session, world: World, now: datetime
) -> None:
    close_on(session, world.borgo, SATURDAY, "harvest", by=world.cora, now=now)
    with pytest.raises(Refusal) as refused:
        close_on(session, world.borgo, SATURDAY, "", by=world.cora, now=now)
    assert refused.value.reasons == (ClosedAlready(),)
    assert [
        (closed.day, closed.why) for closed in with_opening_times(session, world.borgo).closed_dates
    ] == [(SATURDAY, "harvest")]
    for _ in range(2):
        open_again(session, world.borgo, SATURDAY, by=world.cora, now=now)
    assert with_opening_times(session, world.borgo).closed_dates == []


def test_the_journal_has_what_is_different(session: Session, world: World, now: datetime) -> None:
    change_group(session, world.borgo, by=world.cora, now=now, name="Borgo Alto", contact="")
    change_group(session, world.borgo, by=world.cora, now=now, name="Borgo Alto")
    entry = session.scalars(select(Entry).where(Entry.what == Event.GROUP_CHANGED)).one()
    assert entry.details == {"name": "Borgo Alto"}


@pytest.mark.parametrize("zone", ["Europe/Borgo", "../../etc/passwd", ""])
def test_a_time_zone_that_nobody_knows_is_refused(
    session: Session, world: World, now: datetime, zone: str
) -> None:
    with pytest.raises(Refusal) as refused:
        change_group(session, world.borgo, by=world.cora, now=now, time_zone=zone, name="New")
    assert refused.value.reasons == (UnknownTimeZone(name=zone),)
    assert world.borgo.name == "Borgo"


def test_who_founds_a_chapter_coordinates_it(session: Session, world: World, now: datetime) -> None:
    chapter = found_chapter(
        session, world.borgo, "Borgo Alto", "borgo-alto", by=world.cora, now=now
    )
    assert (chapter.parent_id, chapter.time_zone) == (world.borgo.id, "Europe/Rome")
    assert role_in(session, world.cora, chapter, today=now.date()) is Role.COORDINATOR


@pytest.mark.parametrize(
    "slug", ["", "b", "Borgo", "borgo alto", "-borgo", "b/o", "b" * 61, "città"]
)
def test_a_short_name_fits_into_an_address(
    session: Session, world: World, now: datetime, slug: str
) -> None:
    with pytest.raises(Refusal) as refused:
        found_chapter(session, world.borgo, "New", slug, by=world.cora, now=now)
    assert refused.value.reasons == (SlugUnfit(slug=slug),)


def test_a_short_name_is_nobody_elses(session: Session, world: World, now: datetime) -> None:
    with pytest.raises(Refusal) as refused:
        found_chapter(session, world.borgo, "New", "castello", by=world.cora, now=now)
    assert refused.value.reasons == (SlugTaken(slug="castello"),)


def test_one_person_has_one_account_however_the_address_is_typed(
    session: Session, world: World, now: datetime
) -> None:
    joined = join(
        session,
        world.castello,
        name="Anna",
        email=" ANA@Example.org",
        by=world.vera,
        now=now,
    )
    assert (joined.person, joined.person.name) == (world.ana, "Ana")
    with pytest.raises(Refusal) as refused:
        join(session, world.borgo, name="Ana", email="ana@example.org", by=world.cora, now=now)
    assert refused.value.reasons == (AlreadyMember(name="Ana", group="Borgo"),)


@pytest.mark.parametrize("email", ["", "ana", "ana@", "@example.org", "Ana <ana@example.org>"])
def test_an_address_that_is_none_is_refused(
    session: Session, world: World, now: datetime, email: str
) -> None:
    with pytest.raises(Refusal) as refused:
        join(session, world.borgo, name="Ada", email=email, by=world.cora, now=now)
    assert refused.value.reasons == (NotAnEmail(email=email),)
