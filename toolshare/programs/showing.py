"""From records to what programs are told of them."""

from collections.abc import Mapping
from datetime import datetime

from toolshare.circulation import listings
from toolshare.circulation.availability import State
from toolshare.circulation.holds import offer_in_force
from toolshare.circulation.models import Loan, Taking
from toolshare.circulation.promises import Hold, Reservation, ReservedUnit
from toolshare.circulation.reservation_queries import state_of
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.people.models import Group, Membership, Person
from toolshare.programs import told
from toolshare.programs.feeding import Addresses


def group(one: Group, memberships: Mapping[int, Membership]) -> told.GroupTold:
    """A group, with the role of who asks."""
    own = memberships.get(one.id)
    return told.GroupTold(
        id=one.id,
        slug=one.slug,
        name=one.name,
        time_zone=one.time_zone,
        role=own.role if own else None,
    )


def kind(one: Kind, free: int | None, addresses: Addresses) -> told.KindTold:
    """A kind, with its group and photos loaded, of which so many are free."""
    return told.KindTold(
        **{name: getattr(one, name) for name in told.KindTold.model_fields if name in SAME},
        group=one.group.slug,
        free=free,
        photos=[
            told.PhotoTold(url=addresses.photo(photo), width=photo.width, height=photo.height)
            for photo in one.photos
        ],
    )


def whole_kind(one: Kind, free: int | None, addresses: Addresses) -> told.WholeKind:
    """A kind with its categories, too, and all that its page says."""
    more = {name: getattr(one, name) for name in MORE}
    categories = [category.path for category in one.categories]
    return told.WholeKind(**kind(one, free, addresses).model_dump(), **more, categories=categories)


def item(one: Item, state: State, place: str | None) -> told.ItemTold:
    """A thing with its kind and group; its place is for who belongs to its network."""
    is_counted = one.kind.counting is Counting.COUNTED
    return told.ItemTold(
        id=one.id,
        code=one.code,
        kind=one.kind_id,
        name=one.kind.name,
        group=one.kind.group.slug,
        number=one.number,
        state=state,
        condition=one.condition,
        place=place,
        quantity=None if is_counted else one.quantity,
    )


def person(one: Person | None) -> told.PersonTold | None:
    """Somebody, if the name is still known."""
    return told.PersonTold(id=one.id, name=one.name) if one else None


def loan(one: Loan, now: datetime) -> told.LoanTold:
    """A loan with item, kind, group, borrower and renewals."""
    return told.LoanTold(
        id=one.id,
        code=one.item.code,
        kind=one.item.kind_id,
        name=one.item.kind.name,
        group=one.item.kind.group.slug,
        quantity=one.quantity,
        borrower=person(one.borrower),
        borrowed_at=one.borrowed_at,
        due_at=one.due_at,
        returned_at=one.returned_at,
        state=_state_of(one, now),
        renewals=len(one.renewals),
    )


def taking(one: Taking) -> told.TakingTold:
    """What was taken, with its item and kind."""
    return told.TakingTold(
        id=one.id,
        code=one.item.code,
        name=one.item.kind.name,
        quantity=one.quantity,
        taken_at=one.taken_at,
    )


def hold(one: Hold, now: datetime) -> told.HoldTold:
    """A place in line with all that belongs to it."""
    return told.HoldTold(
        id=one.id,
        kind=one.kind_id,
        name=one.kind.name,
        group=one.kind.group.slug,
        code=one.item.code if one.item else None,
        asked_at=one.asked_at,
        need_by=one.need_by,
        paused=one.paused_at is not None,
        ended=one.end.value if one.end else None,
        offer=_offer(one, now),
    )


def reservation(one: Reservation, now: datetime) -> told.ReservationTold:
    """A reservation with its units and what is kept for them."""
    return told.ReservationTold(
        id=one.id,
        group=one.group.slug,
        person=person(one.person),
        from_at=one.from_at,
        until_at=one.until_at,
        state=state_of(one, now),
        note=one.note,
        weather_flexible=one.weather_flexible,
        units=[_unit(unit) for unit in one.units],
    )


def _state_of(one: Loan, now: datetime) -> str:
    if one.undone_at is not None:
        return "undone"
    return listings.state_of(one, now) if one.is_out else "returned"


def _offer(one: Hold, now: datetime) -> told.OfferTold | None:
    offer = offer_in_force(one, now=now)
    if offer is None:
        return None
    return told.OfferTold(
        id=offer.id, code=offer.item.code, state=offer.state, expires_at=offer.expires_at
    )


def _unit(unit: ReservedUnit) -> told.UnitTold:
    kept = unit.item or (unit.promise.item if unit.promise else None)
    return told.UnitTold(
        kind=unit.kind_id,
        name=unit.kind.name,
        quantity=unit.quantity,
        code=kept.code if kept else None,
    )


SAME = {
    *("id", "name", "other_names", "counting", "is_kit"),
    *("brand", "model", "size", "description"),
}
MORE = ("checkout_notice", "guide", "parts", "meter", "strength", "power_source")
