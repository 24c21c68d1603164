"""Care: what is wrong with a thing, out of service, and back into it."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.answers import done
from toolshare.care import reports
from toolshare.care.forms import (
    REASONS,
    DamageForm,
    DayForm,
    NoteForm,
    OutageForm,
    ServiceForm,
    filled_in,
)
from toolshare.care.models import OutageReason
from toolshare.circulation import damage, service, servicing
from toolshare.database import reading, transaction
from toolshare.inventory import photos
from toolshare.labels.scanning import item_behind, read_scan
from toolshare.laying import photos_sent
from toolshare.people.signin import person_signed_in
from toolshare.refusals import refuse_if

room = Blueprint("care", __name__)


@room.get("/I/<code>/damage")
def damage_of(code: str) -> ResponseReturnValue:
    """The form to say what is wrong with a thing, for whoever has it or stands before it."""
    person, now = person_signed_in(), clock.now()
    with reading() as session:
        item = item_behind(session, read_scan(code, ()))
        refuse_if([*damage.reasons_against(session, item, by=person, now=now)])
        known = reports.open_reports(session, item)
        return render_template("care/damage_of.html", item=item, known=known)


@room.post("/I/<code>/damage")
def report_damage(code: str) -> ResponseReturnValue:
    """Somebody says what is wrong with a thing."""
    form = filled_in(DamageForm, request.form)
    with photos_sent() as sent, transaction() as session:
        person, now = person_signed_in(), clock.now()
        item = item_behind(session, read_scan(code, ()))
        told = damage.report(
            session,
            item,
            by=person,
            now=now,
            note=form.note.data or "",
            usable=form.usable.data == "yes",
            operation=form.act,
        )
        if told is not None and sent:
            group = item.kind.group
            told.photo = photos.keep(session, sent[0], group=group, by=person, now=now)
    says = _("Thank you for saying so. A steward looks at it.")
    return done(url_for("circulation.scan", code=code), says=says)


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
    says = _("Marked: %(reason)s.", reason=str(REASONS[reason]))
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


@room.post("/I/<code>/services")
def record_service(code: str) -> ResponseReturnValue:
    """A steward has serviced the thing, or had it serviced."""
    form = filled_in(ServiceForm, request.form)
    with transaction() as session:
        servicing.serviced(
            session,
            item_behind(session, read_scan(code, ())),
            by=person_signed_in(),
            now=clock.now(),
            note=form.note.data or "",
            meter=form.meter.data,
            operation=form.act,
        )
    return done(url_for("circulation.scan", code=code), says=_("Noted: it was serviced."))
