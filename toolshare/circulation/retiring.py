"""Retiring: taking things out of stock for good, which nobody can while somebody has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from toolshare.circulation.models import Loan
from toolshare.circulation.offering import offer_what_is_free
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory import stocking
from toolshare.inventory.locking import all_under_lock
from toolshare.inventory.models import Item
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid, refuse_if


@dataclass(frozen=True)
class StillOut(Reason):
    """Somebody has the thing."""

    name: str
    code: str
    says = msgid("%(name)s (%(code)s) is out.")
    instead = msgid("Log its return first.")


def retire(
    session: AnySession, items: Sequence[Item], *, by: Person, now: datetime, why: str = ""
) -> int:
    """Retires these items, all of them or none; those that are retired already stay so.

    Refuses when any of them is out. Returns how many were retired.
    """
    items = all_under_lock(session, [item.id for item in items])
    out = _out_among(session, items)
    refuse_if([StillOut(name=one.kind.name, code=one.code) for one in items if one.id in out])
    in_stock = [item for item in items if item.retired_at is None]
    for item in in_stock:
        stocking.retire(session, item, by=by, now=now, why=why)
    for kind in {item.kind for item in in_stock}:
        offer_what_is_free(session, kind.group, [kind.id], now=now)
    return len(in_stock)


def _out_among(session: AnySession, items: Sequence[Item]) -> set[int]:
    """The ids of those that somebody has."""
    ids = [item.id for item in items]
    return set(session.scalars(select(Loan.item_id).where(Loan.item_id.in_(ids), STILL_OUT)))
