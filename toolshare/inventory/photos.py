"""Photos: made upright, stripped of what they tell about place and phone, kept in three widths."""

import io
import secrets
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import func, select

from toolshare.inventory.models import Kind, Photo
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people.models import Group, Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid
from toolshare.shelves import Away, Shelf

# Widths in pixels, each with the bytes that it may weigh: a scan has to come up on a weak signal.
MOST_BYTES = {320: 10_000, 640: 22_000, 1280: 90_000}
WIDTHS = tuple(MOST_BYTES)
QUALITIES = (78, 60, 45, 30, 15)  # of WebP; 15 is soft, and still tells a drill from a saw
MOST_PIXELS = 60_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")


@dataclass(frozen=True)
class NoPicture(Reason):
    """A file that is no picture, or a broken one."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("This file is not a picture that can be read.")
    instead = msgid("Choose a photo: JPEG, PNG or WebP.")


@dataclass(frozen=True)
class TooManyPixels(Reason):
    """A picture too large to be worth its memory."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    megapixels: int
    says = msgid("This picture is too large: more than %(megapixels)s megapixels.")
    instead = msgid("Make it smaller, or take it with the phone's usual setting.")


@dataclass(frozen=True)
class NoPlaceForPhotos(Reason):
    """The storage of photos, another machine, does not answer."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    says = msgid("Photos can't be kept in this moment.")
    instead = msgid("Try again in a few minutes, or do it without a photo.")


def read(upload: IO[bytes]) -> Image.Image:
    """The picture in an upload, upright and without metadata.

    Refuses what is no picture, and what has more than 60 megapixels before it is unpacked.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(upload.read()), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Refusal(TooManyPixels(megapixels=MOST_PIXELS // 1_000_000))
                return _bare(ImageOps.exif_transpose(picture))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refusal(TooManyPixels(megapixels=MOST_PIXELS // 1_000_000)) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise Refusal(NoPicture()) from None


def lay(shelf: Shelf, picture: Image.Image, *, now: datetime) -> Photo:
    """A photo of nothing yet, whose files lie there: all of them, or none.

    They are laid before anything names them, and before anybody waits for it: a file without a row
    is lost space, a row without a file a broken page.
    """
    name = secrets.token_hex(12)
    try:
        width, height = _lay(shelf, name, picture)
    except (OSError, Refusal):  # a full disk, a bucket that has gone away
        erase(shelf, name)
        raise
    return Photo(name=name, width=width, height=height, added_at=now)


def keep(
    session: AnySession,
    photo: Photo,
    *,
    group: Group,
    kind: Kind | None = None,
    by: Person | None,
    now: datetime,
) -> Photo:
    """Keeps a photo that was laid: of a kind, whose first is the cover, or else of damage."""
    photo.kind_id, photo.group_id = kind.id if kind else None, group.id
    photo.position = _next_position(session, kind) if kind else 0
    session.add(photo)
    if kind is not None:
        name = photo.name
        record(session, Event.PHOTO_ADDED, by=by, at=now, group=group, kind=kind.name, photo=name)
    return photo


def keep_all(
    session: AnySession, laid: Sequence[Photo], kind: Kind, *, by: Person, now: datetime
) -> None:
    """Keeps photos of a kind that were laid, in their order."""
    for photo in laid:
        keep(session, photo, group=kind.group, kind=kind, by=by, now=now)


def remove(
    session: AnySession, kind: Kind, photo: Photo, *, group: Group, by: Person | None, now: datetime
) -> None:
    """Takes a photo away from a kind; its files are erased when that is committed."""
    session.delete(photo)
    record(
        session, Event.PHOTO_REMOVED, by=by, at=now, group=group, kind=kind.name, photo=photo.name
    )


def make_cover(photos: Sequence[Photo], cover: Photo) -> None:
    """Puts one photo of a kind before the others."""
    others = [photo for photo in photos if photo is not cover]
    for position, photo in enumerate([cover, *others]):
        photo.position = position


def file_name(name: str, width: int) -> str:
    """What the file of a photo in one of the widths is called."""
    return f"{name}-{width}.webp"


def is_whole(beginning: bytes, size: int) -> bool:
    """Whether a file is as long as its first 12 bytes say: one written to a full disk is not."""
    length = int.from_bytes(beginning[4:8], "little") + 8
    return (beginning[:4], beginning[8:12]) == (b"RIFF", b"WEBP") and size == length


def size_at(photo: Photo, width: int) -> tuple[int, int]:
    """Width and height in pixels of the file that is kept for one of the widths."""
    shown = min(width, photo.width)
    return shown, max(1, round(photo.height * shown / photo.width))


def erase(shelf: Shelf, name: str) -> None:
    """Removes the files of a photo that no row names, if anybody can now: `check` tells of the rest."""
    with suppress(OSError):
        for width in WIDTHS:
            shelf.remove(file_name(name, width))


def sweep(session: AnySession, shelf: Shelf) -> int:
    """Removes files that no row names, while nobody else adds photos; gives how many."""
    named = set(session.scalars(select(Photo.name)))
    photos = [one.name for one in shelf.lying() if one.name.endswith(".webp")]
    lost = [name for name in photos if name.rsplit("-", 1)[0] not in named]
    for name in lost:
        shelf.remove(name)
    return len(lost)


def _bare(picture: Image.Image) -> Image.Image:
    """Only the pixels: nothing that the camera wrote about place, time or phone."""
    picture = picture.convert("RGBA" if "transparency" in picture.info else picture.mode)
    if picture.mode in {"RGBA", "LA", "PA"}:
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.convert("RGBA").getchannel("A"))
        return ground
    plain = Image.new("RGB", picture.size)
    plain.paste(picture.convert("RGB"))
    return plain


def _lay(shelf: Shelf, name: str, picture: Image.Image) -> tuple[int, int]:
    size, made = (0, 0), b""
    for width, most in MOST_BYTES.items():
        shown = picture.copy()
        shown.thumbnail((width, width * 4), Image.Resampling.LANCZOS)
        if shown.size != size:  # a small picture is the same in every width that it doesn't fill
            size, made = shown.size, _as_webp(shown, most)
        _put(shelf, file_name(name, width), made)
    return size


def _put(shelf: Shelf, name: str, made: bytes) -> None:
    try:
        shelf.put(name, made)
    except Away as away:
        raise Refusal(NoPlaceForPhotos()) from away


def _as_webp(picture: Image.Image, most: int) -> bytes:
    """In the best quality that weighs no more than so many bytes, else in the least."""
    file = io.BytesIO()
    for quality in QUALITIES:
        file = io.BytesIO()
        picture.save(file, "WEBP", quality=quality)
        if file.tell() <= most:
            break
    return file.getvalue()


def _next_position(session: AnySession, kind: Kind) -> int:
    last = session.scalar(select(func.max(Photo.position)).where(Photo.kind_id == kind.id))
    return 0 if last is None else last + 1
