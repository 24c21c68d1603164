"""Pairing: a coordinator sets up a kiosk and gives a link; the tablet that opens it is the shed's."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.kiosk import reasons as why
from toolshare.kiosk.models import Kiosk
from toolshare.people import roles
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Refusal

GOOD_FOR = timedelta(minutes=15)


def set_up(
    session: AnySession, group: Group, name: str, *, by: Person, now: datetime
) -> tuple[Kiosk, str]:
    """A new kiosk and the token of its pairing link, which is kept nowhere; by a coordinator."""
    _require_coordinator(session, group, by=by, now=now)
    kiosk = Kiosk(group=group, name=name, set_up_at=now, sitting=0)
    session.add(kiosk)
    session.flush()
    _write_down(session, Event.KIOSK_SET_UP, kiosk, by=by, now=now)
    return kiosk, _new_link(kiosk, now)


def give_link(session: AnySession, kiosk: Kiosk, *, by: Person, now: datetime) -> str:
    """The token of a new pairing link, in place of an earlier one; by a coordinator.

    The tablet that is paired goes on until another one opens the link.
    """
    _require_coordinator(session, kiosk.group, by=by, now=now)
    if kiosk.ended_at is not None:
        raise Refusal(why.KioskEnded())
    _write_down(session, Event.KIOSK_LINK_GIVEN, kiosk, by=by, now=now)
    return _new_link(kiosk, now)


def kiosk_to_pair(session: AnySession, link: str, *, now: datetime) -> Kiosk:
    """The kiosk that a link pairs; refuses a link that doesn't work any more."""
    kiosk = _found(session, Kiosk.link_digest == _digest(link), is_locked=True)
    if kiosk is None or kiosk.link_expires_at is None or kiosk.link_expires_at <= now:
        raise Refusal(why.PairingLinkNotGood())
    return kiosk


def pair(session: AnySession, link: str, *, now: datetime) -> str:
    """The token by which this tablet is the kiosk from now on; the link is used up by it.

    A tablet that was the kiosk before is it no more.
    """
    kiosk, token = kiosk_to_pair(session, link, now=now), token_urlsafe(32)
    kiosk.link_digest = kiosk.link_expires_at = None
    kiosk.token_digest, kiosk.paired_at = _digest(token), now
    kiosk.membership_id = kiosk.last_act_at = None
    _write_down(session, Event.KIOSK_PAIRED, kiosk, by=None, now=now)
    return token


def end(session: AnySession, kiosk: Kiosk, *, by: Person, now: datetime) -> None:
    """Ends a kiosk at once, for good; by a coordinator. Done twice it is done once."""
    _require_coordinator(session, kiosk.group, by=by, now=now)
    if kiosk.ended_at is None:
        kiosk.ended_at = now
        kiosk.link_digest = kiosk.token_digest = None
        kiosk.membership_id = kiosk.last_act_at = None
        _write_down(session, Event.KIOSK_ENDED, kiosk, by=by, now=now)


def kiosk_with(session: AnySession, token: str) -> Kiosk | None:
    """The kiosk whose tablet carries this token, with its group and whom it serves."""
    return _found(session, Kiosk.token_digest == _digest(token))


def is_a_kiosk(session: AnySession, token: str) -> bool:
    """Whether a tablet that carries this token is a kiosk that was not ended."""
    known = select(Kiosk.id).where(Kiosk.token_digest == _digest(token))
    return session.scalar(known) is not None


def kiosk_of(session: AnySession, group: Group, kiosk_id: int) -> Kiosk | None:
    """A kiosk of this group; there is no way to those of another."""
    return _found(session, (Kiosk.id == kiosk_id) & (Kiosk.group_id == group.id))


def _found(
    session: AnySession, which: ColumnElement[bool], *, is_locked: bool = False
) -> Kiosk | None:
    served = joinedload(Kiosk.membership)
    statement = (
        select(Kiosk)
        .where(which)
        .options(joinedload(Kiosk.group), served.joinedload(Membership.person))
        .options(served.joinedload(Membership.group))
        .execution_options(populate_existing=True)
    )
    return session.scalar(statement.with_for_update(of=Kiosk) if is_locked else statement)


def _new_link(kiosk: Kiosk, now: datetime) -> str:
    link = token_urlsafe(32)
    kiosk.link_digest, kiosk.link_expires_at = _digest(link), now + GOOD_FOR
    return link


def _require_coordinator(session: AnySession, group: Group, *, by: Person, now: datetime) -> None:
    roles.require(session, by, Role.COORDINATOR, group, today=today_in(group, now))


def _write_down(
    session: AnySession, what: Event, kiosk: Kiosk, *, by: Person | None, now: datetime
) -> None:
    group = kiosk.group
    record(session, what, by=by, at=now, group=group, kiosk_id=kiosk.id, kiosk=kiosk.name)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
