"""Photos of people: what is kept of them, and who sees them."""

import io
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from sqlalchemy import select

from tests.conftest import type_of_client
from tests.world import World
from toolshare.database import transaction
from toolshare.inventory import photos
from toolshare.inventory.models import Photo
from toolshare.people.models import Role
from toolshare.people.roles import membership_in


def taken_in_the_barn() -> io.BytesIO:
    """A JPEG as a phone writes it, with the place and the phone in it."""
    picture, exif = Image.new("RGB", (400, 300), "green"), Image.Exif()
    exif[Base.Model] = "Phone of Ana"
    exif.get_ifd(IFD.GPSInfo).update({GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (45.0, 4.0, 41.0)})
    stream = io.BytesIO()
    picture.save(stream, "JPEG", exif=exif, comment=b"45.078 N")
    stream.seek(0)
    read = Image.open(io.BytesIO(stream.getvalue())).getexif()
    assert read.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] == (45.0, 4.0, 41.0)
    return stream


def status(client: FlaskClient, address: str) -> int:
    with client.get(address) as answer:
        return answer.status_code


def give(client: FlaskClient) -> str:
    """Gives a photo of oneself; where it is shown."""
    sent = client.post("/account/photo", data={"photo": (taken_in_the_barn(), "me.jpg")})
    assert sent.location == "/account/photo"
    page = client.get("/account/photo").text
    return page.split('<img class="photo" src="')[1].split('"')[0]


def test_a_photo_of_oneself_tells_nothing_about_where_it_was_taken(
    app: Flask, world: World, client_of: type_of_client
) -> None:
    client = client_of(world.ana)
    with client.get(give(client)) as answer:
        assert (answer.mimetype, answer.headers["Cache-Control"][:7]) == ("image/webp", "private")
    files = sorted(app.config["CHOSEN"].photos.iterdir())
    assert len(files) == len(photos.WIDTHS)
    for file in files:
        content = file.read_bytes()
        assert not Image.open(io.BytesIO(content)).getexif()
        assert not [one for one in (b"EXIF", b"Exif", b"XMP ", b"45.078", b"Ana") if one in content]


def test_it_is_seen_by_oneself_and_by_stewards_of_ones_groups_alone(
    world: World, client_of: type_of_client
) -> None:
    address = give(client_of(world.ana))
    with transaction():
        bea = world.make_person("Bea", world.borgo)
        former = world.make_person("Ugo", world.borgo, Role.STEWARD, until=date(2026, 5, 31))
    allowed = {
        name: status(client_of(person), address)
        for name, person in {
            **{name: getattr(world, name) for name in ("ana", "sam", "cora", "pau", "vera", "zoe")},
            **{"bea": bea, "former": former, "nobody": None},
        }.items()
    }
    assert {name for name, status in allowed.items() if status == 200} == {"ana", "sam", "cora"}
    assert set(allowed.values()) == {200, 404}
    with transaction():
        own = membership_in(world.session, world.ana, world.borgo)
        assert own is not None
        own.until = date(2026, 5, 31)
    assert status(client_of(world.sam), address) == 404


def test_stewards_see_it_on_the_card_and_coordinators_on_the_persons_page(
    world: World, client_of: type_of_client
) -> None:
    address = give(client_of(world.ana))
    own = membership_in(world.session, world.ana, world.borgo)
    assert own is not None
    for person, page in (
        (world.sam, f"/I/{own.code}"),
        (world.cora, f"/groups/borgo/people/{own.id}"),
    ):
        shown = client_of(person).get(page).text
        assert address in shown
        assert 'alt="Photo of Ana"' in shown
    assert address not in client_of(None).get(f"/I/{own.code}").text


def test_another_photo_takes_its_place_and_a_removed_one_leaves_no_file(
    app: Flask, world: World, client_of: type_of_client
) -> None:
    client, folder = client_of(world.ana), app.config["CHOSEN"].photos
    first, second = give(client), give(client)
    assert status(client, first) == 404
    assert status(client, second) == 200
    assert len(list(folder.iterdir())) == len(photos.WIDTHS)
    for _ in range(2):
        assert client.post("/account/photo/removal").location == "/account/photo"
    assert (status(client, second), list(folder.iterdir())) == (404, [])
    assert world.session.scalars(select(Photo)).all() == []


@pytest.mark.parametrize("sent", [{}, {"photo": (io.BytesIO(b"<svg/>"), "me.svg")}], ids=len)
def test_what_is_no_picture_changes_nothing(
    world: World, client_of: type_of_client, sent: dict[str, object]
) -> None:
    client = client_of(world.ana)
    address = give(client)
    answer = client.post("/account/photo", data=sent, content_type="multipart/form-data")
    assert (answer.status_code, "not a picture that can be read" in answer.text) == (422, True)
    assert status(client, address) == 200


def test_files_of_people_are_known_when_others_are_swept(
    app: Flask, world: World, client_of: type_of_client
) -> None:
    give(client_of(world.ana))
    assert photos.sweep(world.session, app.config["CHOSEN"].shelf) == 0
