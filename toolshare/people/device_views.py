"""Signing out on another device of one's own."""

from http import HTTPStatus

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.database import transaction
from toolshare.people import devices, signin
from toolshare.people.views import room


@room.post("/account/devices/<int:device_id>/sign-out")
def sign_out_device(device_id: int) -> ResponseReturnValue:
    """Ends the session on a device of one's own, this one too."""
    if device_id == signin.device_here():
        signin.sign_out()
        return redirect(url_for("people.sign_in"), HTTPStatus.SEE_OTHER)
    with transaction() as records:
        devices.sign_out(records, signin.person_signed_in(), device_id, now=clock.now())
    flash(_("That device is signed out."), "success")
    return redirect(url_for("people.account"), HTTPStatus.SEE_OTHER)
