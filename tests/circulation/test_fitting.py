"""Units are found for wishes whenever there is a way, and nothing is ever kept twice."""

from datetime import UTC, datetime, timedelta

import pytest

from toolshare.circulation.fitting import (
    MOST_MOVED,
    Block,
    Span,
    Timetable,
    Wish,
    fit,
    free_counts,
    least_free,
    replan,
)
from toolshare.circulation.packing import Packing

MARCH = datetime(2030, 3, 1, tzinfo=UTC)


def at(day: int) -> datetime:
    """The beginning of a day of March 2030; the 32nd is the first of April."""
    return MARCH + timedelta(days=day - 1)


def days(first: int, last: int) -> Span:
    """From the beginning of one day to the end of another."""
    return Span(at(first), at(last + 1))


def each(*units: int) -> dict[int, int]:
    return dict.fromkeys(units, 1)


def by_day(counts: list[tuple[datetime, int]]) -> dict[int, int]:
    return {(moment - MARCH).days + 1: count for moment, count in counts}


def test_spans_that_touch_share_no_moment() -> None:
    assert days(1, 3).overlaps(days(3, 5))
    assert not days(1, 3).overlaps(days(4, 5))
    assert not days(4, 5).overlaps(days(1, 3))


def test_three_of_seven_are_missing_while_they_are_booked() -> None:
    blocks = [Block(unit, days(21, 31)) for unit in (1, 2, 3)]
    counts = free_counts(each(*range(1, 8)), blocks, days(1, 40))
    assert by_day(counts) == {1: 7, 21: 4, 32: 7}


def test_bookings_that_overlap_add_up_to_none_left() -> None:
    blocks = [Block(unit, days(21, 31)) for unit in (1, 2, 3)]
    blocks += [Block(unit, days(10, 24)) for unit in (4, 5)]
    blocks += [Block(unit, days(23, 36)) for unit in (6, 7)]
    counts = free_counts(each(*range(1, 8)), blocks, days(1, 40))
    assert by_day(counts) == {1: 7, 10: 5, 21: 2, 23: 0, 25: 2, 32: 5, 37: 7}


@pytest.mark.parametrize(
    ("first", "last", "free"),
    [(15, 16, 1), (16, 17, 0), (17, 17, 0), (18, 20, 1), (15, 20, 0)],
)
def test_one_day_booked_is_in_the_way_of_every_span_that_has_it(
    first: int, last: int, free: int
) -> None:
    assert least_free(each(1), [Block(1, days(17, 17))], days(first, last)) == free


def test_what_was_handed_over_and_is_late_is_not_free() -> None:
    only_assigned, late = Block(1, days(1, 5)), Block(1, days(1, 31))
    assert least_free(each(1), [only_assigned], days(8, 8)) == 1
    assert least_free(each(1), [late], days(8, 8)) == 0


def test_a_booked_unit_takes_nobody_for_any_of_its_days() -> None:
    blocks = [Block(1, days(8, 14))]  # today is the 10th
    for asked in (days(10, 20), days(2, 12), days(7, 15), days(10, 12)):
        assert fit([1], blocks, [], Wish(9, asked)) is None
        assert fit([1, 2], blocks, [], Wish(9, asked)) == {9: 2}
        assert fit([1, 2], [*blocks, Block(2, asked)], [], Wish(9, asked)) is None
    assert fit([1, 2], [*blocks, Block(2, days(8, 19))], [], Wish(9, days(15, 19))) == {9: 1}


def test_two_halves_are_no_unit() -> None:
    blocks = [Block(1, days(5, 5)), Block(2, days(2, 2))]
    asked = days(1, 10)
    assert by_day(free_counts(each(1, 2), blocks, asked)) == {1: 2, 2: 1, 3: 2, 5: 1, 6: 2}
    assert least_free(each(1, 2), blocks, asked) == 0
    assert fit([1, 2], blocks, [], Wish(9, asked)) is None


def test_a_block_within_a_longer_one_frees_nothing_when_it_ends() -> None:
    blocks = [Block(1, days(1, 10)), Block(1, days(2, 4))]
    assert by_day(free_counts(each(1), blocks, days(1, 12))) == {1: 0, 11: 1}
    assert not Timetable([1], [(one.unit, one.span) for one in blocks]).is_free(1, days(6, 7))


def test_one_that_ends_when_another_begins_changes_no_count() -> None:
    blocks = [Block(1, days(1, 3)), Block(2, days(4, 6)), Block(1, days(7, 8))]
    assert by_day(free_counts(each(1, 2), blocks, days(1, 6))) == {1: 1}


def test_what_began_before_and_what_is_elsewhere_is_seen_from_here() -> None:
    blocks = [Block(1, days(-9, 3)), Block(1, days(20, 21)), Block(77, days(1, 9))]
    assert by_day(free_counts(each(1), blocks, days(1, 9))) == {1: 0, 4: 1}


def test_a_bin_is_missing_what_was_taken_of_it() -> None:
    blocks = [Block(1, days(1, 4), 30), Block(1, days(3, 6), 10), Block(1, days(5, 9), 30)]
    assert by_day(free_counts({1: 48}, blocks, days(1, 12))) == {
        1: 18,
        3: 8,
        7: 18,
        10: 48,
    }
    assert least_free({1: 48}, blocks, days(1, 12)) == 8
    assert least_free({1: 48, 2: 20}, blocks, days(1, 12)) == 20


def test_a_bin_of_which_too_much_is_promised_has_nothing_left_and_no_less() -> None:
    blocks = [Block(1, days(1, 4), 30), Block(1, days(3, 6), 30)]
    assert by_day(free_counts({1: 48, 2: 5}, blocks, days(1, 9))) == {1: 23, 3: 5, 5: 23, 7: 53}


def test_no_units_are_never_free() -> None:
    assert by_day(free_counts({}, [], days(1, 9))) == {1: 0}
    assert least_free({}, [], days(1, 9)) == 0
    assert fit([], [], [], Wish(9, days(1, 2))) is None


def test_the_tightest_gap_is_taken_first() -> None:
    table = Timetable(
        [1, 2, 3, 4],
        [(2, days(1, 3)), (3, days(1, 3)), (3, days(8, 9)), (4, days(1, 4)), (4, days(8, 9))],
    )
    assert table.units_for(days(5, 7)) == [4, 3, 2, 1]
    assert table.units_for(days(5, 7), pinned=2) == [2]
    assert table.units_for(days(3, 7)) == [1]
    assert table.units_for(days(5, 7), pinned=77) == []


def test_of_equal_gaps_the_first_is_taken() -> None:
    assert fit([3, 1, 2], [], [], Wish(9, days(1, 2))) == {9: 1}


def test_nobody_moves_while_a_unit_is_free() -> None:
    wishes = [Wish(1, days(1, 4), unit=1), Wish(2, days(6, 9), unit=2)]
    assert fit([1, 2, 3], [], wishes, Wish(9, days(3, 7))) == {1: 1, 2: 2, 9: 3}


def test_one_moves_so_that_another_fits() -> None:
    wishes = [Wish(1, days(1, 4), unit=1), Wish(2, days(6, 9), unit=2)]
    assert fit([1, 2], [], wishes, Wish(9, days(3, 7))) == {1: 1, 2: 1, 9: 2}
    assert fit([1, 2], [], wishes, Wish(9, days(5, 9), pinned=2)) == {1: 1, 2: 1, 9: 2}


def test_two_change_places_so_that_a_third_fits() -> None:
    wishes = [Wish(1, days(3, 4), unit=1), Wish(2, days(3, 7), unit=2)]
    assert fit([1, 2], [], wishes, Wish(9, days(5, 5), pinned=2)) == {1: 2, 2: 1, 9: 2}


def test_who_was_promised_one_unit_is_not_moved() -> None:
    wishes = [Wish(1, days(3, 4), pinned=1, unit=1), Wish(2, days(3, 7), unit=2)]
    assert fit([1, 2], [], wishes, Wish(9, days(5, 5), pinned=2)) is None


def test_what_is_set_aside_is_not_moved() -> None:
    set_aside = [Block(1, days(3, 4))]
    wishes = [Wish(2, days(3, 7), unit=2)]
    assert fit([1, 2], set_aside, wishes, Wish(9, days(5, 5), pinned=2)) is None


def test_those_who_are_not_in_the_way_stay() -> None:
    wishes = [
        Wish(1, days(1, 3), unit=1),
        Wish(2, days(4, 6), unit=2),
        Wish(3, days(10, 12), unit=2),
        Wish(4, days(5, 11), unit=3),
    ]
    asked = Wish(9, days(1, 6))
    assert fit([1, 2, 3], [Block(3, days(1, 4))], wishes, asked) == {1: 1, 2: 1, 3: 2, 4: 3, 9: 2}


def test_moving_goes_on_to_those_who_are_further_away() -> None:
    wishes = [Wish(1, days(4, 6), unit=1), Wish(2, days(6, 9), unit=2), Wish(3, days(9, 9), unit=1)]
    found = fit([1, 2], [Block(2, days(1, 3))], wishes, Wish(9, days(1, 5), pinned=1))
    assert found == {1: 2, 2: 1, 3: 2, 9: 1}


def test_who_was_displaced_is_in_nobodys_way() -> None:
    wishes = [Wish(1, days(1, 9))]
    assert fit([1], [], wishes, Wish(9, days(1, 9))) == {9: 1}


def test_no_more_are_moved_than_can_be_tried() -> None:
    wishes = [Wish(day, days(day, day), unit=1 + day % 2) for day in range(1, MOST_MOVED + 2)]
    asked = Wish(999, days(1, MOST_MOVED))
    assert set((fit([1, 2], [], wishes[:-1], asked) or {}).values()) == {1, 2}
    assert fit([1, 2], [], wishes, Wish(999, days(1, MOST_MOVED + 1))) is None


def test_a_search_that_may_take_no_more_steps_finds_nothing() -> None:
    spans, choices = [days(1, 3), days(2, 4)], [[1, 2], [1]]
    assert Packing(spans, choices).units(iter(range(2))) is None
    assert Packing(spans, choices).units(iter(range(3))) == [2, 1]


def test_a_search_steps_back_no_more_often_than_units_differ() -> None:
    crowd = [days(1, 9)] * 12
    alike = [list(range(11))] * 12
    steps = iter(range(100))
    assert Packing(crowd, alike).units(steps) is None
    assert next(steps) == 12


def test_the_same_stays_where_nothing_is_in_the_way() -> None:
    wishes = [Wish(1, days(1, 9), unit=3), Wish(2, days(1, 9), unit=2)]
    assert replan([1, 2, 3], [], wishes) == ({1: 3, 2: 2}, [])


def test_who_has_a_broken_unit_gets_another_one() -> None:
    wishes = [Wish(1, days(4, 6), unit=1), Wish(2, days(4, 6), unit=2)]
    assert replan([1, 2, 3], [Block(1, days(1, 9))], wishes) == ({1: 3, 2: 2}, [])
    assert replan([2, 3], [], wishes) == ({1: 3, 2: 2}, [])


def test_the_weakest_claim_is_displaced() -> None:
    wishes = [Wish(5, days(4, 6), unit=1), Wish(2, days(6, 8), unit=2), Wish(3, days(7, 9), unit=1)]
    repair = [Block(1, days(1, 6))]
    assert replan([1, 2], repair, wishes) == ({5: 2, 3: 1}, [2])
    assert replan([1, 2], repair, [wishes[1], wishes[0], wishes[2]]) == ({2: 2, 3: 1}, [5])


def test_who_wanted_that_one_unit_is_displaced_with_it() -> None:
    wishes = [Wish(1, days(4, 6), pinned=1, unit=1), Wish(2, days(4, 6), unit=2)]
    assert replan([1, 2, 3], [Block(1, days(1, 9))], wishes) == ({2: 2}, [1])


def test_who_was_displaced_gets_a_unit_when_one_is_free_again() -> None:
    wishes = [Wish(1, days(4, 6), pinned=1), Wish(2, days(4, 6)), Wish(3, days(4, 6), unit=2)]
    assert replan([1, 2], [], wishes) == ({1: 1, 2: 2}, [3])
    assert replan([1, 2, 3], [], wishes) == ({1: 1, 2: 3, 3: 2}, [])
