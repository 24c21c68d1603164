"""A barn without a signal: what is scanned there is kept on the device, and arrives once."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tests.browser.accessibility import problems_by_day_and_night
from tests.browser.barn import SCAN, a_phone, kept_pages, scan, the_browser_finds_a_signal, wait_for
from tests.browser.conftest import sign_in_on
from tests.machine import Machine
from tests.world import World
from toolshare.circulation.models import Loan
from toolshare.codes import alphabet
from toolshare.database import transaction
from toolshare.journal.models import Entry, Event
from toolshare.offline import late
from toolshare.offline.reasons import NobodysScans
from toolshare.people.models import Person
from toolshare.people.roles import membership_in
from toolshare.refusals import Refusal

pytestmark = pytest.mark.browser


@pytest.fixture
def phone_of(browser: Browser, server: str) -> Callable[[Person], Any]:
    """A phone whose server runs on a thread of the test."""
    return lambda person: a_phone(browser, server, person)


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


def test_who_signs_out_is_warned_and_nobody_else_sends_or_sees_what_waits(
    world: World, phone_of: Callable[[Person], Any], deaf: pytest.MonkeyPatch
) -> None:
    drill = world.make_item()
    code, drill_id = drill.code, drill.id
    world.session.commit()
    with phone_of(world.sam) as phone:
        (page,) = phone.pages
        scan(page, code)
        page.get_by_role("button", name="Borrow").click()
        wait_for(page, 1)
        page.goto("/account")
        expect(page.get_by_role("link", name="Waiting: 1")).to_be_visible()
        page.get_by_role("button", name="Sign out", exact=True).click()
        warning = page.get_by_role("dialog")
        expect(warning).to_contain_text("have not been sent yet: 1")
        warning.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/sign-in")
        expect(page.get_by_text("Scans that wait on this device: 1")).to_be_visible()
        page.goto("/offline")
        expect(page.get_by_text("This device knows nothing")).to_be_visible()
        expect(page.get_by_text("whose maker is not signed in: 1")).to_be_visible()
        assert {one for one in kept_pages(page) if not one.startswith("/static/")} == {"/offline"}
        deaf.undo()
        sign_in_on(page, "ana@example.org")
        page.goto("/offline?fetch")
        expect(page.get_by_text("Ana, this is what was known")).to_be_visible()
        expect(page.get_by_text("whose maker is not signed in: 1")).to_be_visible()
        page.context.clear_cookies()
        sign_in_on(page, "sam@example.org")
        with page.expect_response("**/offline/scans"):
            page.goto("/offline?fetch")
        expect(page.get_by_text("whose maker")).to_be_hidden()
    world.session.rollback()
    loan = world.session.scalars(select(Loan)).one()
    assert (loan.item_id, loan.borrower_id) == (drill_id, world.sam.id)


def test_note_and_photo_wait_too_and_of_two_pages_one_sends(
    world: World, phone_of: Callable[[Person], Any], tmp_path: Path
) -> None:
    drill = world.make_item()
    world.make_loan(drill, world.ana)
    code = drill.code
    world.session.commit()
    Image.new("RGB", (1200, 900), "#a86b32").save(tmp_path / "handle.jpg")
    with phone_of(world.sam) as phone:
        sent: list[str] = []
        phone.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
        (page,) = phone.pages
        phone.set_offline(True)
        scan(page, code)
        wait_for(page, 1)
        page.get_by_text("Condition, note and photo").click()
        page.get_by_label("Broken").check()
        page.get_by_label("Note").fill("The handle is off.")
        page.get_by_label("Photo").set_input_files(tmp_path / "handle.jpg")
        page.get_by_role("button", name="Keep").click()
        expect(page.get_by_text("With a photo")).to_be_visible()
        other = phone.new_page()
        other.goto("/loans")
        wait_for(other, 1)
        phone.set_offline(False)
        wait_for(page, 0)
        wait_for(other, 0)
        assert [url.rpartition("/")[2] for url in sent] == ["scans", "photo"]
    world.session.rollback()
    loan = world.session.scalars(select(Loan).options(joinedload(Loan.inspection))).one()
    assert loan.inspection is not None
    assert (loan.inspection.condition, loan.inspection.note) == ("broken", "The handle is off.")
    assert loan.inspection.photo_id is not None


def test_what_the_server_refuses_waits_and_when_the_session_ends_the_device_forgets_what_it_knew(
    world: World, phone_of: Callable[[Person], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise Refusal(NobodysScans())

    monkeypatch.setattr(late, "take_in", refuse)
    code = world.make_item().code
    world.session.commit()
    with phone_of(world.ana) as phone:
        (page,) = phone.pages
        scan(page, code)
        page.get_by_role("button", name="Borrow").click()
        expect(page.get_by_role("alert")).to_contain_text("You belong to no group")
        wait_for(page, 1)
        phone.clear_cookies()
        page.reload()
        expect(page.get_by_text("This device knows nothing")).to_be_visible()
        expect(page.get_by_text("whose maker is not signed in: 1")).to_be_visible()


def test_what_waits_is_sent_while_no_page_of_ours_is_open(
    world: World, phone_of: Callable[[Person], Any]
) -> None:
    code = world.make_item().code
    world.session.commit()
    with phone_of(world.ana) as phone:
        (page,) = phone.pages
        phone.set_offline(True)
        scan(page, code)
        page.get_by_role("button", name="Borrow").click()
        wait_for(page, 1)
        address = page.url
        page.goto("about:blank")
        phone.set_offline(False)
        the_browser_finds_a_signal(page, address)
        until_some_are_done(world, 1)
    world.session.rollback()
    assert world.session.scalars(select(Loan)).one().borrower_id == world.ana.id


def test_a_page_from_an_http_address_says_that_it_can_keep_nothing(page: Page) -> None:
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.goto("/offline")
    expect(page.get_by_text("This address begins with http.")).to_be_visible()
    expect(page.get_by_text("can’t be installed")).to_be_visible()
    expect(page.get_by_label(SCAN)).to_be_hidden()
