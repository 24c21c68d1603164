"""Replacing a label or a card that is lost or worn: the thing gets another code."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from toolshare.codes import register
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.labels.models import Cause
from toolshare.labels.scanning import Blank, LostCard, StillBlank, anything_behind
from toolshare.labels.wearing import (
    Wears,
    group_of,
    put_on,
    require_steward,
    subjects_of,
    wearer_of,
)
from toolshare.people.models import Membership, Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class ReplacedAlready(Reason):
    """The code is one of the past already."""

    code: str
    new: str
    says = msgid("The label %(code)s was replaced already: the new one is %(new)s.")
    instead = msgid("Print the new label, or replace that one.")


def replace(
    session: AnySession,
    code: str,
    cause: Cause,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Wears:
    """Draws another code for what wears this one, which finds it still; a lost card does not.

    By a steward of its group, or by whose card it is. Refuses a code that was replaced already.
    """
    register.lock(session, code)
    thing = _found(session, code)
    if not _is_own_card(thing, by):
        require_steward(session, thing, by=by, now=now)
    about = subjects_of(thing)
    if done_already(session, operation, Event.LABEL_REPLACED, by=by, **about):
        return thing
    if thing.code != code:
        raise Refusal(ReplacedAlready(code=code, new=thing.code))
    new = register.draw(session, wearer_of(thing), now=now)
    put_on(session, thing, new, cause, by=by, now=now)
    record(
        session,
        Event.LABEL_REPLACED,
        by=by,
        at=now,
        group=group_of(thing),
        operation=operation,
        before=code,
        code=new,
        cause=cause,
        **about,
    )
    return thing


def _found(session: AnySession, code: str) -> Wears:
    found = anything_behind(session, code)
    if isinstance(found, Blank):
        raise Refusal(StillBlank(code=code, group=found.group.name))
    thing = found.membership if isinstance(found, LostCard) else found
    session.refresh(thing, ["code"])
    return thing


def _is_own_card(thing: Wears, person: Person) -> bool:
    return isinstance(thing, Membership) and thing.person_id == person.id
