"""What a rule is about: all that a group owns, or one category, kind or item."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from sqlalchemy import Select, select

from toolshare.people.models import Group
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid
from toolshare.rules.resolving import CATEGORIES, ITEMS, KINDS


@dataclass(frozen=True)
class NoSuchThing(Reason):
    """The group has no such kind or item, or there is no such category."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("The group has no such thing to set rules for.")
    instead = msgid("Set it for a category, or for a kind or an item that the group owns.")


@dataclass(frozen=True)
class About:
    """One of these, or none of them for all that a group owns."""

    category_id: int | None = None
    kind_id: int | None = None
    item_id: int | None = None

    @property
    def address(self) -> dict[str, int]:
        """What an address says of it."""
        ids = {"category": self.category_id, "kind": self.kind_id, "item": self.item_id}
        return {name: one for name, one in ids.items() if one is not None}


EVERYTHING = About()


@dataclass(frozen=True)
class Subject:
    """What it is called, and the kind that it is or belongs to."""

    called: str = ""
    kind_id: int | None = None


def subject_of(session: AnySession, group: Group, about: About) -> Subject:
    """The category, or the kind or item that the group owns; refuses what is not there."""
    if about == EVERYTHING:
        return Subject()
    row = session.execute(_subject(group, about)).one_or_none()
    if row is None:
        raise Refusal(NoSuchThing())
    return Subject(*row)


def _subject(group: Group, about: About) -> Select[Any]:
    if about.category_id is not None:
        return select(CATEGORIES.c.path).where(CATEGORIES.c.id == about.category_id)
    if about.kind_id is not None:
        own = select(KINDS.c.name, KINDS.c.id).where(KINDS.c.group_id == group.id)
        return own.where(KINDS.c.id == about.kind_id)
    return (
        select(KINDS.c.name + " · " + ITEMS.c.code, KINDS.c.id)
        .join(ITEMS, ITEMS.c.kind_id == KINDS.c.id)
        .where(KINDS.c.group_id == group.id, ITEMS.c.id == about.item_id)
    )
