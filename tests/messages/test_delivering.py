"""One at a time works on a message, tries again later and later, and gives up some day."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.messages.conftest import later
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.database import transaction
from toolshare.messages import choosing, delivering
from toolshare.messages.choosing import SUBJECTS
from toolshare.messages.delivering import Claim, Due, NotNow
from toolshare.outbox.models import Message, MessageEnd, Topic
from toolshare.outbox.telling import tell


@pytest.fixture
def told(world: World) -> Message:
    """Ana is told of a link."""
    with transaction() as session:
        tell(session, Topic.SIGN_IN_LINK, world.ana, path="/links/secret", now=MONDAY_NOON)
    return world.session.query(Message).one()


def claim(world: World, now: datetime = MONDAY_NOON) -> Claim:
    found = delivering.claim(world.session, now=now)
    assert found is not None
    world.session.flush()
    return found


@on_any_database
def test_what_one_works_on_no_other_gets(world: World, told: Message) -> None:
    assert delivering.is_any_waiting(world.session, now=MONDAY_NOON)
    claim(world)
    assert not delivering.is_any_waiting(world.session, now=MONDAY_NOON)
    assert delivering.claim(world.session, now=later(minutes=4)) is None


def test_nothing_is_sent_before_its_time(world: World) -> None:
    tell(world.session, Topic.WELCOME, world.ana, now=MONDAY_NOON, send_at=later(hours=1))
    assert delivering.claim(world.session, now=MONDAY_NOON) is None
    assert delivering.claim(world.session, now=later(hours=1)) is not None


@pytest.mark.parametrize(
    "now", [later(minutes=5), later(days=-1)], ids=["ran out", "clock set back"]
)
def test_a_claim_that_ran_out_is_anybodys(world: World, told: Message, now: datetime) -> None:
    first = claim(world)
    told.send_at = later(days=-2)
    second = claim(world, now)
    delivering.sent(world.session, first, now=now)
    assert told.ended is None
    delivering.sent(world.session, second, now=now)
    assert told.ended is MessageEnd.SENT


def test_what_has_ended_holds_no_secret(world: World, told: Message) -> None:
    delivering.sent(world.session, claim(world), now=MONDAY_NOON)
    assert (told.facts, told.ended_at, told.claimed_until) == ({}, MONDAY_NOON, None)


def test_a_fault_is_waited_out_twice_as_long_each_time() -> None:
    waits = [delivering.wait_after(attempts, 0.5) for attempts in (1, 2, 3, 9, 10, 99)]
    minutes = [wait / timedelta(minutes=1) for wait in waits]
    assert minutes == [1, 2, 4, 256, 360, 360]
    assert delivering.wait_after(1, 0) < delivering.wait_after(1, 1) < delivering.wait_after(2, 0)


def test_after_four_days_of_trying_it_is_given_up(world: World, told: Message) -> None:
    now, tries = MONDAY_NOON, 0
    while told.ended is None:
        delivering.try_again(world.session, claim(world, now), "450 busy", now=now, chance=0.5)
        now, tries = max(now, told.send_at), tries + 1
    assert (told.ended, told.last_fault, tries) == (MessageEnd.GIVEN_UP, "450 busy", 24)
    assert timedelta(days=3.5) < now - MONDAY_NOON < timedelta(days=5)


def test_who_lost_the_claim_changes_nothing(world: World, told: Message) -> None:
    lost = Claim(told.id, later(minutes=1))
    delivering.try_again(world.session, lost, "450 busy", now=MONDAY_NOON, chance=0.5)
    delivering.put_off(world.session, lost, later(days=1))
    assert (told.send_at, told.last_fault) == (MONDAY_NOON, "")


def test_what_nobody_sent_for_a_week_is_of_no_use(world: World, told: Message) -> None:
    delivering.end_what_is_too_old(world.session, now=later(days=6))
    world.session.refresh(told)
    assert told.ended is None
    delivering.end_what_is_too_old(world.session, now=later(days=7))
    world.session.refresh(told)
    assert (told.ended, told.facts) == (MessageEnd.GIVEN_UP, {})


def looked_at(world: World, topic: Topic, now: datetime) -> Due | NotNow | None:
    tell(world.session, topic, world.cora, group=world.borgo, now=now)
    return delivering.look_at(world.session, claim(world, now), now=now)


def test_nobody_is_woken_for_what_can_wait(world: World) -> None:
    midnight = later(hours=10, minutes=30)  # 00:30 in Rome
    assert looked_at(world, Topic.WELCOME, midnight) == NotNow(later(hours=18))  # 8:00 there
    assert isinstance(looked_at(world, Topic.WELCOME, later(hours=18)), Due)


def test_a_link_that_somebody_waits_for_comes_at_any_hour(world: World) -> None:
    assert isinstance(looked_at(world, Topic.SIGN_IN_LINK, later(hours=11)), Due)


def test_what_concerns_no_group_is_told_by_the_clock_of_ones_own(world: World) -> None:
    tell(world.session, Topic.WELCOME, world.cora, now=MONDAY_NOON, group=world.borgo)
    tell(world.session, Topic.INVITATION, world.cora, now=MONDAY_NOON, by="Sam")
    first, second = (claim(world, later(hours=8)) for _ in range(2))
    waits = [delivering.look_at(world.session, one, now=later(hours=8)) for one in (first, second)]
    assert waits == [NotNow(later(hours=18))] * 2


def test_who_belongs_to_nothing_lives_by_the_clock_of_the_world(world: World) -> None:
    tell(world.session, Topic.INVITATION, world.zoe, now=MONDAY_NOON, by="Sam")
    found = delivering.look_at(world.session, claim(world, later(hours=9)), now=later(hours=9))
    assert found == NotNow(later(hours=20))


def there(day: int, hour: int, minute: int = 0) -> datetime:
    """What the clocks show in Rome."""
    return datetime(2026, 6, day, hour, minute, tzinfo=ZoneInfo("Europe/Rome"))


@pytest.mark.parametrize(
    ("quiet_from", "quiet_until", "shows", "ends"),
    [
        (time(21), time(8), there(1, 20, 59), None),
        (time(21), time(8), there(1, 21), there(2, 8)),
        (time(21), time(8), there(2, 7, 59), there(2, 8)),
        (time(21), time(8), there(2, 8), None),
        (time(12), time(14), there(1, 13), there(1, 14)),
        (time(12), time(14), there(1, 14), None),
        (time(8), time(8), there(1, 8), None),
    ],
)
def test_quiet_hours_are_a_persons_own(
    world: World, quiet_from: time, quiet_until: time, shows: datetime, ends: datetime | None
) -> None:
    hours = {"quiet_from": quiet_from, "quiet_until": quiet_until}
    choosing.choose(world.session, world.ana, offered=(), wanted=(), days_before=1, **hours)
    world.session.flush()
    assert choosing.end_of_quiet(choosing.choices_of(world.session, world.ana), shows) == ends


def test_what_one_switched_off_one_is_not_told(world: World) -> None:
    digest = choosing.subject_named("digest")
    world.make_loan(world.make_item(), world.ana)
    assert isinstance(looked_at(world, Topic.DIGEST, MONDAY_NOON), Due)
    choosing.switch_off(world.session, world.cora, digest)
    assert looked_at(world, Topic.DIGEST, MONDAY_NOON) is None


def test_what_one_was_not_offered_stays_as_one_chose_it(world: World) -> None:
    usual = {"quiet_from": time(21), "quiet_until": time(8), "days_before": 3}
    choosing.switch_off(world.session, world.ana, choosing.subject_named("digest"))
    world.session.flush()
    wanted = ["turns", "no such thing"]
    choosing.choose(world.session, world.ana, offered=SUBJECTS[:3], wanted=wanted, **usual)
    world.session.flush()
    chosen = choosing.choices_of(world.session, world.ana)
    assert (chosen.unwanted, chosen.days_before) == (["digest", "due_soon", "due_today"], 3)


def test_what_is_needed_can_not_be_switched_off() -> None:
    off = {topic for topic in Topic if choosing.subject_of(topic) is not None}
    assert off.isdisjoint({Topic.SIGN_IN_LINK, Topic.PASSWORD_LINK, Topic.LATE, Topic.CALLED_BACK})
    assert {Topic.DUE_SOON, Topic.DIGEST, Topic.DISPLACED} <= off
