"""Addresses that are told what happens, and what became of telling them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolshare.people.models import Group
from toolshare.records import Record

WAITING = "ended_at IS NULL"


class Webhook(Record):
    """An address of a group's choice, and the events that it is told.

    The journal is what is told: entries after `since_entry_id`. The secret has to be kept as it is,
    because each delivery is signed with it.
    """

    __tablename__ = "webhooks"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), index=True)
    address: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[str]]
    secret: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime]
    since_entry_id: Mapped[int]
    ended_at: Mapped[datetime | None]

    group: Mapped[Group] = relationship(lazy="raise")

    def is_told(self, event: str, entry_id: int, group_id: int | None) -> bool:
        """Whether it is told of this event, that entry of the journal being about this group."""
        is_new = entry_id > self.since_entry_id
        return is_new and group_id == self.group_id and event in self.events


class Unread(Record):
    """Ids of the journal's entries that were not read for webhooks yet: a range, with both ends.

    One range is all that is to come. The others were missing when later ones were there already:
    since `missed_at` whoever has these ids may still write them, or has given them up.
    """

    __tablename__ = "unread_entries"
    __table_args__ = (CheckConstraint("first_id <= last_id", name="first_before_last"),)

    first_id: Mapped[int] = mapped_column(unique=True)
    last_id: Mapped[int] = mapped_column(unique=True)
    missed_at: Mapped[datetime | None]


class DeliveryEnd(StrEnum):
    """What became of a delivery."""

    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


class Delivery(Record):
    """One event for one address: of an entry of the journal, or a test without one.

    Whoever delivers it holds it until `claimed_until`, and nobody else does.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended IS NULL)", name="ended_somehow"),
        UniqueConstraint("webhook_id", "entry_id"),
        Index(
            "ix_deliveries_waiting",
            "send_at",
            sqlite_where=text(WAITING),
            postgresql_where=text(WAITING),
        ),
    )

    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal.id"))
    event: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]
    send_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_fault: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None]
    ended: Mapped[DeliveryEnd | None]

    webhook: Mapped[Webhook] = relationship(lazy="raise")

    @property
    def key(self) -> str:
        """The same each time that this delivery is tried, so that who gets it twice can tell."""
        return f"msg_{self.id}"
