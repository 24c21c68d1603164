"""The pages of kits: making one, filling it, lending it and taking it back, by a client."""

import re
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from tests.conftest import type_of_client
from tests.counting import statements
from tests.reading import text
from tests.world import World
from toolshare.care.models import Outage
from toolshare.circulation.models import Loan
from toolshare.inventory.models import Item, KitPart, Photo


@pytest.fixture
def kit(world: World, drill: Item, clamps: Item) -> Item:
    """A drill and four clamps."""
    kit = world.make_kit(drill, bins={clamps: 4})
    world.session.commit()
    return kit


def part(world: World, item: Item) -> KitPart:
    return world.session.scalars(select(KitPart).where(KitPart.item_id == item.id)).one()


def say(client: FlaskClient, address: str, **sent: object) -> str:
    """Presses a button; what the next page says."""
    answer = client.post(address, data=sent)
    assert answer.status_code == 303, text(answer)
    return text(client.get(answer.location))


def test_a_coordinator_makes_a_kit_and_puts_things_in(
    world: World, drill: Item, clamps: Item, client_of: type_of_client
) -> None:
    world.session.commit()
    client, picture = client_of(world.cora), BytesIO()
    Image.new("RGB", (40, 30), "green").save(picture, "PNG")
    picture.seek(0)
    sent = {"name": "Fence kit", "place": "Barn > Shelf 2", "photo": (picture, "kit.png")}
    page = client.post("/groups/borgo/inventory/kits", data=sent)
    contents = page.location
    assert "Now put in what belongs to it." in text(client.get(contents))
    assert "Put in: Hand drill." in say(client, contents, code=drill.code)
    assert "5 things" in say(client, contents, code=clamps.code, quantity=4)
    kits = text(client.get("/groups/borgo/inventory/kits"))
    assert "Fence kit Barn &gt; Shelf 2 Free 5 things" in kits
    assert world.session.scalars(select(Photo)).one().kind_id is not None


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "Kit", "place": " > "}, "names"),
        ({"name": "Kit", "photo": (BytesIO(b"no picture"), "kit.png")}, "not a picture"),
    ],
)
def test_what_makes_no_kit_is_said_on_its_form(
    world: World, client_of: type_of_client, sent: dict[str, object], says: str
) -> None:
    answer = client_of(world.cora).post("/groups/borgo/inventory/kits", data=sent)
    assert answer.status_code == 422
    assert says in text(answer)


def test_a_thing_is_found_by_its_name_and_put_in(
    world: World, kit: Item, client_of: type_of_client
) -> None:
    saw = world.make_item(world.make_kind(name="Pruning saw"))
    world.session.commit()
    client, address = client_of(world.sam), f"/I/{kit.code}/contents"
    assert saw.code in client.get(f"{address}?words=saw").text
    assert "Nothing fits “plough”." in text(client.get(f"{address}?words=plough"))
    assert "Put in: Pruning saw." in say(client, address, code=saw.code)
    again = client.post(address, data={"code": saw.code})
    assert again.status_code == 409
    assert "It is part of the kit “Fence kit”" in text(again)


def test_a_thing_is_taken_out(
    world: World, kit: Item, drill: Item, client_of: type_of_client
) -> None:
    client, address = client_of(world.sam), f"/I/{kit.code}/contents"
    said = say(client, f"{address}/{part(world, drill).id}/removal")
    assert "Taken out: Hand drill." in said
    assert "4 things" in said
    other = world.make_kit()
    world.session.commit()
    left = world.session.scalars(select(KitPart.id).where(KitPart.taken_out_at.is_(None))).one()
    assert client.post(f"/I/{other.code}/contents/{left}/removal").status_code == 404
    assert client.post(f"{address}/999/removal").status_code == 404


def test_the_page_of_a_kit_says_what_is_in_it(
    world: World, kit: Item, client_of: type_of_client
) -> None:
    page = client_of(world.ana).get(f"/I/{kit.code}")
    assert "What is in it 5 things 4 × Clamp Hand drill" in text(page)
    assert "Change what is in it" not in page.text
    assert "Change what is in it" in client_of(world.sam).get(f"/I/{kit.code}").text


def test_a_scan_of_a_thing_in_a_kit_leads_to_the_kit(
    world: World, kit: Item, drill: Item, client_of: type_of_client
) -> None:
    for person in (world.ana, world.sam):
        page = client_of(person).get(f"/I/{drill.code}")
        assert "It is part of the kit Fence kit, and lent with it." in text(page)
        link = re.search(
            r'<a [^>]*href="(/I/\w+)"[^>]*>(?:(?!</a>).)*Open the kit', page.text, re.S
        )
        assert link is not None
        assert link.group(1) == f"/I/{kit.code}"
        assert "Reserve this one" not in page.text


def test_who_has_it_is_seen_on_the_thing_by_stewards_only(
    world: World, kit: Item, drill: Item, clamps: Item, client_of: type_of_client
) -> None:
    client_of(world.ana).post(f"/I/{kit.code}/loan")
    page = text(client_of(world.sam).get(f"/I/{drill.code}"))
    assert re.search(r"It is out with Ana until \w+ 8 Jun", page)
    mia = world.make_person("Mia", world.borgo)
    world.session.commit()
    page = text(client_of(mia).get(f"/I/{drill.code}"))
    assert re.search(r"It is out until \w+ 8 Jun", page)
    assert "Ana" not in page
    bin_page = text(client_of(world.sam).get(f"/I/{clamps.code}"))
    assert "4 of these are in the kit Fence kit." in bin_page


def test_a_kit_comes_back_with_some_of_it_missing_and_is_mended(
    world: World, kit: Item, drill: Item, clamps: Item, client_of: type_of_client
) -> None:
    sam, address = client_of(world.sam), f"/I/{kit.code}"
    client_of(world.ana).post(f"{address}/loan")
    form = text(sam.get(address))
    assert "How many of 4 × Clamp are missing?" in form
    assert "Hand drill is missing" in form
    gone = {f"missing-{part(world, drill).id}": "1", f"missing-{part(world, clamps).id}": "3"}
    said = say(sam, f"{address}/return", **gone)
    assert "Returned: Fence kit." in said
    assert "It is lent without: 3 × Clamp (missing) Hand drill (missing)" in said
    assert "Not in it when it came back · 3 × Clamp" in text(sam.get(f"{address}/history")).replace(
        "Not in it when it came back by Sam ", "Not in it when it came back · "
    )
    assert "Not complete 4 lacking" in text(sam.get("/groups/borgo/inventory/kits"))
    assert "This kit is not complete." in text(client_of(world.ana).get(address))
    parts = f"{address}/contents/{part(world, clamps).id}"
    assert "Filled up: Clamp." in say(sam, f"{parts}/replacement")
    assert sam.post(f"{parts}/find").status_code == 409
    assert world.session.get_one(Item, clamps.id).quantity == 7


def test_a_return_of_a_kit_is_undone(
    world: World, kit: Item, drill: Item, client_of: type_of_client
) -> None:
    sam = client_of(world.sam)
    client_of(world.ana).post(f"/I/{kit.code}/loan")
    say(sam, f"/I/{kit.code}/return", **{f"missing-{part(world, drill).id}": "1"})
    loan = world.session.scalars(select(Loan)).one()
    assert "Undone: it is out again." in say(sam, f"/loans/{loan.id}/undo", what="return")
    assert world.session.scalars(select(Outage).where(Outage.ended_at.is_(None))).all() == []


@pytest.mark.parametrize(
    "sent", [{"missing-1": "many"}, {"missing-1": "-1"}, {"missing-99": "1"}, {"missing-2": "9"}]
)
def test_what_can_not_be_missing_is_refused(
    world: World, kit: Item, client_of: type_of_client, sent: dict[str, str]
) -> None:
    client_of(world.ana).post(f"/I/{kit.code}/loan")
    answer = client_of(world.sam).post(f"/I/{kit.code}/return", data=sent)
    assert answer.status_code in {409, 422}
    assert world.session.scalars(select(Loan)).one().is_out


def test_fields_that_name_no_part_are_not_about_parts(
    world: World, kit: Item, client_of: type_of_client
) -> None:
    client_of(world.ana).post(f"/I/{kit.code}/loan")
    sent = {"missing-parts": "1", "missing-": "1", "missing-1": "0"}
    assert client_of(world.sam).post(f"/I/{kit.code}/return", data=sent).status_code == 303


def test_the_contents_of_what_is_no_kit_are_not_shown(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    answer = client_of(world.sam).get(f"/I/{drill.code}/contents")
    assert (answer.status_code, "Hand drill is no kit." in text(answer)) == (409, True)


def test_a_kit_that_is_out_says_why_nothing_can_be_changed(
    world: World, kit: Item, client_of: type_of_client
) -> None:
    client_of(world.ana).post(f"/I/{kit.code}/loan")
    page = client_of(world.sam).get(f"/I/{kit.code}/contents")
    assert "The kit is out, and what is in it with it." in text(page)
    assert "Take out" not in page.text


def test_the_list_of_kits_takes_as_many_statements_however_many_there_are(
    world: World, client_of: type_of_client
) -> None:
    def read() -> int:
        world.session.commit()
        with statements() as seen:
            assert client_of(world.sam).get("/groups/borgo/inventory/kits").status_code == 200
        return len(seen)

    assert "No kits yet" in text(client_of(world.sam).get("/groups/borgo/inventory/kits"))
    world.make_kit(world.make_item())
    few = read()
    for _ in range(5):
        world.make_kit(*(world.make_item() for _ in range(4)))
    assert read() == few
