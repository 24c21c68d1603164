"""Leaving a group: what would come of it, and doing it."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.admission import leaving as going
from toolshare.admission.views import room
from toolshare.database import reading, transaction
from toolshare.gate import needs
from toolshare.people.models import Group, Role
from toolshare.people.signin import person_signed_in
from toolshare.refusals import Reason, Refusal

LEAVING = "/groups/<slug>/leaving"


@room.get(LEAVING)
@needs(Role.MEMBER)
def leaving(group: Group) -> ResponseReturnValue:
    """What has to come back first, and what would be called off; changes nothing."""
    return _leaving_page(group)


@room.post(LEAVING)
@needs(Role.MEMBER)
def leave(group: Group) -> ResponseReturnValue:
    """Ends one's membership."""
    try:
        with transaction() as session:
            going.leave(session, person_signed_in(), group, now=clock.now())
    except Refusal as refusal:
        return _leaving_page(group, refusal.reasons), refusal.status
    flash(_("You have left %(group)s.", group=group.name), "success")
    return redirect(url_for("people.groups"), HTTPStatus.SEE_OTHER)


def _leaving_page(group: Group, reasons: Sequence[Reason] = ()) -> str:
    with reading() as session:
        found = going.leaving(session, person_signed_in(), group, now=clock.now())
        return render_template(
            "admission/leaving.html", group=group, found=found, reasons=reasons or found.reasons
        )
