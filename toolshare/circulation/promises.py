"""What is promised ahead: holds and their offers, reservations, and the promises that keep units."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    and_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolshare.circulation.models import Loan
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Group, Person
from toolshare.records import Record, naming, some_rows

STILL_OPEN = "ended_at IS NULL"
_KEEPERS = ("loan_id", "reserved_unit_id", "offer_id", "kit_part_id")
FOR_ONE = " + ".join(f"CASE WHEN {one} IS NULL THEN 0 ELSE 1 END" for one in _KEEPERS) + " = 1"


class HoldEnd(StrEnum):
    """How a hold came to its end."""

    SERVED = "served"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"  # its need-by day has passed
    PASSED = "passed"  # a second offer was passed on, or lapsed


class Hold(Record):
    """A person's place in the queue for a kind, or for one item of it; pausing keeps the place.

    Who waits is a person; who waited is forgotten when nobody needs the name any more.
    """

    __tablename__ = "holds"
    __table_args__ = (
        CheckConstraint("passes >= 0", name="passes"),
        CheckConstraint("person_id IS NOT NULL OR ended_at IS NOT NULL", name="somebody_waits"),
        some_rows(
            "uq_holds_one_open_for_a_person", "kind_id", "person_id", where=STILL_OPEN, unique=True
        ),
        Index(None, "person_id", "ended_at"),
        some_rows("ix_holds_still_named", "ended_at", where="person_id IS NOT NULL"),
    )

    kind_id: Mapped[int] = mapped_column(ForeignKey("kinds.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))  # any unit, when empty
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), nullable=True)
    asked_at: Mapped[datetime]
    need_by: Mapped[date | None]  # of no use after this day
    paused_at: Mapped[datetime | None]
    passes: Mapped[int] = mapped_column(default=0)  # offers passed or lapsed
    ended_at: Mapped[datetime | None]
    end: Mapped[HoldEnd | None]

    kind: Mapped[Kind] = relationship(lazy="raise")
    item: Mapped[Item | None] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
    offers: Mapped[list["Offer"]] = relationship(
        lazy="raise", back_populates="hold", order_by="Offer.id"
    )

    @property
    def open_offer(self) -> "Offer | None":
        """The offer that has not ended; its time may be over."""
        return next((one for one in self.offers if one.ended_at is None), None)


class OfferEnd(StrEnum):
    """How an offer came to its end."""

    TAKEN = "taken"
    PASSED = "passed"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"  # the unit broke, or the hold was withdrawn


class Offer(Record):
    """A unit offered to who is next in line, who accepts or passes until `expires_at`.

    An accepted one is kept for pickup until then. `numbers` are those that were compared, so that
    the page can say why this person was next.
    """

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint("expires_at > offered_at", name="expires_after_offered"),
        some_rows("uq_offers_one_open_for_a_hold", "hold_id", where=STILL_OPEN, unique=True),
        some_rows("uq_offers_one_open_for_an_item", "item_id", where=STILL_OPEN, unique=True),
    )

    hold_id: Mapped[int] = mapped_column(ForeignKey("holds.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]  # to accept; once accepted, to pick up
    numbers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    accepted_at: Mapped[datetime | None]
    set_aside_at: Mapped[datetime | None]  # on the shelf of what is ready for pickup
    ended_at: Mapped[datetime | None]
    end: Mapped[OfferEnd | None]

    hold: Mapped[Hold] = relationship(lazy="raise", back_populates="offers")
    item: Mapped[Item] = relationship(lazy="raise")

    @property
    def state(self) -> str:
        """Offered, accepted, or ready to be picked up."""
        if self.accepted_at is None:
            return "offered"
        return "ready" if self.set_aside_at else "accepted"


class Reservation(Record):
    """Kinds or items promised to a person together, for a span of time to come.

    It is requested until a steward approves it, where the rules ask for that; it is confirmed
    otherwise. A reserved unit that no promise keeps is displaced.
    """

    __tablename__ = "reservations"
    __table_args__ = (
        CheckConstraint("until_at > from_at", name="until_after_from"),
        Index(None, "group_id", "from_at"),
        Index(None, "person_id", "until_at"),
        some_rows("ix_reservations_still_named", "until_at", where="person_id IS NOT NULL"),
        naming("reservations", "made_by_id"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    fetch_by: Mapped[datetime]  # who has fetched nothing by then is not expected any more
    note: Mapped[str] = mapped_column(Text, default="")
    weather_flexible: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    needs_approval: Mapped[bool] = mapped_column(default=False)
    approved_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    declined_why: Mapped[str] = mapped_column(String(200), default="")
    cancelled_at: Mapped[datetime | None]
    cancelled_why: Mapped[str] = mapped_column(String(200), default="")
    cancelled_late: Mapped[bool] = mapped_column(default=False)
    cancelled_for_weather: Mapped[bool] = mapped_column(default=False)
    moved_late: Mapped[bool] = mapped_column(default=False)  # after the cutoff
    no_show_at: Mapped[datetime | None]
    lapsed_at: Mapped[datetime | None]  # nobody answered it, or it was never to be had
    changes: Mapped[int] = mapped_column(default=0)  # calendars take the highest for the newest

    group: Mapped[Group] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[person_id])
    units: Mapped[list["ReservedUnit"]] = relationship(
        lazy="raise", back_populates="reservation", order_by="ReservedUnit.id"
    )

    @property
    def is_open(self) -> bool:
        """Neither declined, nor cancelled, nor given up as a no-show, nor lapsed."""
        return not (self.declined_at or self.cancelled_at or self.no_show_at or self.lapsed_at)

    @property
    def is_requested(self) -> bool:
        """Whether a steward has still to say yes."""
        return self.needs_approval and self.approved_at is None

    @property
    def is_fulfilled(self) -> bool:
        """Whether all of it was fetched, or given up; the units are loaded."""
        return all(unit.is_settled for unit in self.units)

    @property
    def lacks_something(self) -> bool:
        """Whether nothing is kept for some unit to be fetched; they are loaded with promises."""
        return any(unit.promise is None for unit in self.units if not unit.is_settled)

    def has_expired(self, now: datetime) -> bool:
        """Whether nobody answered it until it should have been fetched, written down or not."""
        is_unanswered = self.is_requested and not (self.declined_at or self.cancelled_at)
        return is_unanswered and (self.lapsed_at is not None or self.fetch_by <= now)

    def has_ended(self, now: datetime) -> bool:
        """Whether nothing comes of it any more, written down or not."""
        return not self.is_open or self.has_expired(now)

    @classmethod
    def still_open(cls) -> ColumnElement[bool]:
        """The same of a column."""
        ends = (cls.declined_at, cls.cancelled_at, cls.no_show_at, cls.lapsed_at)
        return and_(*(end.is_(None) for end in ends))

    @classmethod
    def is_granted(cls) -> ColumnElement[bool]:
        """Whether no steward has still to say yes."""
        return or_(~cls.needs_approval, cls.approved_at.is_not(None))

    @classmethod
    def is_displaced(cls) -> ColumnElement[bool]:
        """Whether nothing is kept for some unit that is still to be fetched."""
        lacking = and_(ReservedUnit.still_to_fetch(), ~ReservedUnit.promise.has())
        return cls.units.any(lacking)


class ReservedUnit(Record):
    """One unit, or a quantity of a bin, within a reservation; any unit of the kind unless named.

    Which unit it is may change silently until it is set aside.
    """

    __tablename__ = "reserved_units"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        Index(None, "reservation_id"),
        Index(None, "kind_id"),
    )

    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservations.id"))
    kind_id: Mapped[int] = mapped_column(ForeignKey("kinds.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))  # this one and no other
    quantity: Mapped[int] = mapped_column(default=1)
    keep_until: Mapped[datetime]  # with the turnaround
    set_aside_at: Mapped[datetime | None]
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loans.id"), unique=True)  # fetched
    given_up_at: Mapped[datetime | None]  # not fetched, when the rest was

    reservation: Mapped[Reservation] = relationship(lazy="raise", back_populates="units")
    kind: Mapped[Kind] = relationship(lazy="raise")
    item: Mapped[Item | None] = relationship(lazy="raise")
    loan: Mapped[Loan | None] = relationship(lazy="raise")
    promise: Mapped["Promise | None"] = relationship(lazy="raise", back_populates="reserved_unit")

    @property
    def is_settled(self) -> bool:
        """Whether nobody will fetch it any more."""
        return self.loan_id is not None or self.given_up_at is not None

    @classmethod
    def still_to_fetch(cls) -> ColumnElement[bool]:
        """The opposite, of a column."""
        return and_(cls.loan_id.is_(None), cls.given_up_at.is_(None))


class Promise(Record):
    """A unit, or a quantity of a bin, kept for one loan, reserved unit, offer or kit, [from, until).

    `alone` repeats that the kind is counted one by one: the database lets no two such promises of
    one unit overlap, by an exclusion constraint on PostgreSQL and by triggers on SQLite. The span
    includes the turnaround.
    """

    __tablename__ = "promises"
    __table_args__ = (
        CheckConstraint("until_at > from_at", name="until_after_from"),
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint("NOT alone OR quantity = 1", name="alone_is_one"),
        CheckConstraint(FOR_ONE, name="for_one"),
        Index(None, "item_id", "until_at"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    alone: Mapped[bool]
    quantity: Mapped[int] = mapped_column(default=1)
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loans.id"), unique=True)
    reserved_unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("reserved_units.id"), unique=True
    )
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"), unique=True)
    kit_part_id: Mapped[int | None] = mapped_column(ForeignKey("kit_parts.id"), unique=True)

    item: Mapped[Item] = relationship(lazy="raise")
    loan: Mapped[Loan | None] = relationship(lazy="raise")
    reserved_unit: Mapped[ReservedUnit | None] = relationship(
        lazy="raise", back_populates="promise"
    )
    offer: Mapped[Offer | None] = relationship(lazy="raise")
