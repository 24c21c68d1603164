"""Pages of people: signing in and out."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare.database import reading
from toolshare.gate import is_our_own_path, open_to_all
from toolshare.people import joining, passwords, signin
from toolshare.people.forms import SignInForm

room = Blueprint("people", __name__)


@room.get("/sign-in")
@open_to_all
def sign_in() -> ResponseReturnValue:
    """The form to sign in."""
    form = SignInForm(next=request.args.get("next", ""))
    return render_template("people/sign_in.html", form=form)


@room.post("/sign-in")
@open_to_all
def begin_session() -> ResponseReturnValue:
    """Signs in and leads to where the person was going."""
    form = SignInForm(request.form)
    with reading() as records:
        person = joining.person_with(records, form.email.data or "") if form.validate() else None
        if passwords.is_right(person, form.password.data or "") and person is not None:
            session.permanent = True
            signin.sign_in(person)
            target = form.next.data or ""
            return redirect(target if is_our_own_path(target) else "/", HTTPStatus.SEE_OTHER)
    flash(_("E-mail and password don't fit together. Try again."), "error")
    return render_template("people/sign_in.html", form=form), HTTPStatus.UNPROCESSABLE_ENTITY


@room.post("/sign-out")
def end_session() -> ResponseReturnValue:
    """Signs out on this device."""
    signin.sign_out()
    return redirect(url_for("people.sign_in"), HTTPStatus.SEE_OTHER)
