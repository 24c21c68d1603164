"""Wrong sign-ins are slowed down, the more the longer."""

from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import type_of_client
from tests.world import MONDAY_NOON, PASSWORD, World
from toolshare import clock
from toolshare.people.models import WrongSignIn
from toolshare.people.throttling import Attempt, TooManyWrongSignIns, attempt_of, clear, count
from toolshare.refusals import Refusal

KEY = "a key"
ANA_AT_HOME = attempt_of("ana@example.org", "203.0.113.7", key=KEY)


def try_wrongly(session: Session, attempt: Attempt, times: int, now: datetime) -> None:
    for _ in range(times):
        count(session, attempt, now=now)


def wait(session: Session, attempt: Attempt, now: datetime) -> timedelta:
    with pytest.raises(Refusal) as refused:
        count(session, attempt, now=now)
    (reason,) = refused.value.reasons
    assert isinstance(reason, TooManyWrongSignIns)
    return reason.wait


def test_the_wait_doubles_with_each_wrong_sign_in_up_to_a_quarter_of_an_hour(
    session: Session, now: datetime
) -> None:
    try_wrongly(session, ANA_AT_HOME, 5, now)
    waits = []
    for _ in range(9):
        waits.append(wait(session, ANA_AT_HOME, now))
        now += waits[-1]
        count(session, ANA_AT_HOME, now=now)
    seconds = [int(each.total_seconds()) for each in waits]
    assert seconds == [10, 20, 40, 120, 180, 360, 660, 900, 900]


def test_an_account_is_slowed_from_wherever_one_tries(session: Session, now: datetime) -> None:
    try_wrongly(session, ANA_AT_HOME, 5, now)
    assert wait(session, attempt_of(" ANA@example.org", "198.51.100.1", key=KEY), now)


def test_an_address_is_slowed_whoever_it_tries_to_be(session: Session, now: datetime) -> None:
    for number in range(30):
        count(session, attempt_of(f"{number}@example.org", "203.0.113.7", key=KEY), now=now)
    assert wait(session, ANA_AT_HOME, now)
    count(session, attempt_of("ana@example.org", "203.0.113.8", key=KEY), now=now)


def test_one_household_has_many_addresses_of_the_new_kind() -> None:
    one, two = (attempt_of("", f"2001:db8:1:2::{last}", key=KEY) for last in ("1", "ffff"))
    assert one.address == two.address
    assert one.address != attempt_of("", "2001:db8:1:3::1", key=KEY).address
    assert attempt_of("", None, key=KEY).address == attempt_of("", "", key=KEY).address


def test_nobody_can_read_or_guess_from_what_is_kept(session: Session, now: datetime) -> None:
    count(session, ANA_AT_HOME, now=now)
    kept = session.scalars(select(WrongSignIn)).one()
    assert len(kept.account) == len(kept.address) == 64
    assert kept.account != attempt_of("ana@example.org", None, key="another key").account


def test_a_right_password_forgets_the_accounts_wrong_ones_and_all_that_are_old(
    session: Session, now: datetime
) -> None:
    berto = attempt_of("berto@example.org", "203.0.113.7", key=KEY)
    count(session, berto, now=now - timedelta(days=2))
    count(session, berto, now=now)
    try_wrongly(session, ANA_AT_HOME, 4, now)
    clear(session, ANA_AT_HOME, now=now)
    assert session.scalars(select(WrongSignIn.account)).all() == [berto.account]


def test_after_a_day_all_is_forgotten(session: Session, now: datetime) -> None:
    try_wrongly(session, ANA_AT_HOME, 5, now)
    try_wrongly(session, ANA_AT_HOME, 5, now + timedelta(days=1))


@pytest.fixture
def client(world: World, client_of: type_of_client) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return client_of(None)


def sign_in(client: FlaskClient, email: str, password: str) -> tuple[int, str]:
    answer = client.post("/sign-in", data={"email": email, "password": password})
    return answer.status_code, answer.text.replace(email, "EMAIL")


def test_known_and_unknown_addresses_get_the_same_answers(client: FlaskClient) -> None:
    known = [sign_in(client, "ana@example.org", "a guess") for _ in range(6)]
    unknown = [sign_in(client, "who@example.org", "a guess") for _ in range(6)]
    assert known == unknown
    assert [status for status, _ in known] == [HTTPStatus.UNPROCESSABLE_ENTITY] * 5 + [
        HTTPStatus.TOO_MANY_REQUESTS
    ]


def test_who_has_to_wait_is_told_how_long_and_gets_in_afterwards(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        sign_in(client, "ana@example.org", "a guess")
    status, page = sign_in(client, "ana@example.org", PASSWORD)
    assert status == HTTPStatus.TOO_MANY_REQUESTS
    assert "Wait 10 seconds" in page
    monkeypatch.setattr(clock, "now", lambda: MONDAY_NOON + timedelta(seconds=10))
    assert sign_in(client, "ana@example.org", PASSWORD)[0] == HTTPStatus.SEE_OTHER
    assert sign_in(client, "ana@example.org", "a guess")[0] == HTTPStatus.UNPROCESSABLE_ENTITY


def test_the_count_holds_in_another_process(client: FlaskClient, app: Flask) -> None:
    """Another process knows only the database: so does a second app."""
    from toolshare import create_app

    for _ in range(5):
        sign_in(client, "ana@example.org", "a guess")
    another = create_app(app.config["CHOSEN"])
    with another.app_context():
        status, _ = sign_in(another.test_client(), "ana@example.org", PASSWORD)
        another.extensions["sqlalchemy"].engine.dispose()
    assert status == HTTPStatus.TOO_MANY_REQUESTS
