"""For programs: places in line, what is offered there, and reservations."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import abort

from toolshare import clock
from toolshare.circulation import asking, calling_off, offering, reserving, waiting
from toolshare.circulation import reservation_queries as queries
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking
from toolshare.circulation.fitting import Span
from toolshare.circulation.promises import Hold, Reservation
from toolshare.database import db, reading
from toolshare.inventory.models import Kind
from toolshare.people.opening import read_opening_times
from toolshare.people.signin import person_signed_in
from toolshare.programs import asked, showing, told
from toolshare.programs import reading as read
from toolshare.programs.api_views import API, CREATED, Act, acting, page_of, speaks, whose
from toolshare.programs.reasons import NothingLikeThat, SpanEndsFirst
from toolshare.programs.scopes import Scope
from toolshare.programs.views import room
from toolshare.refusals import Refusal

HOLDS, RESERVATIONS = f"{API}/holds", f"{API}/reservations"


@room.get(HOLDS)
@speaks(Scope.BOOKINGS_READ, told.Holds)
def holds(query: asked.Paged) -> told.Holds:
    """Where one waits in line, and what is offered to one."""
    with reading() as session:
        own = Hold.person_id == person_signed_in().id
        page, following = page_of(read.holds(session, own, **query.and_one_more), query)
        shown = [showing.hold(hold, clock.now()) for hold in page]
        return told.Holds(results=shown, next=following)


@room.get(f"{HOLDS}/<int:hold_id>")
@speaks(Scope.BOOKINGS_READ, told.HoldTold)
def hold(hold_id: int, query: asked.Nothing) -> told.HoldTold:  # noqa: ARG001
    """One place in line, for who waits and for stewards."""
    with reading() as session:
        found = waiting.hold_for(session, hold_id, person_signed_in(), now=clock.now())
        return _hold_told(found.id)


@room.post(HOLDS)
@speaks(Scope.BOOKINGS_WRITE, told.HoldTold, CREATED)
def wait(json: asked.Waiting) -> told.HoldTold:
    """Puts oneself in line; as a steward a member."""
    with acting() as act:
        kind = waiting.kind_with_group(act.session, json.kind) or abort(HTTPStatus.NOT_FOUND)
        asked_for = asking.ask(
            act.session,
            kind,
            person=act.for_whom(kind.group, json.to),
            item=act.item(json.code) if json.code else None,
            need_by=json.need_by,
            **act.facts,
        )
        return _hold_told(asked_for.id)


@room.post(f"{HOLDS}/<int:hold_id>/pause")
@speaks(Scope.BOOKINGS_WRITE, told.HoldTold)
def pause(hold_id: int, json: asked.Act) -> told.HoldTold:  # noqa: ARG001
    """Lets others go first for now."""
    return _act_on_hold(asking.pause, hold_id)


@room.post(f"{HOLDS}/<int:hold_id>/resumption")
@speaks(Scope.BOOKINGS_WRITE, told.HoldTold)
def resume(hold_id: int, json: asked.Act) -> told.HoldTold:  # noqa: ARG001
    """Waits again, in the same place."""
    return _act_on_hold(asking.resume, hold_id)


@room.post(f"{HOLDS}/<int:hold_id>/withdrawal")
@speaks(Scope.BOOKINGS_WRITE, told.HoldTold)
def withdraw(hold_id: int, json: asked.Act) -> told.HoldTold:  # noqa: ARG001
    """Gives the place in line up."""
    return _act_on_hold(asking.withdraw, hold_id)


@room.post(f"{API}/offers/<int:offer_id>/acceptance")
@speaks(Scope.BOOKINGS_WRITE, told.HoldTold)
def accept(offer_id: int, json: asked.Act) -> told.HoldTold:  # noqa: ARG001
    """Keeps what is offered."""
    return _act_on_offer(offering.accept, offer_id)


@room.post(f"{API}/offers/<int:offer_id>/pass")
@speaks(Scope.BOOKINGS_WRITE, told.HoldTold)
def pass_on(offer_id: int, json: asked.Act) -> told.HoldTold:  # noqa: ARG001
    """Lets the next in line have it."""
    return _act_on_offer(offering.pass_on, offer_id)


@room.get(RESERVATIONS)
@speaks(Scope.BOOKINGS_READ, told.Reservations)
def reservations(query: asked.OfGroup) -> told.Reservations:
    """One's own reservations; as a steward those of the named group."""
    with reading() as session:
        which = whose(query.group, Reservation.person_id, Reservation.group_id)
        page, following = page_of(read.reservations(session, which, **query.and_one_more), query)
        shown = [showing.reservation(one, clock.now()) for one in page]
        return told.Reservations(results=shown, next=following)


@room.get(f"{RESERVATIONS}/<int:reservation_id>")
@speaks(Scope.BOOKINGS_READ, told.ReservationTold)
def reservation(reservation_id: int, query: asked.Nothing) -> told.ReservationTold:  # noqa: ARG001
    """One reservation, for who made it and for stewards."""
    with reading() as session:
        now = clock.now()
        found = queries.reservation_for(session, reservation_id, person_signed_in(), now=now)
        return showing.reservation(found.reservation, now)


@room.post(RESERVATIONS)
@speaks(Scope.BOOKINGS_WRITE, told.ReservationTold, CREATED)
def reserve(json: asked.Reserving) -> told.ReservationTold:
    """Reserves all of it, or nothing."""
    if json.from_at >= json.until_at:
        raise Refusal(SpanEndsFirst())
    with acting() as act:
        wanted = _wanted(act, json)
        group = read_opening_times(act.session, wanted[0].kind.group)
        booking = Booking(
            wanted, Span(json.from_at, json.until_at), json.note, json.weather_flexible
        )
        person = act.for_whom(group, json.to)
        made = reserving.reserve(act.session, group, booking, person=person, **act.facts)
        return _reservation_told(made.id)


@room.post(f"{RESERVATIONS}/<int:reservation_id>/cancellation")
@speaks(Scope.BOOKINGS_WRITE, told.ReservationTold)
def cancel(reservation_id: int, json: asked.CallingOff) -> told.ReservationTold:
    """Takes back what was reserved."""
    with acting() as act:
        found = queries.reservation_for(act.session, reservation_id, act.by, now=act.now)
        said: dict[str, Any] = {"why": json.why, "for_weather": json.for_weather}
        calling_off.cancel(act.session, found.reservation, **said, **act.facts)
        return _reservation_told(reservation_id)


def _act_on_hold(verb: Callable[..., Any], hold_id: int) -> told.HoldTold:
    with acting() as act:
        found = waiting.hold_for(act.session, hold_id, act.by, now=act.now)
        verb(act.session, found, **act.facts)
        return _hold_told(hold_id)


def _act_on_offer(verb: Callable[..., Any], offer_id: int) -> told.HoldTold:
    with acting() as act:
        found = waiting.offer_for(act.session, offer_id, act.by, now=act.now)
        verb(act.session, found, **act.facts)
        return _hold_told(found.hold_id)


def _wanted(act: Act, json: asked.Reserving) -> list[Wanted]:
    """What is wanted, each once; refuses a kind that is not in reach."""
    ids = [one.kind for one in json.kinds]
    found = queries.kinds_to_reserve(act.session, ids, act.by, now=act.now)
    kinds: dict[int, Kind] = {kind.id: kind for kind in found}
    if len(kinds) < len(ids):
        raise Refusal(NothingLikeThat())
    only = queries.items_meant(
        act.session, {one.kind: one.code for one in json.kinds if one.code is not None}
    )
    return [
        Wanted(kinds[one.kind], one.quantity, only[one.kind].id if one.code else None)
        for one in json.kinds
    ]


def _hold_told(hold_id: int) -> told.HoldTold:
    return showing.hold(read.holds(db.session, Hold.id == hold_id)[0], clock.now())


def _reservation_told(reservation_id: int) -> told.ReservationTold:
    found = read.reservations(db.session, Reservation.id == reservation_id)
    return showing.reservation(found[0], clock.now())
