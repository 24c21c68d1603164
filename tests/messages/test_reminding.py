"""What the calendar brings is told once, together, and only the newest of it."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from tests.conftest import Run
from tests.mail_server import Postbox
from tests.messages.conftest import Round, later, text_of, what_became
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.database import transaction
from toolshare.messages import choosing, reminding
from toolshare.messages.stages import late_stage
from toolshare.outbox import telling
from toolshare.outbox.models import Message, MessageEnd, Topic
from toolshare.people.models import Person, Role
from toolshare.privacy import retention

WEEK = timedelta(days=7)
A_DAY = timedelta(days=1)


def remind(world: World, now: datetime) -> list[tuple[str, int | None]]:
    """Looks at the calendar; what is new since: topic, and to whom."""
    last = world.session.scalar(select(func.max(Message.id))) or 0
    for piece in list(reminding.pieces(world.session, now=now)):
        piece(world.session)
    found = select(Message).where(Message.id > last, Message.topic != Topic.DIGEST)
    return [(one.topic, one.person_id) for one in world.session.scalars(found)]


def lend(world: World, person: Person, **differences: object) -> None:
    """Something that was borrowed an hour ago, and is due in a week, at 14:00 in Rome."""
    world.make_loan(world.make_item(), person, **differences)


@pytest.mark.parametrize(
    ("days_late", "stage"),
    [(0, None), (1, 1), (2, 1), (3, 3), (6, 3), (7, 7), (13, 7), (14, 14), (100, 98), (-1, None)],
)
def test_lateness_is_told_on_days_1_3_7_and_then_weekly(days_late: int, stage: int | None) -> None:
    due = date(2026, 6, 8)
    assert late_stage(due, due + timedelta(days=days_late)) == stage


@on_any_database
def test_a_loan_is_told_of_the_day_before_and_on_the_day_and_when_late(world: World) -> None:
    lend(world, world.ana)
    told = {day: [topic for topic, _ in remind(world, later(days=day))] for day in range(22)}
    assert {day: topics for day, topics in told.items() if topics} == {
        6: ["due_soon"],
        7: ["due_today"],
        **{day: ["late"] for day in (8, 10, 14, 21)},
    }


def test_what_was_told_is_not_told_again(world: World) -> None:
    lend(world, world.ana)
    assert remind(world, later(days=6)) == [("due_soon", world.ana.id)]
    assert remind(world, later(days=6, hours=1)) == []


def test_who_slept_for_weeks_is_told_the_newest_alone(world: World) -> None:
    lend(world, world.ana)
    assert remind(world, later(days=40)) == [("late", world.ana.id)]
    assert world.session.scalars(select(Message.facts).order_by(Message.id.desc())).first() == {
        "day": "2026-06-08",
        "stage": 28,
    }


def test_what_is_due_together_is_told_together(world: World) -> None:
    for _ in range(3):
        lend(world, world.ana)
    lend(world, world.sam)
    lend(world, world.ana, due_at=later(days=8))
    assert remind(world, later(days=6)) == [
        ("due_soon", world.ana.id),
        ("due_soon", world.sam.id),
    ]


def test_nobody_is_reminded_on_the_day_on_which_they_borrow(world: World) -> None:
    lend(world, world.ana, due_at=later(hours=3))
    lend(world, world.ana, due_at=later(days=1))
    assert remind(world, MONDAY_NOON) == []


def test_one_chooses_how_many_days_before(world: World) -> None:
    usual = {"quiet_from": time(21), "quiet_until": time(8)}
    choosing.choose(world.session, world.ana, offered=(), wanted=(), days_before=3, **usual)
    lend(world, world.ana)
    assert remind(world, later(days=3)) == []
    assert remind(world, later(days=4)) == [("due_soon", world.ana.id)]
    assert remind(world, later(days=6)) == []


def test_what_came_back_is_told_of_no_more(world: World) -> None:
    lend(world, world.ana, returned_at=MONDAY_NOON)
    lend(world, world.ana, dropped_at=MONDAY_NOON)
    lend(world, world.ana, lost_at=MONDAY_NOON)
    assert remind(world, later(days=7)) == []


def test_what_nobody_sent_for_a_week_ends(world: World) -> None:
    lend(world, world.ana)
    remind(world, later(days=6))
    message = world.session.query(Message).one()
    remind(world, later(days=13))
    world.session.refresh(message)
    assert (message.ended, message.ended_at) == (MessageEnd.GIVEN_UP, later(days=13))


@pytest.mark.parametrize(("agreed", "known_for"), [(1, 14), (30, 30), (3650, 90), (None, 90)])
def test_that_something_was_told_is_known_as_long_as_names_but_not_too_long_or_short(
    world: World, agreed: int | None, known_for: int
) -> None:
    retention.keep_for(world.session, world.borgo, agreed, by=world.cora, now=MONDAY_NOON)
    telling.tell(world.session, Topic.WELCOME, world.ana, now=MONDAY_NOON, group=world.borgo)
    ended = {"ended": MessageEnd.SENT, "ended_at": MONDAY_NOON}
    world.session.execute(update(Message).values(ended))
    for days, number in ((known_for - 1, 1), (known_for, 0)):
        retention.sweep(world.session, now=later(days=days))
        assert world.session.scalar(select(func.count(Message.id))) == number


def test_a_group_that_forgets_after_a_day_tells_nothing_twice(world: World) -> None:
    retention.keep_for(world.session, world.borgo, 1, by=world.cora, now=MONDAY_NOON)
    lend(world, world.ana)
    told = []
    for day in range(22):
        told += remind(world, later(days=day))
        ended = {"ended": MessageEnd.SENT, "ended_at": later(days=day)}
        world.session.execute(update(Message).where(Message.ended_at.is_(None)).values(ended))
        retention.sweep(world.session, now=later(days=day, hours=1))
    assert [topic for topic, _ in told] == ["due_soon", "due_today", *["late"] * 4]


def digests(world: World) -> int:
    counted = select(func.count(Message.id)).where(Message.topic == Topic.DIGEST)
    return world.session.scalar(counted) or 0


def test_the_week_is_told_on_mondays_to_those_who_lead(world: World) -> None:
    world.make_person("Tom", world.borgo, Role.COORDINATOR, until=date(2026, 5, 1))
    monday = MONDAY_NOON + WEEK
    told = []
    for day in range(7, 15):
        remind(world, later(days=day))
        told.append(digests(world))
    assert told == [2, 2, 2, 2, 2, 2, 2, 4]  # Cora's of Borgo, Vera's of Castello
    assert world.session.query(Message).filter(Message.created_at == monday).count() == 2


def test_who_was_switched_off_on_monday_tells_it_on_tuesday_and_then_no_more(world: World) -> None:
    remind(world, later(days=2))
    assert digests(world) == 0
    remind(world, later(days=8))
    assert digests(world) == 2


def test_nobody_gets_the_week_before_it_has_begun_on_their_clock(world: World) -> None:
    remind(world, MONDAY_NOON.replace(hour=4))  # 6:00 in Rome
    assert digests(world) == 0


def test_the_reminder_says_what_and_until_when(
    world: World, box: Postbox, deliver: Round, run: Run, at: Callable[[datetime], None]
) -> None:
    with transaction():
        drill = world.make_item(world.make_kind(name="Hand drill"))
        pegs = world.make_item(world.make_kind(name="Clothes pegs", counting="bulk"), quantity=48)
        world.make_loan(drill, world.ana)
        world.make_loan(pegs, world.ana, counted=False, quantity=12)
    at(later(days=6))
    assert run("sweep") == (0, "")
    deliver()
    (mail,) = box.mails
    assert mail["Subject"] == "Due soon: 13 things"
    assert text_of(mail).split("\n\n--")[0] == (
        "Hello Ana,\n\n"
        "Please bring back by Mon 8 Jun 2026:\n\n"
        f"- Hand drill ({drill.code[:4]} {drill.code[4:]})\n"
        f"- 12 × Clothes pegs ({pegs.code[:4]} {pegs.code[4:]})\n\n"
        "If you need it longer, renew it.\n\n"
        "My loans: https://tools.example.org/loans\n\n"
        "Borgo"
    )
    (calendar,) = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    assert str(calendar.get_content()).count("BEGIN:VEVENT") == 2  # type: ignore[attr-defined]


def test_what_came_back_meanwhile_is_not_sent(
    world: World, box: Postbox, deliver: Round, run: Run, at: Callable[[datetime], None]
) -> None:
    with transaction():
        loan = world.make_loan(world.make_item(), world.ana)
    at(later(days=6))
    run("sweep")
    with transaction() as session:
        session.merge(loan).returned_at = later(days=6)
    deliver()
    assert box.mails == []
    assert what_became(world) == [("due_soon", "dropped", 1)]


def test_of_two_reminders_that_waited_the_newer_is_sent(
    world: World, box: Postbox, deliver: Round, run: Run, at: Callable[[datetime], None]
) -> None:
    with transaction():
        world.make_loan(world.make_item(), world.ana)
    for day in (6, 7, 8, 10):
        at(later(days=day))
        run("sweep")
    deliver()
    assert box.subjects == ["The week in Borgo", "Please bring back: Hand drill"]
    ends = [end for topic, end, _ in what_became(world) if topic != Topic.DIGEST]
    assert ends == ["dropped", "dropped", "dropped", "sent"]


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    length=st.integers(0, 40),
    before=st.integers(1, 7),
    looks=st.lists(st.integers(0, 120), min_size=1, max_size=40),
)
def test_however_often_somebody_looks_it_is_told_once_and_in_order(
    length: int, before: int, looks: list[int]
) -> None:
    borrowed = date(2026, 6, 1)
    due = borrowed + timedelta(days=length)
    told: list[tuple[str, int]] = []
    for day in sorted(looks):
        found = reminding.what_to_tell(
            borrowed, due, borrowed + timedelta(days=day), days_before=before
        )
        if found is None:
            assert day == 0 or day < length - before
        elif (key := (str(found[0]), found[1].get("stage", 0))) not in told:
            told.append(key)
            assert {"due_soon": day < length, "due_today": day == length}.get(key[0], day > length)
    assert [stage for _, stage in told] == sorted(stage for _, stage in told)
    assert len(told) <= 2 + sum(
        1 for one in (1, 3, *range(7, 121, 7)) if one <= max(looks) - length
    )
