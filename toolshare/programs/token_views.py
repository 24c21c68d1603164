"""Pages on which a person makes tokens for programs, sees when they were used, and revokes them."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.database import reading, transaction
from toolshare.people.signin import person_signed_in
from toolshare.programs import tokens
from toolshare.programs.forms import TokenForm
from toolshare.programs.scopes import MEANING, Scope
from toolshare.programs.views import room
from toolshare.refusals import Reason, Refusal

TOKENS = "/account/tokens"


@room.app_template_filter()
def meaning(scope: str) -> str:
    """What a scope lets a program do, in the reader's language."""
    return str(_(MEANING[Scope(scope)]))


@room.get(TOKENS)
def own_tokens() -> ResponseReturnValue:
    """The tokens that one has, and the form to make another."""
    return _page(TokenForm())


@room.post(TOKENS)
def make_token() -> ResponseReturnValue:
    """Makes a token and shows it, this once."""
    form = TokenForm(request.form)
    if not form.validate():
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    name, now = form.name.data or "", clock.now()
    try:
        with transaction() as session:
            token = tokens.make(
                session, person_signed_in(), name, form.chosen, lasting=form.lasting, now=now
            )
    except Refusal as refusal:
        return _page(form, refusal.reasons), refusal.status
    with reading():
        answer = make_response(render_template("programs/token.html", name=name, token=token))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@room.post(f"{TOKENS}/<int:token_id>/revocation")
def revoke_token(token_id: int) -> ResponseReturnValue:
    """Ends a token at once."""
    with transaction() as session:
        tokens.revoke(session, token_id, by=person_signed_in(), now=clock.now())
    flash(_("Revoked: it opens nothing any more."), "success")
    return redirect(url_for(".own_tokens"), HTTPStatus.SEE_OTHER)


def _page(form: TokenForm, reasons: Sequence[Reason] = ()) -> str:
    now = clock.now()
    with reading() as session:
        own = tokens.tokens_of(session, person_signed_in())
        states = [(token, tokens.state_of(token, now).value) for token in own]
        return render_template("programs/tokens.html", form=form, tokens=states, reasons=reasons)
