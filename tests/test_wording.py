"""Times as people read them, on the clock of a group."""

from datetime import timedelta

from flask import Flask

from tests.world import MONDAY_NOON
from toolshare.wording import day, moment, until


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
