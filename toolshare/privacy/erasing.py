"""Forgetting a person wholly: what was theirs is called off, detached or gone, and the account with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from toolshare.circulation import parting
from toolshare.circulation.models import Loan
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory import portraits
from toolshare.inventory.models import Item
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people import memberships, roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import today_in
from toolshare.people.passwords import is_right
from toolshare.privacy import tracing
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid, refuse_if


@dataclass(frozen=True)
class StillHasIt(Reason):
    """The person has a thing, or it was given up for lost with them."""

    name: str
    code: str
    says = msgid("%(name)s (%(code)s) is still out.")
    instead = msgid("It has to come back first. If it never will, talk with a steward.")


@dataclass(frozen=True)
class BelongsElsewhere(Reason):
    """Another group knows the person, too, and has no say in this."""

    name: str
    says = msgid("%(name)s belongs to other groups, too.")
    instead = msgid("They can delete their account themselves. Here you can end their membership.")


@dataclass(frozen=True)
class NotProven(Reason):
    """Whoever asks has not shown that they are who is signed in."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("That is not your password.")
    instead = msgid("Type it once more. Without a password, type your e-mail address.")


@dataclass(frozen=True)
class Farewell:
    """What becomes of what is known of a person, and what speaks against forgetting them."""

    reasons: Sequence[Reason]
    groups: Sequence[str]
    reservations: int
    holds: int
    past_loans: int


def farewell_of(session: AnySession, person: Person, *, now: datetime) -> Farewell:
    """What would happen."""
    own, waits = roles.memberships_of(session, person), parting.awaited(session, person)
    return Farewell(
        reasons_against(session, person, now=now),
        [membership.group.name for membership in own],
        len(waits.reservations),
        len(waits.holds),
        session.scalar(select(func.count()).where(Loan.borrower_id == person.id, ~STILL_OUT)) or 0,
    )


def reasons_against(session: AnySession, person: Person, *, now: datetime) -> list[Reason]:
    """What they still have, each thing by its name; and the groups that would be without a lead."""
    out = select(Loan).where(Loan.borrower_id == person.id, STILL_OUT).order_by(Loan.due_at)
    loans = session.scalars(out.options(joinedload(Loan.item).joinedload(Item.kind))).all()
    return [
        *(StillHasIt(name=one.item.kind.name, code=one.item.code) for one in loans),
        *memberships.reasons_against_leaving(session, person, now=now),
    ]


def require_proof(person: Person, typed: str) -> None:
    """Refuses who does not know the password; who has none types the e-mail address."""
    known = is_right(person, typed)
    if person.password_hash is None:
        known = typed.strip().lower() == person.email
    if not known:
        raise Refusal(NotProven())


def erase_at_their_wish(
    session: AnySession, group: Group, person: Person, *, by: Person, now: datetime
) -> str | None:
    """Forgets a person who has asked for it; by a coordinator of the only group that they belong to."""
    roles.require(session, by, Role.COORDINATOR, group, today=today_in(group, now))
    others = [
        one
        for one in roles.current_memberships_of(session, person, now)
        if one.group_id != group.id
    ]
    refuse_if([BelongsElsewhere(name=person.name)] if others else [])
    return erase(session, person, now=now)


def erase(session: AnySession, person: Person, *, now: datetime) -> str | None:
    """Forgets a person: refused while anything is out, or while a group would be without a lead.

    What they reserved or wait for is called off, so that the next get it. What is over forgets them,
    even what is still looked into. The journal says in each group that somebody was forgotten.
    Gives the name of their photo, whose files can be erased when that is committed.
    """
    refuse_if(reasons_against(session, person, now=now))
    parting.call_off(session, person, by=person, now=now)
    own = list(roles.memberships_of(session, person))
    groups = sorted((membership.group for membership in own), key=lambda one: one.id)
    for group in groups:
        session.get_one(Group, group.id, with_for_update=True)
    refuse_if(reasons_against(session, person, now=now))
    portrait = portraits.remove(session, person)
    tracing.forget_what_is_over(session, person)
    tracing.forget_everywhere(session, person, own)
    for group in groups:
        record(session, Event.PERSON_FORGOTTEN, by=None, at=now, group=group)
    return portrait
