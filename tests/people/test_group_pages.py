"""Pages of groups, as their members and coordinators see them."""

from datetime import date, timedelta
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import type_of_client
from tests.world import World
from toolshare.database import transaction
from toolshare.people.models import ClosedDate, Group, OpeningHours, Role
from toolshare.people.roles import role_in

SETTINGS = {
    "name": "Borgo Alto",
    "contact": "Ask in the bakery.",
    "give_back": "",
    "time_zone": "Europe/Rome",
    "language": "en",
}


@pytest.fixture
def cora(world: World, client_of: type_of_client) -> FlaskClient:
    """Cora's browser."""
    return client_of(world.cora)


def test_ones_groups_are_listed(world: World, client_of: type_of_client) -> None:
    page = client_of(world.pau).get("/groups").text
    assert '<a href="/groups/borgo">Borgo</a>' in page
    assert "Paused" in page
    assert "Ask a coordinator to add zoe@example.org" in client_of(world.zoe).get("/groups").text


def test_a_group_that_one_has_left_is_not_listed(
    world: World, session: Session, client_of: type_of_client
) -> None:
    with transaction():
        gone = world.make_person("Gino", world.borgo, until=date(2026, 5, 31))
    assert "Borgo" not in client_of(gone).get("/groups").text


def test_members_see_when_a_group_is_open_and_how_to_reach_it(
    world: World, cora: FlaskClient, client_of: type_of_client
) -> None:
    assert "Every day." in client_of(world.ana).get("/groups/borgo").text
    cora.post("/groups/borgo/settings", data=SETTINGS)
    cora.post("/groups/borgo/opening-hours", data={"saturday": "9-12, 15-18"})
    for day in ("2026-06-06", "2026-05-01"):
        cora.post("/groups/borgo/closed-dates", data={"day": day, "why": "fair"})
    page = client_of(world.ana).get("/groups/borgo").text
    assert "<dt>Saturday</dt>\n  <dd>9:00–12:00, 15:00–18:00</dd>" in page
    assert "6 Jun 2026: fair" in page
    assert "1 May 2026" not in page
    assert "Ask in the bakery." in page
    assert "Found a chapter" not in page


def test_a_group_leads_to_what_its_federation_lends(
    world: World, client_of: type_of_client
) -> None:
    ana = client_of(world.ana)
    page = ana.get("/groups/borgo").text
    for address in ("/catalogue?group=valle", "/groups/valle/board", "/groups/valle/rules"):
        assert f'href="{address}"' in page
        assert ana.get(address).status_code == HTTPStatus.OK
    assert "castello" not in page


def test_coordinators_change_words(session: Session, cora: FlaskClient) -> None:
    answer = cora.post("/groups/borgo/settings", data=SETTINGS)
    assert (answer.status_code, answer.location) == (303, "/groups/borgo/settings")
    borgo = session.scalars(select(Group).where(Group.slug == "borgo")).one()
    assert (borgo.name, borgo.contact) == ("Borgo Alto", "Ask in the bakery.")
    assert 'value="Borgo Alto"' in cora.get("/groups/borgo/settings").text


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": " "}, "This field is required."),
        ({"time_zone": "Europe/Borgo"}, "There is no time zone “Europe/Borgo”."),
        ({"language": "xx"}, "Not a valid choice."),
    ],
)
def test_wrong_settings_are_said_beside_their_field_and_nothing_is_saved(
    session: Session, cora: FlaskClient, wrong: dict[str, str], why: str
) -> None:
    answer = cora.post("/groups/borgo/settings", data=SETTINGS | wrong)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert why in answer.text
    assert session.scalars(select(Group.name).where(Group.slug == "borgo")).one() == "Borgo"


def test_opening_hours_that_can_not_be_read_change_none(
    session: Session, cora: FlaskClient
) -> None:
    cora.post("/groups/borgo/opening-hours", data={"saturday": "9-12"})
    answer = cora.post("/groups/borgo/opening-hours", data={"monday": "9-12", "sunday": "noon"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "“noon” are no opening hours." in answer.text
    assert session.scalars(select(OpeningHours.weekday)).all() == [5]


def test_a_closed_date_comes_and_goes(session: Session, cora: FlaskClient) -> None:
    assert cora.post("/groups/borgo/closed-dates", data={"day": "x"}).status_code == 422
    cora.post("/groups/borgo/closed-dates", data={"day": "2026-06-06", "why": "fair"})
    again = cora.post("/groups/borgo/closed-dates", data={"day": "2026-06-06"})
    assert again.status_code == HTTPStatus.CONFLICT
    assert "6 Jun 2026: fair" in cora.get("/groups/borgo/settings").text
    assert cora.post("/groups/borgo/closed-dates/removal", data={"day": "x"}).status_code == 400
    cora.post("/groups/borgo/closed-dates/removal", data={"day": "2026-06-06"})
    assert session.scalars(select(ClosedDate)).all() == []


def test_a_coordinator_founds_a_chapter_and_coordinates_it(
    session: Session, world: World, cora: FlaskClient
) -> None:
    assert "Found a chapter" in cora.get("/groups/borgo").text
    assert cora.get("/groups/borgo/chapters/new").status_code == HTTPStatus.OK
    chapter = {"name": "Borgo Alto", "slug": "borgo-alto"}
    answer = cora.post("/groups/borgo/chapters", data=chapter)
    assert answer.location == "/groups/borgo-alto/settings"
    assert cora.get(answer.location).status_code == HTTPStatus.OK
    alto = session.scalars(select(Group).where(Group.slug == "borgo-alto")).one()
    today = date(2026, 6, 1) + timedelta()
    assert role_in(session, world.cora, alto, today=today) is Role.COORDINATOR


@pytest.mark.parametrize(
    ("slug", "status", "why"),
    [
        ("Borgo Alto", 422, "can&#39;t be a short name"),
        ("castello", 409, "There is already a group with the short name"),
    ],
)
def test_a_chapter_needs_a_short_name_of_its_own(
    cora: FlaskClient, slug: str, status: int, why: str
) -> None:
    answer = cora.post("/groups/borgo/chapters", data={"name": "Alto", "slug": slug})
    assert (answer.status_code, why in answer.text) == (status, True)
    assert 'value="Alto"' in answer.text
