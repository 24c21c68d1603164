"""Closing a stocktake: all that it changes at once, or nothing of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from toolshare.care import outages
from toolshare.care.models import Outage, OutageReason
from toolshare.circulation import replanning
from toolshare.circulation.offering import offer_what_is_free
from toolshare.inventory import stocking
from toolshare.inventory.locking import all_under_lock
from toolshare.inventory.models import Item, Place
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.outbox.models import Topic
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import today_in
from toolshare.people.telling import tell_all
from toolshare.records import AnySession
from toolshare.refusals import Refusal
from toolshare.stocktake import reasons as why
from toolshare.stocktake.beginning import under_lock
from toolshare.stocktake.findings import Found, Tally
from toolshare.stocktake.models import KEPT, Closing, Line, Stocktake
from toolshare.stocktake.planning import Plan, plan_of
from toolshare.stocktake.tallying import tally

Changes = dict[int, dict[str, Any]]  # what a line keeps of what closing changed, by item


@dataclass(frozen=True)
class Acting:
    """Who closes or undoes which closing, when, and what they note about it."""

    session: AnySession
    closing: Closing
    by: Person
    now: datetime
    note: str = ""

    def count(self, item: Item, more: int) -> int:
        """Takes over so many more or less; by how many that changed it."""
        who: dict[str, Any] = {"by": self.by, "now": self.now}
        return stocking.add_to(self.session, item, more, **who, closing_id=self.closing.id)


def close(
    session: AnySession,
    stocktake: Stocktake,
    *,
    by: Person,
    now: datetime,
    note: str = "",
    seal: str | None = None,
    operation: UUID | None = None,
) -> Closing:
    """Marks as missing what was not seen, moves what was seen elsewhere, takes over counted numbers.

    What was missing and was seen needs a check. By a coordinator; `seal` is that of the plan they
    have read. Refuses when closing would do something else by now.
    """
    stocktake = under_lock(session, stocktake.id)
    group = stocktake.group
    roles.require(session, by, Role.COORDINATOR, group, today=today_in(group, now))
    if entry := done_already(session, operation, Event.STOCKTAKE_CLOSED, by=by, group=group):
        return session.get_one(Closing, entry.details["closing_id"])
    if not stocktake.is_open:
        raise Refusal(why.StocktakeOver())
    found, plan, items = _read_again(session, stocktake, seal)
    closing = Closing(stocktake=stocktake, at=now, by=by, note=note)
    session.add(closing)
    session.flush()
    changes = _carry_out(Acting(session, closing, by, now, note), plan, items)
    session.add_all(_lines(closing, found, changes))
    promise_anew(session, group, items.values(), now=now)
    session.flush()
    _write_down(session, closing, plan, by=by, now=now, operation=operation)
    counts = _counts(closing, plan)
    tell_all(session, Topic.STOCKTAKE_DONE, Role.COORDINATOR, group, but=by, now=now, **counts)
    return closing


def promise_anew(
    session: AnySession, group: Group, items: Iterable[Item], *, now: datetime
) -> None:
    """What was promised of these is kept on what is there, and what is free is offered."""
    items = list(items)
    for one in items:
        if one.quantity is not None:
            replanning.give_less(session, one, now=now)
    kind_ids = sorted({item.kind_id for item in items})
    if kind_ids:
        replanning.replan(session, group, kind_ids, now=now)
        offer_what_is_free(session, group, kind_ids, now=now)


def items_with_places(session: AnySession, item_ids: Iterable[int]) -> dict[int, Item]:
    """These items under the lock of their kinds, with their places, by id."""
    locked = all_under_lock(session, list(item_ids))
    ids = [item.id for item in locked]
    session.scalars(select(Item).where(Item.id.in_(ids)).options(joinedload(Item.place))).all()
    return {item.id: item for item in locked}


def _read_again(
    session: AnySession, stocktake: Stocktake, seal: str | None
) -> tuple[Tally, Plan, dict[int, Item]]:
    """What was found and what will be done, once nobody can lend or move any of it meanwhile."""
    before = plan_of(tally(session, stocktake))
    items = items_with_places(session, before.item_ids)
    found = tally(session, stocktake)
    plan = plan_of(found)
    if plan.seal != (seal or before.seal):
        raise Refusal(why.ChangedMeanwhile())
    return found, plan, items


def _carry_out(acting: Acting, plan: Plan, items: dict[int, Item]) -> Changes:
    changes: Changes = {item_id: {} for item_id in items}
    _take_out(acting, plan.missing, OutageReason.MISSING, items, changes)
    _take_out(acting, plan.found, OutageReason.NEEDS_CHECK, items, changes)
    _move(acting, plan.moves, items, changes)
    _take_over(acting, plan.recounts, items, changes)
    acting.session.flush()
    return changes


def _take_out(
    acting: Acting,
    those: Sequence[Found],
    reason: OutageReason,
    items: dict[int, Item],
    changes: Changes,
) -> None:
    about: dict[str, Any] = {"reason": reason, "since": acting.now, "note": acting.note}
    begun = [Outage(item=it, by=acting.by, **about) for _, it in _with_items(those, items)]
    outages.begin_all(acting.session, begun, by=acting.by, now=acting.now)
    for one, outage in zip(those, begun, strict=True):
        known = {"outage_id": outage.id, "outage_before_id": one.outage_id}
        changes[outage.item_id] |= known


def _move(acting: Acting, those: Sequence[Found], items: dict[int, Item], changes: Changes) -> None:
    wanted = {one.seen_in_id for one in those}
    found = acting.session.scalars(select(Place).where(Place.id.in_(wanted)))
    places = {place.id: place for place in found}
    moves = [(item, places[one.seen_in_id or 0]) for one, item in _with_items(those, items)]
    for item, to in moves:
        changes[item.id] |= {"moved_from_id": item.place_id, "moved_to_id": to.id}
    stocking.move_each(acting.session, moves, by=acting.by, now=acting.now)


def _take_over(
    acting: Acting, those: Sequence[Found], items: dict[int, Item], changes: Changes
) -> None:
    """By how many there were more or less when they were counted: some were lent since."""
    for one, item in _with_items(those, items):
        changes[item.id]["changed_by"] = acting.count(item, one.difference)


def _with_items(those: Sequence[Found], items: dict[int, Item]) -> Iterable[tuple[Found, Item]]:
    return [(one, items[one.item_id or 0]) for one in those]


def _lines(closing: Closing, tally: Tally, changes: Changes) -> Iterable[Line]:
    for one in tally.found:
        known = {name: getattr(one, name) for name in KEPT}
        yield Line(closing=closing, **known, **changes.get(one.item_id or 0, {}))


def _write_down(
    session: AnySession,
    closing: Closing,
    plan: Plan,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None,
) -> None:
    record(
        session,
        Event.STOCKTAKE_CLOSED,
        by=by,
        at=now,
        group=closing.stocktake.group,
        operation=operation,
        stocktake_id=closing.stocktake.id,
        **_counts(closing, plan),
    )


def _counts(closing: Closing, plan: Plan) -> dict[str, Any]:
    return {
        "closing_id": closing.id,
        "about": closing.stocktake.about,
        "missing": len(plan.missing),
        "moved": len(plan.moves),
        "recounted": len(plan.recounts),
        "found": len(plan.found),
    }
