"""Pages of passkeys: signing in with one, adding and removing one's own."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fido2.server import Fido2Server
from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.database import reading, transaction
from toolshare.gate import open_to_all
from toolshare.people import passkeys, signin
from toolshare.people.forms import PasskeyForm, SignInForm
from toolshare.people.views import begin_session_of, onward, room, sign_in_page
from toolshare.refusals import Reason, Refusal

ASKED = "passkey"  # what has to be known of the question when its answer comes


@room.app_template_global()
def passkeys_work_here() -> bool:
    """Whether browsers make passkeys at the address of this installation."""
    return passkeys.site_of(current_app.config["PUBLIC_URL"]) is not None


@room.post("/sign-in/passkey/question")
@open_to_all
def ask_for_passkey() -> ResponseReturnValue:
    """What a device is asked with which somebody signs in."""
    question, session[ASKED] = passkeys.ask_who(_site(), now=clock.now())
    return question


@room.post("/sign-in/passkey")
@open_to_all
def sign_in_with_passkey() -> ResponseReturnValue:
    """Signs in whose passkey has answered, and leads to where they were going."""
    form = SignInForm(next=request.form.get("next"))
    try:
        with transaction() as records:
            person = passkeys.person_with(
                records, _answer(), _asked(), site=_site(), now=clock.now()
            )
        begin_session_of(person)
    except Refusal as refusal:
        return sign_in_page(form, refusal.reasons), refusal.status
    return onward(form.next.data)


@room.get("/account/passkeys")
def own_passkeys() -> ResponseReturnValue:
    """One's own passkeys, and how to add one."""
    return _page(PasskeyForm())


@room.post("/account/passkeys/question")
def ask_for_new_passkey() -> ResponseReturnValue:
    """What a device is asked that is to make a passkey."""
    with reading() as records:
        question, session[ASKED] = passkeys.ask_for_new(
            records, signin.person_signed_in(), _site(), now=clock.now()
        )
    return question


@room.post("/account/passkeys")
def add_passkey() -> ResponseReturnValue:
    """Keeps a passkey that a device has made."""
    form = PasskeyForm(request.form)
    if not form.validate():
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    more: dict[str, Any] = {"name": form.name.data, "site": _site(), "now": clock.now()}
    try:
        with transaction() as records:
            passkeys.add(records, signin.person_signed_in(), _answer(), _asked(), **more)
    except Refusal as refusal:
        return _page(form, refusal.reasons), refusal.status
    flash(_("From now on you can sign in with this passkey."), "success")
    return redirect(url_for("people.own_passkeys"), HTTPStatus.SEE_OTHER)


@room.post("/account/passkeys/<int:passkey_id>/removal")
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Forgets a passkey of one's own."""
    with transaction() as records:
        name = passkeys.remove(records, signin.person_signed_in(), passkey_id, now=clock.now())
    flash(_("%(name)s opens nothing any more.", name=name), "success")
    return redirect(url_for("people.own_passkeys"), HTTPStatus.SEE_OTHER)


def _site() -> Fido2Server:
    return passkeys.site_of(current_app.config["PUBLIC_URL"]) or abort(HTTPStatus.NOT_FOUND)


def _answer() -> str:
    return request.form.get("answer", "")


def _asked() -> passkeys.State:
    """What was asked, once: the same answer is good for nothing a second time."""
    state: passkeys.State | None = session.pop(ASKED, None)
    if state is None:
        raise Refusal(passkeys.PasskeyNotGood())
    return state


def _page(form: PasskeyForm, reasons: Sequence[Reason] = ()) -> str:
    _site()
    with reading() as records:
        own = passkeys.passkeys_of(records, signin.person_signed_in())
        return render_template("people/own_passkeys.html", form=form, passkeys=own, reasons=reasons)
