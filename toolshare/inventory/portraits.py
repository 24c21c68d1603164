"""Portraits: a photo of a person, for themselves and for the stewards of their groups."""

from datetime import datetime

from sqlalchemy import select

from toolshare.inventory.models import Photo
from toolshare.people import roles
from toolshare.people.models import Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession


def portrait_of(session: AnySession, person: Person) -> Photo | None:
    """The photo that a person gave of themselves."""
    return session.scalar(select(Photo).where(Photo.person_id == person.id))


def keep(session: AnySession, photo: Photo, *, of: Person) -> str | None:
    """Keeps a person's photo in place of any before, whose files can be erased then; its name."""
    roles.lock_person(session, of)
    former = remove(session, of)
    photo.person_id = of.id
    session.add(photo)
    return former


def remove(session: AnySession, person: Person) -> str | None:
    """Takes a person's photo away; the name of its files, to be erased when that is committed."""
    photo = portrait_of(session, person)
    if photo is None:
        return None
    session.delete(photo)
    session.flush()
    return photo.name


def may_see(session: AnySession, photo: Photo, reader: Person | None, *, now: datetime) -> bool:
    """Whether a portrait is the reader's own, or of somebody in a group whose steward the reader is."""
    if reader is None or reader.id == photo.person_id:
        return reader is not None
    theirs = session.scalars(select(Membership).where(Membership.person_id == photo.person_id))
    groups = {one.group_id: one for one in theirs}
    return any(
        own.role.covers(Role.STEWARD)
        and own.group_id in groups
        and groups[own.group_id].is_current(today_in(own.group, now))
        for own in roles.current_memberships_of(session, reader, now)
    )
