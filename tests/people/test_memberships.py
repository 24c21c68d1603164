"""Changing what people are in a group."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.world import World
from toolshare.journal.models import Entry, Event
from toolshare.people.memberships import (
    EndsBeforeItBegins,
    LastCoordinator,
    PausedWithoutWhy,
    Standing,
    change_membership,
    standing_of,
)
from toolshare.people.models import Membership, Person, Role
from toolshare.people.roles import membership_in, role_in
from toolshare.refusals import Refusal

TODAY = date(2026, 6, 1)
SINCE = date(2026, 1, 1)


def membership(session: Session, world: World, person: Person) -> Membership:
    found = membership_in(session, person, world.borgo)
    assert found is not None
    return found


def refused(session: Session, world: World, person: Person, to: Standing, now: datetime) -> object:
    with pytest.raises(Refusal) as refusal:
        change_membership(session, membership(session, world, person), to, by=world.cora, now=now)
    return refusal.value.reasons


def test_a_role_a_pause_and_an_end_hold_at_once(
    session: Session, world: World, now: datetime
) -> None:
    ana = membership(session, world, world.ana)
    steward = Standing(Role.STEWARD, SINCE)
    change_membership(session, ana, steward, by=world.cora, now=now)
    assert role_in(session, world.ana, world.borgo, today=TODAY) is Role.STEWARD
    paused = Standing(Role.STEWARD, SINCE, paused=True, why="on a journey")
    change_membership(session, ana, paused, by=world.cora, now=now)
    assert (ana.paused_at, ana.paused_why) == (now, "on a journey")
    yesterday = Standing(Role.STEWARD, SINCE, until=TODAY - timedelta(days=1))
    change_membership(session, ana, yesterday, by=world.cora, now=now)
    assert (ana.paused_at, ana.paused_why) == (None, "")
    assert role_in(session, world.ana, world.borgo, today=TODAY) is None


def test_the_journal_has_what_changed_and_not_why_somebody_is_paused(
    session: Session, world: World, now: datetime
) -> None:
    to = Standing(Role.STEWARD, SINCE, until=TODAY, paused=True, why="a quarrel")
    ana = membership(session, world, world.ana)
    change_membership(session, ana, to, by=world.cora, now=now)
    change_membership(session, ana, to, by=world.cora, now=now)
    entry = session.scalars(select(Entry).where(Entry.what == Event.MEMBERSHIP_CHANGED)).one()
    assert (entry.by_id, entry.group_id, entry.person_id) == (
        world.cora.id,
        world.borgo.id,
        world.ana.id,
    )
    assert entry.details == {"role": "steward", "until": "2026-06-01", "paused": True}
    assert standing_of(ana) == to


@pytest.mark.parametrize(
    "to",
    [
        Standing(Role.STEWARD, SINCE),
        Standing(Role.COORDINATOR, SINCE, until=TODAY + timedelta(days=30)),
        Standing(Role.COORDINATOR, TODAY + timedelta(days=1)),
    ],
)
def test_the_last_coordinator_stays(
    session: Session, world: World, now: datetime, to: Standing
) -> None:
    reasons = refused(session, world, world.cora, to, now)
    assert reasons == (LastCoordinator(name="Cora", group="Borgo"),)
    world.make_person("Gina", world.borgo, Role.COORDINATOR, until=TODAY)
    assert refused(session, world, world.cora, to, now) == reasons
    world.make_person("Dora", world.borgo, Role.COORDINATOR)
    cora = membership(session, world, world.cora)
    change_membership(session, cora, to, by=world.cora, now=now)
    assert standing_of(cora) == to


def test_the_last_coordinator_can_be_paused(session: Session, world: World, now: datetime) -> None:
    cora = membership(session, world, world.cora)
    to = Standing(Role.COORDINATOR, SINCE, paused=True, why="on a journey")
    change_membership(session, cora, to, by=world.cora, now=now)
    assert cora.paused_at == now


def test_a_membership_ends_after_it_begins_and_a_pause_has_a_reason(
    session: Session, world: World, now: datetime
) -> None:
    to = Standing(Role.MEMBER, SINCE, until=date(2025, 12, 31), paused=True)
    assert refused(session, world, world.ana, to, now) == (
        EndsBeforeItBegins(),
        PausedWithoutWhy(name="Ana"),
    )
