"""Photos lie there before an act begins, and go when it comes to nothing; nobody else waits for that."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Event, Thread
from uuid import UUID, uuid4

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from tests.conftest import type_of_client
from tests.postgres import on_any_database
from tests.reading import text
from tests.server import PATIENCE
from tests.world import World
from toolshare.care.models import DamageReport
from toolshare.database import InDoubt
from toolshare.inventory import photos
from toolshare.inventory.models import Item, Photo
from toolshare.laying import photos_sent
from toolshare.settings import Settings

STOCK = "/groups/borgo/inventory"
OF_SEVERAL = len(photos.WIDTHS)


def picture() -> FileStorage:
    file = BytesIO()
    Image.new("RGB", (700, 500), "green").save(file, "PNG")
    return FileStorage(BytesIO(file.getvalue()), "green.png")


def no_picture() -> FileStorage:
    return FileStorage(BytesIO(b"%PDF-1.7"), "bill.pdf")


def damage(*pictures: FileStorage) -> dict[str, object]:
    return {"note": "Sparks.", "usable": "no", "operation": str(uuid4()), "photo": [*pictures]}


def files(chosen: Settings) -> set[str]:
    return {one.name for one in chosen.shelf.lying()}


@pytest.fixture
def item(world: World) -> Item:
    """A thing that is in, known to every connection."""
    item = world.make_item()
    world.session.commit()
    return item


REFUSED: dict[str, dict[str, object]] = {
    "/I/7K3M9QXA/damage": {"usable": "no"},
    "/I/{code}/return": {"condition": "broken"},
    "/desk/findings": {"loan": "4711", "condition": "broken"},
    f"/offline/scans/{UUID(int=1)}/photo": {},
    f"{STOCK}/kinds/4711/photos": {},
    f"{STOCK}/things": {"name": "Saw", "label": "7K3M9QXA", "counting": "counted"},
}


@pytest.mark.parametrize("address", REFUSED)
def test_an_act_that_is_refused_leaves_no_photo(
    chosen: Settings, client_of: type_of_client, world: World, item: Item, address: str
) -> None:
    sent = REFUSED[address] | {"photo": picture()}
    answer = client_of(world.cora).post(address.format(code=item.code), data=sent)
    assert 400 <= answer.status_code < 500
    assert files(chosen) == set()


def test_what_was_done_before_keeps_no_second_photo(
    client_of: type_of_client, world: World, item: Item, chosen: Settings
) -> None:
    ana, told = client_of(world.ana), damage()
    for _ in range(2):
        sent = told | {"photo": picture()}
        assert ana.post(f"/I/{item.code}/damage", data=sent).status_code == 303
    photo = world.session.scalars(select(Photo)).one()
    assert files(chosen) == {photos.file_name(photo.name, width) for width in photos.WIDTHS}


def test_of_several_all_are_kept_or_none(
    client_of: type_of_client, world: World, item: Item, chosen: Settings
) -> None:
    cora, address = client_of(world.cora), f"{STOCK}/kinds/{item.kind_id}/photos"
    assert cora.post(address, data={"photo": [picture(), no_picture()]}).status_code == 422
    assert files(chosen) == set()
    assert cora.post(address, data={"photo": [picture(), picture()]}).status_code == 303
    assert [one.position for one in world.session.scalars(select(Photo))] == [0, 1]
    assert len(files(chosen)) == 2 * len(photos.WIDTHS)


def test_an_act_that_was_unlucky_finds_its_photo_again(app: Flask, chosen: Settings) -> None:
    with app.test_request_context(method="POST", data={"photo": picture()}):
        for _ in range(2):
            with photos_sent() as sent:
                assert [photo.width for photo in sent] == [700]
    assert files(chosen) == set()


@pytest.mark.parametrize(("ended", "left"), [(InDoubt(), 3), (KeyError(), 0), (SystemExit(), 0)])
def test_a_photo_of_what_may_have_been_written_down_stays(
    app: Flask, chosen: Settings, ended: BaseException, left: int
) -> None:
    sent = app.test_request_context(method="POST", data={"photo": picture()})
    with sent, pytest.raises(type(ended)), photos_sent():
        raise ended
    assert len(files(chosen)) == left


class Storage(ThreadingHTTPServer):
    """A storage that answers when it is told to, and has room for so many files."""

    daemon_threads = True

    def __init__(self, room: int) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.room, self.lying = room, set[str]()
        self.asked, self.told = Event(), Event()


class Answer(BaseHTTPRequestHandler):
    """Its answers to S3's PUT, and to the POST that deletes."""

    server: Storage
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.set()
        self.server.told.wait(PATIENCE)
        has_room = len(self.server.lying) < self.server.room
        if has_room:
            self.server.lying.add(self.path)
        self._say(HTTPStatus.OK if has_room else HTTPStatus.FORBIDDEN)

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        gone = re.findall("<Key>(.+?)</Key>", asked)
        self.server.lying -= {f"/photos/{name}" for name in gone}
        told = "".join(f"<Deleted><Key>{name}</Key></Deleted>" for name in gone)
        self._say(HTTPStatus.OK, f"<DeleteResult>{told}</DeleteResult>".encode())

    def _say(self, status: HTTPStatus, more: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(more)))
        self.end_headers()
        self.wfile.write(more)

    def log_message(self, *_about: object) -> None:
        """Says nothing."""


@pytest.fixture
def storage_with(app: Flask, chosen: Settings) -> Iterator[Callable[[int], Storage]]:
    """Lets photos go to a storage with room for so many files."""
    with ExitStack() as ends:

        def begin(room: int) -> Storage:
            there = ends.enter_context(Storage(room))
            Thread(target=there.serve_forever, daemon=True).start()
            ends.callback(there.shutdown)
            ends.callback(there.told.set)
            url = f"http://127.0.0.1:{there.server_port}/photos"
            known = {"bucket_region": "us-east-1", "bucket_key": "k", "bucket_secret": "s"}
            app.config["CHOSEN"] = replace(chosen, bucket_url=url, **known)
            return there

        yield begin


@on_any_database
def test_nobody_waits_for_a_storage_that_is_slow(
    storage_with: Callable[[int], Storage], client_of: type_of_client, world: World, item: Item
) -> None:
    there, ana, sam = storage_with(OF_SEVERAL), client_of(world.ana), client_of(world.sam)
    code, app = item.code, ana.application

    def send() -> int:
        with app.app_context():
            return ana.post(f"/I/{code}/damage", data=damage(picture())).status_code

    with ThreadPoolExecutor(1) as beside:
        sending = beside.submit(send)
        assert there.asked.wait(PATIENCE)
        assert sam.post(f"/I/{code}/loan").status_code == 303
        assert not sending.done()
        there.told.set()
        assert sending.result(PATIENCE) == 303
    assert len(there.lying) == OF_SEVERAL
    world.session.scalars(select(Photo)).one()


def test_a_storage_that_goes_away_in_between_keeps_nothing_half(
    storage_with: Callable[[int], Storage], client_of: type_of_client, world: World, item: Item
) -> None:
    there = storage_with(OF_SEVERAL - 1)
    there.told.set()
    answer = client_of(world.ana).post(f"/I/{item.code}/damage", data=damage(picture()))
    assert answer.status_code == 503
    assert "be kept in this moment. Try again in a few minutes" in text(answer)
    assert (there.asked.is_set(), there.lying) == (True, set())
    assert world.session.scalars(select(DamageReport)).all() == []
