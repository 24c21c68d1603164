"""All of a transaction or nothing of it, and a second try for whoever was unlucky."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta, timezone

import psycopg
import pytest
from flask import Flask
from sqlalchemy import make_url, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from tests.conftest import type_of_client
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare import create_app
from toolshare.database import (
    ATTEMPTS,
    TURNSTILE,
    TooBusy,
    again_if_unlucky,
    db,
    reading,
    transaction,
)
from toolshare.people.models import Group
from toolshare.refusals import Refusal
from toolshare.settings import Settings

ROME = timezone(timedelta(hours=2))


def groups() -> list[str]:
    """The short names of the groups that are kept."""
    db.session.rollback()
    return list(db.session.scalars(select(Group.slug).order_by(Group.slug)))


def found(slug: str, founded_at: datetime = MONDAY_NOON) -> None:
    """Founds a group in the session that is open."""
    db.session.add(Group(slug=slug, name=slug, founded_at=founded_at))
    db.session.flush()


def found_both(one: str, other: str) -> None:
    """Founds two groups, one after the other."""
    found(one)
    found(other)


@on_any_database
def test_a_transaction_keeps_all_or_nothing(app: Flask) -> None:
    with transaction():
        found("borgo")
    with pytest.raises(IntegrityError), transaction():
        found_both("castello", "borgo")
    assert groups() == ["borgo"]


def test_sqlite_has_on_the_disk_what_was_acknowledged(chosen: Settings) -> None:
    with create_app(chosen).app_context():  # as people run it: the app of the tests doesn't wait
        with transaction():
            found("borgo")
            kept = [
                db.session.scalar(text(f"PRAGMA {name}"))
                for name in ("synchronous", "journal_mode")
            ]
        db.session.remove()
        db.engine.dispose()
    assert kept == [2, "wal"]  # FULL: each commit is on the disk before it is answered


@on_any_database
def test_what_is_changed_while_reading_is_forgotten(app: Flask) -> None:
    with reading():
        found("borgo")
    assert groups() == []


@on_any_database
def test_moments_come_back_in_utc(app: Flask) -> None:
    with transaction():
        found("borgo", MONDAY_NOON.astimezone(ROME))
    (founded_at,) = db.session.scalars(select(Group.founded_at))
    assert founded_at == MONDAY_NOON
    assert founded_at.utcoffset() == timedelta(0)


def test_a_moment_without_a_time_zone_is_refused(app: Flask) -> None:
    with pytest.raises(StatementError, match="has no time zone"), transaction():
        found("borgo", MONDAY_NOON.replace(tzinfo=None))


def second_with_the_same_name(tries: list[int]) -> str:
    """Founds a group whose name another has just taken; at the third try with another name."""
    tries.append(1)
    with transaction():
        found("borgo" if len(tries) < ATTEMPTS else "borgo-alto")
    return "founded"


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_who_lost_a_race_tries_again(world: World) -> None:
    assert again_if_unlucky(lambda tries=[]: second_with_the_same_name(tries)) == "founded"  # type: ignore[misc]
    assert "borgo-alto" in groups()


@on_any_database
def test_faults_are_not_tried_again(app: Flask) -> None:
    tries = []

    def fault() -> None:
        tries.append(1)
        raise OperationalError("SELECT", {}, ValueError("no such table"))

    with pytest.raises(OperationalError):
        again_if_unlucky(fault)
    assert len(tries) == 1


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_who_is_always_unlucky_hears_of_it(world: World) -> None:
    def always_the_same_name() -> None:
        with transaction():
            found("borgo")

    with pytest.raises(IntegrityError):
        again_if_unlucky(always_the_same_name)


@pytest.mark.parametrize(
    ("error", "times"),
    [
        (psycopg.errors.DeadlockDetected(), ATTEMPTS),
        (psycopg.errors.SerializationFailure(), ATTEMPTS),
        (psycopg.errors.LockNotAvailable(), 1),
    ],
)
def test_who_gets_no_lock_is_told_to_wait(app: Flask, error: Exception, times: int) -> None:
    tries = []

    def unlucky() -> None:
        tries.append(1)
        raise OperationalError("SELECT", {}, error)

    with pytest.raises(Refusal, match="Too many people"):
        again_if_unlucky(unlucky)
    assert len(tries) == times


def test_who_waits_too_long_to_write_is_told_to_wait(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    turnstile = app.extensions[TURNSTILE]
    monkeypatch.setattr(turnstile, "patience", 0.01)
    with turnstile.passed(), pytest.raises(Refusal) as refused, transaction():
        found("borgo")
    assert refused.value.reasons == (TooBusy(),)
    assert groups() == []


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_shed_that_is_too_busy_says_when_to_come_back(
    world: World, client_of: type_of_client, chosen: Settings, accept: str
) -> None:
    code, client = world.make_item().code, client_of(world.ana)
    world.session.commit()
    with closing(sqlite3.connect(make_url(chosen.database_url).database or "")) as another:
        another.execute("BEGIN IMMEDIATE")
        db.session.execute(text("PRAGMA busy_timeout = 10"))
        answer = client.post(f"/I/{code}/loan", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Too many people are at it" in answer.text
