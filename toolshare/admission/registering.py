"""Registering by an invitation where mail is sent: the address is shown to be one's own first."""

from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from toolshare.admission import inviting
from toolshare.admission import reasons as why
from toolshare.admission.models import Invitation, Registration
from toolshare.outbox.models import Topic
from toolshare.outbox.telling import tell
from toolshare.people import joining
from toolshare.people.models import Person
from toolshare.people.opening import today_in
from toolshare.people.passwords import hasher, reasons_against
from toolshare.records import AnySession
from toolshare.refusals import Refusal, refuse_if

GOOD_FOR = timedelta(days=1)


def register(
    session: AnySession,
    token: str,
    *,
    name: str,
    email: str,
    password: str,
    language: str,
    now: datetime,
) -> None:
    """Sends a link to the address; who has an account there is sent the invitation instead.

    Whoever types an address hears the same, in the same time. Refuses a password that breaks the
    rule.
    """
    invitation = inviting.invitation_behind(session, token, now=now)
    email = joining.known_email(email)
    refuse_if(reasons_against(Person(name=name, email=email), password))
    session.execute(delete(Registration).where(Registration.expires_at <= now))
    kept, link = hasher.hash(password), token_urlsafe(16)
    if person := joining.person_with(session, email):
        _tell_of_invitation(session, invitation, person, token, now)
        return
    registration = Registration(
        invitation_id=invitation.id,
        name=name,
        email=email,
        password_hash=kept,
        digest=inviting.digest_of(link),
        expires_at=now + GOOD_FOR,
    )
    session.add(registration)
    about: dict[str, Any] = {"path": f"/join/confirmations/{link}", "language": language}
    tell(session, Topic.NEW_ADDRESS, email, now=now, group=invitation.group, **about)


def registration_behind(session: AnySession, link: str, *, now: datetime) -> Registration:
    """The registration of a link, locked; refuses one that doesn't work any more."""
    found = session.scalar(
        select(Registration)
        .where(Registration.digest == inviting.digest_of(link), Registration.expires_at > now)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Refusal(why.ConfirmationNotGood())
    return found


def confirm(session: AnySession, link: str, *, now: datetime) -> Person:
    """Makes the account and takes the person in; refuses when the invitation has ended since."""
    found = registration_behind(session, link, now=now)
    invitation = _still_good(session, found.invitation_id, now)
    if joining.person_with(session, found.email):
        raise Refusal(why.HasAnAccount())
    person = joining.new_person(session, found.name, found.email, now)
    person.password_hash = found.password_hash
    session.delete(found)
    inviting.take_in(session, invitation, person, now)
    return person


def _still_good(session: AnySession, invitation_id: int, now: datetime) -> Invitation:
    invitation = session.scalars(
        select(Invitation)
        .where(Invitation.id == invitation_id)
        .options(joinedload(Invitation.group))
        .with_for_update(of=Invitation)
        .execution_options(populate_existing=True)
    ).one()
    if not invitation.is_good_on(today_in(invitation.group, now)):
        raise Refusal(why.InvitationNotGood())
    return invitation


def _tell_of_invitation(
    session: AnySession, invitation: Invitation, person: Person, token: str, now: datetime
) -> None:
    made_by = session.get_one(Person, invitation.made_by_id)
    about: dict[str, Any] = {"by": made_by.name, "path": f"/join/{token}"}
    tell(session, Topic.INVITATION, person, now=now, group=invitation.group, **about)
