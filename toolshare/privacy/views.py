"""Pages about what is known of people."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.database import reading, transaction
from toolshare.gate import needs
from toolshare.people.models import Group, Role
from toolshare.people.signin import person_signed_in
from toolshare.privacy import retention as keeping
from toolshare.privacy.forms import RetentionForm
from toolshare.refusals import Reason, Refusal

room = Blueprint("privacy", __name__)


@room.get("/groups/<slug>/privacy")
@needs(Role.COORDINATOR)
def retention(group: Group) -> ResponseReturnValue:
    """For how long the group knows who had what."""
    with reading() as session:
        days = keeping.days_of(session, group)
        form = RetentionForm(data={"days": days, "never": days is None})
        return _retention_page(group, form)


@room.post("/groups/<slug>/privacy")
@needs(Role.COORDINATOR)
def set_retention(group: Group) -> ResponseReturnValue:
    """Sets for how long."""
    form = RetentionForm(request.form)
    if not form.validate():
        return _retention_page(group, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            keeping.keep_for(session, group, form.chosen, by=person_signed_in(), now=clock.now())
    except Refusal as refusal:
        return _retention_page(group, form, refusal.reasons), refusal.status
    flash(_("Saved."), "success")
    return redirect(url_for(".retention", slug=group.slug), HTTPStatus.SEE_OTHER)


def _retention_page(group: Group, form: RetentionForm, reasons: Sequence[Reason] = ()) -> str:
    with reading():
        return render_template("privacy/retention.html", group=group, form=form, reasons=reasons)
