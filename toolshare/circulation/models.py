"""Loans, their renewals and handovers, and what was taken from consumables."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolshare.care.models import Inspection
from toolshare.inventory.models import Condition, Item
from toolshare.people.models import Person
from toolshare.records import Record, naming, some_rows

SOON = timedelta(days=2)
OPEN_FOR = timedelta(hours=24)  # that a handover waits for who takes it
STILL_OUT = "returned_at IS NULL AND undone_at IS NULL"
UNDONE_STILL_NAMED = "undone_at IS NOT NULL AND borrower_id IS NOT NULL"


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
        some_rows(
            "uq_loans_one_open_for_a_counted_item",
            "item_id",
            where=f"counted AND {STILL_OUT}",
            unique=True,
        ),
        some_rows("ix_loans_out_of_item", "item_id", where=STILL_OUT),
        some_rows("ix_loans_out_with_borrower", "borrower_id", where=STILL_OUT),
        Index(None, "borrower_id", "returned_at"),
        some_rows("ix_loans_still_named", "returned_at", where="borrower_id IS NOT NULL"),
        some_rows("ix_loans_undone_still_named", "undone_at", where=UNDONE_STILL_NAMED),
        naming("loans", "lent_by_id"),
        naming("loans", "returned_to_id"),
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
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict)  # in force when it began
    recalled_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]  # left in the shed: no later than this, says the borrower
    dropped_where: Mapped[str] = mapped_column(String(200), default="")
    disputed_at: Mapped[datetime | None]  # a steward looked for it there and did not find it
    lost_at: Mapped[datetime | None]
    lost_why: Mapped[str] = mapped_column(Text, default="")  # whom was asked, and what was said
    meter_before: Mapped[Decimal | None] = mapped_column(Numeric(12, 1))
    meter_after: Mapped[Decimal | None] = mapped_column(Numeric(12, 1))

    item: Mapped[Item] = relationship(lazy="raise")
    borrower: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[borrower_id])
    renewals: Mapped[list["Renewal"]] = relationship(lazy="raise", order_by="Renewal.id")
    inspection: Mapped[Inspection | None] = relationship(lazy="raise")
    handovers: Mapped[list["Handover"]] = relationship(
        lazy="raise",
        foreign_keys="Handover.loan_id",
        back_populates="loan",
        order_by="Handover.id",
    )
    came_by: Mapped["Handover | None"] = relationship(
        lazy="raise",
        foreign_keys="Handover.next_loan_id",
        back_populates="next_loan",
        uselist=False,
    )

    @property
    def is_out(self) -> bool:
        """Whether the borrower still has it."""
        return self.returned_at is None and self.undone_at is None

    def is_late(self, now: datetime) -> bool:
        """Still out after it was due; what was left in the shed gets no later, what is lost is lost."""
        is_owed = self.is_out and self.lost_at is None
        return is_owed and self.due_at < (self.dropped_at or now)

    @property
    def is_in_dispute(self) -> bool:
        """Whether a steward did not find what the borrower says is back: a coordinator decides."""
        return self.is_out and self.disputed_at is not None and self.lost_at is None

    @property
    def came_back_late(self) -> bool:
        """Whether it was returned, or left in the shed before, after it was due."""
        came_at = self.dropped_at or self.returned_at
        return came_at is not None and self.due_at < came_at

    @property
    def is_with_borrower(self) -> bool:
        """Out, and neither left in the shed nor lost."""
        return self.is_out and self.dropped_at is None and self.lost_at is None

    def is_due_soon(self, now: datetime) -> bool:
        """Out, and due within two days."""
        return self.is_with_borrower and now <= self.due_at < now + SOON


class Renewal(Record):
    """A loan that was given a later due date."""

    __tablename__ = "renewals"
    __table_args__ = (naming("renewals", "by_id"),)

    loan_id: Mapped[int] = mapped_column(ForeignKey("loans.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    due_before: Mapped[datetime]
    due_after: Mapped[datetime]


class Handover(Record):
    """A borrower passes a thing on in the field: begun by who has it, accepted by who takes it.

    `token` is what the giver's screen shows. The chain of handovers is the chain of custody.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        some_rows(
            "uq_handovers_one_open_for_a_loan",
            "loan_id",
            where="accepted_at IS NULL AND withdrawn_at IS NULL",
            unique=True,
        ),
    )

    loan_id: Mapped[int] = mapped_column(ForeignKey("loans.id"))
    token: Mapped[str] = mapped_column(String(40), unique=True)
    begun_at: Mapped[datetime]
    condition: Mapped[Condition]
    note: Mapped[str] = mapped_column(Text, default="")
    meter: Mapped[Decimal | None] = mapped_column(Numeric(12, 1))
    consented_at: Mapped[datetime | None]  # a steward lets it go to someone who is not next
    consented_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    accepted_at: Mapped[datetime | None]
    next_loan_id: Mapped[int | None] = mapped_column(ForeignKey("loans.id"))
    withdrawn_at: Mapped[datetime | None]

    loan: Mapped[Loan] = relationship(
        lazy="raise", foreign_keys=[loan_id], back_populates="handovers"
    )
    next_loan: Mapped[Loan | None] = relationship(
        lazy="raise", foreign_keys=[next_loan_id], back_populates="came_by"
    )

    @property
    def is_done(self) -> bool:
        """Whether somebody has taken the thing over, and it was no mistake."""
        return self.accepted_at is not None and self.withdrawn_at is None

    def is_open(self, now: datetime) -> bool:
        """Whether somebody may still take the thing over."""
        is_undecided = self.accepted_at is None and self.withdrawn_at is None
        return is_undecided and now < self.begun_at + OPEN_FOR


class Taking(Record):
    """Some of a consumable, taken for good."""

    __tablename__ = "takings"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        some_rows("ix_takings_still_named", "taken_at", where="taker_id IS NOT NULL"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    taker_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    quantity: Mapped[int]
    taken_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    item: Mapped[Item] = relationship(lazy="raise")
    taker: Mapped[Person | None] = relationship(lazy="raise")
