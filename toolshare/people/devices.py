"""The devices on which somebody is signed in: one row each, without which no session lasts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus

from sqlalchemy import bindparam, delete, or_, select, update

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people import roles
from toolshare.people.models import Device, Group, Membership, Person
from toolshare.people.user_agents import browser_and_system
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

KEPT = timedelta(days=90)  # without use, as long as the cookie lasts
MOST_DEVICES = 30  # of one person; who signs in once more is signed out where it is longest ago

# Built once: every request begins with one of them.
_ALONE = select(Device, Person).join(Device.person).where(Device.id == bindparam("device_id"))
_WITH_MEMBERSHIPS = (
    select(Device, Person, Membership, Group)
    .join(Device.person)
    .outerjoin(Person.memberships)
    .outerjoin(Membership.group)
    .where(Device.id == bindparam("device_id"))
    .order_by(Membership.id)
)


@dataclass(frozen=True)
class NoSuchDevice(Reason):
    """There is none, or it is somebody else's."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("You are not signed in on that device, or not any more.")
    instead = msgid("Look at the list on the page of your account.")


def begin(
    session: AnySession, person: Person, user_agent: str, *, again: int | None, now: datetime
) -> Device:
    """Writes down that somebody signs in on a device; `again` is the one it is known as."""
    device = _own(session, person, again) or Device(person_id=person.id, since=now)
    device.browser, device.system = browser_and_system(user_agent)
    device.session_version, device.used_on = person.session_version, now.date()
    session.add(device)
    session.flush()
    _forget_all_but_the_newest(session, person)
    return device


def person_on(
    session: AnySession, device_id: int, *, with_memberships: bool
) -> tuple[Device, Person] | None:
    """A device and who is signed in on it, in one statement."""
    if not with_memberships:
        alone = session.execute(_ALONE, {"device_id": device_id}).first()
        return (alone[0], alone[1]) if alone else None
    rows = session.execute(_WITH_MEMBERSHIPS, {"device_id": device_id}).all()
    return (rows[0][0], roles.joined([row[1:] for row in rows])) if rows else None


def devices_of(session: AnySession, person: Person) -> Sequence[Device]:
    """Where a person is signed in, the one used last first."""
    good = (Device.person_id == person.id, Device.session_version == person.session_version)
    newest = (Device.used_on.desc(), Device.since.desc(), Device.id.desc())
    return session.scalars(select(Device).where(*good).order_by(*newest)).all()


def sign_out(session: AnySession, person: Person, device_id: int, *, now: datetime) -> None:
    """Ends the session on one of a person's devices."""
    device = _own(session, person, device_id)
    if device is None:
        raise Refusal(NoSuchDevice())
    session.delete(device)
    record(session, Event.SIGNED_OUT_ELSEWHERE, by=person, at=now, person=person)


def end(session: AnySession, device_id: int) -> None:
    """Forgets a device on which somebody signs out."""
    session.execute(delete(Device).where(Device.id == device_id))


def note_use(session: AnySession, device_id: int, today: date) -> None:
    """Writes down on which day it was used last: once a day, and never an earlier one."""
    later = (Device.id == device_id, Device.used_on < today)
    session.execute(update(Device).where(*later).values(used_on=today))


def forget_unused(session: AnySession, *, now: datetime) -> None:
    """Forgets devices that nobody used for so long that their cookie has gone, and ended ones."""
    ended = select(Person.id).where(
        Person.id == Device.person_id, Person.session_version != Device.session_version
    )
    unused = Device.used_on < (now - KEPT).date()
    session.execute(
        delete(Device)
        .where(or_(unused, ended.exists()))
        .execution_options(synchronize_session=False)
    )


def _own(session: AnySession, person: Person, device_id: int | None) -> Device | None:
    device = session.get(Device, device_id) if device_id is not None else None
    return device if device is not None and device.person_id == person.id else None


def _forget_all_but_the_newest(session: AnySession, person: Person) -> None:
    kept = [device.id for device in devices_of(session, person)[:MOST_DEVICES]]
    others = (Device.person_id == person.id, Device.id.not_in(kept))
    session.execute(delete(Device).where(*others).execution_options(synchronize_session=False))
