"""Asking to join a group: a request that waits for its coordinators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from toolshare.admission import reasons as why
from toolshare.admission.models import JoinPage, JoinRequest
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.outbox.models import Topic
from toolshare.outbox.telling import tell
from toolshare.people import joining, roles
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.people.roles import is_current_on
from toolshare.records import AnySession
from toolshare.refusals import Refusal, refuse_if
from toolshare.rules import agreements
from toolshare.rules.models import Agreement

MOST_UNDECIDED = 300  # in a group


@dataclass(frozen=True)
class Said:
    """What somebody typed who asks: who they are, pairs of question and answer, their signature."""

    name: str
    email: str
    answers: Sequence[tuple[str, str]] = ()
    agreement_id: int | None = None
    signed_as: str = ""
    signature: str = ""
    language: str | None = None


def page_open_at(session: AnySession, slug: str) -> JoinPage:
    """The page of the group with this short name, with the group; refused unless it is open."""
    page = session.scalar(
        select(JoinPage)
        .join(JoinPage.group)
        .where(Group.slug == slug, JoinPage.is_open)
        .options(joinedload(JoinPage.group))
    )
    if page is None:
        raise Refusal(why.NobodyAsksHere())
    return page


def agreement_to_sign(session: AnySession, page: JoinPage) -> Agreement | None:
    """The newest version of what the page asks to sign, with its group."""
    return agreements.in_force(session, page.group_id, [page.agreement]).get(page.agreement)


def is_member(session: AnySession, person: Person, group: Group, *, now: datetime) -> bool:
    """Whether the person has a role in the group today."""
    return roles.role_in(session, person, group, today=today_in(group, now)) is not None


def ask(
    session: AnySession, page: JoinPage, said: Said, *, by: Person | None, now: datetime
) -> None:
    """Leaves a request for the coordinators, and tells them.

    Nobody learns from it whose address is known: who has asked already, with this address, has
    asked once. Only who is signed in hears that they are a member.
    """
    group, agreement = page.group, agreement_to_sign(session, page)
    if by is not None and is_member(session, by, group, now=now):
        raise Refusal(why.InAlready(group=group.name))
    _require_signature(session, agreement, said)
    session.get_one(Group, group.id, with_for_update={"key_share": True})  # one after the other
    email = by.email if by else joining.known_email(said.email)
    undecided = JoinRequest.group_id == group.id, JoinRequest.decided_at.is_(None)
    if session.scalar(select(JoinRequest.id).where(*undecided, JoinRequest.email == email)):
        return
    if (
        session.scalar(select(func.count(JoinRequest.id)).where(*undecided)) or 0
    ) >= MOST_UNDECIDED:
        raise Refusal(why.TooManyWait())
    request = _request(page, said, agreement, email=email, by=by, now=now)
    session.add(request)
    session.flush()
    record(session, Event.ASKED_TO_JOIN, by=by, at=now, group=group, request_id=request.id)
    _tell_coordinators(session, request, group, now)


def _require_signature(session: AnySession, agreement: Agreement | None, said: Said) -> None:
    """Refuses what is signed under another version than the newest, or not at all."""
    if agreement is None:
        return
    if said.agreement_id != agreement.id:
        raise Refusal(agreements.AgreementReplaced(name=agreement.name))
    signed_as = said.signed_as or (said.signature and said.name)
    refuse_if(agreements.reasons_against_signing(session, agreement, signed_as, said.signature))


def _request(
    page: JoinPage,
    said: Said,
    agreement: Agreement | None,
    *,
    email: str,
    by: Person | None,
    now: datetime,
) -> JoinRequest:
    signed: dict[str, Any] = {}
    if agreement is not None:
        signed = {"agreement_id": agreement.id, "signature": said.signature}
        signed["signed_as"] = said.signed_as or said.name
    return JoinRequest(
        group=page.group,
        name=by.name if by else said.name,
        email=email,
        person_id=by.id if by else None,
        language=said.language,
        answers=[[*pair] for pair in said.answers],
        asked_at=now,
        **signed,
    )


def _tell_coordinators(
    session: AnySession, request: JoinRequest, group: Group, now: datetime
) -> None:
    coordinators = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.group_id == group.id, Membership.role == Role.COORDINATOR)
        .where(is_current_on(today_in(group, now)))
    )
    path = f"/groups/{group.slug}/requests/{request.id}"
    for person in session.scalars(coordinators):
        once = f"asked-to-join {request.id} {person.id}"
        about: dict[str, Any] = {"who": request.name, "path": path}
        tell(session, Topic.ASKED_TO_JOIN, person, now=now, group=group, once=once, **about)
