"""Fills an installation with as many items and old loans as a benchmark asks for."""

import csv
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert

from toolshare import create_app, settings
from toolshare.circulation.models import Loan
from toolshare.codes import alphabet
from toolshare.codes.models import Code, Wearer
from toolshare.database import transaction
from toolshare.demo.machines import TOOL_LIBRARY
from toolshare.inventory import search
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.migrating import migrate
from toolshare.people.models import ClosedDate, Group, Membership, OpeningHours, Person, Role
from toolshare.people.passwords import hasher
from toolshare.records import AnySession
from toolshare.rules.models import Rule

PASSWORD = "benchmarks are honest"
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
PEOPLE = 500
COORDINATOR = 2  # all others are members
LENT_OF = 500  # every 500th loan is still open
CHUNK = 20_000

Rows = Iterator[dict[str, Any]]


def installation(folder: Path, *, items: int, loans: int) -> Flask:
    """An app on SQLite in `folder`: a group of 500 people, its items and loans.

    All loans are long returned but every 500th, the last of which are late; none of these is of
    the first person, nor of the first half of the items.
    """
    chosen = settings.read({"TOOLSHARE_INSTANCE": str(folder)})
    migrate(chosen.database_url)
    app = create_app(chosen)
    with app.app_context(), transaction() as session:
        codes = codes_of_items(items)
        _insert(session, Group, _groups())
        _insert(session, Rule, _rules())
        _insert(session, OpeningHours, _opening_hours())
        _insert(session, ClosedDate, _closed_dates())
        _insert(session, Code, _codes(codes))
        _insert(session, Person, _persons())
        _insert(session, Membership, _memberships())
        _insert(session, Kind, _kinds(items))
        _insert(session, Item, _items(codes))
        _insert(session, Loan, _old_loans(items, loans))
        _insert(session, Loan, _open_loans(items, loans // LENT_OF))
        search.index(session, range(1, items + 1))
    return app


def codes_of_items(count: int) -> list[str]:
    """The codes that the first `count` items wear: always the same."""
    dice = random.Random(7)
    return [_complete("".join(dice.choices(alphabet.ALPHABET, k=7))) for _ in range(count)]


def names_of_a_tool_library() -> list[str]:
    """What things are called, 120 of them."""
    with TOOL_LIBRARY.open(encoding="utf-8", newline="") as file:
        return [row["name"] for row in csv.DictReader(file)]


def _complete(stem: str) -> str:
    return stem + alphabet.check_character(stem)


def _card(number: int) -> str:
    return _complete(f"{number:07d}")


def _groups() -> Rows:
    yield {
        "id": 1,
        "name": "Bench",
        "slug": "bench",
        "founded_at": BEGINNING,
    }


def _rules() -> Rows:
    yield {
        "group_id": 1,
        "parameter": "open_loans",
        "value": 10_000,
        "set_at": BEGINNING,
    }


def _opening_hours() -> Rows:
    for weekday in (2, 5):
        yield {"group_id": 1, "weekday": weekday, "opens_at": time(9), "closes_at": time(12)}


def _closed_dates() -> Rows:
    for month, day in ((1, 1), (8, 15), (12, 25)):
        yield {"group_id": 1, "day": date(2030, month, day), "why": "Holiday"}


def _codes(items: list[str]) -> Rows:
    for number in range(1, PEOPLE + 1):
        yield {"code": _card(number), "wearer": Wearer.CARD, "drawn_at": BEGINNING}
    for code in items:
        yield {"code": code, "wearer": Wearer.ITEM, "drawn_at": BEGINNING}


def _persons() -> Rows:
    password_hash = hasher.hash(PASSWORD)
    for number in range(1, PEOPLE + 1):
        yield {
            "id": number,
            "name": f"Person {number}",
            "email": f"person{number}@example.org",
            "password_hash": password_hash,
            "joined_at": BEGINNING,
        }


def _memberships() -> Rows:
    for number in range(1, PEOPLE + 1):
        yield {
            "person_id": number,
            "group_id": 1,
            "role": Role.COORDINATOR if number == COORDINATOR else Role.MEMBER,
            "code": _card(number),
            "since": date(2020, 1, 1),
        }


def _kinds(count: int) -> Rows:
    names = names_of_a_tool_library()
    for number in range(1, count + 1):
        yield {
            "id": number,
            "group_id": 1,
            "name": f"{names[number % len(names)]}, number {number}",
            "counting": Counting.COUNTED,
            "description": "Cast-iron frame, two speeds, takes bits up to 8 mm. " * 4,
            "brand": "Fratelli Bianchi",
            "checkout_notice": "Wear goggles.",
            "added_at": BEGINNING,
        }


def _items(codes: list[str]) -> Rows:
    for number, code in enumerate(codes, start=1):
        yield {"id": number, "kind_id": number, "code": code, "added_at": BEGINNING}


def _open_loans(items: int, count: int) -> Rows:
    """Of the last items, to everyone but the first two people; half of them are late."""
    now = datetime.now(UTC)
    for number in range(count):
        yield {
            "item_id": items - number,
            "borrower_id": number % (PEOPLE - 2) + 3,
            "counted": True,
            "quantity": 1,
            "borrowed_at": now - timedelta(days=9),
            "due_at": now + timedelta(days=1 if number % 2 else -1),
        }


def _old_loans(items: int, count: int) -> Rows:
    for number in range(count):
        borrowed_at = BEGINNING + timedelta(minutes=3 * number)
        yield {
            "item_id": number % items + 1,
            "borrower_id": number % PEOPLE + 1,
            "counted": True,
            "quantity": 1,
            "borrowed_at": borrowed_at,
            "due_at": borrowed_at + timedelta(days=7),
            "returned_at": borrowed_at + timedelta(days=5),
        }


def _insert(session: AnySession, table: type[Any], rows: Rows) -> None:
    while chunk := list(islice(rows, CHUNK)):
        session.execute(insert(table), chunk)
