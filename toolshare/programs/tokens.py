"""Tokens of programs: made by a person, found by what was sent, revoked."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people.models import Person
from toolshare.people.roles import current_memberships_of
from toolshare.programs import reasons as why
from toolshare.programs import writing
from toolshare.programs.models import ProgramToken
from toolshare.programs.scopes import Scope
from toolshare.records import AnySession
from toolshare.refusals import Refusal

MOST_TOKENS = 20
NOTED = timedelta(hours=1)  # a program that asks each second is written down once


class TokenState(StrEnum):
    """Whether a token works, and why not."""

    GOOD = "good"
    EXPIRED = "expired"
    SIGNED_OUT = "signed_out"


def make(
    session: AnySession,
    person: Person,
    name: str,
    scopes: Collection[Scope],
    *,
    lasting: timedelta,
    now: datetime,
) -> str:
    """Makes a token and gives it, this once: only its digest is kept."""
    if not scopes:
        raise Refusal(why.NoScope())
    own = (ProgramToken.person_id == person.id, ProgramToken.revoked_at.is_(None))
    if session.scalars(select(func.count()).where(*own)).one() >= MOST_TOKENS:
        raise Refusal(why.TooManyTokens(most=MOST_TOKENS))
    text, chosen = writing.draw(), [scope.value for scope in Scope if scope in scopes]
    made = ProgramToken(
        person=person,
        name=name,
        scopes=chosen,
        digest=writing.digest(text),
        session_version=person.session_version,
        made_at=now,
        expires_at=now + lasting,
    )
    session.add(made)
    session.flush()
    _write_down(session, Event.TOKEN_MADE, made, by=person, now=now)
    return text


def revoke(session: AnySession, token_id: int, *, by: Person, now: datetime) -> None:
    """Ends a token of one's own; done twice it is done once."""
    token = session.get(ProgramToken, token_id)
    if token is None or token.person_id != by.id:
        raise Refusal(why.NoSuchToken())
    if token.revoked_at is None:
        token.revoked_at = now
        _write_down(session, Event.TOKEN_REVOKED, token, by=by, now=now)


def tokens_of(session: AnySession, person: Person) -> Sequence[ProgramToken]:
    """The tokens of a person that were not revoked, the newest first."""
    return session.scalars(
        select(ProgramToken)
        .where(ProgramToken.person_id == person.id, ProgramToken.revoked_at.is_(None))
        .options(joinedload(ProgramToken.person))
        .order_by(ProgramToken.id.desc())
    ).all()


def state_of(token: ProgramToken, now: datetime) -> TokenState:
    """How a token stands that was not revoked; its person is loaded."""
    if token.session_version != token.person.session_version:
        return TokenState.SIGNED_OUT
    return TokenState.EXPIRED if token.expires_at <= now else TokenState.GOOD


def token_behind(session: AnySession, text: str, *, now: datetime) -> ProgramToken | None:
    """The token that was sent, with its person, if it works: it ends when they belong to no group."""
    if not writing.is_written_right(text):
        return None
    token = session.scalar(
        select(ProgramToken)
        .where(ProgramToken.digest == writing.digest(text), ProgramToken.revoked_at.is_(None))
        .options(joinedload(ProgramToken.person))
    )
    if token is None or state_of(token, now) is not TokenState.GOOD:
        return None
    return token if current_memberships_of(session, token.person, now) else None


def is_to_be_noted(token: ProgramToken, now: datetime) -> bool:
    """Whether its use has not been written down for an hour."""
    return token.last_used_at is None or token.last_used_at + NOTED <= now


def note_use(session: AnySession, token_id: int, *, now: datetime) -> None:
    """Writes down that the token was used."""
    token = session.get(ProgramToken, token_id)
    if token is not None:
        token.last_used_at = now


def _write_down(
    session: AnySession, what: Event, token: ProgramToken, *, by: Person, now: datetime
) -> None:
    record(session, what, by=by, at=now, person=by, token_id=token.id, scopes=token.scopes)
