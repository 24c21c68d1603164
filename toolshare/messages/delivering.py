"""Sending what waits: one at a time works on a message, tries again later, and gives up some day.

A message is claimed before it is sent and marked after it: who dies between the two leaves it to
another when the claim has run out. So each is sent at least once, and twice only then.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select, update

from toolshare.messages import browsers
from toolshare.messages.choosing import AT_ANY_HOUR, choices_of, end_of_quiet, is_wanted
from toolshare.messages.gathering import Asked, Told, gather
from toolshare.messages.models import OwnWording
from toolshare.messages.rewording import own_wording
from toolshare.outbox.models import Message, MessageEnd, PushSubscription, Topic
from toolshare.people.models import Group, Membership, Person
from toolshare.records import AnySession

LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
MOST_ATTEMPTS = 24  # four days, with waits that double until they are the longest
OF_NO_USE_AFTER = timedelta(days=7)  # that nobody was there to send it


@dataclass(frozen=True)
class Claim:
    """A message that nobody else works on until then."""

    message_id: int
    until: datetime


@dataclass(frozen=True)
class Due:
    """A message that is true and wanted now, and whom it is for."""

    message: Message
    person: Person | None
    group: Group | None
    told: Told
    own_wording: OwnWording | None = None
    subscription: PushSubscription | None = None  # the browser in which it is shown


@dataclass(frozen=True)
class NotNow:
    """It waits until then: nobody is woken for it."""

    until: datetime


def is_any_waiting(session: AnySession, *, now: datetime, pushed: bool = False) -> bool:
    """Whether there is anything to send, by mail or `pushed`: a question that locks nothing."""
    waiting = select(Message.id).where(_claimable(now, pushed))
    return session.scalar(waiting.limit(1)) is not None


def claim(session: AnySession, *, now: datetime, pushed: bool = False) -> Claim | None:
    """Takes the message that has waited longest, of mails or of those `pushed`; None when none waits."""
    message = session.scalar(
        select(Message)
        .where(_claimable(now, pushed))
        .order_by(Message.send_at, Message.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if message is None:
        return None
    message.claimed_until = now + LEASE
    message.attempts += 1
    return Claim(message.id, message.claimed_until)


def look_at(session: AnySession, claim: Claim, *, now: datetime) -> Due | NotNow | None:
    """What to tell whom now; until when it has to wait; or None, when there is nothing to tell."""
    message = session.get_one(Message, claim.message_id)
    person = _person(session, message)
    group = session.get(Group, message.group_id) if message.group_id else None
    told = gather(Asked(session, message, person, group, now))
    topic = Topic(message.topic)
    if told is None or person is None:
        return Due(message, None, group, told) if told and message.address else None
    choices = choices_of(session, person)
    if not is_wanted(choices, topic):
        return None
    zone = ZoneInfo((group or _group_of(session, person) or Group(time_zone="UTC")).time_zone)
    quiet = end_of_quiet(choices, now.astimezone(zone))
    if quiet is None or topic in AT_ANY_HOUR:
        own = own_wording(session, group, topic, group.language) if group else None
        return _due(session, Due(message, person, group, told, own))
    return NotNow(quiet.astimezone(UTC))


def sent(session: AnySession, claim: Claim, *, now: datetime) -> None:
    """Writes down that it was sent."""
    _end(session, claim, MessageEnd.SENT, now)


def drop(session: AnySession, claim: Claim, *, now: datetime) -> None:
    """Writes down that there was nothing to tell."""
    _end(session, claim, MessageEnd.DROPPED, now)


def give_up(session: AnySession, claim: Claim, fault: str, *, now: datetime) -> None:
    """Writes down that it can't be sent, and why."""
    _end(session, claim, MessageEnd.GIVEN_UP, now, fault)


def put_off(session: AnySession, claim: Claim, until: datetime) -> None:
    """Lets it wait, as if nobody had tried."""
    message = _still_ours(session, claim)
    if message is not None:
        message.send_at, message.claimed_until = until, None
        message.attempts -= 1


def try_again(
    session: AnySession,
    claim: Claim,
    fault: str,
    *,
    now: datetime,
    chance: float,
    at_least: timedelta = timedelta(0),
) -> None:
    """Lets it wait, longer each time; gives up in the end. `chance`, 0 to 1, keeps many apart."""
    message = _still_ours(session, claim)
    if message is None:
        return
    if message.attempts >= MOST_ATTEMPTS:
        give_up(session, claim, fault, now=now)
        return
    asked = min(at_least, LONGEST_WAIT)
    message.send_at = now + max(wait_after(message.attempts, chance), asked)
    message.claimed_until, message.last_fault = None, fault


def wait_after(attempts: int, chance: float) -> timedelta:
    """How long a message waits after so many attempts, a quarter more or less."""
    doubled = FIRST_WAIT * (1 << min(attempts - 1, 16))
    return min(doubled, LONGEST_WAIT) * (0.75 + chance / 2)


def end_what_is_too_old(session: AnySession, *, now: datetime) -> None:
    """Gives up what nobody was there to send for a week: where no mail is set up, that is all."""
    session.execute(
        update(Message)
        .where(Message.ended_at.is_(None), Message.send_at <= now - OF_NO_USE_AFTER)
        .values(
            ended=MessageEnd.GIVEN_UP, ended_at=now, facts={}, last_fault="", claimed_until=None
        )
        .execution_options(synchronize_session=False)
    )


def _claimable(now: datetime, pushed: bool) -> ColumnElement[bool]:
    # A claim far ahead was made by a clock that has been set back.
    claim_is_over = or_(Message.claimed_until <= now, Message.claimed_until > now + LEASE)
    is_free = or_(Message.claimed_until.is_(None), claim_is_over)
    way = Message.subscription_id.is_not(None) if pushed else Message.subscription_id.is_(None)
    return and_(Message.ended_at.is_(None), Message.send_at <= now, is_free, way)


def _due(session: AnySession, due: Due) -> Due | None:
    """With the browser that shows it, if it is for one; None when its person is signed out there."""
    if due.message.subscription_id is None:
        return due
    found = browsers.subscription_of(session, due.message.subscription_id)
    return replace(due, subscription=found) if found is not None else None


def _person(session: AnySession, message: Message) -> Person | None:
    return session.get(Person, message.person_id) if message.person_id else None


def _group_of(session: AnySession, person: Person) -> Group | None:
    """The group whose clock is the person's, when a message concerns none."""
    return session.scalar(
        select(Group)
        .join(Membership, Membership.group_id == Group.id)
        .where(Membership.person_id == person.id)
        .order_by(Membership.id)
        .limit(1)
    )


def _still_ours(session: AnySession, claim: Claim) -> Message | None:
    """The message, unless the claim ran out and somebody else has it."""
    return session.scalar(
        select(Message)
        .where(Message.id == claim.message_id, Message.ended_at.is_(None))
        .where(Message.claimed_until == claim.until)
        .with_for_update()
    )


def _end(
    session: AnySession, claim: Claim, how: MessageEnd, now: datetime, fault: str = ""
) -> None:
    """The facts go with it: they may hold the token of a link."""
    message = _still_ours(session, claim)
    if message is not None:
        message.ended, message.ended_at, message.claimed_until = how, now, None
        message.facts, message.last_fault = {}, fault
