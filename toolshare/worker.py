"""What waits in the outbox is sent: by `toolshare worker`, and beside the server."""

import logging
import multiprocessing
import random
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from types import FrameType

import click
from flask import Flask

from toolshare import carrier, clock, letters, post, ringing, settings
from toolshare.app import create_app
from toolshare.database import apart, reading
from toolshare.installation import records
from toolshare.messages import delivering
from toolshare.messages.delivering import Claim, NotNow
from toolshare.people.joining import known_email
from toolshare.post import Mail, MailServer

EVERY_SECONDS = 1
AFTER_A_FAULT_SECONDS = 15
log = logging.getLogger(__name__)


class Postman:
    """Hands over mail, and keeps the connection from one to the next."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self.open = ExitStack()
        self.counter: post.Counter | None = None

    def hand_over(self, mail: Mail) -> None:
        """Returns when the server has taken it; raises post.NotNow or post.Refused."""
        if self.counter is None or not self.counter.is_open():
            self.close()
            self.counter = self.open.enter_context(post.opened(self.server))
        self.counter.hand_over(mail, now=clock.now())

    def close(self) -> None:
        """Ends the connection."""
        self.open.close()
        self.counter = None


class Worker:
    """Sends what waits until it is told to stop; a message that it has begun is finished."""

    def __init__(self) -> None:
        self.is_stopping = False

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Ends the work after the message that is being sent."""
        self.is_stopping = True

    def stop_on_signals(self) -> None:
        """A service is told to end by SIGTERM, a terminal by Ctrl+C."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)

    def run(self, app: Flask, goes_on: Callable[[], bool] = lambda: True) -> None:
        """Sends and sleeps by turns, as long as there is reason to."""
        server: MailServer | None = app.config["CHOSEN"].mail_server
        while not self.is_stopping and goes_on():
            try:
                with app.app_context():
                    is_well = self.send_all(Postman(server)) if server else True
                    ringing.ring(lambda: not self.is_stopping)
                    carrier.carry(lambda: not self.is_stopping)
            except Exception:
                log.exception("Sending failed and will be tried again.")
                is_well = False
            self._rest(EVERY_SECONDS if is_well else AFTER_A_FAULT_SECONDS, goes_on)

    def send_all(self, postman: Postman) -> bool:
        """Sends what is due; whether the mail server could be reached."""
        is_well = True
        with closing(postman):
            while is_well and not self.is_stopping and (claim := _claimed()) is not None:
                is_well = _deliver(claim, postman)
        return is_well

    def _rest(self, seconds: int, goes_on: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        while not self.is_stopping and goes_on() and time.monotonic() < until:
            time.sleep(0.2)


@click.command()
def worker() -> None:
    """Sends what is to be told, by mail, in browsers and to webhooks, until it is told to stop.

    `toolshare serve` does this by itself. Any number of workers may run: each message is sent by one.
    """
    with records():  # which refuses a database that isn't migrated
        pass
    working = Worker()
    working.stop_on_signals()
    working.run(create_app())


@click.command()
@click.argument("address")
def mail_test(address: str) -> None:
    """Sends a mail to an address, to see whether mail is set up well."""
    known, server = known_email(address), _server_or_refuse()
    words = "Mail from this Toolshare arrives."
    key = f"test.{clock.now():%Y%m%d%H%M%S}"
    mail = Mail(key, "", known, "en", "Toolshare", f"{words}\n", f"<p>{words}</p>")
    try:
        with closing(Postman(server)) as postman:
            postman.hand_over(mail)
    except (post.NotNow, post.Refused) as error:
        where = f"{server.host} port {server.port} ({server.security})"
        raise click.ClickException(f"{where} did not take it: {error}") from None
    click.echo(f"{server.host} took the mail for {known}.")


def work_beside() -> None:
    """Sends in a process of its own, which ends with this one."""
    multiprocessing.Process(target=_work_on, daemon=True).start()


def _work_on() -> None:
    working, server = Worker(), multiprocessing.parent_process()
    working.stop_on_signals()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which ends us
    working.run(create_app(), lambda: server is not None and server.is_alive())


def _server_or_refuse() -> MailServer:
    server = settings.read().mail_server
    if server is None:
        raise settings.WrongSetting(
            "no mail is set up: TOOLSHARE_SMTP_HOST and TOOLSHARE_MAIL_FROM say who takes it"
        )
    return server


def _deliver(claim: Claim, postman: Postman) -> bool:
    """Sends a message, or writes down why not; whether the mail server could be reached."""
    try:
        mail = _mail(claim)
        if isinstance(mail, Mail):
            postman.hand_over(mail)
    except post.Refused as refused:
        fault = str(refused)
        apart(lambda session: delivering.give_up(session, claim, fault, now=clock.now()))
        return True
    except post.NotNow as fault_of_server:
        _again(claim, str(fault_of_server))
        return postman.counter is not None
    except Exception as fault_of_ours:
        log.exception("Message %s can't be written and will be tried again.", claim.message_id)
        _again(claim, type(fault_of_ours).__name__)
        return True
    _write_down(claim, mail)
    return True


def _mail(claim: Claim) -> Mail | NotNow | None:
    with reading() as session:
        due = delivering.look_at(session, claim, now=clock.now())
        if due is None or isinstance(due, NotNow):
            return due
        return letters.mail_for(due, now=clock.now())


def _write_down(claim: Claim, mail: Mail | NotNow | None) -> None:
    match mail:
        case None:
            apart(lambda session: delivering.drop(session, claim, now=clock.now()))
        case NotNow():
            apart(lambda session: delivering.put_off(session, claim, mail.until))
        case Mail():
            apart(lambda session: delivering.sent(session, claim, now=clock.now()))


def _again(claim: Claim, fault: str) -> None:
    chance = random.random()
    apart(
        lambda session: delivering.try_again(session, claim, fault, now=clock.now(), chance=chance)
    )


def _claimed() -> Claim | None:
    with reading() as session:
        if not delivering.is_any_waiting(session, now=clock.now()):
            return None
    return apart(lambda session: delivering.claim(session, now=clock.now()))
