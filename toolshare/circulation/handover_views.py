"""Pages of a handover: the giver's screen with its code, and the taker's, who confirms."""

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.answers import done, wants_json
from toolshare.care.forms import ActForm, filled_in
from toolshare.circulation import forms, handing_over, listings
from toolshare.circulation.handover_pages import giving_page, taking_page
from toolshare.circulation.handovers import handover_for
from toolshare.circulation.models import Handover
from toolshare.circulation.views import room
from toolshare.database import reading, transaction
from toolshare.labels.symbols import symbol
from toolshare.people.signin import person_signed_in
from toolshare.wording import until


@room.get("/loans/<int:loan_id>/handover")
def giving(loan_id: int) -> ResponseReturnValue:
    """Who has a thing passes it on: says how it is, then shows the code and waits."""
    with reading() as session:
        page = giving_page(session, loan_id, person_signed_in(), now=clock.now())
        if wants_json():
            return {"state": page.state}
        address = _address(page.handover) if page.handover else ""
        return render_template(
            "circulation/giving.html",
            page=page,
            address=address,
            symbol=symbol("", address, "M") if address else None,
            conditions=forms.CONDITIONS,
        )


@room.post("/loans/<int:loan_id>/handover")
def begin_handover(loan_id: int) -> ResponseReturnValue:
    """Begins to pass a thing on."""
    form = filled_in(forms.HandoverForm, request.form)
    with transaction() as session:
        person, now = person_signed_in(), clock.now()
        loan = listings.loan_for(session, loan_id, person, now=now)
        begun = handing_over.begin(
            session, loan, by=person, now=now, operation=form.act, **form.said
        )
        token = begun.token
    says = _("Now let who takes it scan this code.")
    return done(url_for(".giving", loan_id=loan_id), says=says, token=token)


@room.get("/handovers/<token>")
def taking_over(token: str) -> ResponseReturnValue:
    """What somebody passes on, for who takes it and for stewards."""
    with reading() as session:
        page = taking_page(session, token, person_signed_in(), now=clock.now())
        return render_template(
            "circulation/taking_over.html", page=page, conditions=forms.CONDITIONS
        )


@room.post("/handovers/<token>")
def take_over(token: str) -> ResponseReturnValue:
    """Confirms how the thing is, and has it from now on."""
    form = filled_in(forms.HandoverForm, request.form)
    with transaction() as session:
        person, now = person_signed_in(), clock.now()
        handover = handover_for(session, token, person, now=now)
        loan = handing_over.accept(
            session, handover, by=person, now=now, operation=form.act, **form.said
        )
        kind, code = loan.item.kind, loan.item.code
        facts = {"name": kind.name, "until": until(loan.due_at, kind.group.time_zone)}
        answer = {"loan": loan.id, "code": code}
    says = _("Taken over: %(name)s is yours until %(until)s.", **facts)
    return done(url_for(".scan", code=code), says=says, **answer)


@room.post("/handovers/<token>/consent")
def consent_to_handover(token: str) -> ResponseReturnValue:
    """A steward lets it go to somebody who is not next."""
    form = filled_in(ActForm, request.form)
    with transaction() as session:
        person, now = person_signed_in(), clock.now()
        handover = handover_for(session, token, person, now=now)
        handing_over.consent(session, handover, by=person, now=now, operation=form.act)
    says = _("You let it go to whoever takes it over.")
    return done(url_for(".taking_over", token=token), says=says)


@room.post("/handovers/<token>/withdrawal")
def withdraw_handover(token: str) -> ResponseReturnValue:
    """The giver keeps it."""
    form = filled_in(ActForm, request.form)
    with transaction() as session:
        person, now = person_signed_in(), clock.now()
        handover = handover_for(session, token, person, now=now)
        handover = handing_over.withdraw(session, handover, by=person, now=now, operation=form.act)
        code = handover.loan.item.code
    return done(url_for(".scan", code=code), says=_("Withdrawn: it is not passed on."))


def _address(handover: Handover) -> str:
    return str(current_app.config["PUBLIC_URL"] + url_for(".taking_over", token=handover.token))
