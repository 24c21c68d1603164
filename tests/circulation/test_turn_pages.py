"""The pages of taking turns, as members and stewards use them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from tests.circulation.in_line import asks, comes_back, hold_of, misses, offer_of, offered
from tests.circulation.test_reserving import book
from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import MONDAY_NOON, World
from toolshare.circulation import calling_off
from toolshare.circulation.offering import accept
from toolshare.circulation.promises import Hold, HoldEnd
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Person
from toolshare.rules.values import Regime

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _kept(world: World, mower: Item) -> None:
    world.session.commit()


def shown(page: str) -> str:
    """What is written on a page, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_page_of_a_thing_that_is_out_puts_one_in_line(
    world: World, client_of: type_of_client, mower: Item
) -> None:
    client = client_of(world.sam)
    page = client.get(f"/catalogue/{mower.kind_id}")
    assert "Put me in line" in page.text
    assert "2 people wait for it" in page.text
    there = {"back": f"/I/{mower.code}"}
    answer = client.post(f"/catalogue/{mower.kind_id}/holds", data=there, follow_redirects=True)
    assert answer.request.path == f"/I/{mower.code}"
    assert "In line as number 3" in shown(answer.text)
    assert "Put me in line" not in answer.text


def test_the_page_says_why_in_one_sentence(
    world: World, client_of: type_of_client, mower: Item
) -> None:
    page = client_of(world.ana).get("/holds")
    assert (
        "You are next: in line since Sat 30 May, 14:00, the one after you since Sun 31 May, 14:00."
        in shown(page.text)
    )


def test_the_numbers_of_a_season_are_compared(
    world: World, client_of: type_of_client, mower: Item, bob: Person
) -> None:
    world.make_rule("regime", Regime.TURNS)
    begun, back = MONDAY_NOON - 30 * DAY, MONDAY_NOON - 21 * DAY
    world.make_loan(mower, world.ana, borrowed_at=begun, returned_at=back)
    world.session.commit()
    line = f"/catalogue/{mower.kind_id}/line"
    own = "You are number 2: you have had it 9 days this season, the one before you 0 days."
    assert own in shown(client_of(world.ana).get(line).text)
    theirs = "Bob is next: has had it 0 days this season, Ana 9 days."
    assert theirs in shown(client_of(world.sam).get(line).text)


def test_it_is_said_that_somebody_comes_last_who_fetches_nothing(
    world: World, client_of: type_of_client, mower: Item, bob: Person
) -> None:
    world.make_rule("regime", Regime.TURNS)
    for days in (20, 10):
        misses(world, world.ana, MONDAY_NOON - days * DAY)
    world.session.commit()
    line = f"/catalogue/{mower.kind_id}/line"
    own = (
        "You are number 2: you have had it as long as the one before you, 0 days, and have left"
        " reservations unfetched this season."
    )
    assert own in shown(client_of(world.ana).get(line).text)
    theirs = "Bob is next: Ana has had it as long, 0 days, and has left reservations unfetched this season."
    assert theirs in shown(client_of(world.sam).get(line).text)


def test_members_read_numbers_and_no_names_but_their_own(
    world: World, client_of: type_of_client, mower: Item
) -> None:
    page = client_of(world.ana).get(f"/catalogue/{mower.kind_id}/line")
    assert "Ana" in page.text
    assert "Bob" not in page.text
    assert "Somebody" in page.text
    assert "Put a member in line" not in page.text
    for address in ("/holds", f"/catalogue/{mower.kind_id}", f"/I/{mower.code}"):
        assert "Bob" not in client_of(world.ana).get(address).text


def test_who_has_no_business_with_a_thing_sees_no_line_for_it(
    world: World, client_of: type_of_client, mower: Item
) -> None:
    line = f"/catalogue/{mower.kind_id}/line"
    assert client_of(world.vera).get(line).status_code == 403
    assert client_of(world.vera).get("/catalogue/99/line").status_code == 404
    assert "wait for it" not in client_of(world.vera).get(f"/catalogue/{mower.kind_id}").text


def test_a_member_accepts_and_a_steward_sets_aside(
    world: World, client_of: type_of_client, mower: Item
) -> None:
    comes_back(world, mower)
    offer_id = offer_of(world, world.ana).id
    world.session.commit()
    ana, sam = client_of(world.ana), client_of(world.sam)
    assert "Your turn" in ana.get("/").text
    page = ana.post(f"/offers/{offer_id}/acceptance", follow_redirects=True)
    assert "Accepted: it is kept for pickup." in page.text
    shelf = sam.get("/groups/borgo/ready")
    assert "To set aside" in shelf.text
    assert "1 thing to set aside" in sam.get("/").text
    there = {"back": "/groups/borgo/ready"}
    shelf = sam.post(f"/offers/{offer_id}/set-aside", data=there, follow_redirects=True)
    assert "for Ana Ready on the shelf until Tue 2 Jun" in shown(shelf.text)
    assert "Ready on the shelf" in ana.get("/holds").text
    assert "Borrow" in ana.get(f"/I/{mower.code}").text


def test_the_shelf_shows_what_is_reserved_for_soon_and_what_of_it_is_ready(
    world: World, client_of: type_of_client
) -> None:
    made = [
        book(world, world.make_item(world.make_kind(name=name)).kind, day, day, world.ana)
        for name, day in (("Harrow", 2), ("Plough", 3), ("Roller", 10))
    ]
    unit = made[1].units[0].id
    calling_off.set_aside(world.session, made[1], unit, by=world.sam, now=MONDAY_NOON)
    world.session.commit()
    shelf = shown(client_of(world.sam).get("/groups/borgo/ready").text)
    to_do, ready = shelf.split("On the shelf")
    assert "To set aside Harrow Tue 2 Jun · Ana Reserved" in to_do
    assert "Plough Wed 3 Jun · Ana Ready on the shelf" in ready
    assert "Roller" not in shelf


def test_passing_on_says_what_it_costs(
    world: World, client_of: type_of_client, mower: Item
) -> None:
    comes_back(world, mower)
    offer_id = offer_of(world, world.ana).id
    world.session.commit()
    ana = client_of(world.ana)
    assert "You can pass once and keep your place." in ana.get("/holds").text
    page = ana.post(f"/offers/{offer_id}/pass", follow_redirects=True)
    assert "Passed on to the next in line." in page.text
    assert "In line as number 2" in shown(page.text)
    assert offered(world) == {"Bob"}


def test_who_has_passed_once_is_told_that_another_time_is_the_last(
    world: World, client_of: type_of_client, mower: Item
) -> None:
    hold_of(world, world.ana).passes = 1
    comes_back(world, mower)
    world.session.commit()
    assert "another time your place in line is over" in client_of(world.ana).get("/holds").text


def test_pausing_waiting_again_and_giving_up(
    world: World, client_of: type_of_client, mower: Item
) -> None:
    ana, hold_id = client_of(world.ana), hold_of(world, world.ana).id
    page = ana.post(f"/holds/{hold_id}/pause", follow_redirects=True)
    assert "You keep your place" in page.text
    page = ana.post(f"/holds/{hold_id}/resumption", follow_redirects=True)
    assert "In line as number 1" in shown(page.text)
    page = ana.post(f"/holds/{hold_id}/withdrawal", follow_redirects=True)
    assert "You wait for nothing" in page.text
    assert hold_of(world, world.ana).end is HoldEnd.WITHDRAWN


def test_other_peoples_turns_do_not_exist(
    world: World, client_of: type_of_client, mower: Item
) -> None:
    comes_back(world, mower)
    offer_id, hold_id = offer_of(world, world.ana).id, hold_of(world, world.ana).id
    world.session.commit()
    bob = client_of(world.session.scalars(select(Person).where(Person.name == "Bob")).one())
    for address in (f"/holds/{hold_id}/withdrawal", f"/offers/{offer_id}/acceptance"):
        assert bob.post(address).status_code == 404
    assert bob.post("/offers/99/acceptance").status_code == 404


def test_a_steward_puts_a_member_in_line_and_takes_one_out(
    world: World, client_of: type_of_client, mower: Item
) -> None:
    world.make_person("Ida", world.borgo)
    world.session.commit()
    sam, line = client_of(world.sam), f"/catalogue/{mower.kind_id}/line"
    sent = {"to": "Ida", "need_by": "2026-06-30", "back": line}
    page = sam.post(f"/catalogue/{mower.kind_id}/holds", data=sent, follow_redirects=True)
    assert "3. Ida has had it 0 days this season" in shown(page.text)
    assert "until 30 Jun 2026" in shown(page.text)
    hold_id = hold_of(world, world.ana).id
    page = sam.post(f"/holds/{hold_id}/withdrawal", data={"back": line}, follow_redirects=True)
    assert "1. Bob" in shown(page.text)


def test_one_can_wait_for_one_item_while_others_are_free(
    world: World, client_of: type_of_client, mower: Item
) -> None:
    kind = world.session.get_one(Kind, mower.kind_id)
    for _ in range(3):
        world.make_item(kind)
    world.session.commit()
    client = client_of(world.sam)
    page = client.get(f"/I/{mower.code}")
    assert "Another one is free. You can still wait for this one." in page.text
    sent = {"code": mower.code, "back": "/holds"}
    page = client.post(f"/catalogue/{mower.kind_id}/holds", data=sent, follow_redirects=True)
    assert f"only {mower.code[:4]} {mower.code[4:]}" in shown(page.text)
    hold = hold_of(world, world.sam)
    assert hold.item_id == mower.id


def test_what_is_refused_is_said(world: World, client_of: type_of_client, mower: Item) -> None:
    answer = client_of(world.ana).post(f"/catalogue/{mower.kind_id}/holds")
    assert answer.status_code == 409
    assert "Ana is in line for it already." in answer.text
    wrong = client_of(world.sam).post(f"/catalogue/{mower.kind_id}/holds", data={"need_by": "soon"})
    assert wrong.status_code == 422


def test_nobody_is_sent_to_another_site(
    world: World, client_of: type_of_client, mower: Item
) -> None:
    sent = {"back": "https://elsewhere.example/"}
    answer = client_of(world.sam).post(f"/catalogue/{mower.kind_id}/holds", data=sent)
    assert answer.location == "/holds"


def test_empty_pages_say_how_to_begin(world: World, client_of: type_of_client) -> None:
    assert "You wait for nothing" in client_of(world.cora).get("/holds").text
    world.session.execute(delete(Hold))
    world.session.commit()
    cora = client_of(world.cora)
    assert "The shelf is empty" in cora.get("/groups/borgo/ready").text
    kind = world.make_kind()
    world.session.commit()
    assert "Nobody waits" in cora.get(f"/catalogue/{kind.id}/line").text


def test_pages_take_the_same_statements_however_many_wait(
    world: World, client_of: type_of_client, mower: Item
) -> None:
    world.make_rule("open_holds", 100)
    world.session.commit()
    sam, taken = client_of(world.sam), []
    addresses = ("/holds", f"/catalogue/{mower.kind_id}/line", "/groups/borgo/ready")
    for names in ("Ada", "Eva", "Ida"), ("Gus", "Leo", "Max", "Pia"):
        world.session.refresh(mower, ["kind"])
        world.session.refresh(mower.kind, ["group"])
        for person in [world.make_person(name, world.borgo) for name in names]:
            asks(world, mower, person)
            asks(world, world.make_loan(world.make_item(), world.cora).item, world.sam)
            drill = world.make_loan(world.make_item(), world.cora).item
            asks(world, drill, person)
            comes_back(world, drill)
            accept(world.session, offer_of(world, person), by=person, now=MONDAY_NOON)
        world.session.commit()
        taken.append([])
        for address in addresses:
            with statements() as sent:
                assert sam.get(address).status_code == 200
            taken[-1].append(len(sent))
    assert taken[0] == taken[1]
    assert max(taken[1]) <= 22
