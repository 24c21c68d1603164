"""All that is known of a person, for themselves: one JSON document, written bit by bit."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Label, Select, or_, select

from toolshare.circulation.models import Handover, Loan
from toolshare.circulation.promises import Reservation, ReservedUnit
from toolshare.inventory.models import Item, Kind
from toolshare.journal.models import Entry
from toolshare.people.models import Group, Person
from toolshare.privacy.registry import GONE, columns
from toolshare.records import AnySession, Record
from toolshare.rules.models import Agreement

SCHEMA = 1
AT_ONCE = 500  # rows
# Of rows that stay when somebody goes, those that are about who stands here.
THEIRS = columns(
    damage_reports="by_id",
    exceptional_scans="by_id",
    holds="person_id",
    inspections="by_id",
    loans="borrower_id",
    outages="by_id",
    renewals="by_id",
    reservations="person_id",
    sightings="by_id",
    takings="taker_id",
)
# What an id stands for, in words; of nobody.
THING = select(Kind.name + " (" + Item.code + ")").join(Item, Item.kind_id == Kind.id)
IN_WORDS: dict[str, tuple[Select[str], Any]] = {
    "agreements.id": (select(Agreement.name), Agreement.id),
    "groups.id": (select(Group.name), Group.id),
    "items.id": (THING, Item.id),
    "kinds.id": (select(Kind.name), Kind.id),
    "loans.id": (THING.join(Loan, Loan.item_id == Item.id), Loan.id),
}
# Of what somebody did, which column says whom it was about, and how nothing is said of them.
ABOUT: dict[str, tuple[str, dict[str, Any]]] = {
    "exceptional_scans": ("borrower_id", {"note": "", "reasons": [], "sent": None}),
    "journal": ("person_id", {"details": {}}),
}
# What proves who one is, and what only programs understand.
SECRET = {
    "auth",
    "credential",
    "digest",
    "endpoint",
    "facts",
    "key",
    "once",
    "password_hash",
    "pin_hash",
    "point",
    "session_version",
}


def document(session: AnySession, person: Person, *, now: datetime) -> Iterator[str]:
    """The document in pieces; docs/privacy.md says what stands in it."""
    head = {"schema": SCHEMA, "made_at": now, "person": _row(Person.__table__, person)}
    yield json.dumps(head, default=_plain, ensure_ascii=False)[:-1]
    for name, which in _parts(person):
        yield f', "{name}": ['
        for number, row in enumerate(session.execute(which.execution_options(yield_per=AT_ONCE))):
            told = _without_others(name, dict(row._mapping), person)
            yield ("," if number else "") + json.dumps(told, default=_plain, ensure_ascii=False)
        yield "]"
    yield "}\n"


def _parts(person: Person) -> Iterator[tuple[str, Select[Any]]]:
    """Each table in which something is theirs, and which rows and columns of it."""
    whose = GONE | THEIRS
    for table in Record.metadata.sorted_tables:
        own = [one for one in table.columns if str(one) in whose and _says_who(one)]
        if own:
            is_theirs = or_(*(one == person.id for one in own))
            yield table.name, _of(table).where(is_theirs).order_by(table.c.id)
    passed_on = Handover.loan.has(Loan.borrower_id == person.id)
    yield "handovers", _of(Handover.__table__).where(passed_on).order_by(Handover.id)
    reserved = ReservedUnit.reservation.has(Reservation.person_id == person.id)
    yield "reserved_units", _of(ReservedUnit.__table__).where(reserved).order_by(ReservedUnit.id)
    by_or_about = or_(Entry.by_id == person.id, Entry.person_id == person.id)
    journal = _of(Entry.__table__).add_columns(Entry.by_id)
    yield "journal", journal.where(by_or_about).order_by(Entry.id)


def _of(table: Any) -> Select[Any]:
    about = [table.c[ABOUT[table.name][0]]] if table.name in ABOUT else []
    return select(*_told(table), *_in_words(table), *about)


def _told(table: Any) -> list[Column[Any]]:
    """The columns that say nothing about others, and give no key away."""
    return [one for one in table.columns if not _says_who(one) and one.name not in SECRET]


def _in_words(table: Any) -> Iterator[Label[str]]:
    """What the ids of things and groups stand for: beside `item_id` comes `item`."""
    for column in _told(table):
        for key in column.foreign_keys:
            if key.target_fullname in IN_WORDS:
                words, its_id = IN_WORDS[key.target_fullname]
                named = words.where(its_id == column).scalar_subquery()
                yield named.label(column.name.removesuffix("_id"))


def _says_who(column: Column[Any]) -> bool:
    return any(key.target_fullname == "people.id" for key in column.foreign_keys)


def _without_others(name: str, row: dict[str, Any], person: Person) -> dict[str, Any]:
    """What they did stands there; what was said about somebody else is left out."""
    if name in ABOUT:
        whom, nothing = ABOUT[name]
        about_id = row.pop(whom)
        row["about_me"] = about_id == person.id
        if about_id not in {None, person.id}:
            row |= nothing
    if name == "journal":
        row["by_me"] = row.pop("by_id") == person.id
    return row


def _row(table: Any, person: Person) -> dict[str, Any]:
    return {one.name: getattr(person, one.name) for one in _told(table)}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{value!r} has no place in JSON")
