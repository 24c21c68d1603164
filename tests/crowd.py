"""A crowd at the shed: clients of a server, each with a connection and a session of its own.

They press one thing after the other without a pause, in a few processes, so that the crowd costs
little beside the server. What is refused is refused; every answer is kept.
"""

import json
import random
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from itertools import chain
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from tests.world import PASSWORD
from toolshare.inventory.models import Condition

PROCESSES = 2
PATIENCE = 60  # seconds
HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nCookie: {cookie}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n"
)
AT_LEAST = 20  # presses, however slow the machine is
AT_MOST = 2  # reservations of one person, who then takes one back before making the next
DAYS_AHEAD = 60
LONGEST = 5  # days
FAULTY = 2  # one in so many that come back


class Habit(StrEnum):
    """What somebody comes for."""

    MEMBER = "member"  # borrows, renews, reserves, cancels, whatever comes to hand
    STEWARD = "steward"  # takes back whatever comes to hand
    INSPECTOR = "inspector"  # the same, and finds fault with some of it
    ALONE = "alone"  # borrows and returns, by turns, what nobody else touches


class Answer(NamedTuple):
    """What came of one press, and how long it took."""

    act: str
    status: int
    seconds: float
    operation: str

    @property
    def is_accepted(self) -> bool:
        """Whether it was done."""
        return self.status == HTTPStatus.OK


@dataclass(frozen=True)
class Visit:
    """Who comes where, for what, and for how long."""

    port: int
    cookie: str
    number: int
    habit: Habit
    codes: Sequence[str]
    kinds: Sequence[int]
    seconds: float


class Client:
    """A phone with a connection and a session of its own.

    It reads no more of an answer than it needs: http.client takes a tenth of the server's time.
    """

    def __init__(self, port: int, cookie: str = "") -> None:
        self.cookie = cookie
        self.connection = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answers = self.connection.makefile("rb")

    def close(self) -> None:
        """Hangs up."""
        self._answers.close()
        self.connection.close()

    def sign_in(self, email: str) -> None:
        """Signs a person in."""
        self.post("/sign-in", {"email": email, "password": PASSWORD})
        assert self.cookie, email

    def post(self, path: str, fields: dict[str, Any]) -> tuple[int, bytes]:
        """Status, and what was said; keeps the cookie."""
        body = urlencode(fields)
        head = HEAD.format(path=path, cookie=self.cookie, length=len(body))
        self.connection.sendall((head + body).encode())
        status = int(self._line().split()[1])
        length = 0
        while (line := self._line()) != b"\r\n":
            name, _, value = line.partition(b": ")
            if name == b"content-length":
                length = int(value)
            elif name == b"set-cookie":
                self.cookie = value.partition(b";")[0].decode()
        said = self._answers.read(length)
        if len(said) < length:
            raise ConnectionError("the answer was cut off")
        return status, said

    def _line(self) -> bytes:
        line = self._answers.readline()
        if not line:
            raise ConnectionError("nobody answers any more")
        return line


class Visitor:
    """Somebody who presses one thing after the other, and learns from the answers."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.client = Client(visit.port, visit.cookie)
        self.dice = random.Random(visit.number)
        self.answers: list[Answer] = []
        self.loans: list[int] = []
        self.reservations: list[int] = []

    def stay(self) -> list[Answer]:
        """Presses until the visit is over."""
        ends_at = time.monotonic() + self.visit.seconds
        while time.monotonic() < ends_at or len(self.answers) < AT_LEAST:
            self.press_something()
        self.client.close()
        return self.answers

    def press_something(self) -> None:
        """What a person of this habit does next."""
        match self.visit.habit:
            case Habit.MEMBER:
                self.dice.choice((self.borrow, self.borrow, self.renew, self.reserve))()
            case Habit.STEWARD:
                self.give_back(self.dice.choice(self.visit.codes))
            case Habit.INSPECTOR:
                self.look_over(self.dice.choice(self.visit.codes))
            case Habit.ALONE:
                turn, is_out = divmod(len(self.answers), 2)
                code = self.visit.codes[turn % len(self.visit.codes)]
                self.give_back(code) if is_out else self.press("borrow", f"/I/{code}/loan")

    def borrow(self) -> None:
        """Whatever comes to hand, though it be out."""
        said = self.press("borrow", f"/I/{self.dice.choice(self.visit.codes)}/loan")
        self.loans += [said["loan"]] if said else []

    def give_back(self, code: str) -> None:
        """Whether it is out or not."""
        self.press("return", f"/I/{code}/return")

    def look_over(self, code: str) -> None:
        """Takes it back; some need a look, and have had it with the next press."""
        if self.dice.randrange(FAULTY):
            self.give_back(code)
        elif self.press("return", f"/I/{code}/return", condition=Condition.NEEDS_A_LOOK):
            self.press("service", f"/I/{code}/service")

    def renew(self) -> None:
        """A loan of one's own, which a steward may have ended by now."""
        if self.loans:
            self.press("renew", f"/loans/{self.loans.pop()}/renewals")

    def reserve(self) -> None:
        """A kind for some days to come; who has reserved enough takes one back instead."""
        if len(self.reservations) == AT_MOST:
            self.press("cancel", f"/reservations/{self.reservations.pop(0)}/cancellation")
            return
        first = datetime.now(UTC).date() + timedelta(days=self.dice.randint(1, DAYS_AHEAD))
        last = first + timedelta(days=self.dice.randrange(LONGEST))
        kind = str(self.dice.choice(self.visit.kinds))
        said = self.press("reserve", "/reservations", kind=kind, from_day=first, until_day=last)
        self.reservations += [said["reservation"]] if said else []

    def press(self, act: str, path: str, **fields: Any) -> dict[str, Any] | None:
        """What was said when it was done; nothing when it was not."""
        operation = str(UUID(int=self.dice.getrandbits(128), version=4))
        begun = time.monotonic()
        status, said = self.client.post(path, {"operation": operation, **fields})
        answer = Answer(act, status, time.monotonic() - begun, operation)
        self.answers.append(answer)
        return json.loads(said) if answer.is_accepted else None


def come_together(visits: Sequence[Visit]) -> list[Answer]:
    """All answers that they get who come at the same time."""
    spawning, shares = get_context("spawn"), [visits[n::PROCESSES] for n in range(PROCESSES)]
    all_are_there = spawning.Barrier(PROCESSES)
    with ProcessPoolExecutor(PROCESSES, spawning, _wait_for_all, (all_are_there,)) as processes:
        return list(chain.from_iterable(processes.map(_stay, shares)))


def _wait_for_all(all_are_there: Barrier) -> None:
    all_are_there.wait(PATIENCE)


def _stay(visits: Sequence[Visit]) -> list[Answer]:
    with ThreadPoolExecutor(len(visits)) as threads:
        visitors = (Visitor(one) for one in visits)
        return list(chain.from_iterable(threads.map(Visitor.stay, visitors)))
