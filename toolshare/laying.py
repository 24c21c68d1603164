"""Photos that were sent with an act: they lie on the shelf before it begins, and go if it comes to nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, request
from sqlalchemy import inspect

from toolshare import clock
from toolshare.database import reading
from toolshare.inventory import photos
from toolshare.inventory.models import Photo
from toolshare.refusals import refuse_if
from toolshare.shelves import Shelf
from toolshare.trouble import nobody_knows


@contextmanager
def photos_sent(*, most: int | None = 1) -> Iterator[list[Photo]]:
    """The photos that came along, of nothing yet, in files that lie there already.

    It stands round the transaction: nobody waits to write while a picture is made small and a bucket
    takes it. What nothing has kept when the block ends is erased: all of it when the act is refused.
    Refuses what is no picture.
    """
    shelf: Shelf = current_app.config["CHOSEN"].shelf
    laid: list[Photo] = []
    try:
        with reading():  # else a connection would wait for the bucket, too
            uploads = [one for one in request.files.getlist("photo") if one.filename]
        for upload in uploads[:most]:
            upload.stream.seek(0)  # an act that was unlucky begins anew
            picture = photos.read(upload.stream)
            laid.append(photos.lay(shelf, picture, now=clock.now()))
        yield laid
    except Exception as error:
        if nobody_knows(error):  # what a row may name stays; `toolshare check` tells if none does
            laid.clear()
        raise
    finally:
        for photo in laid:
            if inspect(photo).transient:
                photos.erase(shelf, photo.name)


def needed(sent: list[Photo]) -> list[Photo]:
    """The photos that came along; refuses where none did."""
    refuse_if([] if sent else [photos.NoPicture()])
    return sent
