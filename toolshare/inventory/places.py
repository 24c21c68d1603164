"""The place tree of a group."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import Select, select

from toolshare.codes import register
from toolshare.codes.models import Wearer
from toolshare.inventory import paths
from toolshare.inventory.models import Place
from toolshare.journal.models import Event
from toolshare.journal.recording import record, record_all
from toolshare.people.models import Group, Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class PlaceThereAlready(Reason):
    """Two places can't have the same path."""

    path: str
    says = msgid("There is a place “%(path)s” already.")
    instead = msgid("Choose another name.")


@dataclass(frozen=True)
class PlaceInItself(Reason):
    """A place can't be moved into itself."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    path: str
    says = msgid("“%(path)s” would be inside itself.")
    instead = msgid("Choose a place outside of it.")


def at_path(
    session: AnySession, group: Group, path: str, *, by: Person | None, now: datetime
) -> Place:
    """The group's place at a path like "Barn > North wall", made if it is not there."""
    return at_paths(session, group, [path], by=by, now=now)[paths.tidy(path)]


def at_paths(
    session: AnySession, group: Group, wanted: Iterable[str], *, by: Person | None, now: datetime
) -> dict[str, Place]:
    """The group's places at these paths by their tidied path, made where they are not there.

    In few statements however many they are. Refuses a path with an empty name in it.
    """
    tidied = [paths.tidy(path) for path in wanted]
    needed = list(dict.fromkeys(step for path in tidied for step in paths.steps(path)))
    there = {
        place.path: place
        for place in session.scalars(
            select(Place).where(Place.group_id == group.id, Place.path.in_(needed))
        )
    }
    _add(session, group, [step for step in needed if step not in there], there, by=by, now=now)
    return {path: there[path] for path in tidied}


def rename(
    session: AnySession, place: Place, path: str, *, by: Person | None, now: datetime
) -> Place:
    """Gives a place another path: another name, another place around it, or both.

    What is in it comes along; its label stays right. Refuses a path that is taken, that lies inside
    the place itself, or that has an empty name in it.
    """
    before, path = place.path, paths.tidy(path)
    if path == before:
        return place
    if path.startswith(f"{before}{paths.ARROW}"):
        raise Refusal(PlaceInItself(path=path))
    if session.scalar(select(Place.id).where(Place.group_id == place.group_id, Place.path == path)):
        raise Refusal(PlaceThereAlready(path=path))
    inside = session.scalars(select(Place).where(Place.id.in_(within(place.id)))).all()
    for one in inside:
        one.path = paths.tidy(path + one.path.removeprefix(before))
    above = path.rpartition(paths.ARROW)[0]
    place.parent = at_path(session, place.group, above, by=by, now=now) if above else None
    place.name = paths.last_name(path)
    group = place.group
    record(session, Event.PLACE_CHANGED, by=by, at=now, group=group, before=before, path=path)
    return place


def within(place_id: int) -> Select[int]:
    """The ids of a place and of all places in it."""
    inside = select(Place.id).where(Place.id == place_id).cte("inside", recursive=True)
    inside = inside.union_all(select(Place.id).join(inside, Place.parent_id == inside.c.id))
    return select(inside.c.id)


def _add(
    session: AnySession,
    group: Group,
    steps: Sequence[str],
    there: dict[str, Place],
    *,
    by: Person | None,
    now: datetime,
) -> None:
    """Makes places, each after the one around it."""
    codes = register.draw_many(session, Wearer.PLACE, len(steps), now=now)
    for path, code in zip(steps, codes, strict=True):
        name, above = paths.last_name(path), there.get(path.rpartition(paths.ARROW)[0])
        there[path] = Place(group_id=group.id, name=name, path=path, parent=above, code=code)
    session.add_all(there[path] for path in steps)
    added = [{"group": group, "path": path} for path in steps]
    record_all(session, Event.PLACE_ADDED, added, by=by, at=now)
