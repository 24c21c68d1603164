"""Signing in with e-mail and password."""

from http import HTTPStatus

import pytest
from flask.testing import FlaskClient

from tests.conftest import type_of_client
from tests.world import PASSWORD, World


@pytest.fixture
def client(world: World, client_of: type_of_client) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return client_of(None)


def sign_in(client: FlaskClient, target: str, password: str = PASSWORD) -> tuple[int, str | None]:
    answer = client.post(
        "/sign-in", data={"email": "ANA@example.org", "password": password, "next": target}
    )
    return answer.status_code, answer.location


def test_who_signs_in_on_the_way_somewhere_lands_there(client: FlaskClient) -> None:
    page = client.get("/account?tab=2&name=a%20b")
    assert page.location == "/sign-in?next=/account?tab%3D2%26name%3Da%2520b"
    form = client.get(page.location).text
    assert 'name="next" type="hidden" value="/account?tab=2&amp;name=a%20b"' in form
    assert sign_in(client, "/account?tab=2&name=a%20b") == (303, "/account?tab=2&name=a%20b")


def test_who_mistypes_the_password_still_lands_there(client: FlaskClient) -> None:
    answer = client.post(
        "/sign-in",
        data={"email": "ana@example.org", "password": "a guess", "next": "/I/7K3M9QXA"},
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "E-mail and password don&#39;t fit together" in answer.text
    assert 'value="/I/7K3M9QXA"' in answer.text
    assert 'value="ana@example.org"' in answer.text
    assert "a guess" not in answer.text


def test_whose_session_ended_on_a_page_comes_back_to_it(client: FlaskClient) -> None:
    answer = client.post("/sign-out", headers={"Referer": "http://localhost/I/7K3M9QXA?from=qr"})
    assert answer.location == "/sign-in?next=/I/7K3M9QXA?from%3Dqr"
    assert client.post("/sign-out").location == "/sign-in"


def test_who_is_signed_in_needs_no_form(world: World, client_of: type_of_client) -> None:
    answer = client_of(world.ana).get("/sign-in?next=/account")
    assert (answer.status_code, answer.location) == (303, "/account")


def test_nothing_typed_is_no_attempt(client: FlaskClient) -> None:
    for _ in range(6):
        answer = client.post("/sign-in", data={"email": "ana@example.org", "password": ""})
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_another_site_is_no_place_to_land(client: FlaskClient) -> None:
    for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example", "/\n/evil"):
        assert sign_in(client, elsewhere) == (303, "/")
