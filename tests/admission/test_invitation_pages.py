"""Pages of invitations: made, printed, opened by strangers and by members, revoked."""

import re
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.browser.admission import invite
from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import PASSWORD, World
from toolshare.database import transaction
from toolshare.people.models import Person

PAGE = "/groups/borgo/invitations"
ADA = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD}
TERMS = {"until": "2026-06-30", "role": "member", "most_uses": "", "note": "Assembly"}


@pytest.fixture
def cora(world: World, client_of: type_of_client) -> FlaskClient:
    """Cora's browser."""
    return client_of(world.cora)


@pytest.fixture
def link(world: World) -> str:
    """Where an invitation of Cora's leads."""
    with transaction():
        return f"/join/{invite(world)[1]}"


def test_a_link_is_shown_once_and_lets_a_stranger_in(
    cora: FlaskClient, client_of: type_of_client
) -> None:
    shown = cora.post(PAGE, data=TERMS).text
    link = re.findall(r"/join/[\w-]+", shown)[0]
    assert 'class="symbol"' in shown
    listed = cora.get(PAGE).text
    assert "Assembly" in listed
    assert link not in listed
    stranger = client_of(None)
    assert "Join Borgo" in stranger.get(link).text
    made = stranger.post(f"{link}/account", data=ADA)
    assert made.location == "/groups/borgo"
    assert "Welcome: you are in Borgo." in stranger.get(made.location).text
    assert stranger.post(f"{link}/account", data=ADA).status_code == HTTPStatus.CONFLICT


def test_who_is_signed_in_joins_with_one_button_and_then_is_in(
    world: World, client_of: type_of_client, link: str
) -> None:
    zoe = client_of(world.zoe)
    assert 'name="password"' not in zoe.get(link).text
    assert zoe.post(link).location == "/groups/borgo"
    assert "You are in Borgo already." in zoe.get(link).text


def test_a_stranger_signs_in_first_and_comes_back(client_of: type_of_client, link: str) -> None:
    stranger = client_of(None)
    assert f"/sign-in?next={link}" in stranger.get(link).text
    assert "/sign-in" in (stranger.post(link).location or "")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"email": "ana@example.org"}, "There is an account with this e-mail address."),
        ({"password": "short"}, "A password needs at least 10 characters."),
        ({"email": "nowhere"}, "is not an e-mail address"),
        ({"name": " "}, "This field is required."),
    ],
)
def test_what_is_wrong_with_an_account_is_said_and_nothing_is_made(
    world: World, client_of: type_of_client, link: str, wrong: dict[str, str], says: str
) -> None:
    before = len(world.session.scalars(select(Person.id)).all())
    answer = client_of(None).post(f"{link}/account", data=ADA | wrong)
    assert answer.status_code in {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
    assert says in answer.text
    assert len(world.session.scalars(select(Person.id)).all()) == before


def test_who_guesses_addresses_has_to_wait(client_of: type_of_client, link: str) -> None:
    stranger = client_of(None)
    guess = {**ADA, "email": "ana@example.org"}
    statuses = [stranger.post(f"{link}/account", data=guess).status_code for _ in range(6)]
    assert statuses == [HTTPStatus.CONFLICT] * 5 + [HTTPStatus.TOO_MANY_REQUESTS]


def test_a_revoked_link_says_that_it_is_over(
    world: World, cora: FlaskClient, client_of: type_of_client
) -> None:
    with transaction():
        made, token = invite(world)
        revocation = f"{PAGE}/{made.id}/revocation"
    assert "nobody comes in with it any more" in cora.post(revocation, follow_redirects=True).text
    answer = client_of(None).get(f"/join/{token}")
    assert answer.status_code == HTTPStatus.GONE
    assert "This invitation doesn&#39;t work any more." in answer.text
    assert client_of(world.vera).post(revocation).status_code == HTTPStatus.NOT_FOUND
    assert cora.post(f"{PAGE}/999/revocation").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "wrong",
    [{"until": ""}, {"until": "2026-05-01"}, {"most_uses": "0"}, {"role": "steward"}],
)
def test_terms_that_cannot_be_come_back_with_what_is_wrong(
    cora: FlaskClient, wrong: dict[str, str]
) -> None:
    answer = cora.post(PAGE, data=TERMS | wrong)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Assembly" in answer.text


def test_many_invitations_take_no_more_statements_than_one(world: World, cora: FlaskClient) -> None:
    with transaction():
        invite(world)
    with statements() as few:
        cora.get(PAGE)
    with transaction():
        for _ in range(9):
            invite(world)
    with statements() as many:
        cora.get(PAGE)
    assert len(many) == len(few) < 12
