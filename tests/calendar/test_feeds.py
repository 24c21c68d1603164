"""What a calendar program reads by a private link."""

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from icalendar.cal import Component

from tests.circulation.test_reserving import book
from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import MONDAY_NOON, World
from toolshare.circulation.calling_off import cancel
from toolshare.inventory.models import Item
from toolshare.people.models import Membership, Role
from toolshare.people.roles import membership_in


@pytest.fixture
def tent(world: World) -> Item:
    """A tent that Ana has; she has reserved a saw, and so has Sam."""
    tent = world.make_item(world.make_kind(name="Tent"))
    world.make_loan(tent, world.ana)
    saw = world.make_kind(name="Saw")
    world.make_item(saw)
    book(world, saw, 10, 12)
    book(world, saw, 15, 16, world.sam)
    world.session.commit()
    return tent


def link_of(client: FlaskClient, group: str = "") -> str:
    """The path of a link that somebody makes."""
    page = client.post("/calendar-links", data={"group": group}).text
    found = re.search(r"(/feeds/[\w-]+\.ics)", page)
    assert found, page
    return found[1]


def events(client: FlaskClient, link: str) -> dict[str, Component]:
    """What stands in a feed, by what it says."""
    answer = client.get(link)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    calendar = Calendar.from_ical(answer.data)
    return {str(one["summary"]): one for one in calendar.walk("VEVENT")}


def test_ones_own_feed_tells_what_to_fetch_and_what_to_bring_back(
    world: World, client_of: type_of_client, tent: Item
) -> None:
    found = events(client_of(None), link_of(client_of(world.ana)))
    assert found.keys() == {"Bring back: Tent", "Fetch: Saw"}
    assert found["Bring back: Tent"].decoded("dtend") == MONDAY_NOON + timedelta(days=7)
    (alarm,) = found["Bring back: Tent"].walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-1)
    fetch = found["Fetch: Saw"]
    assert fetch.decoded("dtstart") == datetime.fromisoformat("2026-06-10T00:00+02:00")
    assert str(fetch["status"]) == "CONFIRMED"
    assert str(fetch["uid"]).endswith("@tools.example.org")


def test_a_groups_feed_tells_its_stewards_who(
    world: World, client_of: type_of_client, tent: Item
) -> None:
    found = events(client_of(None), link_of(client_of(world.sam), "borgo"))
    assert found.keys() == {"Bring back: Tent (Ana)", "Fetch: Saw (Ana)", "Fetch: Saw (Sam)"}


def test_members_get_no_link_to_a_groups_feed(
    world: World, client_of: type_of_client, tent: Item
) -> None:
    assert client_of(world.ana).post("/calendar-links", data={"group": "borgo"}).status_code == 404


def test_who_is_no_steward_any_more_reads_nothing(
    world: World, client_of: type_of_client, tent: Item
) -> None:
    link = link_of(client_of(world.sam), "borgo")
    own = world.session.get_one(Membership, id_of_membership(world))
    own.role = Role.MEMBER
    world.session.commit()
    assert client_of(None).get(link).status_code == 404


def id_of_membership(world: World) -> int:
    own = membership_in(world.session, world.sam, world.borgo)
    assert own is not None
    return own.id


def test_a_link_is_shown_once_and_can_be_revoked(
    world: World, client_of: type_of_client, tent: Item
) -> None:
    client = client_of(world.ana)
    link = link_of(client)
    page = client.get("/calendar-links").text
    assert link not in page
    revoke = re.search(r"/calendar-links/\d+/revocation", page)
    assert revoke
    assert client_of(world.sam).post(revoke[0]).status_code == 404
    assert client.get(link).status_code == 200
    client.post(revoke[0])
    assert client.get(link).status_code == 404


def test_what_was_cancelled_is_gone_and_what_was_read_is_not_sent_again(
    world: World, client_of: type_of_client
) -> None:
    saw = world.make_kind(name="Saw")
    world.make_item(saw)
    booked = book(world, saw, 10, 12)
    world.session.commit()
    link, reader = link_of(client_of(world.ana)), client_of(None)
    tag = reader.get(link).headers["ETag"]
    assert reader.get(link, headers={"If-None-Match": tag}).status_code == 304
    cancel(world.session, booked, by=world.ana, now=MONDAY_NOON)
    world.session.commit()
    assert events(reader, link) == {}
    assert reader.get(link, headers={"If-None-Match": tag}).status_code == 200


def test_ten_links_are_enough(world: World, client_of: type_of_client) -> None:
    client = client_of(world.ana)
    for _ in range(10):
        link_of(client)
    assert client.post("/calendar-links").status_code == 409


def test_a_long_feed_takes_as_many_statements_as_a_short_one(
    world: World, client_of: type_of_client, tent: Item
) -> None:
    link, reader = link_of(client_of(world.ana)), client_of(None)
    counts = []
    for _ in range(2):
        with statements() as sent:
            reader.get(link)
        counts.append(len(sent))
        for _ in range(5):
            world.make_loan(world.make_item(), world.ana)
        world.session.commit()
    assert counts[0] == counts[1]


@pytest.mark.parametrize("token", ["unknown", "", "x" * 500])
def test_an_unknown_link_leads_nowhere(client_of: type_of_client, token: str) -> None:
    assert client_of(None).get(f"/feeds/{token}.ics").status_code == 404
