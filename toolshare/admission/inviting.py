"""Invitations: a coordinator makes a link, and whoever opens it in time joins by themselves."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from toolshare.admission import reasons as why
from toolshare.admission.models import Invitation
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people import households, joining, roles
from toolshare.people.models import Group, Household, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.people.passwords import set_password
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, refuse_if

LONGEST = timedelta(days=366)
USUALLY = timedelta(days=30)
AT_HOME = timedelta(days=7)


@dataclass(frozen=True)
class Terms:
    """As what an invitation takes people in, until which day, how often, and what it is for."""

    until: date
    role: Role = Role.MEMBER
    most_uses: int | None = None
    note: str = ""
    household_id: int | None = None


def invite(
    session: AnySession, group: Group, terms: Terms, *, by: Person, now: datetime
) -> tuple[Invitation, str]:
    """A new invitation and the token of its link, which is kept nowhere; by a coordinator."""
    today = today_in(group, now)
    roles.require(session, by, Role.COORDINATOR, group, today=today)
    refuse_if(_reasons_against(terms, today))
    return _made(session, group, terms, by=by, now=now)


def invite_home(
    session: AnySession, household: Household, *, by: Person, now: datetime
) -> tuple[Invitation, str]:
    """An invitation for one more person into a household; by its first, or a coordinator."""
    group = session.get_one(Group, household.group_id)
    if not households.may_change(session, household.id, group, by, now=now):
        raise Refusal(households.NotYourHousehold())
    until = today_in(group, now) + AT_HOME
    terms = Terms(until, most_uses=1, note=household.name, household_id=household.id)
    return _made(session, group, terms, by=by, now=now)


def _made(
    session: AnySession, group: Group, terms: Terms, *, by: Person, now: datetime
) -> tuple[Invitation, str]:
    token = token_urlsafe(16)
    invitation = Invitation(
        group=group, digest=digest_of(token), made_at=now, made_by=by, used=0, **vars(terms)
    )
    session.add(invitation)
    session.flush()
    _write_down(session, Event.INVITATION_MADE, invitation, by=by, now=now)
    return invitation, token


def revoke(session: AnySession, invitation: Invitation, *, by: Person, now: datetime) -> None:
    """Lets an invitation take in nobody any more; by a coordinator. Done twice it is done once."""
    group = invitation.group
    roles.require(session, by, Role.COORDINATOR, group, today=today_in(group, now))
    if invitation.revoked_at is None:
        invitation.revoked_at = now
        _write_down(session, Event.INVITATION_REVOKED, invitation, by=by, now=now)


def invitation_behind(
    session: AnySession, token: str, *, now: datetime, reader: Person | None = None
) -> Invitation:
    """The invitation of a link, locked; refuses one that doesn't work any more, but not who is in already."""
    invitation = session.scalar(
        select(Invitation)
        .where(Invitation.digest == digest_of(token))
        .options(joinedload(Invitation.group))
        .with_for_update(of=Invitation)
        .execution_options(populate_existing=True)
    )
    if invitation is None:
        raise Refusal(why.InvitationNotGood())
    today = today_in(invitation.group, now)
    if not invitation.is_good_on(today) and not _is_in(session, reader, invitation.group, today):
        raise Refusal(why.InvitationNotGood())
    return invitation


def accept(session: AnySession, token: str, *, by: Person, now: datetime) -> Membership:
    """Takes a person in who has an account; who is in already stays so, and nothing is used up."""
    invitation = invitation_behind(session, token, now=now, reader=by)
    group, today = invitation.group, today_in(invitation.group, now)
    roles.lock_person(session, by)
    if there := roles.membership_in(session, by, group):
        if not there.is_current(today):
            raise Refusal(why.MembershipIsOver(group=group.name))
        if leads_home(invitation, there, today):
            invitation.used += 1
            _take_home(session, invitation, there, by, now)
        return there
    return take_in(session, invitation, by, now)


def make_account(
    session: AnySession, token: str, *, name: str, email: str, password: str, now: datetime
) -> Person:
    """Makes an account for who has none, and takes the person in.

    Refuses an address that has an account, and a password that breaks the rule.
    """
    invitation = invitation_behind(session, token, now=now)
    email = joining.known_email(email)
    if joining.person_with(session, email):
        raise Refusal(why.HasAnAccount())
    person = joining.new_person(session, name, email, now)
    set_password(person, password)
    take_in(session, invitation, person, now)
    return person


def leads_home(invitation: Invitation, membership: Membership | None, today: date) -> bool:
    """Whether the invitation is into a household in which the person isn't yet."""
    own = membership.household_id if membership else None
    return invitation.household_id not in (None, own) and invitation.is_good_on(today)


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


def take_in(
    session: AnySession, invitation: Invitation, person: Person, now: datetime
) -> Membership:
    """Takes a person in who is no member, and into the household that the invitation leads to."""
    invitation.used += 1
    joined = joining.take_in(
        session,
        invitation.group,
        person,
        role=invitation.role,
        by=person,
        now=now,
        invitation_id=invitation.id,
    )
    if invitation.household_id is not None:
        _take_home(session, invitation, joined, person, now)
    return joined


def _is_in(session: AnySession, person: Person | None, group: Group, today: date) -> bool:
    own = roles.membership_in(session, person, group) if person else None
    return own is not None and own.is_current(today)


def _take_home(
    session: AnySession, invitation: Invitation, membership: Membership, by: Person, now: datetime
) -> None:
    household = session.get_one(Household, invitation.household_id)
    households.put_in(session, membership, household, by=by, now=now)


def _reasons_against(terms: Terms, today: date) -> list[Reason]:
    reasons: list[Reason] = []
    if not today <= terms.until <= today + LONGEST:
        reasons.append(why.OverAlready(first=today, last=today + LONGEST))
    if terms.role is not Role.MEMBER and terms.most_uses != 1:
        reasons.append(why.OnlyOnceForARole())
    return reasons


def _write_down(
    session: AnySession, what: Event, invitation: Invitation, *, by: Person, now: datetime
) -> None:
    told: dict[str, Any] = {"invitation_id": invitation.id, "role": invitation.role}
    record(session, what, by=by, at=now, group=invitation.group, **told)
