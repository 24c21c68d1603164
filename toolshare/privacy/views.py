"""Pages about what is known of people."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.database import reading, transaction
from toolshare.gate import needs
from toolshare.inventory import photos
from toolshare.people import queries
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.signin import person_signed_in, sign_out
from toolshare.privacy import erasing, exporting
from toolshare.privacy import retention as keeping
from toolshare.privacy.forms import FarewellForm, RetentionForm
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal

room = Blueprint("privacy", __name__)
PERSON = "/groups/<slug>/people/<int:membership_id>"


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


@room.get("/account/data.json")
def my_data() -> ResponseReturnValue:
    """All that is known of who is signed in, as a file; written while it is read."""
    person_id = person_signed_in().id

    def pieces() -> Iterator[str]:
        with reading() as session:
            person = session.get_one(Person, person_id)
            yield from exporting.document(session, person, now=clock.now())

    answer = Response(stream_with_context(pieces()), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="toolshare-my-data.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@room.get("/account/farewell")
def farewell() -> ResponseReturnValue:
    """What becomes of what is known of oneself, when one goes."""
    return _farewell_page(FarewellForm())


@room.post("/account/farewell")
def forget_me() -> ResponseReturnValue:
    """Forgets who is signed in."""
    form, person = FarewellForm(request.form), person_signed_in()
    if not form.validate():
        return _farewell_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            erasing.require_proof(person, form.proof.data or "")
            portrait = erasing.erase(session, person, now=clock.now())
    except Refusal as refusal:
        return _farewell_page(form, refusal.reasons), refusal.status
    _erase_files(portrait)
    sign_out()
    flash(_("Your account is gone, and nothing here names you any more."), "success")
    return redirect(url_for("people.sign_in"), HTTPStatus.SEE_OTHER)


@room.get(f"{PERSON}/farewell")
@needs(Role.COORDINATOR)
def farewell_of(group: Group, membership_id: int) -> ResponseReturnValue:
    """What becomes of what is known of a person who wants to be forgotten."""
    return _farewell_of_page(group, membership_id, FarewellForm())


@room.post(f"{PERSON}/farewell")
@needs(Role.COORDINATOR)
def forget_person(group: Group, membership_id: int) -> ResponseReturnValue:
    """Forgets a person at their wish."""
    form, by = FarewellForm(request.form), person_signed_in()
    if not form.validate():
        page = _farewell_of_page(group, membership_id, form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            erasing.require_proof(by, form.proof.data or "")
            person = _membership(session, group, membership_id).person
            now = clock.now()
            portrait = erasing.erase_at_their_wish(session, group, person, by=by, now=now)
    except Refusal as refusal:
        return _farewell_of_page(group, membership_id, form, refusal.reasons), refusal.status
    _erase_files(portrait)
    flash(_("Forgotten: nothing here names this person any more."), "success")
    return redirect(url_for("people.people", slug=group.slug), HTTPStatus.SEE_OTHER)


def _erase_files(portrait: str | None) -> None:
    if portrait is not None:
        photos.erase(current_app.config["CHOSEN"].shelf, portrait)


def _farewell_page(form: FarewellForm, reasons: Sequence[Reason] = ()) -> str:
    with reading() as session:
        found = erasing.farewell_of(session, person_signed_in(), now=clock.now())
        known = {"found": found, "reasons": reasons or found.reasons}
        return render_template("privacy/farewell.html", form=form, **known)


def _farewell_of_page(
    group: Group, membership_id: int, form: FarewellForm, reasons: Sequence[Reason] = ()
) -> str:
    with reading() as session:
        membership = _membership(session, group, membership_id)
        found = erasing.farewell_of(session, membership.person, now=clock.now())
        known = {"group": group, "membership": membership, "found": found}
        why = reasons or found.reasons
        return render_template("privacy/farewell_of.html", form=form, reasons=why, **known)


def _membership(session: AnySession, group: Group, membership_id: int) -> Membership:
    """Somebody's membership in this group; there is no way to those of another."""
    found = queries.membership_of(session, group, membership_id)
    return found or abort(HTTPStatus.NOT_FOUND)


def _retention_page(group: Group, form: RetentionForm, reasons: Sequence[Reason] = ()) -> str:
    with reading():
        return render_template("privacy/retention.html", group=group, form=form, reasons=reasons)
