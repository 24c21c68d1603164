"""The place tree of a group."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from toolshare.codes import register
from toolshare.codes.models import Wearer
from toolshare.inventory import paths
from toolshare.inventory.models import Place
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people.models import Group, Person
from toolshare.records import AnySession


def at_path(
    session: AnySession, group: Group, path: str, *, by: Person | None, now: datetime
) -> Place:
    """The group's place at a path like "Barn > North wall", made if it is not there."""
    return at_paths(session, group, [path], by=by, now=now)[paths.tidy(path)]


def at_paths(
    session: AnySession, group: Group, wanted: Iterable[str], *, by: Person | None, now: datetime
) -> dict[str, Place]:
    """The group's places at these paths by their tidied path, made where they are not there.

    Refuses a path with an empty name in it.
    """
    tidied = [paths.tidy(path) for path in wanted]
    needed = list(dict.fromkeys(step for path in tidied for step in paths.steps(path)))
    there = {
        place.path: place
        for place in session.scalars(
            select(Place).where(Place.group_id == group.id, Place.path.in_(needed))
        )
    }
    for step in needed:
        if step not in there:
            there[step] = _add(session, group, step, there, by=by, now=now)
    return {path: there[path] for path in tidied}


def _add(
    session: AnySession,
    group: Group,
    path: str,
    there: dict[str, Place],
    *,
    by: Person | None,
    now: datetime,
) -> Place:
    above = there.get(path.rpartition(paths.ARROW)[0])
    place = Place(
        group_id=group.id,
        name=paths.last_name(path),
        path=path,
        parent=above,
        code=register.draw(session, Wearer.PLACE, now=now),
    )
    session.add(place)
    record(session, Event.PLACE_ADDED, by=by, at=now, group=group, path=path)
    return place
