"""Scans that were told late and could not be done: each waits for a steward."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolshare.inventory.models import Item, Photo
from toolshare.people.models import Group, Person
from toolshare.records import Record


class Act(StrEnum):
    """What a scan without a signal can mean."""

    LEND = "lend"
    RETURN = "return"


class Settlement(StrEnum):
    """How a steward settled an exception."""

    SETTLED = "settled"  # nothing was changed: it was put right otherwise, or needs nothing
    LENT = "lent"
    RETURNED = "returned"


class ExceptionalScan(Record):
    """An exception: a scan that contradicts what is known, or is no scan, kept as it was sent.

    `at` is when it was made, by the device's clock put right; what could not be read of it is None.
    `item` and `borrower` are known only where the person who sent it may know of them.
    """

    __tablename__ = "exceptional_scans"
    __table_args__ = (
        CheckConstraint("(settled_at IS NULL) = (settlement IS NULL)", name="settled_in_some_way"),
        Index(None, "group_id", "settled_at"),
    )

    operation: Mapped[str] = mapped_column(String(36), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"))  # whose stewards look at it
    told_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime | None]
    act: Mapped[Act | None]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"), index=True)
    borrower_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    quantity: Mapped[int | None]
    sent: Mapped[Any] = mapped_column(JSON(none_as_null=False))  # all of it, whatever it is
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON())
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    settlement: Mapped[Settlement | None]
    note: Mapped[str] = mapped_column(Text, default="")  # what the steward says to it

    group: Mapped[Group] = relationship(lazy="raise")
    item: Mapped[Item | None] = relationship(lazy="raise")
    by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[by_id])
    borrower: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[borrower_id])
    settled_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[settled_by_id])
    photo: Mapped[Photo | None] = relationship(lazy="raise")
