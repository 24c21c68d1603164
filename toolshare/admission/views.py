"""Pages of invitations: for coordinators who make them, and for whoever opens one."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from toolshare import clock
from toolshare.admission import inviting, queries, registering
from toolshare.admission.forms import InvitationForm, NewAccountForm
from toolshare.admission.reasons import TooManyTries
from toolshare.database import reading, transaction
from toolshare.gate import needs, open_to_all
from toolshare.labels.symbols import symbol
from toolshare.people import roles, signin, throttling
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.people.signin import current_person, person_signed_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal

room = Blueprint("admission", __name__)
INVITATIONS = "/groups/<slug>/invitations"
INVITATION = "/join/<invitation>"
CONFIRMATION = "/join/confirmations/<confirmation>"


@room.get(INVITATIONS)
@needs(Role.COORDINATOR)
def invitations(group: Group) -> ResponseReturnValue:
    """The invitations that work, and the form to make one."""
    usually = today_in(group, clock.now()) + inviting.USUALLY
    return _invitations_page(group, InvitationForm(until=usually))


@room.post(INVITATIONS)
@needs(Role.COORDINATOR)
def invite(group: Group) -> ResponseReturnValue:
    """Makes an invitation and shows its link, once: only its digest is kept."""
    form = InvitationForm(request.form)
    if not form.validate():
        return _invitations_page(group, form), HTTPStatus.UNPROCESSABLE_ENTITY
    by, now = person_signed_in(), clock.now()
    try:
        with transaction() as records:
            made, token = inviting.invite(records, group, form.terms, by=by, now=now)
            made_id = made.id
    except Refusal as refusal:
        return _invitations_page(group, form, refusal.reasons), refusal.status
    return link_page(group, made_id, token, back=url_for("admission.invitations", slug=group.slug))


@room.post(f"{INVITATIONS}/<int:invitation_id>/revocation")
@needs(Role.COORDINATOR)
def revoke_invitation(group: Group, invitation_id: int) -> ResponseReturnValue:
    """Lets an invitation take in nobody any more."""
    with transaction() as records:
        found = queries.invitation_of(records, group, invitation_id) or abort(HTTPStatus.NOT_FOUND)
        inviting.revoke(records, found, by=person_signed_in(), now=clock.now())
    flash(_("The invitation is revoked: nobody comes in with it any more."), "success")
    return redirect(url_for("admission.invitations", slug=group.slug), HTTPStatus.SEE_OTHER)


@room.get(INVITATION)
@open_to_all
def invitation(invitation: str) -> ResponseReturnValue:
    """Behind an invitation: one button for who has an account, a form for who has none."""
    return _invitation_page(invitation, NewAccountForm())


@room.post(INVITATION)
def accept_invitation(invitation: str) -> ResponseReturnValue:
    """Joins with the account that is signed in."""
    with transaction() as records:
        joined = inviting.accept(records, invitation, by=person_signed_in(), now=clock.now())
        return _welcome(records, joined)


@room.post(f"{INVITATION}/account")
@open_to_all
def make_account(invitation: str) -> ResponseReturnValue:
    """Makes an account, joins with it, and signs in."""
    form = NewAccountForm(request.form)
    if not form.validate():
        return _invitation_page(invitation, form), HTTPStatus.UNPROCESSABLE_ENTITY
    if current_app.config["CHOSEN"].mail_server is not None:
        return _registered(invitation, form)
    try:
        attempt = _counted(form.email.data or "")
        with transaction() as records:
            person = inviting.make_account(records, invitation, now=clock.now(), **form.data)
            throttling.clear(records, attempt, now=clock.now())
    except Refusal as refusal:
        return _invitation_page(invitation, form, refusal.reasons), refusal.status
    return _welcome_in(person)


@room.get(CONFIRMATION)
@open_to_all
def confirmation(confirmation: str) -> ResponseReturnValue:
    """Behind the link of the mail: a button, since what looks through mail opens links, too."""
    with reading() as records:
        found = registering.registration_behind(records, confirmation, now=clock.now())
        page = "admission/confirmation.html"
        return render_template(page, registration=found, confirmation=confirmation)


@room.post(CONFIRMATION)
@open_to_all
def confirm_address(confirmation: str) -> ResponseReturnValue:
    """Makes the account, joins, and signs in."""
    with transaction() as records:
        person = registering.confirm(records, confirmation, now=clock.now())
    return _welcome_in(person)


def _registered(invitation: str, form: NewAccountForm) -> ResponseReturnValue:
    """Whatever the address: the answer is the same, and the rest comes by mail."""
    try:
        _counted(form.email.data or "")
        with transaction() as records:
            typed = {**form.data, "language": str(get_locale())}
            registering.register(records, invitation, now=clock.now(), **typed)
    except Refusal as refusal:
        return _invitation_page(invitation, form, refusal.reasons), refusal.status
    return redirect(url_for("admission.registered"), HTTPStatus.SEE_OTHER)


@room.get("/join/registered")
@open_to_all
def registered() -> ResponseReturnValue:
    """Where the link is to be found."""
    return render_template("admission/registered.html")


def _welcome_in(person: Person) -> ResponseReturnValue:
    session.permanent = True
    signin.sign_in(person)
    with reading() as records:
        return _welcome(records, roles.memberships_of(records, person)[0])


def _welcome(records: AnySession, joined: Membership) -> ResponseReturnValue:
    group = records.get_one(Group, joined.group_id)
    flash(_("Welcome: you are in %(group)s.", group=group.name), "success")
    return redirect(url_for("people.group", slug=group.slug), HTTPStatus.SEE_OTHER)


def _counted(email: str) -> throttling.Attempt:
    """The try to make an account, counted as wrong until it turns out right."""
    key = str(current_app.secret_key)
    attempt = throttling.attempt_to_join(email, request.remote_addr, key=key)
    with transaction() as records:
        throttling.count(records, attempt, now=clock.now(), reason=TooManyTries)
    return attempt


def link_page(group: Group, invitation_id: int, token: str, *, back: str) -> str:
    """The page that shows the link of an invitation, once."""
    link = current_app.config["PUBLIC_URL"] + url_for("admission.invitation", invitation=token)
    with reading() as records:
        return render_template(
            "admission/link.html",
            group=group,
            invitation=queries.invitation_of(records, group, invitation_id),
            link=link,
            symbol=symbol("", link, "M"),
            back=back,
        )


def _invitations_page(group: Group, form: InvitationForm, reasons: Sequence[Reason] = ()) -> str:
    with reading() as records:
        found = queries.invitations_of(records, group, today=today_in(group, clock.now()))
        return render_template(
            "admission/invitations.html",
            group=group,
            form=form,
            invitations=found,
            reasons=reasons,
        )


def _invitation_page(token: str, form: NewAccountForm, reasons: Sequence[Reason] = ()) -> str:
    with reading() as records:
        person, now = current_person(), clock.now()
        found = inviting.invitation_behind(records, token, now=now, reader=person)
        today = today_in(found.group, now)
        own = roles.membership_in(records, person, found.group) if person else None
        return render_template(
            "admission/invitation.html",
            invitation=found,
            token=token,
            leads_home=inviting.leads_home(found, own, today),
            is_in=own is not None and own.is_current(today),
            form=form,
            reasons=reasons,
        )
