"""The page of a thing's labels, old labels on every page, and cards that were lost."""

from uuid import uuid4

import pytest

from tests.conftest import type_of_client
from tests.world import MONDAY_NOON, World
from toolshare.codes.alphabet import in_groups
from toolshare.database import transaction
from toolshare.inventory.models import Item
from toolshare.labels import replacing
from toolshare.labels.models import Cause
from toolshare.labels.printing import Wishes, print_labels
from toolshare.people.models import Membership, Person
from toolshare.people.roles import membership_in


def shown(code: str) -> str:
    """A code as pages show it, in one line."""
    return f'<span class="code">{in_groups(code)}</span>'


def card_of(world: World, person: Person) -> Membership:
    card = membership_in(world.session, person, world.borgo)
    assert card is not None
    return card


@pytest.fixture
def saw(world: World) -> Item:
    with transaction():
        return world.make_item(world.make_kind(name="Saw"))


@pytest.fixture
def old(world: World, saw: Item) -> str:
    """The label that the saw had before."""
    return replaced(world, saw)


def replaced(world: World, thing: Item | Membership, cause: Cause = Cause.WORN) -> str:
    old = thing.code
    with transaction() as session:
        replacing.replace(session, old, cause, by=world.sam, now=MONDAY_NOON)
    return old


def test_a_steward_replaces_a_label_and_prints_the_new_one(
    world: World, client_of: type_of_client, saw: Item
) -> None:
    sam, before = client_of(world.sam), saw.code
    assert f"/I/{before}/labels" in sam.get(f"/I/{before}").text
    page = sam.get(f"/I/{before}/labels")
    assert "Replace it" in page.text
    sent = {"cause": "lost", "operation": str(uuid4())}
    answers = [sam.post(f"/I/{before}/replacements", data=sent) for _ in range(2)]
    assert {answer.location for answer in answers} == {f"/I/{saw.code}/labels"}
    assert saw.code != before
    page = sam.get(answers[0].location).text
    assert "Saw has a new label." in page
    assert f"/groups/borgo/labels/of/{saw.code}" in page


def test_a_program_is_told_the_new_code(world: World, client_of: type_of_client, saw: Item) -> None:
    answer = client_of(world.sam).post(
        f"/I/{saw.code}/replacements",
        data={"cause": "worn"},
        headers={"Accept": "application/json"},
    )
    assert answer.json is not None
    assert answer.json["code"] == saw.code


def test_the_page_of_labels_tells_when_each_was_printed_and_replaced_and_why(
    world: World, client_of: type_of_client, saw: Item
) -> None:
    with transaction() as session:
        wishes = Wishes("avery-l7160")
        print_labels(session, world.borgo, [saw.code], wishes, by=world.cora, now=MONDAY_NOON)
    before = replaced(world, saw)
    page = client_of(world.cora).get(f"/I/{before}/labels").text
    for said in (
        f"{shown(before)} replaced", "Worn or unreadable", "by Sam", f"{shown(before)} printed",
        "L7160", "by Cora", f"{shown(saw.code)} drawn",
    ):  # fmt: skip
        assert said in page


def test_an_old_label_leads_to_the_page_that_says_so(
    world: World, client_of: type_of_client, saw: Item, old: str
) -> None:
    said = f"This label, {shown(old)}, is old: the new one is {shown(saw.code)}."
    for person in (None, world.zoe, world.ana):
        page = client_of(person).get(f"/I/{old}")
        assert page.status_code == 200
        assert said in page.text
        assert "Take it off." not in page.text
    assert f"{said} Take it off." in client_of(world.sam).get(f"/I/{old}").text
    assert "is old" not in client_of(world.sam).get(f"/I/{saw.code}").text


def test_by_an_old_label_things_are_borrowed_and_returned(
    world: World, client_of: type_of_client, old: str
) -> None:
    ana, sam = client_of(world.ana), client_of(world.sam)
    assert ana.post(f"/I/{old}/loan").status_code == 303
    assert "Saw" in ana.get("/loans").text
    assert sam.post(f"/I/{old}/return").status_code == 303
    assert "Saw is yours" not in ana.get(f"/I/{old}").text


def test_at_the_desk_an_old_label_is_called_old(
    world: World, client_of: type_of_client, old: str
) -> None:
    sam, card = client_of(world.sam), card_of(world, world.ana).code
    page = sam.post("/desk/scans", data={"code": old, "served": card})
    assert page.status_code == 200
    assert f"This label, {shown(old)}, is old" in page.text
    assert "Take it off." in page.text


def test_old_labels_of_places_and_worn_cards_say_so_too(
    world: World, client_of: type_of_client
) -> None:
    with transaction():
        barn = world.make_place("Barn")
    ana = card_of(world, world.ana)
    for thing in (barn, ana):
        old = replaced(world, thing)  # type: ignore[arg-type]
        page = client_of(world.sam).get(f"/I/{old}").text
        assert f"This label, {shown(old)}, is old" in page
        assert f"/I/{thing.code}/labels" in page


def test_a_search_for_an_old_label_leads_to_its_thing(
    world: World, client_of: type_of_client, old: str
) -> None:
    answer = client_of(world.ana).get(f"/catalogue?words={old}")
    assert answer.location == f"/I/{old}"


def test_members_report_their_own_card_lost(world: World, client_of: type_of_client) -> None:
    ana, lost = client_of(world.ana), card_of(world, world.ana).code
    assert "I have lost this card" in ana.get("/account").text
    sent = {"operation": str(uuid4())}
    answers = [ana.post(f"/account/cards/{lost}/loss", data=sent) for _ in range(2)]
    assert {answer.location for answer in answers} == {"/account"}
    assert "Nothing is lent on the lost card any more." in ana.get("/account").text
    assert shown(card_of(world, world.ana).code) in ana.get("/account").text


@pytest.fixture
def lost(world: World) -> str:
    """The card that Ana has lost."""
    return replaced(world, card_of(world, world.ana), Cause.LOST)


def test_whose_a_lost_card_was_only_stewards_of_its_group_read(
    world: World, client_of: type_of_client, lost: str
) -> None:
    for person in (None, world.zoe, world.pau, world.vera):
        page = client_of(person).get(f"/I/{lost}")
        assert page.status_code == 200
        assert "This card was reported lost" in page.text
        assert "Ana" not in page.text
        assert card_of(world, world.ana).code not in page.text
    assert "It was the card of Ana." in client_of(world.sam).get(f"/I/{lost}").text


def test_on_a_lost_card_nothing_is_lent_at_the_desk(
    world: World, client_of: type_of_client, saw: Item, lost: str
) -> None:
    sam = client_of(world.sam)
    page = sam.post("/desk/scans", data={"code": lost})
    assert page.status_code == 409
    assert "was reported lost" in page.text
    page = sam.post("/desk/scans", data={"code": saw.code, "served": lost})
    assert page.status_code == 409


def test_the_label_of_a_retired_thing_says_so_to_everyone(
    world: World, client_of: type_of_client
) -> None:
    with transaction():
        rake = world.make_item(retired_at=MONDAY_NOON, retired_why="Broken")
    for person in (None, world.zoe, world.ana, world.sam):
        page = client_of(person).get(f"/I/{rake.code}")
        assert page.status_code == 200
        assert "Retired" in page.text


def test_nothing_but_lost_or_worn_is_a_reason(
    world: World, client_of: type_of_client, saw: Item
) -> None:
    answer = client_of(world.sam).post(f"/I/{saw.code}/replacements", data={"cause": "unprinted"})
    assert answer.status_code == 422
