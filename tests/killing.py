"""A server that is killed again and again at random moments, and people who go on all the same.

They press one thing after the other. Who gets no answer sends the same again, by the same operation,
until there is one: so at the end it is known of every act whether it was done, and the journal has
to say the same.
"""

import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tests import busy_shed
from tests.busy_shed import EVERY_THIRD, Shed
from tests.crowd import Answer, Client, Habit, Visit, Visitor
from tests.machine import Machine
from toolshare.checking import CHECKS
from toolshare.records import AnySession
from toolshare.settings import Settings

LONGEST_LIFE = 1.5  # seconds between a start and the next kill, at most


@dataclass(frozen=True)
class Told:
    """What people were told, how often they had to ask again, and how often the machine died."""

    answers: Sequence[Answer]
    asked_again: int
    kills: int

    @property
    def accepted(self) -> int:
        """How many acts were acknowledged."""
        return sum(one.is_accepted for one in self.answers)


class Stubborn(Visitor):
    """Somebody who asks again until there is an answer, however often the machine dies."""

    def __init__(self, visit: Visit, is_over: threading.Event) -> None:
        super().__init__(visit)
        self.is_over = is_over
        self.asked_again = 0
        self._post, self.client.post = self.client.post, self.post  # type: ignore[method-assign]

    def stay(self) -> list[Answer]:
        """Presses until all is over."""
        while not self.is_over.is_set():
            self.press_something()
        self.client.close()
        return self.answers

    def post(self, path: str, fields: dict[str, Any]) -> tuple[int, bytes]:
        """The answer, of whichever life of the server; that it can't answer now is none."""
        while True:
            try:
                status, said = self._post(path, fields)
            except OSError:
                self.come_back()
            else:
                if status != HTTPStatus.SERVICE_UNAVAILABLE:
                    return status, said
                time.sleep(0.05)
            self.asked_again += 1

    def come_back(self) -> None:
        """Waits until somebody listens again."""
        self.client.close()
        while True:
            with suppress(OSError):
                client = Client(self.visit.port, self.client.cookie)
                self._post, client.post = client.post, self.post  # type: ignore[method-assign]
                self.client = client
                return
            time.sleep(0.05)


def killed(
    machine: Machine,
    shed: Shed,
    kills: int,
    dice: random.Random,
    *,
    is_busy: Callable[[], bool] = lambda: True,
    strike: Callable[[Machine], None] = lambda machine: machine.start_anew(),
) -> Told:
    """Lets people in, and from when all is busy strikes so many times while they are there."""
    machine.start()
    is_over = threading.Event()
    visitors = [Stubborn(visit, is_over) for visit in visits(machine.port, shed)]
    threads = [threading.Thread(target=one.stay, daemon=True) for one in visitors]
    for thread in threads:
        thread.start()
    while not is_busy():
        time.sleep(0.01)
    for _ in range(kills):
        wait_for_more(visitors)
        time.sleep(dice.uniform(0, LONGEST_LIFE))
        strike(machine)
    wait_for_more(visitors)
    is_over.set()
    for thread in threads:
        thread.join()
    machine.pull_the_plug()
    answers = [answer for one in visitors for answer in one.answers]
    return Told(answers, sum(one.asked_again for one in visitors), kills)


def wait_for_more(visitors: Sequence[Stubborn]) -> None:
    """Returns when people get answers: a server takes them in some time before it knows any."""
    before = [len(one.answers) for one in visitors]
    while [len(one.answers) for one in visitors] == before:
        time.sleep(0.01)


def visits(port: int, shed: Shed) -> list[Visit]:
    """Members and stewards, who reach for everything; what needs a look is told to all stewards."""
    habits = [
        Habit.MEMBER if number % EVERY_THIRD else Habit.INSPECTOR
        for number in range(len(shed.people))
    ]
    return [
        Visit(port, signed_in(port, email), number, habit, shed.codes, shed.kinds, 0)
        for number, (email, habit) in enumerate(zip(shed.people, habits, strict=True))
    ]


def signed_in(port: int, email: str) -> str:
    """The cookie of a person."""
    client = Client(port)
    client.sign_in(email)
    client.close()
    return client.cookie


def what_is_wrong(session: AnySession, chosen: Settings, told: Told) -> list[str]:
    """Acts that were acknowledged and are lost, or done and never acknowledged; all that a check finds."""
    return [
        *(f"{what} {which}" for what, which in busy_shed.unaccounted_for(session, told.answers)),
        *(f"held twice: {item}" for item in busy_shed.held_twice(session)),
        *(f"promised twice: {item}" for item in busy_shed.promised_twice(session)),
        *(f"wrongly out: {item}" for item in busy_shed.wrongly_out(session)),
        *(line for look in CHECKS for line in look(session, chosen)),
    ]


def log_of(folder: Path) -> str:
    """What the server said, of all its lives."""
    return (folder / "server.log").read_text(encoding="utf-8", errors="replace")
