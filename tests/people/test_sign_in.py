"""Signing in with e-mail and password."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import PASSWORD, World
from toolshare.database import transaction
from toolshare.people import passwords


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
    assert "nothing was saved" not in client.get(answer.location).text
    assert client.post("/sign-out").location == "/sign-in"
    assert client.post("/sign-out", headers={"Referer": "//["}).location == "/sign-in"


def test_what_is_sent_when_a_session_has_ended_is_said_not_to_be_saved(
    client: FlaskClient,
) -> None:
    client.post("/account", data={"name": "Anna"})
    assert "nothing was saved" in client.get("/sign-in").text


def test_who_is_signed_in_needs_no_form(world: World, client_of: type_of_client) -> None:
    answer = client_of(world.ana).get("/sign-in?next=/account")
    assert (answer.status_code, answer.location) == (303, "/account")


def test_nothing_typed_is_no_attempt(client: FlaskClient) -> None:
    for _ in range(6):
        answer = client.post("/sign-in", data={"email": "ana@example.org", "password": ""})
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "HTTPS:evil.example",
        "https:/evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "\x01//evil.example",
        "@evil.example",
        ".evil.example",
        "evil.example",
        "javascript:alert(1)",
        "data:text/html,evil",
        "//ana@evil.example:80/",
        "//[2001:db8::7]/",
        "/\r\nLocation: https://evil.example",
        "//[",
    ],
)
def test_another_site_is_no_place_to_land(client: FlaskClient, elsewhere: str) -> None:
    assert sign_in(client, elsewhere) == (303, "/")


@dataclass
class Work(PasswordHasher):
    """The real hasher, which counts how often it has looked at a password."""

    looked: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        self.looked += 1
        return super().verify(hash, password)


def test_as_much_work_is_done_for_an_address_that_nobody_has(
    world: World, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction():
        world.zoe.password_hash = None
    done = {}
    for name in ("ana", "zoe", "nobody"):
        hasher = Work()
        monkeypatch.setattr(passwords, "hasher", hasher)
        with statements() as sent:
            sent_in = {"email": f"{name}@example.org", "password": "a guess"}
            assert client.post("/sign-in", data=sent_in).status_code == 422
        done[name] = (hasher.looked, len(sent))
    assert done["ana"][0] == 1
    assert done["ana"] == done["zoe"] == done["nobody"]
