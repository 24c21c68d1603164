"""Stocktakes, what was seen in them, how they were closed, and the lines of each report."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, and_, or_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolshare.care.models import Outage
from toolshare.codes.alphabet import LENGTH
from toolshare.inventory.models import Category, Item, Place
from toolshare.people.models import Group, Person
from toolshare.records import Record

STANDS = "undone_at IS NULL"
OUTAGE, PLACE, NUMBER = "outage", "place", "number"  # what is left as it is


class Stocktake(Record):
    """A count of what a group has in a place, in a category, or at all, with all that is below.

    It is open until it is closed or given up; it can be left and taken up again.
    """

    __tablename__ = "stocktakes"
    __table_args__ = (
        CheckConstraint("place_id IS NULL OR category_id IS NULL", name="of_one_sort"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    given_up_at: Mapped[datetime | None]
    given_up_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    group: Mapped[Group] = relationship(lazy="raise")
    place: Mapped[Place | None] = relationship(lazy="raise")
    category: Mapped[Category | None] = relationship(lazy="raise")
    opened_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[opened_by_id])
    closings: Mapped[list["Closing"]] = relationship(
        lazy="raise", back_populates="stocktake", order_by="Closing.id"
    )

    @property
    def about(self) -> str:
        """The path of the place or category; empty when it is about everything."""
        scope = self.place or self.category
        return scope.path if scope else ""

    @property
    def closing(self) -> "Closing | None":
        """The closing that stands, if it is closed."""
        return next((one for one in self.closings if one.undone_at is None), None)

    @property
    def is_open(self) -> bool:
        """Whether things can be scanned."""
        return self.given_up_at is None and self.closing is None


class Sighting(Record):
    """One scan: who has seen what, when and where; of a bin, how many, and how many should be there.

    Without an item it is a code of nothing, or of another group's thing (`whose`).
    """

    __tablename__ = "sightings"
    __table_args__ = (
        CheckConstraint("counted >= 0", name="counted"),
        Index(None, "stocktake_id", "item_id"),
    )

    stocktake_id: Mapped[int] = mapped_column(ForeignKey("stocktakes.id"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    code: Mapped[str] = mapped_column(String(LENGTH))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"), index=True)
    whose: Mapped[str] = mapped_column(String(120), default="")
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    counted: Mapped[int | None]
    should_be: Mapped[int | None]
    undone_at: Mapped[datetime | None]  # a mistake, taken back

    stocktake: Mapped[Stocktake] = relationship(lazy="raise")
    item: Mapped[Item | None] = relationship(lazy="raise")
    by: Mapped[Person | None] = relationship(lazy="raise")
    place: Mapped[Place | None] = relationship(lazy="raise")


class Closing(Record):
    """A stocktake was closed; undone, it is open again. One closing of it stands at most."""

    __tablename__ = "closings"
    __table_args__ = (
        Index(
            "uq_closings_one_stands",
            "stocktake_id",
            unique=True,
            sqlite_where=text(STANDS),
            postgresql_where=text(STANDS),
        ),
        Index(None, "stocktake_id"),
    )

    stocktake_id: Mapped[int] = mapped_column(ForeignKey("stocktakes.id"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    stocktake: Mapped[Stocktake] = relationship(lazy="raise", back_populates="closings")
    by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[by_id])
    undone_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[undone_by_id])


class Finding(StrEnum):
    """How a stocktake finds a thing, or a code."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    FOUND = "found"  # it was missing
    LENT = "lent"  # seen all the same
    RETIRED = "retired"  # seen all the same
    OTHER = "other"  # seen, and none of what is counted
    UNKNOWN = "unknown"  # a code of nothing, or of another group
    AWAY = "away"  # lent, in repair, used up or in a kit
    MISSING = "missing"  # that was known
    HANDLED = "handled"  # came back or came new since it began
    ELSEWHERE = "elsewhere"  # seen in another stocktake that is open


class Line(Record):
    """A line of the report: what was found, and what closing changed, so that it can be undone.

    `left` names what closing or undoing left as it was, because it had changed since.
    """

    __tablename__ = "stocktake_lines"
    __table_args__ = (Index(None, "closing_id", "id"),)

    closing_id: Mapped[int] = mapped_column(ForeignKey("closings.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"), index=True)
    finding: Mapped[Finding]
    is_expected: Mapped[bool]
    is_misplaced: Mapped[bool]
    code: Mapped[str] = mapped_column(String(LENGTH))
    name: Mapped[str] = mapped_column(String(200))
    whose: Mapped[str] = mapped_column(String(120))
    home: Mapped[str] = mapped_column(String(500))
    seen_in: Mapped[str] = mapped_column(String(500))
    times: Mapped[int]
    should_be: Mapped[int | None]
    counted: Mapped[int | None]
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    moved_to_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    outage_id: Mapped[int | None] = mapped_column(ForeignKey("outages.id"))
    outage_before_id: Mapped[int | None] = mapped_column(ForeignKey("outages.id"))
    changed_by: Mapped[int | None]  # more or less of a bin
    left: Mapped[list[str]] = mapped_column(default=list)

    closing: Mapped[Closing] = relationship(lazy="raise")
    item: Mapped[Item | None] = relationship(lazy="raise")
    seen_by: Mapped[Person | None] = relationship(lazy="raise")
    outage: Mapped[Outage | None] = relationship(lazy="raise", foreign_keys=[outage_id])
    outage_before: Mapped[Outage | None] = relationship(
        lazy="raise", foreign_keys=[outage_before_id]
    )


# What a line keeps of what was found, by the same names.
KEPT = (
    *("finding", "code", "item_id", "name", "whose", "home", "seen_in", "is_expected"),
    *("is_misplaced", "times", "should_be", "counted", "seen_at", "seen_by_id", "left"),
)
IS_OPEN = and_(
    Stocktake.given_up_at.is_(None), ~Stocktake.closings.any(Closing.undone_at.is_(None))
)
IS_CHANGED = or_(
    Line.outage_id.is_not(None), Line.moved_to_id.is_not(None), Line.changed_by.is_not(None)
)
