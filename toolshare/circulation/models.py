"""Loans, their renewals, and what was taken from consumables."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolshare.care.models import Inspection
from toolshare.inventory.models import Item
from toolshare.people.models import Person
from toolshare.records import Record

SOON = timedelta(days=2)
STILL_OUT = "returned_at IS NULL AND undone_at IS NULL"


class Loan(Record):
    """One item, or a quantity from a bulk bin, with one borrower, until it is returned.

    `counted` repeats what the kind says, so that the database itself can forbid a second open
    loan of a counted item. The borrower is detached when nobody needs the name any more.
    """

    __tablename__ = "loans"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint("NOT counted OR quantity = 1", name="a_counted_item_is_one"),
        CheckConstraint("due_at > borrowed_at", name="due_after_borrowed"),
        CheckConstraint("returned_at >= borrowed_at", name="returned_after_borrowed"),
        Index(
            "uq_loans_one_open_for_a_counted_item",
            "item_id",
            unique=True,
            sqlite_where=text(f"counted AND {STILL_OUT}"),
            postgresql_where=text(f"counted AND {STILL_OUT}"),
        ),
        Index(
            "ix_loans_out_of_item",
            "item_id",
            sqlite_where=text(STILL_OUT),
            postgresql_where=text(STILL_OUT),
        ),
        Index(
            "ix_loans_out_with_borrower",
            "borrower_id",
            sqlite_where=text(STILL_OUT),
            postgresql_where=text(STILL_OUT),
        ),
        Index(None, "borrower_id", "returned_at"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    borrower_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    counted: Mapped[bool]
    quantity: Mapped[int] = mapped_column(default=1)
    borrowed_at: Mapped[datetime]
    lent_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    due_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]
    returned_to_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspections.id"))
    undone_at: Mapped[datetime | None]  # borrowed by mistake, undone at once

    item: Mapped[Item] = relationship(lazy="raise")
    borrower: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[borrower_id])
    renewals: Mapped[list["Renewal"]] = relationship(lazy="raise", order_by="Renewal.id")
    inspection: Mapped[Inspection | None] = relationship(lazy="raise")

    @property
    def is_out(self) -> bool:
        """Whether the borrower still has it."""
        return self.returned_at is None and self.undone_at is None

    def is_late(self, now: datetime) -> bool:
        """Still out after it was due."""
        return self.is_out and self.due_at < now

    def is_due_soon(self, now: datetime) -> bool:
        """Out, and due within two days."""
        return self.is_out and now <= self.due_at < now + SOON


class Renewal(Record):
    """A loan that was given a later due date."""

    __tablename__ = "renewals"

    loan_id: Mapped[int] = mapped_column(ForeignKey("loans.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    due_before: Mapped[datetime]
    due_after: Mapped[datetime]


class Taking(Record):
    """Some of a consumable, taken for good."""

    __tablename__ = "takings"
    __table_args__ = (CheckConstraint("quantity >= 1", name="quantity"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    taker_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    quantity: Mapped[int]
    taken_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    item: Mapped[Item] = relationship(lazy="raise")
    taker: Mapped[Person | None] = relationship(lazy="raise")
