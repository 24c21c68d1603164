"""Who comes first, why, and who gets what came free: pure reckoning."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.world import MONDAY_NOON
from toolshare.circulation.turns import (
    Decision,
    Waiting,
    as_numbers,
    from_numbers,
    in_order,
    who_gets,
    why_next,
)
from toolshare.rules.values import Regime

DAY = timedelta(days=1)
A_SCYTHE, A_MOWER, ANOTHER_MOWER = 1, 2, 3


def waits(number: int, **differences: object) -> Waiting:
    """Somebody who asked so many days after Monday."""
    return replace(Waiting(number, number, MONDAY_NOON + number * DAY), **differences)


def order(waiting: list[Waiting], regime: Regime, year: int = 2026) -> list[int]:
    return [place.waiting.hold_id for place in in_order(waiting, regime, year=year)]


def test_in_order_of_asking_the_longest_wait_comes_first() -> None:
    line = [waits(3), waits(1, used=9), waits(2)]
    assert order(line, Regime.IN_ORDER) == [1, 2, 3]


def test_in_turns_who_has_had_least_of_it_comes_first() -> None:
    line = [waits(1, used=9), waits(2, used=2), waits(3, used=4)]
    assert order(line, Regime.TURNS) == [2, 3, 1]


def test_ties_go_to_the_longest_wait() -> None:
    line = [waits(3, used=2), waits(2, used=2), waits(1, used=2)]
    assert order(line, Regime.TURNS) == [1, 2, 3]


def test_nobody_goes_twice_while_another_waits() -> None:
    ana = waits(5, used=1, had_at=MONDAY_NOON + 4 * DAY)  # who asked again when she brought it back
    bob, eva = waits(2, used=9), waits(6, used=4)
    places = in_order([ana, bob, eva], Regime.TURNS, year=2026)
    assert [place.waiting.hold_id for place in places] == [6, 2, 5]
    assert [place.decided_by for place in places] == [Decision.USED, Decision.USED, Decision.HAD]
    assert order([ana, replace(bob, may_have=False), eva], Regime.TURNS) == [5, 6, 2]
    assert order([ana, replace(bob, wants=A_SCYTHE), eva], Regime.TURNS) == [5, 6, 2]


def test_equals_take_turns_over_the_years() -> None:
    line = [waits(number, asked_at=MONDAY_NOON) for number in (1, 2, 3)]
    firsts = [order(line, Regime.TURNS, year)[0] for year in range(2026, 2038)]
    assert set(firsts) == {1, 2, 3}
    assert order(line, Regime.IN_ORDER, 2026) == order(line, Regime.IN_ORDER, 2027) == [1, 2, 3]


def test_who_is_offered_one_moves_behind_those_who_were_before() -> None:
    # FOLIO: ready, waiting, waiting (chosen) are numbers 1, 3, 2 from then on.
    ready = waits(1, offered=A_SCYTHE, offered_at=MONDAY_NOON + 4 * DAY)
    chosen = waits(3, offered=A_MOWER, offered_at=MONDAY_NOON + 5 * DAY)
    places = in_order([ready, waits(2), chosen], Regime.IN_ORDER, year=2026)
    assert {place.waiting.hold_id: place.number for place in places} == {1: 1, 2: 3, 3: 2}


def test_who_stays_moves_up_when_somebody_leaves() -> None:
    # FOLIO: without the third of four the others are numbers 1, 2, 3.
    places = in_order([waits(1), waits(2), waits(4)], Regime.IN_ORDER, year=2026)
    assert [(place.waiting.hold_id, place.number) for place in places] == [(1, 1), (2, 2), (4, 3)]


def test_who_pauses_keeps_the_place_and_is_offered_nothing() -> None:
    line = [waits(1, may_have=False), waits(2)]
    assert order(line, Regime.IN_ORDER) == [1, 2]
    assert who_gets(line, {A_MOWER: MONDAY_NOON}) == {A_MOWER: line[1]}


@pytest.mark.parametrize(
    ("ana", "bob", "regime", "decision"),
    [
        ({"offered_at": MONDAY_NOON}, {}, Regime.TURNS, Decision.OFFERED),
        ({"used": 2}, {"used": 9}, Regime.TURNS, Decision.USED),
        ({"used": 9}, {"used": 2, "had_at": MONDAY_NOON + 2 * DAY}, Regime.TURNS, Decision.HAD),
        ({"used": 2}, {"used": 2}, Regime.TURNS, Decision.ASKED),
        ({"used": 2}, {"used": 9, "has_missed": True}, Regime.TURNS, Decision.USED),
        ({}, {"asked_at": MONDAY_NOON, "has_missed": True}, Regime.TURNS, Decision.MISSED),
        ({}, {"has_missed": True}, Regime.IN_ORDER, Decision.ASKED),
        ({"used": 9}, {"used": 2}, Regime.IN_ORDER, Decision.ASKED),
        ({"asked_at": MONDAY_NOON + 2 * DAY}, {}, Regime.IN_ORDER, Decision.ORDER),
    ],
)
def test_a_place_says_what_decided_it(
    ana: dict[str, object], bob: dict[str, object], regime: Regime, decision: Decision
) -> None:
    first, second = in_order([waits(1, **ana), waits(2, **bob)], regime, year=2021)
    assert first.waiting.hold_id == 1
    assert (first.decided_by, first.other) == (decision, second.waiting)
    assert (second.decided_by, second.other) == (decision, first.waiting)


def test_who_waits_alone_is_compared_with_nobody() -> None:
    (place,) = in_order([waits(1)], Regime.TURNS, year=2026)
    assert (place.decided_by, place.other) == (Decision.ALONE, None)


def test_the_first_who_can_have_it_is_compared_with_others_who_can() -> None:
    line = [waits(1, may_have=False), waits(2, offered=A_MOWER), waits(3), waits(4)]
    place = why_next(line, 3, Regime.IN_ORDER, year=2026)
    assert (place.number, place.other) == (1, line[3])


def test_that_somebody_comes_last_for_what_they_missed_is_kept_too() -> None:
    line = [waits(1, has_missed=True), waits(2)]
    _, last = in_order(line, Regime.TURNS, year=2026)
    again = from_numbers(as_numbers(last))
    assert (again.decided_by, again.waiting.has_missed) == (Decision.MISSED, True)
    assert again.other is not None
    assert not again.other.has_missed


def test_what_was_compared_is_kept_as_numbers() -> None:
    first, second = in_order([waits(1, used=2), waits(2, used=9)], Regime.TURNS, year=2026)
    again = from_numbers(as_numbers(first))
    assert (again.number, again.decided_by, again.waiting.used) == (1, Decision.USED, 2)
    assert again.waiting.asked_at == first.waiting.asked_at
    assert again.other is not None
    assert again.other.used == second.waiting.used
    alone = from_numbers(as_numbers(in_order([waits(1)], Regime.TURNS, year=2026)[0]))
    assert alone.other is None


def test_everybody_gets_one_while_there_are_enough() -> None:
    line = [waits(1), waits(2), waits(3)]
    gets = who_gets(line, dict.fromkeys((A_MOWER, ANOTHER_MOWER), MONDAY_NOON))
    assert gets == {A_MOWER: line[0], ANOTHER_MOWER: line[1]}


def test_who_takes_any_leaves_the_one_that_another_asked_for() -> None:
    line = [waits(1), waits(2, wants=A_MOWER)]
    gets = who_gets(line, dict.fromkeys((A_MOWER, ANOTHER_MOWER), MONDAY_NOON))
    assert gets == {ANOTHER_MOWER: line[0], A_MOWER: line[1]}


def test_who_wants_another_one_is_passed_over() -> None:
    line = [waits(1, wants=A_SCYTHE), waits(2)]
    assert who_gets(line, {A_MOWER: MONDAY_NOON}) == {A_MOWER: line[1]}


def test_what_was_passed_on_is_not_offered_again_until_it_has_been_away() -> None:
    passed = waits(1, passed_at=MONDAY_NOON)
    assert who_gets([passed], {A_MOWER: MONDAY_NOON - DAY}) == {}
    assert who_gets([passed], {A_MOWER: MONDAY_NOON + DAY}) == {A_MOWER: passed}


UNITS = some.integers(1, 4)
ONE_WHO_WAITS = some.builds(
    Waiting,
    hold_id=some.integers(1, 50),
    person_id=some.integers(1, 50),
    asked_at=some.integers(0, 5).map(lambda day: MONDAY_NOON + day * DAY),
    used=some.integers(0, 5),
    had_at=some.none() | some.integers(0, 5).map(lambda day: MONDAY_NOON + day * DAY),
    has_missed=some.booleans(),
    wants=some.none() | UNITS,
    may_have=some.booleans(),
    passed_at=some.none() | some.just(MONDAY_NOON + 3 * DAY),
)
LINE = some.lists(ONE_WHO_WAITS, unique_by=lambda one: one.hold_id, max_size=8)
FREE = some.dictionaries(UNITS, some.integers(0, 6).map(lambda day: MONDAY_NOON + day * DAY))


@given(LINE, FREE, some.sampled_from(Regime), some.integers(2020, 2040))
def test_nobody_is_served_while_one_who_comes_before_goes_without(
    waiting: list[Waiting], free: dict[int, object], regime: Regime, year: int
) -> None:
    line = [place.waiting for place in in_order(waiting, regime, year=year)]
    gets = who_gets(line, free)
    served = [one.hold_id for one in gets.values()]
    assert len(served) == len(set(served))
    for unit, one in gets.items():
        assert one.would_take(unit, free_since=free[unit])
        before = line[: line.index(one)]
        left_out = [other for other in before if other.hold_id not in served]
        assert not [other for other in left_out if other.would_take(unit, free_since=free[unit])]


@given(LINE, FREE, some.sampled_from(Regime))
def test_nothing_lies_idle_that_somebody_who_waits_would_take(
    waiting: list[Waiting], free: dict[int, object], regime: Regime
) -> None:
    line = [place.waiting for place in in_order(waiting, regime, year=2026)]
    gets = who_gets(line, free)
    unserved = [one for one in line if one not in gets.values()]
    for unit in free.keys() - gets.keys():
        assert not [one for one in unserved if one.would_take(unit, free_since=free[unit])]


@given(LINE, ONE_WHO_WAITS, some.sampled_from(Regime), some.integers(2020, 2040))
def test_who_comes_later_changes_no_order_among_the_others(
    waiting: list[Waiting], newcomer: Waiting, regime: Regime, year: int
) -> None:
    newcomer = replace(newcomer, hold_id=99, asked_at=MONDAY_NOON + 9 * DAY)
    before = order(waiting, regime, year)
    after = [hold for hold in order([*waiting, newcomer], regime, year) if hold != 99]
    assert before == after


@given(LINE, some.sampled_from(Regime), some.integers(2020, 2040))
def test_everybody_has_one_place(waiting: list[Waiting], regime: Regime, year: int) -> None:
    places = in_order(waiting, regime, year=year)
    assert sorted(place.waiting.hold_id for place in places) == sorted(
        one.hold_id for one in waiting
    )
    assert [place.number for place in places] == [*range(1, len(waiting) + 1)]


PEOPLE = (1, 2, 3)
STEPS = some.lists(some.sampled_from([*PEOPLE, "serve"]), min_size=6)  # a number asks
USED = some.fixed_dictionaries({person: some.integers(0, 9) for person in PEOPLE})


@given(STEPS, USED, some.sampled_from(Regime))
def test_nobody_is_served_twice_while_an_eligible_one_waits_unserved(
    steps: list[int | str], used: dict[int, int], regime: Regime
) -> None:
    line: dict[int, Waiting] = {}
    served: list[tuple[int, datetime]] = []
    for number, step in enumerate(steps):
        now = MONDAY_NOON + number * DAY
        if isinstance(step, int):
            had_at = max((at for one, at in served if one == step), default=None)
            line.setdefault(step, Waiting(number, step, now, used[step], had_at))
        elif line:
            first = in_order(line.values(), regime, year=2026)[0].waiting
            assert served_since(served, first, line.values()) == []
            served.append((first.person_id, now))
            used[first.person_id] += 1
            del line[first.person_id]


def served_since(
    served: list[tuple[int, datetime]], who: Waiting, line: Iterable[Waiting]
) -> list[Waiting]:
    """Those who have waited since before this one was served last."""
    before = [at for person, at in served if person == who.person_id]
    return [one for one in line if any(one.asked_at < at for at in before)]
