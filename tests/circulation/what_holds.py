"""What has to hold at any moment, read from the tables without asking the verbs."""

from collections import Counter, defaultdict
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tests.circulation.two_villages import DRILL, Villages
from toolshare.care.models import Outage
from toolshare.circulation import availability
from toolshare.circulation.lines import line_of
from toolshare.circulation.models import Loan
from toolshare.circulation.present import Present, differences
from toolshare.circulation.promises import Offer, Promise, Reservation, ReservedUnit
from toolshare.circulation.promising import FOR_EVER
from toolshare.circulation.recorded import recorded
from toolshare.circulation.retelling import retell
from toolshare.inventory.models import Counting, Item, Kind, KitPart
from toolshare.records import AnySession

_ITEMS = select(Item).options(joinedload(Item.kind))
OPEN = (Loan.returned_at.is_(None), Loan.undone_at.is_(None))


def look(villages: Villages) -> Present:
    """Looks at everything; how things stand."""
    session, now = villages.session, villages.now
    present = recorded(session)
    assert list(differences(retell(session), present)) == []
    promises = session.scalars(select(Promise)).all()
    items = {item: item.kind for item in session.scalars(_ITEMS)}
    no_item_has_two_holders(session)
    no_two_promises_of_a_unit_overlap(promises, items)
    no_bin_is_emptied_twice(session, promises, items)
    what_is_kept_is_kept_for_something(session, promises)
    nothing_is_less_than_nothing(session, promises, items, now)
    places_are_in_order(villages, present)
    what_is_in_a_kit_is_nowhere_else(session, promises, now)
    return present


def no_item_has_two_holders(session: AnySession) -> None:
    out = Counter(session.scalars(select(Loan.item_id).where(Loan.counted, *OPEN)))
    assert [item for item, times in out.items() if times > 1] == []


def no_two_promises_of_a_unit_overlap(promises: Any, items: dict[Item, Kind]) -> None:
    counted = {item.id for item, kind in items.items() if kind.counting is Counting.COUNTED}
    of_item: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for one in promises:
        if one.item_id in counted:
            of_item[one.item_id].append((one.from_at, one.until_at))
    for spans in of_item.values():
        following = pairwise(sorted(spans))
        assert [one for one, other in following if one[1] > other[0]] == []


def no_bin_is_emptied_twice(session: AnySession, promises: Any, items: dict[Item, Kind]) -> None:
    sizes = {
        item.id: item.quantity for item, kind in items.items() if kind.counting is Counting.BULK
    }
    lent: Counter[int] = Counter()
    for loan in session.scalars(select(Loan).where(*OPEN)):
        lent[loan.item_id] += loan.quantity
    assert [bin_id for bin_id, size in sizes.items() if lent[bin_id] > size] == []
    for moment in {one.from_at for one in promises}:
        kept: Counter[int] = Counter()
        for one in promises:
            if one.from_at <= moment < one.until_at:
                kept[one.item_id] += one.quantity
        assert [bin_id for bin_id, size in sizes.items() if kept[bin_id] > size] == [], moment


def what_is_kept_is_kept_for_something(session: AnySession, promises: Any) -> None:
    kept = {one.loan_id for one in promises}
    is_missing = Loan.counted & Loan.lost_at.is_not(None)
    out = select(Loan.id).where(*OPEN, ~is_missing)
    assert set(session.scalars(out)) <= kept
    offers = session.scalars(select(Offer.id).where(Offer.ended_at.is_(None)))
    assert {one.offer_id for one in promises if one.offer_id} == set(offers)
    to_fetch = (
        select(ReservedUnit.id)
        .join(ReservedUnit.reservation)
        .where(ReservedUnit.loan_id.is_(None), ReservedUnit.given_up_at.is_(None))
        .where(Reservation.declined_at.is_(None), Reservation.cancelled_at.is_(None))
        .where(Reservation.no_show_at.is_(None))
    )
    reserved = {one.reserved_unit_id for one in promises if one.reserved_unit_id}
    assert reserved <= set(session.scalars(to_fetch))


def nothing_is_less_than_nothing(
    session: AnySession, promises: Any, items: dict[Item, Kind], now: datetime
) -> None:
    """What the catalogue says is free is what is left when all that is out, broken or kept is gone."""
    lent: Counter[int] = Counter()
    for loan in session.scalars(select(Loan).where(*OPEN)):
        lent[loan.item_id] += loan.quantity
    broken = set(session.scalars(select(Outage.item_id).where(Outage.ended_at.is_(None))))
    kept = kept_in_the_shed(session, promises, now)
    free: Counter[int] = Counter()
    for item, kind in items.items():
        if item.retired_at is None and item.id not in broken:
            size = 1 if item.quantity is None else item.quantity
            free[kind.id] += max(size - lent[item.id] - kept[item.id], 0)
    kind_ids = {kind.id for kind in items.values()}
    counts = availability.free_counts(session, kind_ids, now=now)
    assert counts == {kind_id: free[kind_id] for kind_id in kind_ids}


def kept_in_the_shed(session: AnySession, promises: Any, now: datetime) -> Counter[int]:
    """How many of each item are kept now for somebody who has yet to get them, or rest."""
    out = set(session.scalars(select(Loan.id).where(*OPEN)))
    kept: Counter[int] = Counter()
    for one in promises:
        if one.from_at <= now < one.until_at and one.loan_id not in out:
            kept[one.item_id] += one.quantity
    return kept


def what_is_in_a_kit_is_nowhere_else(session: AnySession, promises: Any, now: datetime) -> None:
    """What is in a kit has no holder but the kit's, and is kept for nothing but the kit, for ever."""
    parts = session.scalars(select(KitPart).where(KitPart.taken_out_at.is_(None))).all()
    kept = {one.kit_part_id: one for one in promises if one.kit_part_id is not None}
    assert kept.keys() == {part.id for part in parts}
    things = [part.item_id for part in parts if part.counted]
    assert len(things) == len(set(things))
    out = session.scalars(select(Loan.item_id).where(Loan.counted, *OPEN))
    assert not set(out).intersection(things)
    ahead = {one.item_id for one in promises if one.kit_part_id is None and one.until_at > now}
    assert not ahead.intersection(things)
    for part in parts:
        assert (kept[part.id].quantity, kept[part.id].until_at) == (part.quantity, FOR_EVER)


def places_are_in_order(villages: Villages, present: Present) -> None:
    """Who asked first stands first, where that is the order; nobody is there twice."""
    group = villages.group_of(DRILL)
    drills = villages.kind_of(DRILL).id
    holds = {id for id, one in present.holds.items() if one.kind_id == drills}
    if not holds:
        return
    places = line_of(villages.session, group, drills, now=villages.now).places
    assert [place.number for place in places] == [*range(1, len(places) + 1)]
    waiting = [place.waiting for place in places]
    assert {one.hold_id for one in waiting} <= holds
    asked_at = [one.asked_at for one in waiting if one.offered is None]
    assert asked_at == sorted(asked_at)
