"""What Prometheus is told: what is counted, by whom it may be read, and that it names nobody."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import delete, func, select

from tests import server
from tests.postgres import on_any_database
from tests.world import World
from toolshare import create_app, settings
from toolshare.backups import folder
from toolshare.circulation.borrowing import borrow
from toolshare.database import db, transaction
from toolshare.journal.models import Entry, Event
from toolshare.journal.recording import record
from toolshare.outbox import telling
from toolshare.outbox.models import Topic
from toolshare.settings import Settings
from toolshare.vitals.meter import METER
from toolshare.vitals.totals import SETTLED_AFTER, Tally

TOKEN = "known to Prometheus"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
Numbers = dict[tuple[str, ...], float]


def read(text: str) -> Numbers:
    """Each number by its name and its labels."""
    return {
        (one.name, *(value for _, value in sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


@pytest.fixture
def watched(chosen: Settings, world: World) -> Iterator[FlaskClient]:
    """Prometheus, asking an installation whose settings know a token."""
    known = {
        "TOOLSHARE_INSTANCE": str(chosen.instance),
        "TOOLSHARE_DATABASE_URL": chosen.database_url,
        "TOOLSHARE_METRICS_TOKEN": TOKEN,
        "TOOLSHARE_BACKUP_FOLDER": str(chosen.instance / "backups"),
    }
    app = create_app(settings.read(known))
    yield app.test_client()
    with app.app_context():
        db.engine.dispose()


def numbers(client: FlaskClient) -> Numbers:
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    return read(answer.text)


def test_there_are_no_metrics_unless_the_settings_name_a_token(app: Flask) -> None:
    assert app.extensions[METER] is None
    assert app.test_client().get("/metrics", headers=BEARER).status_code == 404


@pytest.mark.parametrize(
    "sent", [None, "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"]
)
def test_who_does_not_know_the_token_is_told_nothing(
    watched: FlaskClient, sent: str | None
) -> None:
    answer = watched.get("/metrics", headers={"Authorization": sent} if sent else {})
    assert (answer.status_code, answer.text) == (401, "which token?\n")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_answers_are_counted_by_what_was_asked_for_and_not_by_whom(
    watched: FlaskClient, world: World
) -> None:
    with transaction():
        code = world.make_item().code
    watched.get(f"/I/{code}")
    watched.get("/no/such/page?ana@example.org")
    watched.open("/health", method="SHOUT")
    text = watched.get("/metrics", headers=BEARER).text
    told = read(text)
    assert told["toolshare_request_seconds_count", "circulation.scan", "2xx"] == 1
    assert told["toolshare_request_seconds_count", "none", "4xx"] == 2
    assert told["toolshare_request_seconds_bucket", "circulation.scan", "+Inf", "2xx"] == 1
    assert not [one for one in (code, "ana@", "no/such", "SHOUT", "borgo") if one in text]


@on_any_database
def test_what_happened_is_told_as_the_journal_has_it(
    watched: FlaskClient, world: World, now: datetime
) -> None:
    before = numbers(watched)
    with transaction() as session:
        borrow(session, world.make_item(), borrower=world.ana, by=world.ana, now=now)
    after = numbers(watched)
    name = ("toolshare_journal_entries_total", "borrowed")
    assert after[name] - before.get(name, 0) == 1


@on_any_database
def test_what_is_settled_is_not_read_again_and_all_are_told_the_same(
    world: World, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, late = Tally(), now + SETTLED_AFTER

    def there() -> dict[str, int]:
        counted = select(Entry.what, func.count()).group_by(Entry.what)
        return {str(what): times for what, times in db.session.execute(counted)}

    with transaction() as session:
        borrow(session, world.make_item(), borrower=world.ana, by=world.ana, now=now)
    assert first.of(db.session, now=now) == there()
    assert first.of(db.session, now=late) == there() == Tally().of(db.session, now=late)
    assert first.counted_to > 0
    with transaction() as session:
        borrow(session, world.make_item(), borrower=world.ana, by=world.ana, now=now)
    assert first.of(db.session, now=late) == there()
    settled = first.counts
    with transaction() as session:
        session.execute(delete(Entry).where(Entry.what == Event.BORROWED))
    assert first.of(db.session, now=late)["borrowed"] == settled["borrowed"]


def test_of_a_long_journal_the_newest_volume_alone_is_counted(world: World, now: datetime) -> None:
    always, at, after = Tally(volume=5), now, []
    for _ in range(12):
        at += SETTLED_AFTER / 2
        newest = record(world.session, Event.GROUP_CHANGED, by=world.cora, at=at)
        counts = always.of(world.session, now=at)
        assert counts == Tally(volume=5).of(world.session, now=at)
        after.append(sum(counts.values()) - newest % 5)
    assert after == [0] * 12
    assert sum(Tally().of(world.session, now=at).values()) == newest


def test_what_waits_to_be_sent_is_told_and_for_how_long(
    watched: FlaskClient, world: World, now: datetime
) -> None:
    assert numbers(watched)["toolshare_messages_waiting",] == 0
    an_hour = timedelta(hours=1)
    with transaction() as session:
        for at in (now - an_hour, now, now + an_hour):
            telling.tell(session, Topic.LATE, world.ana, now=now, send_at=at)
    told = numbers(watched)
    assert told["toolshare_messages_waiting",] == 2
    assert told["toolshare_oldest_message_seconds",] == 3600


def test_how_old_the_newest_backup_is_is_told_once_there_is_one(
    watched: FlaskClient, chosen: Settings, now: datetime
) -> None:
    assert ("toolshare_newest_backup_seconds",) not in numbers(watched)
    made = chosen.instance / "backups" / f"toolshare-{now - timedelta(hours=2):{folder.TIME}}.tar"
    made.parent.mkdir()
    made.touch()
    assert numbers(watched)["toolshare_newest_backup_seconds",] == 7200


def test_what_failed_beside_the_server_is_counted(watched: FlaskClient) -> None:
    watched.application.extensions[METER].failed("sweep", 3)
    assert numbers(watched)["toolshare_failures_total", "sweep"] == 3


def asked(port: int, path: str) -> str:
    request = Request(f"http://127.0.0.1:{port}{path}", headers=BEARER)
    with urlopen(request, timeout=server.PATIENCE) as answer:  # noqa: S310
        text: str = answer.read().decode()
    return text


def test_several_processes_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'toolshare.sqlite'}"
    known = {"TOOLSHARE_METRICS_TOKEN": TOKEN}
    with server.serving(tmp_path / "instance", url, known=known) as port:
        for _ in range(40):
            asked(port, "/health")
        sums = {
            read(asked(port, "/metrics"))["toolshare_request_seconds_count", "vitals.health", "2xx"]
            for _ in range(10)
        }
    assert sums == {40.0}
