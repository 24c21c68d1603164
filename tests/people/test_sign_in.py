"""Signing in with e-mail and password."""

from flask.testing import FlaskClient

from tests.conftest import type_of_client
from tests.world import PASSWORD, World


def test_who_signs_in_on_the_way_somewhere_lands_there(
    world: World, client_of: type_of_client
) -> None:
    client: FlaskClient = client_of(None)
    answer = client.post(
        "/sign-in", data={"email": "ANA@example.org", "password": PASSWORD, "next": "/I/7K3M9QXA"}
    )
    assert (answer.status_code, answer.location) == (303, "/I/7K3M9QXA")


def test_a_wrong_password_is_refused(world: World, client_of: type_of_client) -> None:
    answer = client_of(None).post(
        "/sign-in", data={"email": "ana@example.org", "password": "a guess"}
    )
    assert answer.status_code == 422


def test_another_site_is_no_place_to_land(world: World, client_of: type_of_client) -> None:
    for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example", "/\n/evil"):
        answer = client_of(None).post(
            "/sign-in",
            data={"email": "ana@example.org", "password": PASSWORD, "next": elsewhere},
        )
        assert answer.location == "/"
