"""Times as people read them, on the clock of a group."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from tests.world import MONDAY_NOON
from toolshare.circulation.fitting import Span
from toolshare.circulation.reasons import MembershipNotBegun, NotEnough
from toolshare.labels.stocks import TooWide
from toolshare.rules.lengths import Length
from toolshare.rules.values import OutOfRange
from toolshare.wording import (
    date_in_words,
    day,
    from_when,
    lasting,
    moment,
    says,
    span,
    until,
    whole_day,
)


def test_a_day_has_its_weekday_while_the_year_is_plain(app: Flask) -> None:
    with app.test_request_context():
        assert day(MONDAY_NOON, "Europe/Rome") == "Mon 1 Jun"
        assert moment(MONDAY_NOON, "Europe/Rome") == "Mon 1 Jun, 14:00"
        assert until(MONDAY_NOON + timedelta(days=7), "Europe/Rome") == "Mon 8 Jun, 14:00"


def test_a_day_of_another_year_has_its_year(app: Flask) -> None:
    with app.test_request_context():
        assert day(MONDAY_NOON - timedelta(days=365)) == "1 Jun 2025"
        assert moment(MONDAY_NOON - timedelta(days=365)) == "1 Jun 2025, 12:00"
        assert day(MONDAY_NOON + timedelta(days=365)) == "1 Jun 2027"


@pytest.mark.parametrize("number", [8, 11])
@pytest.mark.parametrize("year", [2026, 2028])
def test_a_day_needs_no_other_article_before_an_8_or_11_in_italian(
    app: Flask, number: int, year: int
) -> None:
    known = date(year, 6, number)
    at = datetime(year, 6, number, 12, tzinfo=UTC)
    with app.test_request_context(headers={"Accept-Language": "it"}):
        told = (day(at), moment(at), until(at), from_when(at), date_in_words(known))
        assert [one for one in (*told, whole_day(known)) if one[0].isdigit()] == []


def test_a_length_of_time_is_told_in_its_units(app: Flask) -> None:
    with app.test_request_context():
        assert lasting(Length(days=7)) == "7 days"
        assert lasting(Length(days=1, hours=4, minutes=30)) == "1 day 4 hours 30 minutes"
        assert lasting(Length()) == "0 days"


def test_a_refusal_tells_lengths_in_words(app: Flask) -> None:
    with app.test_request_context():
        reason = OutOfRange(least=Length(minutes=15), most=Length(days=30))
        assert says(reason) == "This has to be between 15 minutes and 30 days."


@pytest.mark.parametrize(
    ("begins", "ends", "told"),
    [
        ("05T00:00", "06T23:59:59", "Fri 5 Jun – Sat 6 Jun"),
        ("06T00:00", "06T23:59:59", "Sat 6 Jun"),
        ("06T09:00", "06T12:00", "Sat 6 Jun, 09:00 – 12:00"),
        ("06T00:00", "06T12:00", "Sat 6 Jun, 00:00 – 12:00"),
        ("06T09:00", "07T12:00", "Sat 6 Jun, 09:00 – Sun 7 Jun, 12:00"),
    ],
)
def test_a_span_names_its_day_once_when_it_has_but_one(
    app: Flask, begins: str, ends: str, told: str
) -> None:
    of_june = Span(*(datetime.fromisoformat(f"2026-06-{at}+02:00") for at in (begins, ends)))
    with app.test_request_context():
        assert span(of_june, "Europe/Rome") == told


def test_a_date_that_is_a_heading_has_its_weekday_and_its_year(app: Flask) -> None:
    with app.test_request_context():
        assert whole_day(date(2026, 6, 6)) == "Sat 6 Jun 2026"


@pytest.mark.parametrize(("left", "told"), [(1, "Only 1 is left."), (3, "Only 3 are left.")])
def test_a_reason_with_a_number_in_it_is_told_in_the_form_for_one_or_many(
    app: Flask, left: int, told: str
) -> None:
    with app.test_request_context():
        assert says(NotEnough(left=left)) == told


def test_a_measure_is_told_with_two_places(app: Flask) -> None:
    with app.test_request_context():
        told = says(TooWide(overflow_mm=1.5, page="A4"))
        assert told == "The columns run 1.50 mm over the right edge of A4."


def test_a_reason_tells_a_day_as_people_do(app: Flask) -> None:
    with app.test_request_context():
        reason = MembershipNotBegun(name="Ana", group="Borgo", since=date(2026, 6, 6))
        assert says(reason) == "The membership of Ana in Borgo begins on Sat 6 Jun 2026."
