"""Texts that people accept: published in versions by coordinators, accepted by who borrows."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid, refuse_if
from toolshare.rules.models import Acceptance, Agreement
from toolshare.rules.resolving import groups_upwards

LONGEST_DRAWING = 20_000  # characters
A_DRAWING = re.compile(r"(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})*)*")


@dataclass(frozen=True)
class NoSuchAgreement(Reason):
    """There is none, or it is none of the person's business: they can't tell which."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("There is no such agreement for you.")
    instead = msgid("Look at the rules of the thing that you want to borrow.")


@dataclass(frozen=True)
class AgreementReplaced(Reason):
    """There is a newer version."""

    name: str
    says = msgid("There is a newer version of “%(name)s”.")
    instead = msgid("Read that one, and accept it.")


@dataclass(frozen=True)
class NotSigned(Reason):
    """Nobody typed a name."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("Your name is missing.")
    instead = msgid("Type your name: that says that you accept it.")


@dataclass(frozen=True)
class NotADrawing(Reason):
    """What came as a drawn signature is none, or too long."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("The drawn signature can't be read.")
    instead = msgid("Clear it and sign once more, or type your name.")


def publish(
    session: AnySession, group: Group, name: str, text: str, *, by: Person, now: datetime
) -> Agreement:
    """A new version of the group's agreement of this name, from now on the one to accept."""
    roles.require(session, by, Role.COORDINATOR, group, today=today_in(group, now))
    session.get_one(Group, group.id, with_for_update={"key_share": True})  # one after the other
    versions = select(func.max(Agreement.version)).where(
        Agreement.group_id == group.id, Agreement.name == name
    )
    version = (session.scalar(versions) or 0) + 1
    agreement = Agreement(
        group=group,
        name=name,
        version=version,
        text=text,
        published_at=now,
        published_by_id=by.id,
    )
    session.add(agreement)
    session.flush()
    told: dict[str, Any] = {"name": name, "version": version}
    record(session, Event.AGREEMENT_PUBLISHED, by=by, at=now, group=group, **told)
    return agreement


def accept(
    session: AnySession,
    agreement: Agreement,
    *,
    by: Person,
    now: datetime,
    signed_as: str,
    signature: str = "",
) -> Acceptance:
    """The person accepts this version, under a typed name and perhaps a drawn one; twice is once.

    Refuses a version that is not the newest, and who can't borrow from the group anyway.
    """
    agreement = agreement_for(session, agreement.id, by, now=now)
    refuse_if(reasons_against_signing(session, agreement, signed_as, signature))
    return keep(session, agreement, by, signed_as=signed_as, signature=signature, at=now)


def reasons_against_signing(
    session: AnySession, agreement: Agreement, signed_as: str, signature: str
) -> list[Reason]:
    """Why this is no signature under what the group goes by today."""
    reasons: list[Reason] = []
    if not signed_as:
        reasons.append(NotSigned())
    if not is_a_drawing(signature):
        reasons.append(NotADrawing())
    newest = in_force(session, agreement.group_id, [agreement.name])[agreement.name]
    if newest.id != agreement.id:
        reasons.append(AgreementReplaced(name=agreement.name))
    return reasons


def keep(
    session: AnySession,
    agreement: Agreement,
    person: Person,
    *,
    signed_as: str,
    signature: str,
    at: datetime,
) -> Acceptance:
    """Keeps what a person has signed, once; the agreement has its group."""
    roles.lock_person(session, person)
    if there := acceptances_of(session, person, [agreement.id]).get(agreement.id):
        return there
    acceptance = Acceptance(
        person_id=person.id,
        agreement_id=agreement.id,
        signed_as=signed_as,
        signature=signature,
        accepted_at=at,
    )
    session.add(acceptance)
    session.flush()
    what, group = Event.AGREEMENT_ACCEPTED, agreement.group
    told: dict[str, Any] = {"name": agreement.name, "version": agreement.version}
    record(session, what, by=person, at=at, group=group, person=person, **told)
    return acceptance


def is_a_drawing(signature: str) -> bool:
    """Whether this is nothing, or lines from point to point on a field of 600 by 200."""
    return len(signature) <= LONGEST_DRAWING and A_DRAWING.fullmatch(signature) is not None


def agreement_for(
    session: AnySession, agreement_id: int, person: Person, *, now: datetime
) -> Agreement:
    """The agreement with its group, for who may borrow from that; a 404 for anybody else."""
    agreement = session.scalar(
        select(Agreement).where(Agreement.id == agreement_id).options(joinedload(Agreement.group))
    )
    if agreement is not None:
        group = agreement.group
        today = today_in(group, now)
        if roles.membership_for_borrowing_from(session, person, group, today=today) is not None:
            return agreement
    raise Refusal(NoSuchAgreement())


def in_force(
    session: AnySession, group_id: int, names: Collection[str] | None = None
) -> dict[str, Agreement]:
    """The newest version of each agreement, or of these, that a group goes by.

    What a group has not published itself is that of the nearest group above it.
    """
    up = groups_upwards(group_id)
    found = select(Agreement).join(up, up.c.id == Agreement.group_id)
    if names is not None:
        found = found.where(Agreement.name.in_(names))
    nearest_and_newest_last = found.options(joinedload(Agreement.group)).order_by(
        up.c.steps.desc(), Agreement.name, Agreement.version
    )
    return {one.name: one for one in session.scalars(nearest_and_newest_last)}


def acceptances_of(
    session: AnySession, person: Person, agreement_ids: Collection[int]
) -> dict[int, Acceptance]:
    """What the person has accepted of these, by the agreement's id."""
    found = session.scalars(
        select(Acceptance).where(
            Acceptance.person_id == person.id, Acceptance.agreement_id.in_(agreement_ids)
        )
    )
    return {one.agreement_id: one for one in found}
