"""Kitting: making a kit, putting things in and taking them out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from toolshare.care.outages import require_steward
from toolshare.circulation import kits, promising, service
from toolshare.circulation.in_kits import IN_IT
from toolshare.circulation.kit_reasons import against_kit, reasons_against
from toolshare.circulation.room import make_way, room_in_kit
from toolshare.inventory import stocking
from toolshare.inventory.locking import all_under_lock
from toolshare.inventory.models import Counting, Item, Kind, KitPart, Place
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid, refuse_if


@dataclass(frozen=True)
class NotInThisKit(Reason):
    """It was taken out, or never was in it."""

    says = msgid("That is not in this kit any more.")
    instead = msgid("Open the page of the kit again: it shows what is in it.")


def make(
    session: AnySession, group: Group, name: str, place: Place | None, *, by: Person, now: datetime
) -> Item:
    """A kit with nothing in it yet; by a coordinator of the group that owns it."""
    roles.require(session, by, Role.COORDINATOR, group, today=today_in(group, now))
    kind = stocking.add_kind(session, group, by=by, now=now, name=name, is_kit=True)
    return stocking.add_item(session, kind, by=by, now=now, place=place)


def put_in(
    session: AnySession,
    kit: Item,
    item: Item,
    *,
    by: Person,
    now: datetime,
    quantity: int = 1,
    operation: UUID | None = None,
) -> KitPart:
    """Puts an item, or so many more of a bin, into a kit; by a steward of its group.

    Refuses for every reason that reasons_against() gives. Who was promised any of its kind is given
    another one.
    """
    kit, item = both_under_lock(session, kit, item)
    require_steward(session, kit, by=by, now=now)
    if done := done_already(session, operation, Event.PUT_INTO_KIT, by=by, item=item):
        return session.get_one(KitPart, done.details["part_id"])
    refuse_if(reasons_against(session, kit, item, quantity, by=by, now=now))
    make_way(session, room_in_kit(session, item, quantity=quantity, now=now))
    part = _with_more(session, kit, item, quantity, by=by, now=now)
    promising.keep_for_kit(session, part, since=now)
    what = Event.PUT_INTO_KIT
    _write_down(session, what, kit, part, quantity, by=by, now=now, operation=operation)
    return part


def take_out(
    session: AnySession,
    kit: Item,
    item: Item,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> KitPart:
    """Takes an item, or all that is of a bin, out of a kit that is here; by a steward of its group.

    What of a bin is missing is given up: the bin holds so many less.
    """
    kit, item = both_under_lock(session, kit, item)
    require_steward(session, kit, by=by, now=now)
    if done := done_already(session, operation, Event.TAKEN_OUT_OF_KIT, by=by, item=item):
        return session.get_one(KitPart, done.details["part_id"])
    refuse_if([*against_kit(session, kit)])
    part = part_there(session, kit, item)
    _let_go(session, kit, part, by=by, now=now, operation=operation)
    service.promise_anew(session, item.kind, now)
    return part


def empty(session: AnySession, kit: Item, *, by: Person, now: datetime) -> list[Kind]:
    """Takes everything out of a kit; the kinds, for which it is promised anew by the caller.

    The kit and all that is in it are locked by the caller, who knows that it is here.
    """
    parts = [one.part for one in kits.contents_of(session, kit, now=now).all]
    for part in parts:
        _let_go(session, kit, part, by=by, now=now)
    return [part.item.kind for part in parts]


def both_under_lock(session: AnySession, kit: Item, item: Item) -> tuple[Item, Item]:
    """A kit and an item as they are now, kept so."""
    found = {one.id: one for one in all_under_lock(session, {kit.id, item.id})}
    return found[kit.id], found[item.id]


def part_there(session: AnySession, kit: Item, item: Item) -> KitPart:
    """What of an item is in a kit; refuses when nothing is."""
    part = _part_of(session, kit, item)
    if part is None:
        raise Refusal(NotInThisKit())
    return part


def give_up(session: AnySession, item: Item, missing: int, *, by: Person, now: datetime) -> None:
    """A bin holds so many less from now on, unless nobody counts them."""
    if missing and item.quantity is not None:
        stocking.add_to(session, item, -missing, by=by, now=now)


def _part_of(session: AnySession, kit: Item, item: Item) -> KitPart | None:
    is_it = (KitPart.kit_id == kit.id, KitPart.item_id == item.id, IN_IT)
    part = session.scalar(select(KitPart).where(*is_it).execution_options(populate_existing=True))
    if part is not None:
        set_committed_value(part, "item", item)
    return part


def _with_more(
    session: AnySession, kit: Item, item: Item, quantity: int, *, by: Person, now: datetime
) -> KitPart:
    """The indexes of parts are the backstop, should a lock ever fail us."""
    if there := _part_of(session, kit, item):
        there.quantity += quantity
        return there
    part = KitPart(
        kit_id=kit.id,
        item_id=item.id,
        counted=item.kind.counting is Counting.COUNTED,
        quantity=quantity,
        put_in_at=now,
        put_in_by_id=by.id,
    )
    session.add(part)
    try:
        session.flush()
    except IntegrityError as error:
        raise Refusal(promising.JustPromised()) from error
    set_committed_value(part, "item", item)
    return part


def _let_go(
    session: AnySession,
    kit: Item,
    part: KitPart,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None = None,
) -> None:
    part.taken_out_at, part.taken_out_by_id = now, by.id
    promising.let_go_of_kit_part(session, part)
    give_up(session, part.item, part.missing, by=by, now=now)
    there, what = part.quantity - part.missing, Event.TAKEN_OUT_OF_KIT
    _write_down(session, what, kit, part, there, by=by, now=now, operation=operation)


def _write_down(
    session: AnySession,
    what: Event,
    kit: Item,
    part: KitPart,
    quantity: int,
    *,
    by: Person,
    now: datetime,
    operation: UUID | None,
) -> None:
    """Once of the thing, by which the journal tells what is in kits, and once of the kit."""
    about: dict[str, Any] = {"by": by, "at": now, "group": kit.kind.group}
    record(
        session,
        what,
        item=part.item,
        operation=operation,
        part_id=part.id,
        kit_id=kit.id,
        kit=kit.kind.name,
        quantity=part.quantity,
        missing=part.missing,
        **about,
    )
    of_kit = Event.KIT_FILLED if what is Event.PUT_INTO_KIT else Event.KIT_EMPTIED
    record(session, of_kit, item=kit, part=kits.named(part.item.kind.name, quantity), **about)
