"""Pages of links by mail: to sign in without a password, and to sign in with another address."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.database import reading, transaction
from toolshare.gate import open_to_all
from toolshare.people import account_links, signin, throttling
from toolshare.people.forms import AskForLinkForm, NewAddressForm, NewPasswordForm
from toolshare.people.models import LinkFor
from toolshare.people.views import begin_session_of, onward, room
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal


@room.app_template_global()
def sends_mail() -> bool:
    """Whether this installation sends mail."""
    return current_app.config["CHOSEN"].mail_server is not None


@room.get("/sign-in/link")
@open_to_all
def ask_for_link() -> ResponseReturnValue:
    """The form to have a link sent."""
    return _ask_page(AskForLinkForm())


@room.post("/sign-in/link")
@open_to_all
def send_link() -> ResponseReturnValue:
    """Sends a link to who has the address, and says the same to everybody."""
    form = AskForLinkForm(request.form)
    if not sends_mail() or not form.validate():
        return _ask_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    email, now = form.email.data or "", clock.now()
    try:
        with transaction() as records:
            _count(records, email, now)
            account_links.send_sign_in_link(records, email, path=_sign_in_path, now=now)
    except Refusal as refusal:
        return _ask_page(form, refusal.reasons), refusal.status
    flash(
        _(
            "If %(email)s has an account here, a link is on its way: good for half an hour.",
            email=email,
        )
    )
    return redirect(url_for("people.sign_in"), HTTPStatus.SEE_OTHER)


@room.get("/sign-in/link/<token>")
@open_to_all
def sign_in_link(token: str) -> ResponseReturnValue:
    """The page behind a link: its button signs in, so that no program that looks at mail does."""
    return _link_page(token, NewPasswordForm())


@room.post("/sign-in/link/<token>")
@open_to_all
def use_sign_in_link(token: str) -> ResponseReturnValue:
    """Signs in, once."""
    with transaction() as records:
        person = account_links.sign_in_by_link(records, token, now=clock.now())
    begin_session_of(person)
    return onward(None)


@room.post("/sign-in/link/<token>/password")
@open_to_all
def reset_password(token: str) -> ResponseReturnValue:
    """Sets a new password and signs in."""
    form = NewPasswordForm(request.form)
    password, now = form.password.data or "", clock.now()
    try:
        with transaction() as records:
            person = account_links.set_password_by_link(records, token, password, now=now)
    except Refusal as refusal:
        return _link_page(token, form, refusal.reasons), refusal.status
    begin_session_of(person)
    flash(_("Your password is set, and you are signed in. Other devices are signed out."))
    return onward(None)


@room.get("/account/address")
def new_address() -> ResponseReturnValue:
    """The form to sign in with another address."""
    return _address_page(NewAddressForm())


@room.post("/account/address")
def ask_for_new_address() -> ResponseReturnValue:
    """Sends a link to the new address."""
    form, person, now = NewAddressForm(request.form), signin.person_signed_in(), clock.now()
    if not sends_mail() or not form.validate():
        return _address_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    sent: dict[str, Any] = {"present": form.present.data or "", "path": _address_path}
    email = form.email.data or ""
    try:
        with transaction() as records:
            _count(records, person.email, now)
        with transaction() as records:
            account_links.ask_for_new_address(records, person, email, now=now, **sent)
    except Refusal as refusal:
        return _address_page(form, refusal.reasons), refusal.status
    flash(
        _(
            "Look into the mail of %(email)s: a link there makes it yours, within a day.",
            email=email,
        )
    )
    return redirect(url_for("people.account"), HTTPStatus.SEE_OTHER)


@room.get("/account/address/<token>")
@open_to_all
def confirm_address(token: str) -> ResponseReturnValue:
    """The page behind a link that proves an address."""
    with reading() as records:
        link, person = account_links.link_behind(
            records, token, LinkFor.NEW_ADDRESS, now=clock.now()
        )
        return render_template("people/confirm_address.html", link=link, person=person, token=token)


@room.post("/account/address/<token>")
@open_to_all
def use_new_address(token: str) -> ResponseReturnValue:
    """From now on one signs in with the new address."""
    with transaction() as records:
        person = account_links.confirm_address(records, token, now=clock.now())
        email = person.email
    flash(_("From now on you sign in with %(email)s.", email=email), "success")
    return redirect(url_for("people.account"), HTTPStatus.SEE_OTHER)


def _sign_in_path(token: str) -> str:
    return url_for("people.sign_in_link", token=token)


def _address_path(token: str) -> str:
    return url_for("people.confirm_address", token=token)


def _count(records: AnySession, email: str, now: datetime) -> None:
    """Counts who has links sent, known here or not."""
    key = str(current_app.secret_key)
    attempt = throttling.attempt_to_get_link(email, request.remote_addr, key=key)
    throttling.count(records, attempt, now=now, reason=throttling.TooManyLinks)


def _ask_page(form: AskForLinkForm, reasons: Sequence[Reason] = ()) -> str:
    return render_template("people/ask_for_link.html", form=form, reasons=reasons)


def _link_page(token: str, form: NewPasswordForm, reasons: Sequence[Reason] = ()) -> str:
    with reading() as records:
        _link, person = account_links.link_behind(records, token, LinkFor.SIGN_IN, now=clock.now())
        known = {"form": form, "person": person, "token": token, "reasons": reasons}
        return render_template("people/sign_in_link.html", **known)


def _address_page(form: NewAddressForm, reasons: Sequence[Reason] = ()) -> str:
    return render_template("people/new_address.html", form=form, reasons=reasons)
