"""A barn without a signal: what is scanned there is kept on the device, and arrives once."""

import os
import signal
import socket
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select

from tests.browser.accessibility import problems_by_day_and_night
from tests.browser.conftest import PHONE, sign_in_on
from tests.server import TOOLSHARE, environment, free_port, wait_until_it_answers
from tests.world import World
from toolshare.circulation.models import Loan
from toolshare.codes import alphabet
from toolshare.database import transaction
from toolshare.journal.models import Entry, Event
from toolshare.people.models import Person
from toolshare.people.roles import membership_in

pytestmark = pytest.mark.browser
SCAN = "Scan or type a code"


@contextmanager
def a_phone(browser: Browser, server: str, person: Person) -> Iterator[BrowserContext]:
    """A phone that knows what this person needs to work without a signal.

    What a browser writes to its console when nothing answers is no fault; what a script throws is.
    """
    context = browser.new_context(base_url=server, viewport=PHONE, reduced_motion="reduce")
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    page = context.new_page()
    sign_in_on(page, person.email)
    page.goto("/offline?fetch")
    expect(page.get_by_text(f"{person.name}, this is what was known")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready")
    yield context
    context.close()
    assert errors == []


@pytest.fixture
def phone_of(browser: Browser, server: str) -> Callable[[Person], Any]:
    """A phone whose server runs on a thread of the test."""
    return lambda person: a_phone(browser, server, person)


def scan(page: Page, code: str) -> None:
    """Scans as a scanner gun does: it types and presses Enter."""
    page.get_by_label(SCAN).fill(code)
    page.get_by_label(SCAN).press("Enter")


def wait_for(page: Page, count: int) -> None:
    """Until the page says that as many scans wait."""
    waiting = page.get_by_role("heading", name="Waiting for a signal")
    if count:
        expect(waiting).to_have_text(f"Waiting for a signal: {count}")
    else:
        expect(waiting).to_be_hidden(timeout=20_000)


class Machine:
    """`toolshare serve` on a machine whose plug can be pulled."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder, self.database_url, self.port = folder, database_url, free_port()
        self.server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers."""
        ours = {
            "TOOLSHARE_INSTANCE": str(self.folder / "served"),
            "TOOLSHARE_DATABASE_URL": self.database_url,
        }
        with (self.folder / "server.log").open("a") as log:
            self.server = subprocess.Popen(
                [*TOOLSHARE, "serve", "--port", str(self.port), "--workers", "1"],
                env=environment(**ours),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until_it_answers(self.port, self.server)

    def pull_the_plug(self) -> None:
        """No process of it does anything any more, from one moment to the next."""
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()
            self.server = None
            wait_until_nothing_answers(self.port)


def wait_until_nothing_answers(port: int) -> None:
    """A process that was killed holds its port for some milliseconds."""
    with suppress(ConnectionError):
        while True:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()


@pytest.fixture
def machine(tmp_path: Path, database_url: str) -> Iterator[Machine]:
    """It runs."""
    machine = Machine(tmp_path, database_url)
    machine.start()
    yield machine
    machine.pull_the_plug()


def until_some_are_done(world: World, some: int) -> None:
    """Returns while the server is at it."""
    done = 0
    while done < some:
        world.session.rollback()
        done = world.session.scalar(select(func.count()).select_from(Loan)) or 0


def scan_twenty_times(page: Page, card: str, codes: list[str]) -> None:
    """Ten things go out to who has the card, nine come back, and one that nobody knows."""
    scan(page, card)
    expect(page.get_by_role("heading", name="Lending to Ana")).to_be_visible()
    for code in codes:
        scan(page, code)
    wait_for(page, 10)
    page.get_by_role("button", name="Done").click()
    for code in codes[:9]:
        scan(page, code)
    wait_for(page, 19)
    scan(page, alphabet.draw())
    page.get_by_role("button", name="Return").click()
    wait_for(page, 20)


def test_twenty_scans_outlive_a_closed_page_and_a_server_that_dies_while_it_takes_them(
    world: World, machine: Machine, browser: Browser
) -> None:
    kind = world.make_kind()
    drills = [world.make_item(kind) for _ in range(10)]
    world.make_rule("open_loans", 20)
    card = membership_in(world.session, world.ana, world.borgo)
    assert card is not None
    codes, anas = [one.code for one in drills], card.code
    world.session.commit()
    with a_phone(browser, f"http://127.0.0.1:{machine.port}", world.sam) as phone:
        (page,) = phone.pages
        phone.set_offline(True)
        page.goto("/desk")
        scan_twenty_times(page, anas, codes)
        page.close()
        world.session.rollback()
        with transaction():
            world.make_loan(drills[9], world.cora)
        page = phone.new_page()
        page.goto("/loans")
        wait_for(page, 20)
        phone.set_offline(False)
        until_some_are_done(world, 4)
        machine.pull_the_plug()
        machine.start()
        page.goto("/offline")
        wait_for(page, 0)
        listed = page.locator(".to-look-at > li")
        expect(listed).to_have_count(2)
        expect(listed.first).to_contain_text("Nothing here wears the code")
        assert not problems_by_day_and_night(page)
    world.session.rollback()
    loans = world.session.scalars(select(Loan).where(Loan.borrower_id == world.ana.id)).all()
    assert sorted(one.item_id for one in loans) == sorted(one.id for one in drills[:9])
    assert not any(one.is_out for one in loans)
    told = Counter(world.session.scalars(select(Entry.what)))
    assert (told[Event.BORROWED], told[Event.RETURNED], told[Event.EXCEPTION_KEPT]) == (9, 9, 2)


def test_a_member_borrows_by_the_label_with_a_keyboard_and_takes_back_what_waits(
    world: World, phone_of: Callable[[Person], Any]
) -> None:
    drill, rake = world.make_item(), world.make_item(world.make_kind(name="Hay rake"))
    world.session.commit()
    with phone_of(world.ana) as phone:
        (page,) = phone.pages
        phone.set_offline(True)
        page.goto(f"/I/{drill.code}")
        expect(page.get_by_role("heading", name="Hand drill")).to_be_visible()
        page.get_by_role("button", name="Borrow").focus()
        page.keyboard.press("Enter")
        wait_for(page, 1)
        page.keyboard.type(rake.code)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Hay rake")).to_be_visible()
        page.get_by_role("button", name="Borrow").press("Enter")
        wait_for(page, 2)
        scan(page, drill.code)
        page.get_by_label("Where in the shed").fill("Shelf")
        page.get_by_role("button", name="I left it in the shed").press("Enter")
        wait_for(page, 3)
        page.get_by_role("button", name="Take back").nth(1).press("Enter")
        wait_for(page, 2)
        assert not problems_by_day_and_night(page)
        phone.set_offline(False)
        wait_for(page, 0)
    world.session.rollback()
    (loan,) = world.session.scalars(select(Loan)).all()
    assert (loan.item_id, loan.borrower_id, loan.dropped_where) == (drill.id, world.ana.id, "Shelf")
