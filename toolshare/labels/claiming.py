"""Claiming a blank label: for something new, or for what has another label, or none, so far."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from toolshare.codes import register
from toolshare.codes.models import Wearer
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.labels.models import BatchLabel, Cause
from toolshare.labels.scanning import Blank, LostCard, anything_behind
from toolshare.labels.wearing import (
    Wears,
    group_of,
    name_of,
    put_on,
    require_steward,
    subjects_of,
    wearer_of,
)
from toolshare.people.models import Group, Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class ClaimedAlready(Reason):
    """Something wears the label by now: somebody was quicker, or it never was blank."""

    code: str
    name: str
    says = msgid("The label %(code)s was claimed already: it is on %(name)s.")
    instead = msgid("Take another blank label, or scan this one to see what it is on.")


@dataclass(frozen=True)
class BlankOfAnotherGroup(Reason):
    """Blank labels are for the things of the group that printed them."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code: str
    group: str
    says = msgid("The label %(code)s was printed by %(group)s, for its own things.")
    instead = msgid("Take a blank label of the group that owns the thing.")


def claim(
    session: AnySession,
    code: str,
    thing: Wears,
    cause: Cause,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> Wears:
    """Puts a blank label on something that is there; `cause` is what became of its old one.

    By a steward of its group. Refuses a label that something wears, be it for a moment only.
    """
    require_steward(session, thing, by=by, now=now)
    register.lock(session, code)
    about: dict[str, Any] = subjects_of(thing)
    if done_already(session, operation, Event.LABEL_CLAIMED, by=by, **about):
        return thing
    _take(session, code, group_of(thing), wearer_of(thing))
    register.lock(session, thing.code)
    session.refresh(thing, ["code"])
    before = thing.code
    if cause is Cause.WORN and not _was_printed(session, before):
        cause = Cause.UNPRINTED
    put_on(session, thing, code, cause, by=by, now=now)
    record(
        session,
        Event.LABEL_CLAIMED,
        by=by,
        at=now,
        group=group_of(thing),
        operation=operation,
        code=code,
        before=before,
        cause=cause,
        **about,
    )
    return thing


def claim_for_new(
    session: AnySession, code: str, group: Group, wearer: Wearer, *, by: Person, now: datetime
) -> str:
    """Takes a blank label for something that comes into the group's inventory with it."""
    register.lock(session, code)
    _take(session, code, group, wearer)
    record(session, Event.LABEL_CLAIMED, by=by, at=now, group=group, code=code)
    return code


def _take(session: AnySession, code: str, group: Group, wearer: Wearer) -> None:
    """Refuses what is not blank, and says on what it is; the code is locked."""
    found = anything_behind(session, code)
    if isinstance(found, LostCard):
        found = found.membership
    if not isinstance(found, Blank):
        raise Refusal(ClaimedAlready(code=code, name=name_of(found)))
    if found.group.id != group.id:
        raise Refusal(BlankOfAnotherGroup(code=code, group=found.group.name))
    register.claim(session, code, wearer)


def _was_printed(session: AnySession, code: str) -> bool:
    return bool(session.scalar(select(exists().where(BatchLabel.code == code))))
