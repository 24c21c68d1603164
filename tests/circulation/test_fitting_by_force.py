"""Fitting and counting say what trying everything and counting day by day say."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from toolshare.circulation.fitting import Block, Span, Wish, fit, free_counts, least_free, replan

BEGINNING = datetime(2030, 1, 1, tzinfo=UTC)
DAYS = 12
ALL_DAYS = range(DAYS + 4)

thoroughly: Callable[..., Callable[..., None]] = settings(
    max_examples=200, deadline=None, database=None
)


@dataclass(frozen=True)
class Shed:
    """Units, what keeps them, and wishes of which those that have a unit are all kept."""

    units: list[int]
    blocks: list[Block]
    wishes: list[Wish]


def at(day: int) -> datetime:
    return BEGINNING + timedelta(days=day)


spans = st.builds(
    lambda first, length: Span(at(first), at(first + length)),
    st.integers(0, DAYS - 1),
    st.integers(1, 4),
)


@st.composite
def sheds(draw: st.DrawFn, most_wishes: int = 5) -> Shed:
    """At most four units and five wishes, each where it can be, or displaced."""
    units = list(range(1, draw(st.integers(1, 4)) + 1))
    blocks = draw(st.lists(st.builds(Block, st.sampled_from(units), spans), max_size=4))
    wishes: list[Wish] = []
    for number in range(draw(st.integers(0, most_wishes))):
        unit = draw(st.sampled_from(units))
        pinned = draw(st.sampled_from([None, None, unit]))
        wish = Wish(number, draw(spans), pinned, unit)
        stands = are_kept(blocks, [*wishes, wish], places_of([*wishes, wish]))
        wishes.append(wish if stands else replace(wish, unit=None))
    return Shed(units, blocks, wishes)


def places_of(wishes: Sequence[Wish]) -> dict[int, int]:
    return {one.id: one.unit for one in wishes if one.unit is not None}


def are_kept(blocks: Sequence[Block], wishes: Sequence[Wish], places: dict[int, int]) -> bool:
    """Whether each wish that has a place is alone there all the time, and where it was pinned."""
    placed = [one for one in wishes if one.id in places]
    kept = [(places[one.id], one.span) for one in placed]
    blocked = [(one.unit, one.span) for one in blocks]
    pairs = [*combinations(kept, 2), *product(kept, blocked)]
    is_alone = not any(one == other and a.overlaps(b) for (one, a), (other, b) in pairs)
    return is_alone and all(one.pinned in (None, places[one.id]) for one in placed)


def ways(shed: Shed, wishes: Sequence[Wish]) -> Iterator[dict[int, int]]:
    """Every way in which all of these wishes are kept."""
    for units in product(shed.units, repeat=len(wishes)):
        places = {one.id: unit for one, unit in zip(wishes, units, strict=True)}
        if are_kept(shed.blocks, wishes, places):
            yield places


def is_free(unit: int, day: int, blocks: Sequence[Block]) -> bool:
    today = Span(at(day), at(day + 1))
    return not any(one.unit == unit and one.span.overlaps(today) for one in blocks)


@thoroughly
@given(sheds(), spans, st.sampled_from([None, None, 1]))
def test_a_wish_fits_when_there_is_any_way_at_all(
    shed: Shed, span: Span, pinned: int | None
) -> None:
    wanted = Wish(99, span, pinned)
    everyone = [*(one for one in shed.wishes if one.unit is not None), wanted]
    found = fit(shed.units, shed.blocks, shed.wishes, wanted)
    assert (found is None) == (next(ways(shed, everyone), None) is None)
    if found is not None:
        assert found.keys() == {one.id for one in everyone}
        assert set(found.values()) <= set(shed.units)
        assert are_kept(shed.blocks, everyone, found)


@thoroughly
@given(sheds(), st.lists(st.builds(Block, st.integers(1, 4), spans), max_size=2))
def test_the_strongest_claims_are_kept_and_nothing_twice(shed: Shed, outages: list[Block]) -> None:
    broken = replace(shed, blocks=shed.blocks + outages)
    places, displaced = replan(broken.units, broken.blocks, broken.wishes)
    kept: list[Wish] = []
    for wish in broken.wishes:
        kept += [wish] if next(ways(broken, [*kept, wish]), None) else []
    assert places.keys() == {one.id for one in kept}
    assert displaced == [one.id for one in broken.wishes if one not in kept]
    assert are_kept(broken.blocks, broken.wishes, places)


@thoroughly
@given(sheds())
def test_planning_again_moves_nobody_who_can_stay(shed: Shed) -> None:
    standing = [one for one in shed.wishes if one.unit is not None]
    assert replan(shed.units, shed.blocks, standing) == (places_of(standing), [])


@thoroughly
@given(sheds(most_wishes=0), st.lists(st.builds(Block, st.integers(1, 5), spans), max_size=6))
def test_what_is_free_is_what_is_counted_day_by_day(shed: Shed, more: list[Block]) -> None:
    blocks = shed.blocks + more
    over = Span(at(2), at(DAYS))
    changes = dict(free_counts(dict.fromkeys(shed.units, 1), blocks, over))
    count, counted = 0, []
    for day in range(2, DAYS):
        count = changes.pop(at(day), count)
        counted.append(count)
    assert changes == {}
    assert counted == [
        sum(is_free(unit, day, blocks) for unit in shed.units) for day in range(2, DAYS)
    ]


@thoroughly
@given(st.lists(st.builds(Block, st.just(1), spans, st.integers(1, 20)), max_size=6))
def test_what_is_left_in_a_bin_is_what_is_counted_day_by_day(blocks: list[Block]) -> None:
    over = Span(at(2), at(DAYS))
    counts = free_counts({1: 30}, blocks, over)
    left = [
        max(
            0,
            30
            - sum(one.quantity for one in blocks if one.span.overlaps(Span(at(day), at(day + 1)))),
        )
        for day in range(2, DAYS)
    ]
    assert [
        next(count for moment, count in reversed(counts) if moment <= at(day))
        for day in range(2, DAYS)
    ] == left
    assert least_free({1: 30}, blocks, over) == min(left)


@thoroughly
@given(sheds(), spans)
def test_as_many_can_be_had_as_are_free_every_day(shed: Shed, span: Span) -> None:
    asked = [day for day in ALL_DAYS if span.from_at <= at(day) < span.until_at]
    always = [unit for unit in shed.units if all(is_free(unit, day, shed.blocks) for day in asked)]
    assert least_free(dict.fromkeys(shed.units, 1), shed.blocks, span) == len(always)
