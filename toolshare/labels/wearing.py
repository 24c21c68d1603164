"""What can wear a code, and what is the same for all of them: whose it is, and how it is called."""

from datetime import datetime

from toolshare.codes.models import Wearer
from toolshare.inventory.models import Item, Place
from toolshare.labels.models import Cause, FormerCode
from toolshare.people import roles
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession

Wears = Item | Place | Membership


def group_of(thing: Wears) -> Group:
    """Whose it is."""
    return thing.kind.group if isinstance(thing, Item) else thing.group


def name_of(thing: Wears) -> str:
    """How it is called."""
    if isinstance(thing, Item):
        return thing.kind.name
    return thing.path if isinstance(thing, Place) else thing.person.name


def wearer_of(thing: Wears) -> Wearer:
    """What it is, as the register says it."""
    if isinstance(thing, Item):
        return Wearer.ITEM
    return Wearer.PLACE if isinstance(thing, Place) else Wearer.CARD


def subjects_of(thing: Wears) -> dict[str, Item | Person | None]:
    """What the journal names of it."""
    return {
        "item": thing if isinstance(thing, Item) else None,
        "person": thing.person if isinstance(thing, Membership) else None,
    }


def require_steward(session: AnySession, thing: Wears, *, by: Person, now: datetime) -> None:
    """Refuses who is no steward of its group."""
    group = group_of(thing)
    roles.require(session, by, Role.STEWARD, group, today=today_in(group, now))


def put_on(
    session: AnySession, thing: Wears, code: str, cause: Cause, *, by: Person, now: datetime
) -> None:
    """Gives it another code; the one that it has worn until now finds it still."""
    column = {Wearer.ITEM: "item_id", Wearer.PLACE: "place_id", Wearer.CARD: "membership_id"}
    before = FormerCode(code=thing.code, replaced_at=now, cause=cause, by_id=by.id)
    setattr(before, column[wearer_of(thing)], thing.id)
    session.add(before)
    thing.code = code
    session.flush()
