"""The pages of one's own account, and sessions on several devices."""

from base64 import b64encode
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from sqlalchemy.orm import Session

from tests.conftest import type_of_client
from tests.world import MONDAY_NOON, PASSWORD, World
from toolshare.database import transaction
from toolshare.people.models import Role
from toolshare.people.password_links import give_link
from toolshare.people.roles import membership_in

NEW = "eleven brown hens"


def test_a_session_lasts_for_ninety_days(world: World, client_of: type_of_client) -> None:
    client = client_of(world.ana)
    cookie = client.get_cookie("__Host-session")
    assert cookie is not None
    assert cookie.expires is not None
    days = (cookie.expires - datetime.now(cookie.expires.tzinfo)) / timedelta(days=1)
    assert 89.9 < days <= 90
    assert cookie.http_only


def test_who_signs_out_everywhere_is_out_on_every_device(
    world: World, client_of: type_of_client
) -> None:
    phone, desk = client_of(world.ana), client_of(world.ana)
    assert phone.get("/account").status_code == HTTPStatus.OK
    desk.post("/account/sign-out-everywhere")
    assert phone.get("/account").location == "/sign-in?next=/account"
    assert client_of(world.ana).get("/account").status_code == HTTPStatus.OK


def test_a_new_password_keeps_this_device_signed_in_and_no_other(
    world: World, client_of: type_of_client
) -> None:
    phone, desk = client_of(world.ana), client_of(world.ana)
    answer = desk.post("/account/password", data={"present": PASSWORD, "password": NEW})
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert "Your password is changed" in desk.get("/account").text
    assert phone.get("/account").status_code == HTTPStatus.SEE_OTHER


def test_a_wrong_present_password_is_said_on_the_page(
    world: World, client_of: type_of_client
) -> None:
    answer = client_of(world.ana).post(
        "/account/password", data={"present": "a guess", "password": NEW}
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Your present password is another" in answer.text


def test_one_changes_ones_name_and_language(world: World, client_of: type_of_client) -> None:
    client = client_of(world.ana)
    client.post("/account", data={"name": " Anna ", "language": "en"})
    assert 'value="Anna"' in client.get("/account").text
    assert client.post("/account", data={"name": " ", "language": "en"}).status_code == 422
    assert client.post("/account", data={"name": "Anna", "language": "xx"}).status_code == 422
    assert 'value="Anna"' in client.get("/account").text


def test_what_is_wrong_is_said_above_the_account_too(
    world: World, client_of: type_of_client
) -> None:
    answer = client_of(world.ana).post("/account", data={"name": "", "language": ""})
    assert answer.status_code == 422
    assert '<a href="#name">Name</a>: This field is required.' in answer.text


def test_a_password_link_leads_to_a_password_and_a_session(
    session: Session, world: World, client_of: type_of_client
) -> None:
    with transaction():
        token = give_link(session, world.ana, by=world.cora, now=MONDAY_NOON)
    client = client_of(None)
    page = client.get(f"/password/{token}")
    assert "Hello Ana" in page.text
    assert page.headers["Referrer-Policy"] == "same-origin"
    refused = client.post(f"/password/{token}", data={"password": "short"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "at least 10 characters" in refused.text
    assert client.post(f"/password/{token}", data={"password": NEW}).location == "/"
    assert client.get("/account").status_code == HTTPStatus.OK
    assert client.get(f"/password/{token}").status_code == HTTPStatus.GONE
    assert client.post(f"/password/{token}", data={"password": NEW}).status_code == HTTPStatus.GONE


@pytest.mark.parametrize(("role", "is_out"), [("steward", True), ("member", False)])
def test_a_new_role_begins_with_a_new_sign_in(
    world: World, client_of: type_of_client, role: str, is_out: bool
) -> None:
    phone = client_of(world.ana)
    of_ana = membership_in(world.session, world.ana, world.borgo)
    assert of_ana is not None
    sent = {"role": role, "since": "2026-01-02"}
    client_of(world.cora).post(f"/groups/borgo/people/{of_ana.id}", data=sent)
    assert (phone.get("/account").status_code == HTTPStatus.SEE_OTHER) is is_out


@pytest.mark.parametrize("way", ["page", "file"])
def test_who_changes_their_own_role_goes_on_on_this_device_alone(
    world: World, client_of: type_of_client, way: str
) -> None:
    with transaction():
        world.make_person("Dora", world.borgo, Role.COORDINATOR)
        own = membership_in(world.session, world.cora, world.borgo)
        assert own is not None
        address = f"/groups/borgo/people/{own.id}"
    phone, desk = client_of(world.cora), client_of(world.cora)
    if way == "page":
        desk.post(address, data={"role": "member", "since": "2026-01-01"})
    else:
        content = b64encode(b"name,email,role\nCora,cora@example.org,member").decode()
        desk.post("/groups/borgo/people/import", data={"content": content})
    assert "Your card" in desk.get("/account").text
    assert desk.get("/groups/borgo/people").status_code == HTTPStatus.FORBIDDEN
    assert phone.get("/account").status_code == HTTPStatus.SEE_OTHER
