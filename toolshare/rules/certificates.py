"""Certificates: a steward says that a person has learned something, or not any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import func, select

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people import roles
from toolshare.people.birthdays import require_steward_for
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid
from toolshare.rules.models import Certificate
from toolshare.rules.resolving import groups_upwards


@dataclass(frozen=True)
class OverAlready(Reason):
    """The last day lies in the past."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("The last day is over already.")
    instead = msgid("Choose a later one, or none.")


def grant(
    session: AnySession,
    person: Person,
    name: str,
    group: Group,
    *,
    by: Person,
    now: datetime,
    until: date | None = None,
) -> Certificate:
    """Certifies that the person has learned this, until the last day; in place of one before.

    It counts in the group and in those below it. Refuses who is no steward of the group.
    """
    require_steward_for(session, person, group, by=by, now=now)
    if until is not None and until < today_in(group, now):
        raise Refusal(OverAlready())
    roles.lock_person(session, person)
    for before in certificates_of(session, person, group):
        if before.group_id == group.id and before.name == name:
            before.revoked_at, before.revoked_by_id = now, by.id
    session.flush()
    certificate = Certificate(
        person_id=person.id,
        group_id=group.id,
        name=name,
        granted_at=now,
        granted_by_id=by.id,
        until=until,
    )
    session.add(certificate)
    session.flush()
    told: dict[str, Any] = {"name": name, "until": str(until) if until else None}
    record(session, Event.CERTIFICATE_GRANTED, by=by, at=now, group=group, person=person, **told)
    return certificate


def revoke(
    session: AnySession, certificate: Certificate, group: Group, *, by: Person, now: datetime
) -> Certificate:
    """Takes a certificate of this group away; one that is revoked already stays so."""
    roles.require(session, by, Role.STEWARD, group, today=today_in(group, now))
    if certificate.revoked_at is None:
        certificate.revoked_at, certificate.revoked_by_id = now, by.id
        person = session.get_one(Person, certificate.person_id)
        told: dict[str, Any] = {"name": certificate.name}
        record(
            session, Event.CERTIFICATE_REVOKED, by=by, at=now, group=group, person=person, **told
        )
    return certificate


def certificates_of(session: AnySession, person: Person, group: Group) -> Sequence[Certificate]:
    """What counts in this group and is not revoked, be it over: by itself or a group above it."""
    up = groups_upwards(group.id)
    return session.scalars(
        select(Certificate)
        .join(up, up.c.id == Certificate.group_id)
        .where(Certificate.person_id == person.id, Certificate.revoked_at.is_(None))
        .order_by(func.lower(Certificate.name), up.c.steps)
    ).all()
