"""Reports of damage: which are open, and that a steward has looked at them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from toolshare.care.models import DamageReport
from toolshare.inventory.models import Item
from toolshare.people.models import Person
from toolshare.records import AnySession

MOST_SHOWN = 20


def open_reports(session: AnySession, item: Item) -> Sequence[DamageReport]:
    """What people say is wrong with an item, the newest first, with who said it and the photo."""
    return session.scalars(
        select(DamageReport)
        .where(DamageReport.item_id == item.id, DamageReport.settled_at.is_(None))
        .options(joinedload(DamageReport.by), joinedload(DamageReport.photo))
        .order_by(DamageReport.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def open_reports_by(session: AnySession, person: Person) -> int:
    """How many of a person's reports no steward has looked at."""
    by_them = (DamageReport.by_id == person.id, DamageReport.settled_at.is_(None))
    return session.scalars(select(func.count(DamageReport.id)).where(*by_them)).one()


def settle(session: AnySession, item: Item, *, by: Person, now: datetime) -> None:
    """A steward has looked at all that was reported of an item, which is locked."""
    is_open = (DamageReport.item_id == item.id, DamageReport.settled_at.is_(None))
    for one in session.scalars(select(DamageReport).where(*is_open)):
        one.settled_at, one.settled_by_id = now, by.id
