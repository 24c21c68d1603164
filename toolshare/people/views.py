"""Pages of people: signing in and out, passwords, one's own account."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.database import reading, transaction
from toolshare.gate import is_our_own_path, open_to_all
from toolshare.people import accounts, birthdays, devices, password_links, signin, throttling
from toolshare.people.forms import AccountForm, ChangePasswordForm, NewPasswordForm, SignInForm
from toolshare.people.models import Person
from toolshare.people.roles import current_memberships_of
from toolshare.refusals import Reason, Refusal

room = Blueprint("people", __name__)


@room.get("/sign-in")
@open_to_all
def sign_in() -> ResponseReturnValue:
    """The form to sign in; who is signed in already goes on."""
    form = SignInForm(next=request.args.get("next", ""))
    if signin.current_person():
        return onward(form.next.data)
    return sign_in_page(form)


@room.post("/sign-in")
@open_to_all
def begin_session() -> ResponseReturnValue:
    """Signs in and leads to where the person was going."""
    form = SignInForm(request.form)
    if not form.validate():
        return sign_in_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    email, password = form.email.data or "", form.password.data or ""
    try:
        attempt = _counted(email)
        with reading() as records:
            person = accounts.person_signing_in(records, email, password)
        begin_session_of(person)
    except Refusal as refusal:
        return sign_in_page(form, refusal.reasons), refusal.status
    _forget(attempt)
    return onward(form.next.data)


@room.post("/sign-out")
def end_session() -> ResponseReturnValue:
    """Signs out on this device."""
    signin.sign_out()
    return redirect(url_for("people.sign_in"), HTTPStatus.SEE_OTHER)


@room.get("/password/<token>")
@open_to_all
def set_password(token: str) -> ResponseReturnValue:
    """The form behind a password link."""
    return _password_page(token, NewPasswordForm())


@room.post("/password/<token>")
@open_to_all
def use_password_link(token: str) -> ResponseReturnValue:
    """Sets the password and signs in."""
    form = NewPasswordForm(request.form)
    try:
        with transaction() as records:
            person = password_links.use_link(
                records, token, form.password.data or "", now=clock.now()
            )
    except Refusal as refusal:
        return _password_page(token, form, refusal.reasons), refusal.status
    begin_session_of(person)
    flash(_("Your password is set, and you are signed in."))
    return onward(None)


@room.get("/account")
def account() -> ResponseReturnValue:
    """One's own account."""
    return _account_page(_account_form())


@room.post("/account")
def change_account() -> ResponseReturnValue:
    """Changes name, language and, once, the date of birth."""
    form, person = AccountForm(request.form), signin.person_signed_in()
    if not form.validate():
        return _account_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as records:
            accounts.change_account(person, form.profile)
            if form.born_on.data is not None:
                birthdays.tell_own(records, person, form.born_on.data, now=clock.now())
    except Refusal as refusal:
        return _account_page(form, refusal.reasons), refusal.status
    flash(_("Saved."))
    return redirect(url_for("people.account"), HTTPStatus.SEE_OTHER)


@room.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Sets another password; other devices are signed out."""
    form = ChangePasswordForm(request.form)
    person = signin.person_signed_in()
    attempt = _counted(person.email)
    present, new = form.present.data or "", form.password.data or ""
    try:
        with transaction() as records:
            accounts.change_password(records, person, present=present, new=new, now=clock.now())
    except Refusal as refusal:
        return _account_page(_account_form(), refusal.reasons), refusal.status
    begin_session_of(person)
    _forget(attempt)
    flash(_("Your password is changed. Other devices are signed out."))
    return redirect(url_for("people.account"), HTTPStatus.SEE_OTHER)


@room.post("/account/sign-out-everywhere")
def end_all_sessions() -> ResponseReturnValue:
    """Signs out on every device, this one too."""
    with transaction() as records:
        accounts.sign_out_everywhere(records, signin.person_signed_in(), now=clock.now())
    signin.sign_out()
    flash(_("You are signed out on every device."))
    return redirect(url_for("people.sign_in"), HTTPStatus.SEE_OTHER)


def onward(target: str | None) -> ResponseReturnValue:
    """Leads to where somebody was going, when that is a place of ours."""
    place = target if target and is_our_own_path(target) else "/"
    return redirect(place, HTTPStatus.SEE_OTHER)


def _counted(email: str) -> throttling.Attempt:
    """The attempt to sign in, counted as wrong until it turns out right."""
    key = str(current_app.secret_key)
    attempt = throttling.attempt_of(email, request.remote_addr, key=key)
    with transaction() as records:
        throttling.count(records, attempt, now=clock.now())
    return attempt


def _forget(attempt: throttling.Attempt) -> None:
    with transaction() as records:
        throttling.clear(records, attempt, now=clock.now())


def begin_session_of(person: Person) -> None:
    """Signs somebody in on this device."""
    session.permanent = True
    signin.sign_in(person)


def sign_in_page(form: SignInForm, reasons: Sequence[Reason] = ()) -> str:
    """The page on which one signs in."""
    return render_template("people/sign_in.html", form=form, reasons=reasons)


def _password_page(token: str, form: NewPasswordForm, reasons: Sequence[Reason] = ()) -> str:
    with reading() as records:
        person = password_links.person_behind(records, token, now=clock.now())
        return render_template(
            "people/set_password.html", form=form, person=person, token=token, reasons=reasons
        )


def _account_form() -> AccountForm:
    person = signin.person_signed_in()
    return AccountForm(obj=person, language=person.language or "")


def _account_page(form: AccountForm, reasons: Sequence[Reason] = ()) -> str:
    with reading() as records:
        person = signin.person_signed_in()
        return render_template(
            "people/account.html",
            form=form,
            password_form=ChangePasswordForm(),
            memberships=current_memberships_of(records, person, clock.now()),
            devices=devices.devices_of(records, person),
            device_here=signin.device_here(),
            reasons=reasons,
        )
