"""Telling late what was done without a signal, for tests."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from tests.world import MONDAY_NOON, World
from toolshare.inventory.models import Item
from toolshare.journal.models import Entry
from toolshare.offline import late
from toolshare.offline.late import Taken
from toolshare.offline.models import Act, ExceptionalScan
from toolshare.offline.reasons import as_known
from toolshare.offline.scans import Scan
from toolshare.people.models import Person

TEN, ELEVEN = MONDAY_NOON - timedelta(hours=2), MONDAY_NOON - timedelta(hours=1)
YESTERDAY = MONDAY_NOON - timedelta(days=1)


def scan(act: Act, item: Item | str, at: datetime, **more: Any) -> Scan:
    """What was scanned then."""
    code = item if isinstance(item, str) else item.code
    sent = {"act": act, "code": code}
    return Scan(**{"operation": uuid4(), "act": act, "code": code, "at": at, "sent": sent, **more})


def lent(item: Item | str, at: datetime, **more: Any) -> Scan:
    return scan(Act.LEND, item, at, **more)


def returned(item: Item | str, at: datetime, **more: Any) -> Scan:
    return scan(Act.RETURN, item, at, **more)


def tell(world: World, one: Scan, by: Person, *, now: datetime = MONDAY_NOON) -> Taken:
    """Takes it in, as if its device had a signal again."""
    taken = late.take_in(world.session, one, by=by, now=now)
    world.session.flush()
    return taken


def exceptions(world: World) -> Sequence[ExceptionalScan]:
    found = select(ExceptionalScan).order_by(ExceptionalScan.id)
    return world.session.scalars(found).all()


def said(exception: ExceptionalScan) -> list[str]:
    """What speaks against it, without what can be done instead."""
    return [str(known.says) % vars(known) for known in map(as_known, exception.reasons)]


def entries_of(world: World, one: Scan) -> Sequence[Entry]:
    """What the journal has of it."""
    its = Entry.operation == str(one.operation)
    return world.session.scalars(select(Entry).where(its)).all()
