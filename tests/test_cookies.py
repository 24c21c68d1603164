"""Cookies: nobody else can set them for us, and they are read under their own names."""

from flask import Flask

from tests.browser import kiosks
from tests.conftest import type_of_client
from tests.kiosk.conftest import Tablet
from tests.world import World
from toolshare.database import transaction
from toolshare.kiosk import pairing, tablet

NAME = "__Host-session"


def status_with(app: Flask, **cookies: str) -> int:
    client = app.test_client()
    for name, value in cookies.items():
        client.set_cookie(name.replace("HOST", "__Host-"), value)
    return client.get("/account").status_code


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


def test_a_session_is_read_under_its_own_name_alone(
    app: Flask, world: World, client_of: type_of_client
) -> None:
    cookie = client_of(world.ana).get_cookie(NAME)
    assert cookie is not None
    assert status_with(app, HOSTsession=cookie.value) == 200
    assert status_with(app, session=cookie.value) == 303


def test_a_session_from_before_devices_were_known_opens_nothing(app: Flask, world: World) -> None:
    kept = {"_user_id": f"{world.ana.id}.{world.ana.session_version}", "_fresh": True}
    with app.test_client() as client, client.session_transaction() as session:
        session.update(kept)
    assert client.get("/account").status_code == 303


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
