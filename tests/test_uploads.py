"""What is sent to us never takes more than its share, however it is packed or announced."""

import gzip
import io
import socket
import struct
import zlib
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import type_of_client
from tests.server import serving
from tests.world import World
from toolshare import gate
from toolshare.inventory import photos
from toolshare.refusals import Refusal

MEBIBYTE = 2**20


def png(*chunks: tuple[bytes, bytes], width: int = 1, height: int = 1) -> bytes:
    """A picture that says it is so large, with these chunks in it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 4)
    listed = [(b"IHDR", head), *chunks, (b"IDAT", pixels), (b"IEND", b"")]
    packed = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in listed
    )
    return b"\x89PNG\r\n\x1a\n" + packed


def test_a_picture_is_measured_by_what_it_says_before_it_is_unpacked() -> None:
    with pytest.raises(Refusal) as refusal:
        photos.read(io.BytesIO(png(width=60_000, height=60_000)))
    assert refusal.value.reasons == (photos.TooManyPixels(megapixels=60),)


@pytest.mark.parametrize("name", [b"zTXt", b"iCCP"])
def test_words_packed_into_a_picture_are_not_unpacked_without_end(name: bytes) -> None:
    bomb = b"Comment\0\0" + zlib.compress(b"\0" * 100 * MEBIBYTE)
    assert len(bomb) < MEBIBYTE
    assert photos.read(io.BytesIO(png())).size == (1, 1)
    with pytest.raises(Refusal) as refusal:
        photos.read(io.BytesIO(png((name, bomb))))
    assert refusal.value.reasons == (photos.NoPicture(),)


def test_a_form_of_very_many_parts_is_refused(
    app: Flask, world: World, client_of: type_of_client
) -> None:
    client = client_of(world.ana)
    parts = {f"part-{number}": "x" for number in range(1_100)}
    answer = client.post("/account", data=parts, content_type="multipart/form-data")
    assert (answer.status_code, "too big" in answer.text) == (413, True)
    for path in ("/account", "/sign-in", "/kiosk/sittings"):
        answer = client.post(path, data="a=&" * 20_001, content_type=gate.FORM)
        assert answer.status_code == (404 if "kiosk" in path else 413)


def test_what_comes_packed_is_not_unpacked(world: World, client_of: type_of_client) -> None:
    packed = gzip.compress(b"name=Mallory&language=")
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/x-www-form-urlencoded"}
    answer = client_of(world.ana).post("/account", data=packed, headers=headers)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_what_is_too_long_is_not_read_whether_it_says_so_or_not(tmp_path: Path) -> None:
    with serving(tmp_path / "instance", f"sqlite:///{tmp_path / 'toolshare.sqlite'}") as port:
        announced = _answer(port, b"Content-Length: 30000000\r\n", [])
        unending = [b"10000\r\n" + b"a" * 2**16 + b"\r\n"] * (25 * MEBIBYTE // 2**16)
        silent = _answer(port, b"Transfer-Encoding: chunked\r\n", [*unending, b"0\r\n\r\n"])
    assert (announced, silent) == (b"413", b"422")  # of what has no length, nothing is read


def _answer(port: int, length: bytes, pieces: list[bytes]) -> bytes:
    """The status that a sign-in gets, sent as long as the other side takes it."""
    head = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    kind = b"Content-Type: application/x-www-form-urlencoded\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(head + kind + length + b"\r\n")
        with suppress(BrokenPipeError, ConnectionResetError):
            for piece in pieces:
                connection.sendall(piece)
        return connection.recv(2**16).split()[1]
