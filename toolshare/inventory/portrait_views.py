"""The page of one's own photo."""

from collections.abc import Sequence
from http import HTTPStatus
from io import BytesIO

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.database import reading, transaction
from toolshare.inventory import photos, portraits
from toolshare.inventory.views import room
from toolshare.people.signin import person_signed_in
from toolshare.refusals import Reason, Refusal
from toolshare.shelves import Shelf


@room.get("/account/photo")
def portrait() -> ResponseReturnValue:
    """One's own photo, and how to give another."""
    return _page()


@room.post("/account/photo")
def keep_portrait() -> ResponseReturnValue:
    """Keeps a photo of oneself, in place of any before."""
    upload = request.files.get("photo")
    try:
        picture = photos.read(upload.stream if upload else BytesIO())
        with transaction() as session:
            former = portraits.keep(
                session, _shelf(), picture, of=person_signed_in(), now=clock.now()
            )
    except Refusal as refusal:
        return _page(refusal.reasons), refusal.status
    return _done(former, _("This is your photo now."))


@room.post("/account/photo/removal")
def remove_portrait() -> ResponseReturnValue:
    """Takes one's photo away."""
    with transaction() as session:
        former = portraits.remove(session, person_signed_in())
    return _done(former, _("Your photo is gone."))


def _done(former: str | None, says: str) -> ResponseReturnValue:
    if former is not None:
        photos.erase(_shelf(), former)
    flash(says, "success")
    return redirect(url_for(".portrait"), HTTPStatus.SEE_OTHER)


def _shelf() -> Shelf:
    shelf: Shelf = current_app.config["CHOSEN"].shelf
    return shelf


def _page(reasons: Sequence[Reason] = ()) -> str:
    with reading() as session:
        kept = portraits.portrait_of(session, person_signed_in())
        return render_template("inventory/portrait.html", portrait=kept, reasons=reasons)
