"""What to reprint: labels of the past, and labels that lead to another host than the present one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from toolshare.inventory.models import Item, Kind, Place
from toolshare.labels.models import Batch, BatchLabel, FormerCode, host_of
from toolshare.people.models import Group, Membership, Person
from toolshare.people.roles import is_current_on
from toolshare.records import AnySession


@dataclass(frozen=True)
class Address:
    """A host that labels of a group lead to, and how many do; no host where it is not known."""

    host: str
    prefixes: frozenset[str]
    labels: int


@dataclass(frozen=True)
class Outdated:
    """Something whose last label leads to another host."""

    code: str
    name: str
    host: str


def addresses_of(session: AnySession, group: Group) -> list[Address]:
    """The hosts on all labels that the group has printed, in one statement."""
    found = session.execute(
        select(Batch.prefix, func.count(BatchLabel.id))
        .join(BatchLabel, BatchLabel.batch_id == Batch.id)
        .where(Batch.group_id == group.id)
        .group_by(Batch.prefix)
    )
    by_host: dict[str, Address] = {}
    for prefix, labels in found:
        host = host_of(prefix or "")
        known = by_host.get(host, Address(host, frozenset(), 0))
        prefixes = known.prefixes | ({prefix} if prefix else set())
        by_host[host] = Address(host, prefixes, known.labels + labels)
    return sorted(by_host.values(), key=lambda one: one.host)


def outdated(
    session: AnySession, group: Group, addresses: Collection[Address], present: str, *, today: date
) -> list[Outdated]:
    """The group's things, places and cards whose last label leads to another of these hosts.

    `present` is the host of now. Things come first, each sort by name; three statements.
    """
    others = [prefix for one in addresses if one.host != present for prefix in one.prefixes]
    if not others:
        return []
    items = _last_printed_with(others, Item.code, Kind.name).join(Item.kind)
    in_stock = items.where(Kind.group_id == group.id, Item.retired_at.is_(None))
    places = _last_printed_with(others, Place.code, Place.path)
    cards = _last_printed_with(others, Membership.code, Person.name).join(Membership.person)
    current = cards.where(Membership.group_id == group.id, is_current_on(today))
    sorts = (in_stock, places.where(Place.group_id == group.id), current)
    return [
        Outdated(code, name, host_of(prefix or ""))
        for which in sorts
        for code, name, prefix in session.execute(which)
    ]


def worn_now(session: AnySession, codes: Sequence[str]) -> list[str]:
    """These codes, those of the past replaced by what their things wear now; each once."""
    now: dict[str, str] = {}
    for table, refers in (
        (Item, FormerCode.item_id),
        (Place, FormerCode.place_id),
        (Membership, FormerCode.membership_id),
    ):
        found = select(FormerCode.code, table.code).join(table, table.id == refers)
        now |= dict(session.execute(found.where(FormerCode.code.in_(codes))).all())
    return list(dict.fromkeys(now.get(code, code) for code in codes))


def _last_printed_with(
    prefixes: Collection[str],
    code: InstrumentedAttribute[str],
    name: InstrumentedAttribute[str],
) -> Select[str, str, str | None]:
    last: ColumnElement[int] = (
        select(func.max(BatchLabel.batch_id))
        .where(BatchLabel.code == code)
        .correlate(code.class_)
        .scalar_subquery()
    )
    return (
        select(code, name, Batch.prefix)
        .select_from(code.class_)
        .join(Batch, Batch.id == last)
        .where(Batch.prefix.in_(prefixes))
        .order_by(func.lower(name), code)
    )
