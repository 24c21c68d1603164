"""The pages of one's own account, and sessions on several devices."""

from datetime import datetime, timedelta
from http import HTTPStatus

from sqlalchemy.orm import Session

from tests.conftest import type_of_client
from tests.world import MONDAY_NOON, PASSWORD, World
from toolshare.database import transaction
from toolshare.people.password_links import give_link

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
