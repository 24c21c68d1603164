"""A coordinator opens the group's catalogue to everybody, and closes it again."""

from datetime import datetime

from sqlalchemy import select

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import today_in
from toolshare.programs.models import OpenCatalogue
from toolshare.records import AnySession


def open_catalogue(session: AnySession, group: Group, *, by: Person, now: datetime) -> None:
    """Lets anybody read what the group has; done twice it is done once."""
    roles.require(session, by, Role.COORDINATOR, group, today=today_in(group, now))
    if opened(session, group) is None:
        session.add(OpenCatalogue(group_id=group.id, opened_at=now))
        record(session, Event.CATALOGUE_OPENED, by=by, at=now, group=group)


def close_catalogue(session: AnySession, group: Group, *, by: Person, now: datetime) -> None:
    """Lets strangers read nothing any more; done twice it is done once."""
    roles.require(session, by, Role.COORDINATOR, group, today=today_in(group, now))
    known = opened(session, group)
    if known is not None:
        session.delete(known)
        record(session, Event.CATALOGUE_CLOSED, by=by, at=now, group=group)


def opened(session: AnySession, group: Group) -> OpenCatalogue | None:
    """Since when the group's catalogue is open, if it is."""
    return session.scalar(select(OpenCatalogue).where(OpenCatalogue.group_id == group.id))
