"""A group's own stocks, the nudges of its printers, the batches it printed, and codes of the past."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolshare.people.models import Person
from toolshare.records import Record


def host_of(prefix: str) -> str:
    """The host in what stands before a code, in lower case."""
    return urlsplit(prefix).netloc.lower()


class OwnStock(Record):
    """A stock that a group has described itself; lengths in mm."""

    __tablename__ = "own_stocks"
    __table_args__ = (UniqueConstraint("group_id", "slug"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"))
    slug: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))
    page: Mapped[str] = mapped_column(String(10))
    columns: Mapped[int]
    rows: Mapped[int]
    label_width_mm: Mapped[float]
    label_height_mm: Mapped[float]
    left_mm: Mapped[float]
    top_mm: Mapped[float]
    gap_x_mm: Mapped[float]
    gap_y_mm: Mapped[float]


class Nudge(Record):
    """How far a printer misses on a stock, put right: mm to the right and down, and a scale."""

    __tablename__ = "nudges"
    __table_args__ = (
        UniqueConstraint("group_id", "stock", "printer"),
        CheckConstraint("scale BETWEEN 0.9 AND 1.1", name="scale"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"))
    stock: Mapped[str] = mapped_column(String(60))
    printer: Mapped[str] = mapped_column(String(120))
    x_mm: Mapped[float] = mapped_column(default=0.0)
    y_mm: Mapped[float] = mapped_column(default=0.0)
    scale: Mapped[float] = mapped_column(default=1.0)


class LabelDesign(Record):
    """What a group wants on the labels of a stock."""

    __tablename__ = "label_designs"
    __table_args__ = (
        UniqueConstraint("group_id", "stock"),
        CheckConstraint("name_lines BETWEEN 0 AND 3", name="name_lines"),
        CheckConstraint("code IN ('none', 'small', 'usual', 'large')", name="code"),
        CheckConstraint("symbol_percent BETWEEN 50 AND 100", name="symbol_percent"),
        CheckConstraint("level IN ('L', 'M', 'Q', 'H')", name="level"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"))
    stock: Mapped[str] = mapped_column(String(60))
    shows: Mapped[list[str]] = mapped_column(JSON)
    name_lines: Mapped[int]
    line: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(10))
    symbol_percent: Mapped[int]
    level: Mapped[str] = mapped_column(String(1))


class Batch(Record):
    """Labels that were printed together, with all that is needed to print them again."""

    __tablename__ = "batches"
    __table_args__ = (Index(None, "group_id", "printed_at"),)

    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"))
    printed_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    stock: Mapped[str] = mapped_column(String(60))
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    prefix: Mapped[str | None] = mapped_column(String(300))  # before each code; older: not known

    by: Mapped[Person | None] = relationship(lazy="raise")
    labels: Mapped[list["BatchLabel"]] = relationship(lazy="raise", order_by="BatchLabel.position")

    @property
    def host(self) -> str:
        """The host that its labels lead to; empty when that is not known."""
        return host_of(self.prefix or "")


class BatchLabel(Record):
    """One label of a batch, in its order."""

    __tablename__ = "batch_labels"
    __table_args__ = (UniqueConstraint("batch_id", "position"),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(ForeignKey("codes.code"), index=True)


class Cause(StrEnum):
    """Why something got another code."""

    LOST = "lost"
    WORN = "worn"
    UNPRINTED = "unprinted"  # no label was printed of the code before


class FormerCode(Record):
    """A code that something wore before; it stays what that is found by, for ever."""

    __tablename__ = "former_codes"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN item_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN place_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN membership_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_wearer",
        ),
    )

    code: Mapped[str] = mapped_column(ForeignKey("codes.code"), unique=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("memberships.id"), index=True)
    replaced_at: Mapped[datetime]
    cause: Mapped[Cause]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    by: Mapped[Person | None] = relationship(lazy="raise")
