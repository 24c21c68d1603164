"""Retiring: taking things out of stock for good, which nobody can while somebody has them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import chain

from sqlalchemy import select

from toolshare.circulation import in_kits, kits, kitting, replanning, servicing
from toolshare.circulation.models import Loan
from toolshare.circulation.offering import offer_what_is_free
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory import leaving
from toolshare.inventory.locking import all_under_lock
from toolshare.inventory.models import Item, Kind, KitPart
from toolshare.people import roles
from toolshare.people.models import Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid, refuse_if


@dataclass(frozen=True)
class StillOut(Reason):
    """Somebody has the thing."""

    name: str
    code: str
    says = msgid("%(name)s (%(code)s) is out.")
    instead = msgid("Log its return first.")


@dataclass(frozen=True)
class WhyIsItRetired(Reason):
    """Nobody says what was decided."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("It is not written down why.")
    instead = msgid("Say what was decided, and by whom or where: the thing's page shows it.")


def retire(
    session: AnySession, items: Sequence[Item], *, by: Person, now: datetime, why: str
) -> int:
    """Retires these items, all of them or none; those that are retired already stay so.

    By a coordinator of their groups, who says why: who decided it, or where that is written down.
    Refuses when any of them is out, or in a kit that stays; what is in a kit that goes is taken out.
    Returns how many were retired.
    """
    items = kits.under_lock_with_parts(session, [item.id for item in items])
    _require_coordinator(session, items, by=by, now=now)
    refuse_if([] if why.strip() else [WhyIsItRetired()])
    out = _out_among(session, items)
    refuse_if([StillOut(name=one.kind.name, code=one.code) for one in items if one.id in out])
    in_stock = [item for item in items if item.retired_at is None]
    inside = [kitting.empty(session, one, by=by, now=now) for one in in_stock if one.kind.is_kit]
    refuse_if(in_kits.reasons_against(session, KitPart.item_id.in_([one.id for one in items])))
    for item in in_stock:
        leaving.retire(session, item, by=by, now=now, why=why)
    _promise_anew(session, {*chain(*inside), *(item.kind for item in in_stock)}, now=now)
    return len(in_stock)


def put_back(session: AnySession, item: Item, *, by: Person, now: datetime) -> Item:
    """Takes a retired item into stock again; by a coordinator of its group."""
    (item,) = all_under_lock(session, [item.id])
    _require_coordinator(session, [item], by=by, now=now)
    leaving.put_back(session, item, by=by, now=now)
    servicing.plan_for(session, item, by=by, now=now)
    _promise_anew(session, {item.kind}, now=now)
    return item


def _require_coordinator(
    session: AnySession, items: Sequence[Item], *, by: Person, now: datetime
) -> None:
    for group in {item.kind.group for item in items}:
        roles.require(session, by, Role.COORDINATOR, group, today=today_in(group, now))


def _promise_anew(session: AnySession, kinds: Collection[Kind], *, now: datetime) -> None:
    """What was promised of them is kept on others, and what they free is offered."""
    for kind in sorted(kinds, key=lambda kind: kind.id):
        replanning.replan(session, kind.group, [kind.id], now=now)
        offer_what_is_free(session, kind.group, [kind.id], now=now)


def _out_among(session: AnySession, items: Sequence[Item]) -> set[int]:
    """The ids of those that somebody has."""
    ids = [item.id for item in items]
    return set(session.scalars(select(Loan.item_id).where(Loan.item_id.in_(ids), STILL_OUT)))
