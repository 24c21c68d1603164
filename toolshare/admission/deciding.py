"""Deciding on a request to join: yes makes a member, no says why; once."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from toolshare.admission import reasons as why
from toolshare.admission.models import JoinRequest
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.outbox.models import Topic
from toolshare.outbox.telling import tell
from toolshare.people import joining, memberships, password_links, roles
from toolshare.people.memberships import Standing
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Refusal
from toolshare.rules import agreements
from toolshare.rules.models import Agreement


@dataclass(frozen=True)
class Place:
    """As what somebody is taken in, and until which day."""

    role: Role = Role.MEMBER
    until: date | None = None


def approve(
    session: AnySession, request: JoinRequest, place: Place, *, by: Person, now: datetime
) -> Membership:
    """Takes the person in, making the account if there is none, and tells them; by a coordinator.

    What they signed counts as accepted, if it was surely they who signed: with a new account, or
    signed in. Who was a member before is one again. Refuses who is one now.
    """
    request = _under_lock(session, request, by=by, now=now)
    group = request.group
    if place.until is not None and place.until < today_in(group, now):
        raise Refusal(why.LastDayGone())
    person = _person_of(session, request)
    is_sure = person is None or request.person_id is not None
    person = person or joining.new_person(session, request.name, request.email, now)
    membership = _take_in(session, request, person, place, by=by, now=now)
    if is_sure:
        _keep_signature(session, request, person)
    _decide(request, by=by, now=now, is_approved=True)
    _welcome(session, request, person, by=by, now=now)
    return membership


def decline(
    session: AnySession, request: JoinRequest, because: str, *, by: Person, now: datetime
) -> None:
    """Says no, and tells the person why; by a coordinator."""
    request = _under_lock(session, request, by=by, now=now)
    if not because:
        raise Refusal(why.WhyMissing(name=request.name))
    _decide(request, by=by, now=now, is_approved=False, because=because)
    group = request.group
    record(session, Event.JOINING_DECLINED, by=by, at=now, group=group, request_id=request.id)
    to: Person | str = _person_of(session, request) or request.email
    about: dict[str, Any] = {"why": because, "language": request.language}
    tell(session, Topic.JOINING_DECLINED, to, now=now, group=group, **about)


def _under_lock(
    session: AnySession, request: JoinRequest, *, by: Person, now: datetime
) -> JoinRequest:
    """The request as it is now, undecided; nobody else decides until the transaction ends."""
    found = session.scalars(
        select(JoinRequest)
        .where(JoinRequest.id == request.id)
        .options(joinedload(JoinRequest.group))
        .with_for_update(of=JoinRequest)
        .execution_options(populate_existing=True)
    ).one()
    today = today_in(found.group, now)
    roles.require(session, by, Role.COORDINATOR, found.group, today=today)
    if found.decided_at is not None:
        raise Refusal(why.AnsweredAlready(name=found.name))
    return found


def _person_of(session: AnySession, request: JoinRequest) -> Person | None:
    """Who asked, when they were signed in; else who has the address by now."""
    if request.person_id is not None:
        return session.get_one(Person, request.person_id)
    return joining.person_with(session, request.email)


def _take_in(
    session: AnySession,
    request: JoinRequest,
    person: Person,
    place: Place,
    *,
    by: Person,
    now: datetime,
) -> Membership:
    group = request.group
    roles.lock_person(session, person)
    there = roles.membership_in(session, person, group)
    if there is None or there.is_current(today_in(group, now)):
        acts: dict[str, Any] = {"by": by, "now": now, "request_id": request.id}
        return joining.take_in(session, group, person, **vars(place), **acts)
    again = Standing(place.role, today_in(group, now), place.until)
    memberships.change_membership(session, there, again, by=by, now=now)
    return there


def _keep_signature(session: AnySession, request: JoinRequest, person: Person) -> None:
    if request.agreement_id is None:
        return
    signed = session.get_one(Agreement, request.agreement_id, options=[joinedload(Agreement.group)])
    how: dict[str, str] = {"signed_as": request.signed_as, "signature": request.signature}
    agreements.keep(session, signed, person, at=request.asked_at, **how)


def _decide(
    request: JoinRequest, *, by: Person, now: datetime, is_approved: bool, because: str = ""
) -> None:
    request.decided_at, request.decided_by_id = now, by.id
    request.is_approved, request.decided_why = is_approved, because


def _welcome(
    session: AnySession, request: JoinRequest, person: Person, *, by: Person, now: datetime
) -> None:
    """Tells the person, with a link to set a password when they have none."""
    group: Group = request.group
    path = f"/groups/{group.slug}"
    if person.password_hash is None:
        path = f"/password/{password_links.make_link(session, person, by=by, now=now)}"
    tell(session, Topic.JOINING_APPROVED, person, now=now, group=group, path=path)
