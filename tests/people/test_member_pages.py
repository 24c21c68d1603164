"""Pages on which coordinators see to the people of their group."""

from http import HTTPStatus
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.circulation.booked import ana_has_reserved
from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import World
from toolshare.circulation.promises import Reservation
from toolshare.database import transaction
from toolshare.people.models import Membership, Person, Role
from toolshare.people.roles import membership_in

STANDING = {"role": "member", "since": "2026-01-01", "until": "", "why": ""}


@pytest.fixture
def cora(world: World, client_of: type_of_client) -> FlaskClient:
    """Cora's browser."""
    return client_of(world.cora)


def page_of(session: Session, world: World, person: Person) -> str:
    membership = membership_in(session, person, world.borgo)
    assert membership is not None
    return f"/groups/borgo/people/{membership.id}"


def test_coordinators_find_people(world: World, cora: FlaskClient) -> None:
    page = cora.get("/groups/borgo/people").text
    assert all(f"{name}@example.org" in page for name in ("ana", "sam", "cora", "pau"))
    assert "vera@example.org" not in page
    found = cora.get("/groups/borgo/people?words=an&which=member").text
    assert "ana@example.org" in found
    assert "sam@example.org" not in found
    assert "Nobody here" in cora.get("/groups/borgo/people?words=nobody").text


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=99999999999999999999", "which=x"])
def test_a_strange_page_number_or_filter_shows_people_all_the_same(
    cora: FlaskClient, query: str
) -> None:
    assert "ana@example.org" in cora.get(f"/groups/borgo/people?{query}").text


def test_many_people_take_no_more_statements_than_few(world: World, cora: FlaskClient) -> None:
    with statements() as few:
        cora.get("/groups/borgo/people")
    with transaction():
        for number in range(60):
            world.make_person(f"Member{number:02}", world.borgo)
    with statements() as many:
        page = cora.get("/groups/borgo/people").text
    assert len(many) == len(few) < 12
    assert "Page 1 of 2" in page
    assert "sam@example.org" in cora.get("/groups/borgo/people?page=2").text


def test_a_coordinator_adds_somebody_and_gives_a_link(
    session: Session, cora: FlaskClient, client_of: type_of_client
) -> None:
    assert cora.get("/groups/borgo/people/new").status_code == HTTPStatus.OK
    added = cora.post(
        "/groups/borgo/people",
        data={"name": "Ada", "email": "Ada@Example.org", "role": "steward"},
    )
    page = cora.get(added.location).text
    assert "Ada is in Borgo." in page
    assert "Ada has no password yet." in page
    given = cora.post(f"{added.location}/password-link")
    link = given.text.split("readonly")[1].partition(">")[2].partition("<")[0]
    assert link.startswith("https://tools.example.org/password/")
    ada = client_of(None)
    ada.post(link.removeprefix("https://tools.example.org"), data={"password": "brown hens lay"})
    assert "ada@example.org" in ada.get("/account").text
    assert session.scalars(
        select(Membership.role).join(Person).where(Person.name == "Ada")
    ).all() == [Role.STEWARD]


@pytest.mark.parametrize(
    ("typed", "status", "why"),
    [
        ({"name": ""}, 422, "This field is required."),
        ({"email": "nowhere"}, 422, "“nowhere” is not an e-mail address."),
        ({"role": "king"}, 422, "Not a valid choice."),
        ({"email": "ana@example.org"}, 409, "Ana is already in Borgo."),
    ],
)
def test_who_can_not_be_added_is_said(
    cora: FlaskClient, typed: dict[str, str], status: int, why: str
) -> None:
    person = {"name": "Ada", "email": "ada@example.org", "role": "member"} | typed
    answer = cora.post("/groups/borgo/people", data=person)
    assert (answer.status_code, why in answer.text) == (status, True)


def test_a_change_holds_from_the_next_click(
    session: Session, world: World, cora: FlaskClient, client_of: type_of_client
) -> None:
    ana, place = client_of(world.ana), page_of(session, world, world.ana)
    assert ana.get("/groups/borgo/people").status_code == HTTPStatus.FORBIDDEN
    assert cora.post(place, data=STANDING | {"role": "coordinator"}).location == place
    ana = client_of(world.ana)
    assert ana.get("/groups/borgo/people").status_code == HTTPStatus.OK
    with transaction():
        booked = ana_has_reserved(world, world.make_item().kind, 15, 16)
    until = {"role": "coordinator", "until": "2026-05-31"}
    cora.post(place, data=STANDING | until)
    assert session.get_one(Reservation, booked.id).cancelled_at
    assert ana.get("/groups/borgo").status_code == HTTPStatus.NOT_FOUND


def test_what_is_refused_is_said_on_the_form(
    session: Session, world: World, cora: FlaskClient
) -> None:
    own = cora.post(page_of(session, world, world.cora), data=STANDING)
    assert own.status_code == HTTPStatus.CONFLICT
    assert "Cora is the last coordinator of Borgo." in own.text
    unknown = cora.post(page_of(session, world, world.ana), data=STANDING | {"since": "then"})
    assert unknown.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "There is no such date." in unknown.text


def test_nobody_of_another_group_is_shown_or_changed(
    session: Session, world: World, cora: FlaskClient
) -> None:
    vera = membership_in(session, world.vera, world.castello)
    assert vera is not None
    place = f"/groups/borgo/people/{vera.id}"
    assert cora.get(place).status_code == HTTPStatus.NOT_FOUND
    assert cora.post(place, data=STANDING).status_code == HTTPStatus.NOT_FOUND
    assert cora.post(f"{place}/password-link").status_code == HTTPStatus.NOT_FOUND


def test_the_link_of_who_belongs_elsewhere_too_is_refused(
    session: Session, world: World, cora: FlaskClient
) -> None:
    with transaction():
        world.make_membership(world.vera, world.borgo)
    answer = cora.post(page_of(session, world, world.vera) + "/password-link")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "Vera belongs to Castello too" in answer.text


def upload(client: FlaskClient, content: bytes) -> TestResponse:
    return client.post(
        "/groups/borgo/people/import/preview", data={"file": (BytesIO(content), "people.csv")}
    )


def carried(page: str) -> str:
    return page.split('name="content" value="')[1].split('"', maxsplit=1)[0]


def test_a_file_is_previewed_and_then_imported(session: Session, cora: FlaskClient) -> None:
    file = "name;email;role\nJosé;jose@example.org;\nAna;ana@example.org;steward\n"
    assert "Show what would happen" in cora.get("/groups/borgo/people/import").text
    preview = upload(cora, file.encode("cp1252")).text
    assert "José" in preview
    assert "Joins as member" in preview
    assert "Becomes steward" in preview
    assert "José" not in cora.get("/groups/borgo/people").text
    done = cora.post("/groups/borgo/people/import", data={"content": carried(preview)})
    assert done.location == "/groups/borgo/people"
    page = cora.get(done.location).text
    assert "2 people are imported." in page
    assert "José" in page
    assert "Is there already" in upload(cora, file.encode()).text


@pytest.mark.parametrize(
    ("content", "status", "why"),
    [
        (b"", 422, "There is nothing in this file."),
        (b"name,email\nEva,nowhere\n", 422, "Line 2: “nowhere” is not an e-mail address."),
        (b"x" * 350_001, 413, "The file is too big"),
    ],
)
def test_a_file_that_can_not_be_imported_is_not(
    cora: FlaskClient, content: bytes, status: int, why: str
) -> None:
    answer = upload(cora, content)
    assert (answer.status_code, why in answer.text) == (status, True)


def test_the_biggest_file_can_be_carried_from_preview_to_import(cora: FlaskClient) -> None:
    file = b"name,email,note\nAda,ada@example.org," + b"x" * 130_000 + b"\n"
    file += b"Eva,eva@example.org," + b"x" * 130_000 + b"\n"
    file += b"Ida,ida@example.org," + b"x" * (350_000 - len(file) - 21) + b"\n"
    assert len(file) == 350_000
    content = carried(upload(cora, file).text)
    done = cora.post("/groups/borgo/people/import", data={"content": content})
    assert done.status_code == HTTPStatus.SEE_OTHER


def test_what_no_preview_carried_is_not_imported(cora: FlaskClient) -> None:
    place = "/groups/borgo/people/import"
    assert cora.post(place, data={"content": "%"}).status_code == HTTPStatus.BAD_REQUEST
    assert cora.post(place).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_people_are_exported_for_a_spreadsheet(world: World, cora: FlaskClient) -> None:
    with transaction():
        world.make_person("=SUM(A1)", world.borgo)
    answer = cora.get("/groups/borgo/people.csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=borgo-people.csv"
    assert answer.data.startswith("\ufeffname,email,role\r\n'=SUM(A1),".encode())
