"""Photos come in any way a phone takes them, and are kept upright, small and silent."""

import io
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from PIL.PngImagePlugin import PngInfo
from sqlalchemy.orm import Session, scoped_session

from tests.world import World
from toolshare.inventory import photos
from toolshare.refusals import Refusal
from toolshare.shelves import Folder

PLACE = "Via del Canarino 7"
AnySession = scoped_session[Session]


def jpeg(size: tuple[int, int] = (400, 300), exif: Image.Exif | None = None) -> io.BytesIO:
    """A JPEG as a phone would send it: red on the left, blue on the right."""
    picture = Image.new("RGB", size, "#c02020")
    picture.paste("#2020c0", (size[0] // 2, 0, *size))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", exif=exif or Image.Exif())
    return io.BytesIO(stream.getvalue())


def test_a_photo_that_lies_on_its_side_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    picture = photos.read(jpeg(exif=exif))
    assert picture.size == (300, 400)
    assert picture.getpixel((150, 20))[0] > 150  # red has come to the top


def test_a_photo_tells_nothing_about_where_it_was_taken(
    world: World, session: AnySession, tmp_path: Path, now: datetime
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "A phone"
    exif.get_ifd(0x8825)[2] = (43.0, 46.0, 10.0)
    kind = world.make_kind()
    upload = jpeg((2000, 1500), exif)
    assert b"A phone" in upload.getvalue()
    photo = photos.keep(
        session,
        photos.lay(Folder(tmp_path), photos.read(upload), now=now),
        group=world.borgo,
        kind=kind,
        by=world.cora,
        now=now,
    )
    for width in photos.WIDTHS:
        with Image.open(tmp_path / photos.file_name(photo.name, width)) as kept:
            assert kept.format == "WEBP"
            assert not kept.getexif()
            assert kept.size == photos.size_at(photo, width) == (width, width * 3 // 4)


def telling(kind: str) -> bytes:
    """A picture of this format that says where it was taken wherever such a file can say it."""
    exif = Image.Exif()
    exif[0x010E] = f"at {PLACE}"
    exif.get_ifd(0x8825)[2] = (43.0, 46.0, 10.0)
    words, told = f"<x:xmpmeta>{PLACE}</x:xmpmeta>", PngInfo()
    told.add_text("Comment", PLACE)
    told.add_itxt("XML:com.adobe.xmp", words)
    ways: dict[str, dict[str, object]] = {
        "JPEG": {"exif": exif, "comment": PLACE, "xmp": words.encode()},
        "PNG": {"exif": exif, "pnginfo": told},
        "WEBP": {"exif": exif, "xmp": words.encode()},
        "GIF": {"comment": PLACE},
        "BMP": {},
        "TIFF": {"description": PLACE, "tiffinfo": {700: words.encode(), 33723: PLACE.encode()}},
    }
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(stream, kind, **ways[kind])
    if kind == "BMP":  # it has no words; what comes after the pixels could be some
        return stream.getvalue() + PLACE.encode()
    if kind != "JPEG":
        return stream.getvalue()
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0c" + PLACE.encode()
    return b"\xff\xd8\xff\xed" + (len(iptc) + 2).to_bytes(2) + iptc + stream.getvalue()[2:]


@pytest.mark.parametrize("kind", photos.FORMATS)
def test_whatever_a_file_says_in_words_is_gone(tmp_path: Path, now: datetime, kind: str) -> None:
    upload = telling(kind)
    assert PLACE.encode() in upload
    photos.lay(Folder(tmp_path / "shelf"), photos.read(io.BytesIO(upload)), now=now)
    files = [one.read_bytes() for one in (tmp_path / "shelf").iterdir()]
    assert len(files) == len(photos.WIDTHS)
    for one in files:
        assert PLACE.encode() not in one
        with Image.open(io.BytesIO(one)) as kept:
            assert not {"exif", "xmp", "icc_profile", "comment"} & kept.info.keys()


def test_a_photo_full_of_detail_is_kept_light(tmp_path: Path, now: datetime) -> None:
    gravel = Image.effect_noise((2560, 1920), 120).filter(ImageFilter.GaussianBlur(2))
    photo = photos.lay(Folder(tmp_path), gravel.convert("RGB"), now=now)
    for width, most in photos.MOST_BYTES.items():
        assert (tmp_path / photos.file_name(photo.name, width)).stat().st_size <= most


def test_a_small_photo_is_not_blown_up(tmp_path: Path, now: datetime) -> None:
    photo = photos.lay(Folder(tmp_path), photos.read(jpeg()), now=now)
    assert (photo.width, photo.height) == (400, 300)
    assert photos.size_at(photo, 1280) == (400, 300)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7 and so on",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        jpeg().getvalue()[:500],
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal) as refusal:
        photos.read(io.BytesIO(content))
    assert refusal.value.reasons == (photos.NoPicture(),)


@pytest.mark.parametrize("height", [6_001, 10_000, 20_000])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(height: int) -> None:
    huge = io.BytesIO()
    Image.new("1", (10_000, height)).save(huge, "PNG")
    huge.seek(0)
    with pytest.raises(Refusal) as refusal:
        photos.read(huge)
    assert refusal.value.reasons == (photos.TooManyPixels(megapixels=60),)


def test_what_is_clear_in_a_picture_is_shown_on_white() -> None:
    stream = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(stream, "PNG")
    stream.seek(0)
    assert photos.read(stream).getpixel((5, 5)) == (255, 255, 255)


def test_the_first_photo_is_the_cover_until_another_is_chosen(
    world: World, session: AnySession, tmp_path: Path, now: datetime
) -> None:
    kind = world.make_kind()
    first, second = (
        photos.keep(
            session,
            photos.lay(Folder(tmp_path), photos.read(jpeg()), now=now),
            group=world.borgo,
            kind=kind,
            by=world.cora,
            now=now,
        )
        for _ in range(2)
    )
    assert (first.position, second.position) == (0, 1)
    photos.make_cover([first, second], second)
    assert (first.position, second.position) == (1, 0)


def test_a_small_photo_is_the_same_in_every_width_that_it_does_not_fill(
    tmp_path: Path, now: datetime
) -> None:
    picture = Image.new("RGB", (400, 300))
    photo = photos.lay(Folder(tmp_path), picture, now=now)
    small, medium, large = (tmp_path / photos.file_name(photo.name, one) for one in photos.WIDTHS)
    assert medium.read_bytes() == large.read_bytes() != small.read_bytes()
    with Image.open(small) as shown:
        assert shown.size == photos.size_at(photo, 320) == (320, 240)


def test_files_that_nothing_names_are_swept_away(
    world: World, session: AnySession, tmp_path: Path, now: datetime
) -> None:
    kind = world.make_kind()
    photo = photos.keep(
        session,
        photos.lay(Folder(tmp_path), photos.read(jpeg()), now=now),
        group=world.borgo,
        kind=kind,
        by=world.cora,
        now=now,
    )
    session.flush()
    assert photos.sweep(session, Folder(tmp_path)) == 0
    photos.remove(session, kind, photo, group=world.borgo, by=world.cora, now=now)
    assert photos.sweep(session, Folder(tmp_path)) == len(photos.WIDTHS)
    assert list(tmp_path.glob("*.webp")) == []
