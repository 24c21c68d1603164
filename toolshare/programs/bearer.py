"""Which token a program has sent: the only file that reads the Authorization header."""

from flask import current_app, g, request

from toolshare import clock
from toolshare.database import db, transaction
from toolshare.people import signin, throttling
from toolshare.programs import reasons as why
from toolshare.programs import tokens
from toolshare.programs.models import ProgramToken
from toolshare.programs.scopes import Scope
from toolshare.refusals import Refusal


def let_in(scope: Scope) -> None:
    """Lets the program act as the person of its token from here on, as far as its scopes go."""
    text, now = _sent(), clock.now()
    token = tokens.token_behind(db.session, text, now=now)
    if token is None:
        _refuse(text)
    elif scope.value not in token.scopes:
        raise Refusal(why.ScopeNeeded(scope=scope.value))
    else:
        _begin(token)


def token_id() -> int:
    """The token by which the program was let in."""
    return int(g.token_id)


def _begin(token: ProgramToken) -> None:
    g.token_id, now = token.id, clock.now()
    signin.act_for(token.person)
    if tokens.is_to_be_noted(token, now):
        with transaction() as session:
            tokens.note_use(session, g.token_id, now=now)


def _sent() -> str:
    sent = request.authorization
    if sent is None or sent.type != "bearer" or not sent.token:
        raise Refusal(why.TokenNeeded())
    return sent.token


def _refuse(text: str) -> None:
    """Counts a wrong token; whoever sends a right one is let in whatever others have sent."""
    key = str(current_app.secret_key)
    attempt = throttling.attempt_with_token(text, request.remote_addr, key=key)
    with transaction() as session:
        throttling.count(session, attempt, now=clock.now(), reason=why.TooManyWrongTokens)
    raise Refusal(why.TokenNotGood())
