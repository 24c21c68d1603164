"""The page of one's own photo."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare.database import reading, transaction
from toolshare.inventory import photos, portraits
from toolshare.inventory.views import room
from toolshare.laying import needed, photos_sent
from toolshare.people.signin import person_signed_in
from toolshare.refusals import Reason, Refusal


@room.get("/account/photo")
def portrait() -> ResponseReturnValue:
    """One's own photo, and how to give another."""
    return _page()


@room.post("/account/photo")
def keep_portrait() -> ResponseReturnValue:
    """Keeps a photo of oneself, in place of any before."""
    try:
        with photos_sent() as sent, transaction() as session:
            former = portraits.keep(session, needed(sent)[0], of=person_signed_in())
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
        photos.erase(current_app.config["CHOSEN"].shelf, former)
    flash(says, "success")
    return redirect(url_for(".portrait"), HTTPStatus.SEE_OTHER)


def _page(reasons: Sequence[Reason] = ()) -> str:
    with reading() as session:
        kept = portraits.portrait_of(session, person_signed_in())
        return render_template("inventory/portrait.html", portrait=kept, reasons=reasons)
