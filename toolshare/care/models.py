"""What was found when someone looked at an item, and the times it was out of service."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Numeric, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolshare.inventory.models import Condition, Item, Photo
from toolshare.people.models import Person
from toolshare.records import Record, naming, some_rows


class Inspection(Record):
    """Somebody looked at an item, most often when it came back."""

    __tablename__ = "inspections"
    __table_args__ = (Index(None, "item_id", "at"), naming("inspections", "by_id"))

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    condition: Mapped[Condition]
    missing_parts: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(Text, default="")
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))
    is_service: Mapped[bool] = mapped_column(default=False)  # it was serviced, by its plan
    meter: Mapped[Decimal | None] = mapped_column(Numeric(12, 1))  # what it read then

    item: Mapped[Item] = relationship(lazy="raise")
    by: Mapped[Person | None] = relationship(lazy="raise")
    photo: Mapped[Photo | None] = relationship(lazy="raise")


class OutageReason(StrEnum):
    """Why an item is out of service."""

    NEEDS_CHECK = "needs_check"
    IN_REPAIR = "in_repair"
    MISSING = "missing"


class Outage(Record):
    """A time in which an item can't be borrowed; open until a steward puts it into service."""

    __tablename__ = "outages"
    __table_args__ = (
        some_rows(
            "uq_outages_one_open_for_an_item", "item_id", where="ended_at IS NULL", unique=True
        ),
        Index(None, "item_id", "since"),
        naming("outages", "by_id"),
        naming("outages", "ended_by_id"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    reason: Mapped[OutageReason]
    since: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    expected_on: Mapped[date | None]  # the day by whose end it should be in service again
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    item: Mapped[Item] = relationship(lazy="raise")
    by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[by_id])

    def ends_at(self, now: datetime) -> datetime:
        """When it ends that is ended as of now: never before it began."""
        return max(now, self.since)


class DamageReport(Record):
    """Somebody says that something is wrong with an item; open until a steward has looked at it.

    Who said so is for stewards only, and is detached when nobody needs the name any more.
    """

    __tablename__ = "damage_reports"
    __table_args__ = (
        some_rows("ix_damage_reports_open_item_id", "item_id", where="settled_at IS NULL"),
        some_rows("ix_damage_reports_open_by_id", "by_id", where="settled_at IS NULL"),
        some_rows("ix_damage_reports_still_named", "settled_at", where="by_id IS NOT NULL"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(Text)
    usable: Mapped[bool]  # it can still be used safely, says who reports it
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    item: Mapped[Item] = relationship(lazy="raise")
    by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[by_id])
    photo: Mapped[Photo | None] = relationship(lazy="raise")
