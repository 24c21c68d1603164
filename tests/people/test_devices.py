"""Where people are signed in: what they see of it, and how it ends."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import MONDAY_NOON, PASSWORD, World
from toolshare import clock
from toolshare.database import transaction
from toolshare.journal.models import Entry
from toolshare.people import devices
from toolshare.people.models import Device, Person
from toolshare.people.user_agents import browser_and_system
from toolshare.refusals import Refusal

MOZILLA = "Mozilla/5.0"
CHROMIUM = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0"
PHONE = f"{MOZILLA} (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


def begin(session: Session, person: Person, said: str = PHONE, **more: int) -> Device:
    now = MONDAY_NOON - timedelta(days=more.get("days_ago", 0))
    return devices.begin(session, person, said, again=more.get("again"), now=now)


def sign_in_with(client: FlaskClient, user_agent: str) -> None:
    sent = {"email": "ana@example.org", "password": PASSWORD}
    client.post("/sign-in", data=sent, headers={"User-Agent": user_agent})


@pytest.mark.parametrize(
    ("said", "browser", "system"),
    [
        (PHONE, "Firefox", "Android"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {CHROMIUM} Safari/537.36", "Chrome", "Windows"),
        (f"{MOZILLA} (Windows NT 10.0) {CHROMIUM} Safari/537.36 Edg/141.0", "Edge", "Windows"),
        (f"{MOZILLA} (X11; Linux x86_64) {CHROMIUM} Safari/537.36 OPR/120.0", "Opera", "Linux"),
        (f"{MOZILLA} (X11; CrOS x86_64 16181.61.0) {CHROMIUM}", "Chrome", "ChromeOS"),
        (
            f"{MOZILLA} (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
            "Version/18.5 Mobile/15E148 Safari/604.1",
            "Safari",
            "iPhone",
        ),
        (f"{MOZILLA} (iPad; CPU OS 18_5) AppleWebKit/605.1.15 CriOS/141.0", "Chrome", "iPad"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 10.15) Gecko Firefox/140.0", "Firefox", "macOS"),
        ("curl/8.14", "", ""),
        ("", "", ""),
    ],
)
def test_a_browser_is_known_by_two_words_and_no_more(said: str, browser: str, system: str) -> None:
    assert browser_and_system(said) == (browser, system)


def test_everybody_sees_where_they_are_signed_in(world: World, client_of: type_of_client) -> None:
    phone, desk = client_of(None), client_of(None)
    sign_in_with(phone, PHONE)
    sign_in_with(desk, "curl/8.14")
    page = " ".join(desk.get("/account").text.split())
    assert "Firefox on Android" in page
    assert "A browser <span" in page
    assert page.count("this device, since") == page.count("Sign out there") == 1
    assert "Firefox" not in client_of(world.zoe).get("/account").text


def test_a_device_is_signed_out_from_another(
    session: Session, world: World, client_of: type_of_client
) -> None:
    phone, desk = client_of(None), client_of(world.ana)
    sign_in_with(phone, PHONE)
    lost = session.scalars(select(Device.id).where(Device.browser == "Firefox")).one()
    assert desk.post(f"/account/devices/{lost}/sign-out").location == "/account"
    assert "That device is signed out" in desk.get("/account").text
    assert phone.get("/account").status_code == 303
    assert desk.post(f"/account/devices/{lost}/sign-out").status_code == 404
    entry = session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert entry is not None
    assert (entry.what, entry.by_id) == ("signed_out_elsewhere", world.ana.id)


@pytest.mark.parametrize("way", ["/sign-out", "/account/devices/{}/sign-out"])
def test_a_session_ends_with_its_row_whoever_kept_the_cookie(
    session: Session, world: World, client_of: type_of_client, way: str
) -> None:
    client = client_of(world.ana)
    cookie = client.get_cookie("__Host-session")
    assert cookie is not None
    client.post(way.format(session.scalars(select(Device.id)).one()))
    client.set_cookie("__Host-session", cookie.value)
    assert client.get("/account").status_code == 303
    assert session.scalar(select(Device.id)) is None


def test_who_signs_in_again_on_a_device_has_it_once(
    session: Session, world: World, client_of: type_of_client
) -> None:
    client = client_of(world.ana)
    sign_in_with(client, PHONE)
    assert session.scalars(select(Device.browser)).all() == ["Firefox"]
    client.post("/sign-in", data={"email": "zoe@example.org", "password": PASSWORD})
    assert len(session.scalars(select(Device)).all()) == 2


def test_nobody_is_signed_in_on_a_device_of_somebody_elses(session: Session, world: World) -> None:
    with transaction():
        anas = begin(session, world.ana)
        zoes = begin(session, world.zoe, again=anas.id)
        assert zoes.id != anas.id
        with pytest.raises(Refusal):
            devices.sign_out(session, world.zoe, anas.id, now=MONDAY_NOON)


def test_no_more_devices_are_kept_than_anybody_has(
    session: Session, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "MOST_DEVICES", 2)
    with transaction():
        old, newer, newest = (begin(session, world.ana, days_ago=days).id for days in (9, 5, 0))
    kept = [device.id for device in devices.devices_of(session, world.ana)]
    assert (kept, old in kept) == ([newest, newer], False)


def test_what_nobody_used_for_ninety_days_is_forgotten(session: Session, world: World) -> None:
    with transaction():
        begin(session, world.ana, days_ago=91)
        kept = begin(session, world.ana, days_ago=90).id
        begin(session, world.zoe)
        world.zoe.session_version += 1
        devices.forget_unused(session, now=MONDAY_NOON)
    assert session.scalars(select(Device.id)).all() == [kept]


def test_the_last_day_of_use_is_written_down_once_and_asks_nothing_more(
    session: Session,
    world: World,
    client_of: type_of_client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, tomorrow = client_of(world.ana), MONDAY_NOON + timedelta(days=1)
    asked = []
    for now in (MONDAY_NOON, tomorrow, tomorrow, MONDAY_NOON):
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        with statements() as sent:
            client.get("/account")
        asked.append(sum("devices" in one for one in sent))
    assert asked == [2, 3, 2, 2]  # who it is, and the list
    assert session.scalars(select(Device.used_on)).all() == [tomorrow.date()]


def test_a_page_is_shown_where_its_use_can_not_be_written_down(
    world: World, client_of: type_of_client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("attempt to write a readonly database"))

    client = client_of(world.ana)
    monkeypatch.setattr(clock, "now", lambda: MONDAY_NOON + timedelta(days=1))
    monkeypatch.setattr(devices, "note_use", fail)
    assert client.get("/account").status_code == 200
