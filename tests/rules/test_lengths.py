"""Days of the calendar, hours of the clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolshare.rules.lengths import Length

PARIS = "Europe/Paris"
LENGTHS = st.builds(Length, st.integers(0, 400), st.integers(0, 100), st.integers(0, 100))
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def paris(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=ZoneInfo(PARIS))  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("length", "before", "after"),
    [
        # Clocks go forward in the night to 31 March 2030: 2:00 is 3:00; back on 27 October.
        (Length(days=1), paris(2030, 3, 30, 18), paris(2030, 3, 31, 18)),
        (Length(hours=24), paris(2030, 3, 30, 18), paris(2030, 3, 31, 19)),
        (Length(days=1), paris(2030, 3, 30, 2, 30), paris(2030, 3, 31, 3, 30)),
        (Length(hours=2), paris(2030, 3, 31, 1, 30), paris(2030, 3, 31, 4, 30)),
        (Length(days=1), paris(2030, 10, 26, 18), paris(2030, 10, 27, 18)),
        (Length(hours=24), paris(2030, 10, 26, 18), paris(2030, 10, 27, 17)),
        (Length(days=1, hours=2, minutes=15), paris(2030, 3, 30, 18), paris(2030, 3, 31, 20, 15)),
        (Length(), paris(2030, 10, 27, 2, 30).replace(fold=1), datetime(2030, 10, 27, 1, 30, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_days_keep_the_time_on_the_wall_and_hours_pass(
    length: Length, before: datetime, after: datetime
) -> None:
    assert length.after(before, PARIS) == after.astimezone(UTC)


@settings(deadline=None, database=None)
@given(length=LENGTHS, moment=MOMENTS)
def test_what_json_keeps_of_a_length_is_the_length(length: Length, moment: datetime) -> None:
    again = Length(**length.as_json())
    assert again == length
    assert again.after(moment, PARIS) >= moment


def test_lengths_are_compared_by_how_long_they_are() -> None:
    lengths = [Length(days=1), Length(), Length(hours=24), Length(hours=2), Length(minutes=90)]
    minutes, a_day = [Length(minutes=90), Length(hours=2)], [Length(hours=24), Length(days=1)]
    assert sorted(lengths) == [Length(), *minutes, *a_day]
    assert not Length()


def test_a_length_in_hours_is_told_from_one_in_days() -> None:
    assert Length(hours=4).is_by_hours
    assert Length(days=1, minutes=30).is_by_hours
    assert not Length(days=7).is_by_hours


def test_nothing_is_lent_into_the_past() -> None:
    with pytest.raises(ValueError, match="goes back"):
        Length(hours=-1)
