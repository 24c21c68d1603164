"""Buttons of care: out of service, and back into it."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.answers import done
from toolshare.care.forms import REASONS, DayForm, NoteForm, OutageForm, filled_in
from toolshare.care.models import OutageReason
from toolshare.circulation import service
from toolshare.database import transaction
from toolshare.labels.scanning import item_behind, read_scan
from toolshare.people.signin import person_signed_in

room = Blueprint("care", __name__)


@room.post("/I/<code>/outage")
def take_out_of_service(code: str) -> ResponseReturnValue:
    """A steward says why a thing can't be lent for now."""
    form = filled_in(OutageForm, request.form)
    reason = OutageReason(str(form.reason.data))
    with transaction() as session:
        service.take_out(
            session,
            item_behind(session, read_scan(code, ())),
            reason,
            by=person_signed_in(),
            now=clock.now(),
            note=form.note.data or "",
            expected_on=form.expected_on.data,
            operation=form.act,
        )
    says = _("Marked: %(reason)s.", reason=str(REASONS[reason]).lower())
    return done(url_for("circulation.scan", code=code), says=says)


@room.post("/I/<code>/outage/day")
def expect(code: str) -> ResponseReturnValue:
    """A steward says by when a thing should be in service again."""
    form = filled_in(DayForm, request.form)
    with transaction() as session:
        service.expect(
            session,
            item_behind(session, read_scan(code, ())),
            form.expected_on.data,
            by=person_signed_in(),
            now=clock.now(),
            operation=form.act,
        )
    return done(url_for("circulation.scan", code=code), says=_("Noted."))


@room.post("/I/<code>/service")
def put_into_service(code: str) -> ResponseReturnValue:
    """A steward has found the thing fine: it can be lent again."""
    form = filled_in(NoteForm, request.form)
    with transaction() as session:
        service.put_back(
            session,
            item_behind(session, read_scan(code, ())),
            by=person_signed_in(),
            now=clock.now(),
            note=form.note.data or "",
            operation=form.act,
        )
    return done(url_for("circulation.scan", code=code), says=_("Back in service."))
