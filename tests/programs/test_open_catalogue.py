"""The open catalogue: what a group has, for anybody, when it wants that; never who has it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import type_of_client
from tests.counting import statements
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.database import transaction
from toolshare.inventory.models import Counting, Item, Kind, Photo
from toolshare.journal.models import Entry, Event
from toolshare.people.roles import RoleNeeded
from toolshare.programs import feeding, opening_up
from toolshare.programs.models import OpenCatalogue
from toolshare.refusals import Refusal

FEED = "/groups/borgo/catalogue.json"
SETTINGS = "/groups/borgo/catalogue"


@pytest.fixture
def stranger(client_of: type_of_client) -> FlaskClient:
    return client_of(None)


def open_it(world: World) -> None:
    with transaction() as session:
        opening_up.open_catalogue(session, world.borgo, by=world.cora, now=MONDAY_NOON)


def fill(world: World) -> Kind:
    """A kind about which all is known, with one of its two things lent to Ana."""
    with transaction() as session:
        garden = world.make_category("Garden > Soil")
        digger = world.make_kind(
            name="Digger", brand="Stihl", description="Digs.", categories=[garden]
        )
        described = {"group_id": world.borgo.id, "width": 640, "height": 480}
        session.add(Photo(kind_id=digger.id, name="a" * 20, added_at=MONDAY_NOON, **described))
        out = world.make_item(digger, donor="Rosa", notes_for_members="Ask Rosa", value=99)
        world.make_item(digger)
        world.make_item(digger, retired_at=MONDAY_NOON)
        world.make_loan(out, world.ana)
    return digger


def test_a_catalogue_is_closed_until_it_is_opened_and_when_it_is_closed_again(
    world: World, client_of: type_of_client, stranger: FlaskClient
) -> None:
    fill(world)
    cora = client_of(world.cora)
    answers = [stranger.get(FEED).status_code]
    for act in ("opening", "opening", "closing", "closing"):
        assert cora.post(f"{SETTINGS}/{act}").status_code == 303
        answers.append(stranger.get(FEED).status_code)
    assert answers == [404, 200, 200, 404, 404]
    told = [entry.what for entry in world.session.query(Entry).order_by(Entry.id)]
    assert told == [Event.CATALOGUE_OPENED, Event.CATALOGUE_CLOSED]
    assert stranger.get("/groups/nowhere/catalogue.json").status_code == 404


@pytest.mark.parametrize("verb", [opening_up.open_catalogue, opening_up.close_catalogue])
def test_only_a_coordinator_opens_and_closes(world: World, verb: Any) -> None:
    with pytest.raises(Refusal) as refused:
        verb(world.session, world.borgo, by=world.sam, now=MONDAY_NOON)
    assert isinstance(refused.value.reasons[0], RoleNeeded)


def test_it_says_what_there_is(world: World, stranger: FlaskClient) -> None:
    digger = fill(world)
    open_it(world)
    feed = stranger.get(FEED).get_json()
    assert {name: feed[name] for name in ("version", "title", "feed_url", "language")} == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Borgo",
        "feed_url": "https://tools.example.org/groups/borgo/catalogue.json",
        "language": "en",
    }
    assert feed["items"] == [
        {
            "id": str(digger.id),
            "title": "Digger",
            "content_text": "Digs.",
            "date_published": "2026-06-01T12:00:00+00:00",
            "tags": ["Garden > Soil"],
            "image": f"https://tools.example.org/photos/{'a' * 20}-1280.webp",
            "_toolshare": {"counting": "counted", "count": 2, "brand": "Stihl"},
        }
    ]


def test_lending_changes_nothing_in_it(world: World, stranger: FlaskClient) -> None:
    digger = fill(world)
    open_it(world)
    before = stranger.get(FEED).data
    with transaction():
        free = world.session.query(Item).filter_by(kind_id=digger.id, retired_at=None).all()[1]
        world.make_loan(free, world.sam)
    assert stranger.get(FEED).data == before
    assert not [word for word in (b"Ana", b"Sam", b"Rosa", b"99") if word in before]


@pytest.mark.parametrize(
    ("counting", "quantities", "count"),
    [
        (Counting.COUNTED, [None, None], 2),
        (Counting.BULK, [40, 8], 48),
        (Counting.BULK, [40, None], None),
        (Counting.CONSUMABLE, [None], None),
    ],
)
def test_how_many_there_are(
    world: World, counting: Counting, quantities: list[int | None], count: int | None
) -> None:
    open_it(world)
    with transaction():
        kind = world.make_kind(counting=counting)
        for quantity in quantities:
            world.make_item(kind, quantity=quantity)
    page = feeding.open_page(world.session, "borgo", after=None)
    assert [feeding.how_many(one) for one in page.kinds] == [count]


def test_what_others_of_the_network_have_is_not_in_it(world: World, stranger: FlaskClient) -> None:
    open_it(world)
    with transaction():
        world.make_item(world.make_kind(name="Tractor", group_id=world.valle.id))
        world.make_kind(name="None left")
    assert stranger.get(FEED).get_json()["items"] == []


@on_any_database
def test_pages_follow_one_another_in_a_few_statements_each(
    world: World, client_of: type_of_client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "A_PAGE", 5)
    open_it(world)
    with transaction():
        for number in range(feeding.A_PAGE + 1):
            world.make_item(world.make_kind(name=f"Kind {number}"))
    stranger = client_of(None)
    with statements() as sent:
        first = stranger.get(FEED).get_json()
    assert len(sent) <= 6
    second = stranger.get(first["next_url"]).get_json()
    titles = [item["title"] for feed in (first, second) for item in feed["items"]]
    assert titles == [f"Kind {number}" for number in range(feeding.A_PAGE, -1, -1)]
    assert "next_url" not in second


def test_who_knows_it_already_gets_nothing_new(world: World, stranger: FlaskClient) -> None:
    fill(world)
    open_it(world)
    answer = stranger.get(FEED)
    again = stranger.get(FEED, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.mimetype == "application/feed+json"
    with transaction():
        world.make_item(world.make_kind(name="Saw"))
    assert stranger.get(FEED, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200


def test_no_other_answer_may_be_read_by_pages_of_other_sites(
    world: World, client_of: type_of_client
) -> None:
    open_it(world)
    cora = client_of(world.cora)
    for address in ("/", "/catalogue", "/groups/borgo/programs", "/sign-in"):
        answer = cora.get(address, headers={"Origin": "https://elsewhere.example"})
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("after", ["0", "-1", "x", "99999999999999999999999", "1e9", ""])
def test_whatever_stands_for_the_page_is_answered(
    world: World, stranger: FlaskClient, after: str
) -> None:
    fill(world)
    open_it(world)
    assert stranger.get(f"{FEED}?after={after}").status_code == 200


def test_the_page_says_whether_it_is_open(world: World, client_of: type_of_client) -> None:
    cora = client_of(world.cora)
    assert "Open the catalogue to everybody" in cora.get("/groups/borgo/programs").text
    open_it(world)
    page = cora.get("/groups/borgo/programs").text
    assert f"https://tools.example.org{FEED}" in page
    assert "Close the catalogue" in page
    assert world.session.query(OpenCatalogue).count() == 1
