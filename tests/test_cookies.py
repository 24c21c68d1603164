"""Cookies: nobody else can set them for us, and who was signed in stays so."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient

from tests.browser import kiosks
from tests.conftest import type_of_client
from tests.kiosk.conftest import Tablet
from tests.world import World
from toolshare.database import transaction
from toolshare.kiosk import pairing, tablet
from toolshare.people.signin import SignedIn

NAME = "__Host-session"


def written(app: Flask, world: World) -> str:
    """Ana's session as it was written before its cookie had a prefix."""
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    kept = {"_user_id": SignedIn(world.ana).get_id(), "_fresh": True, "_permanent": True}
    return str(serializer.dumps(kept))


def status_with(app: Flask, **cookies: str) -> tuple[int, FlaskClient]:
    client = app.test_client()
    for name, value in cookies.items():
        client.set_cookie(name.replace("HOST", "__Host-"), value)
    return client.get("/account").status_code, client


def test_a_session_is_of_one_host_and_no_script_or_other_site_gets_it(
    app: Flask, world: World, client_of: type_of_client
) -> None:
    sent = app.test_client().post(
        "/sign-in", data={"email": "ana@example.org", "password": "the barn is green"}
    )
    (cookie,) = sent.headers.getlist("Set-Cookie")
    assert cookie.startswith(f"{NAME}=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_who_was_signed_in_before_the_cookie_had_its_prefix_stays_so(
    app: Flask, world: World
) -> None:
    status, client = status_with(app, session=written(app, world))
    assert (status, client.get_cookie("session")) == (200, None)
    assert client.get_cookie(NAME) is not None
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize("cookie", ["", "forged", "e30.aaaa.bbbb"])
def test_a_forged_session_of_former_times_opens_nothing(
    app: Flask, world: World, cookie: str
) -> None:
    assert status_with(app, session=cookie)[0] == 303


def test_a_session_of_former_times_ends_as_it_would_have(app: Flask, world: World) -> None:
    app.permanent_session_lifetime = timedelta(seconds=-1)
    assert status_with(app, session=written(app, world))[0] == 303


def test_no_session_of_today_can_be_planted_under_the_former_name(
    app: Flask, world: World, client_of: type_of_client
) -> None:
    cookie = client_of(world.ana).get_cookie(NAME)
    assert cookie is not None
    assert status_with(app, HOSTsession=cookie.value)[0] == 200
    assert status_with(app, session=cookie.value)[0] == 303


def test_a_session_of_former_times_is_nothing_beside_one_of_today(
    app: Flask, world: World, client_of: type_of_client
) -> None:
    cookie = client_of(world.zoe).get_cookie(NAME)
    assert cookie is not None
    _, client = status_with(app, HOSTsession=cookie.value, session=written(app, world))
    assert "zoe@example.org" in client.get("/account").text


def test_a_tablet_that_was_the_kiosk_before_stays_it(app: Flask, world: World) -> None:
    with transaction():
        token = Tablet(world).token
    client = app.test_client()
    client.set_cookie("kiosk", tablet._serializer(tablet.COOKIE).dumps(token))
    assert client.get("/kiosk").status_code == 200
    client.delete_cookie("kiosk")
    client.set_cookie("kiosk", tablet._serializer(tablet.SIGNED_FOR).dumps(token))
    assert client.get("/kiosk").status_code == 404


def test_a_tablet_is_the_kiosk_by_a_cookie_of_one_host(app: Flask, world: World) -> None:
    with transaction():
        _, link = kiosks.set_up(world)
    (cookie,) = (
        one
        for one in app.test_client().post(f"/kiosk/pairing/{link}").headers.getlist("Set-Cookie")
        if "kiosk" in one
    )
    assert cookie.startswith("__Host-kiosk=")
    assert pairing.GOOD_FOR < tablet.KEPT
