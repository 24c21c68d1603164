"""Pages of one loan: its facts for stewards, and what is done about it between its two ends."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.answers import done
from toolshare.care.forms import NoteForm, filled_in
from toolshare.circulation import dropping_off, forms, listings, losing, recalling
from toolshare.circulation.loan_page import loan_page
from toolshare.circulation.views import room
from toolshare.database import reading, transaction
from toolshare.people.signin import person_signed_in
from toolshare.wording import until


@room.get("/loans/<int:loan_id>")
def loan(loan_id: int) -> ResponseReturnValue:
    """One loan, for stewards."""
    with reading() as session:
        page = loan_page(session, loan_id, person_signed_in(), now=clock.now())
        return render_template("circulation/loan.html", page=page)


@room.post("/loans/<int:loan_id>/drop-off")
def drop_off(loan_id: int) -> ResponseReturnValue:
    """The borrower has left it in the shed."""
    form = filled_in(forms.DropOffForm, request.form)
    with transaction() as session:
        person, now = person_signed_in(), clock.now()
        left = listings.loan_for(session, loan_id, person, now=now)
        left = dropping_off.drop_off(
            session, left, by=person, now=now, where=form.where.data or "", operation=form.act
        )
        code = left.item.code
    says = _("Thank you: a steward looks for it and takes it back.")
    return done(url_for(".scan", code=code), says=says)


@room.post("/loans/<int:loan_id>/dispute")
def not_found(loan_id: int) -> ResponseReturnValue:
    """A steward has not found it where it was left."""
    form = filled_in(NoteForm, request.form)
    with transaction() as session:
        person, now = person_signed_in(), clock.now()
        missed = listings.loan_for(session, loan_id, person, now=now)
        dropping_off.not_found(
            session, missed, by=person, now=now, note=form.note.data or "", operation=form.act
        )
    says = _("Noted: it is not there. A coordinator finds out what happened.")
    return done(url_for(".loan", loan_id=loan_id), says=says)


@room.post("/loans/<int:loan_id>/recall")
def recall(loan_id: int) -> ResponseReturnValue:
    """A coordinator needs it back."""
    form = filled_in(forms.WhyForm, request.form)
    with transaction() as session:
        person, now = person_signed_in(), clock.now()
        called = listings.loan_for(session, loan_id, person, now=now)
        called = recalling.recall(
            session, called, by=person, now=now, why=form.why.data or "", operation=form.act
        )
        back_by = until(called.due_at, called.item.kind.group.time_zone)
    return done(url_for(".loan", loan_id=loan_id), says=_("Called back by %(day)s.", day=back_by))


@room.post("/loans/<int:loan_id>/loss")
def declare_lost(loan_id: int) -> ResponseReturnValue:
    """It is given up."""
    form = filled_in(forms.LossForm, request.form)
    with transaction() as session:
        person, now = person_signed_in(), clock.now()
        losing.declare_lost(
            session,
            listings.loan_for(session, loan_id, person, now=now),
            by=person,
            now=now,
            tried=form.note.data or "",
            says_borrower=bool(form.says_borrower.data),
            operation=form.act,
        )
    return done(
        url_for(".loan", loan_id=loan_id), says=_("Given up. Should it turn up, return it.")
    )
