"""Turning on and off that a browser shows what one is told."""

from http import HTTPStatus

from flask import abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock, pushing
from toolshare.answers import done
from toolshare.database import transaction
from toolshare.messages import browsers
from toolshare.messages.forms import TellHereForm
from toolshare.messages.views import room
from toolshare.people.signin import device_here, person_signed_in


@room.post("/account/messages/browsers")
def turn_on() -> ResponseReturnValue:
    """Shows in this browser what one is told."""
    form, here = TellHereForm(request.form), device_here() or abort(HTTPStatus.FORBIDDEN)
    chosen = current_app.config["CHOSEN"]
    with transaction() as session:
        browsers.turn_on(
            session,
            here,
            form.subscription.data or "",
            key=pushing.public_key_of(chosen.secret_key),
            shows_what=form.shows_what.data,
            now=clock.now(),
            schemes=("https", "http") if chosen.private_push else ("https",),
        )
    return done(url_for("messages.choices"), says=_("This browser shows you what we tell you."))


@room.post("/account/messages/browsers/<int:subscription_id>/removal")
def turn_off(subscription_id: int) -> ResponseReturnValue:
    """Shows nothing more in one of one's browsers."""
    with transaction() as session:
        browsers.turn_off(session, person_signed_in(), subscription_id)
    return done(url_for("messages.choices"), says=_("That browser shows nothing any more."))
