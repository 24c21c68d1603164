"""Sending through a real mail server: once, again after a fault, and never what isn't true."""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import Run
from tests.mail_server import Postbox, mail_server, of_mail
from tests.messages.conftest import Round, later, what_became
from tests.postgres import on_any_database
from tests.server import PATIENCE, TOOLSHARE, environment, free_port, serving
from tests.webhooks.conftest import name_one
from tests.world import MONDAY_NOON, World
from toolshare.database import reading, transaction
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.outbox.models import Message, MessageEnd, Topic
from toolshare.outbox.telling import tell
from toolshare.post import MailServer
from toolshare.webhooks.models import Delivery
from toolshare.worker import Postman, Worker


def welcome(world: World, *more: str) -> None:
    """Ana is welcome, and so are these addresses."""
    with transaction() as session:
        tell(session, Topic.WELCOME, world.ana, group=world.borgo, now=MONDAY_NOON)
        for address in more:
            about = {"group": world.borgo, "by": "Sam", "path": "/invitations/x"}
            tell(session, Topic.INVITATION, address, now=MONDAY_NOON, **about)


def test_what_was_told_is_sent_once(world: World, box: Postbox, deliver: Round) -> None:
    welcome(world, "new@example.org")
    assert deliver()
    assert deliver()
    assert box.subjects == ["Welcome to Borgo", "Sam invites you to Borgo"]
    assert what_became(world) == [("welcome", "sent", 1), ("invitation", "sent", 1)]


def test_what_is_not_true_any_more_is_not_sent(world: World, box: Postbox, deliver: Round) -> None:
    with transaction() as session:
        tell(session, Topic.WELCOME, world.zoe, group=world.borgo, now=MONDAY_NOON)
        until = MONDAY_NOON.isoformat()
        tell(session, Topic.SIGN_IN_LINK, world.ana, good_until=until, path="/x", now=MONDAY_NOON)
    deliver()
    assert box.mails == []
    assert [end for _, end, _ in what_became(world)] == ["dropped", "dropped"]


def test_a_server_that_says_later_is_asked_later(
    world: World, box: Postbox, deliver: Round, at: Callable[[datetime], None]
) -> None:
    welcome(world, "new@example.org")
    box.replies["ana@example.org"] = "450 mailbox busy"
    assert deliver()
    assert box.subjects == ["Sam invites you to Borgo"]
    assert what_became(world)[0] == ("welcome", None, 1)
    box.replies.clear()
    deliver()
    assert len(box.mails) == 1
    at(later(minutes=2))
    deliver()
    assert box.subjects[1:] == ["Welcome to Borgo"]


def test_an_address_that_is_refused_is_given_up_at_once(
    world: World, box: Postbox, deliver: Round
) -> None:
    welcome(world)
    box.replies["ana@example.org"] = "550 no such user"
    assert deliver()
    assert what_became(world) == [("welcome", "given_up", 1)]
    message = world.session.query(Message).one()
    assert message.last_fault == "550 no such user"


def test_what_can_not_be_written_holds_nothing_else_up(
    world: World, box: Postbox, deliver: Round, caplog: pytest.LogCaptureFixture
) -> None:
    with transaction() as session:
        tell(session, Topic.YOUR_TURN, world.ana, group=world.borgo, now=MONDAY_NOON)
    welcome(world)
    assert deliver()
    assert box.subjects == ["Welcome to Borgo"]
    assert what_became(world)[0] == ("your_turn", None, 1)
    assert "can't be written" in caplog.text
    assert "ana" not in caplog.text.lower().replace("messages", "")


def test_a_server_that_is_down_for_a_day_loses_nothing(
    world: World, box: Postbox, app: Flask, at: Callable[[datetime], None]
) -> None:
    welcome(world, "new@example.org")
    port = free_port()
    with mail_server(box, port) as server:
        pass
    with app.app_context():
        for hour in range(24):
            at(later(hours=hour))
            Worker().send_all(Postman(server))
    assert [end for _, end, _ in what_became(world)] == [None, None]
    at(later(hours=42))
    with mail_server(box, port) as server, app.app_context():
        assert Worker().send_all(Postman(server))
    assert sorted(box.subjects) == ["Sam invites you to Borgo", "Welcome to Borgo"]


@contextmanager
def working(
    tmp_path: Path, database_url: str, server: MailServer | None
) -> Iterator["subprocess.Popen[str]"]:
    """`toolshare worker`, as a process of its own."""
    ours = {
        "TOOLSHARE_INSTANCE": str(tmp_path / "instance"),
        "TOOLSHARE_DATABASE_URL": database_url,
    }
    with subprocess.Popen(
        [*TOOLSHARE, "worker"],
        env=environment(**ours, **(of_mail(server) if server else {})),
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE)


def wait_for(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not is_so() and time.monotonic() < give_up:
        time.sleep(0.05)
    assert is_so()


def many(world: World, number: int, now: datetime = MONDAY_NOON) -> None:
    for one in range(number):
        welcome_one = {"by": "Sam", "group": world.borgo, "path": "/x"}
        tell(world.session, Topic.INVITATION, f"p{one}@example.org", now=now, **welcome_one)
    world.session.commit()


@on_any_database
def test_two_workers_send_each_message_once(
    app: Flask, world: World, box: Postbox, server: MailServer
) -> None:
    many(world, 40)

    def work(_number: int) -> bool:
        with app.app_context():
            return Worker().send_all(Postman(server))

    with ThreadPoolExecutor(2) as workers:
        assert list(workers.map(work, range(2))) == [True, True]
    assert Counter(mail["To"] for mail in box.mails) == {
        f"p{one}@example.org": 1 for one in range(40)
    }
    assert {end for _, end, _ in what_became(world)} == {"sent"}


class Deadly(Postbox):
    """Kills the worker between what it sends and what it writes down."""

    victim: "subprocess.Popen[str] | None" = None
    by = signal.SIGKILL

    async def handle_DATA(self, *about: Any) -> str:  # noqa: N802
        """Takes the mail, and then."""
        reply = await super().handle_DATA(*about)
        if self.victim is not None:
            os.kill(self.victim.pid, self.by)
            if self.by is signal.SIGKILL:
                self.victim.wait()
            self.victim = None
        return reply


def test_who_dies_between_sending_and_marking_lets_it_be_sent_twice_and_known_again(
    app: Flask, world: World, tmp_path: Path, database_url: str
) -> None:
    box = Deadly()
    many(world, 3)
    with mail_server(box) as server:
        with working(tmp_path, database_url, server) as box.victim:
            wait_for(lambda: box.victim is None)
        world.session.rollback()
        claimed = world.session.query(Message).filter(Message.claimed_until.is_not(None)).one()
        claimed.claimed_until = MONDAY_NOON  # its five minutes are over
        world.session.commit()
        with app.app_context():
            Worker().send_all(Postman(server))
    assert {end for _, end, _ in what_became(world)} == {"sent"}
    sent = Counter(mail["Message-ID"] for mail in box.mails)
    assert sorted(sent.values()) == [1, 1, 2]
    assert max(sent, key=lambda one: sent[one]).startswith(f"<{claimed.id}.")


def test_who_is_told_to_stop_finishes_the_message_in_hand(
    world: World, tmp_path: Path, database_url: str
) -> None:
    box = Deadly()
    box.by = signal.SIGTERM
    many(world, 3)
    with mail_server(box) as server, working(tmp_path, database_url, server) as worker:
        box.victim = worker
        assert worker.wait(PATIENCE) == 0
    assert [end for _, end, _ in what_became(world)] == [MessageEnd.SENT, None, None]
    assert len(box.mails) == 1


def is_one_on_its_way() -> bool:
    with reading() as session:
        return session.scalar(select(func.count(Delivery.id))) == 1


def test_where_no_mail_is_set_up_a_worker_tells_webhooks(
    world: World, tmp_path: Path, database_url: str
) -> None:
    name_one(world, "https://hooks.example.org/told", "item.added")
    with transaction() as session:
        record(session, Event.ITEM_ADDED, by=world.cora, at=MONDAY_NOON, group=world.borgo)
    with working(tmp_path, database_url, None) as worker:
        wait_for(is_one_on_its_way)
        worker.terminate()
        assert worker.wait(PATIENCE) == 0


def test_the_server_sends_by_itself(
    world: World, box: Postbox, server: MailServer, tmp_path: Path, database_url: str
) -> None:
    many(world, 2, datetime.now(UTC))  # the server's clock, which gives up what is a week old
    with serving(tmp_path / "instance", database_url, known=of_mail(server)):
        wait_for(lambda: {end for _, end, _ in what_became(world)} == {"sent"})
    assert len(box.mails) == 2


def test_a_mail_can_be_sent_to_try_it_out(
    run: Run, box: Postbox, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("mail-test", "ana@example.org") == (
        2,
        "toolshare: no mail is set up: TOOLSHARE_SMTP_HOST and TOOLSHARE_MAIL_FROM say who takes it\n",
    )
    for name, value in of_mail(server).items():
        monkeypatch.setenv(name, value)
    assert run("mail-test", "Ana@example.org") == (
        0,
        "127.0.0.1 took the mail for ana@example.org.\n",
    )
    assert box.subjects == ["Toolshare"]
    box.replies[""] = "554 looks like spam"
    said = f"Error: 127.0.0.1 port {server.port} (none) did not take it: 554 looks like spam\n"
    assert run("mail-test", "ana@example.org") == (1, said)
