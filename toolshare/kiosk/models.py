"""The kiosk's one table."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolshare.people.models import Group, Membership
from toolshare.records import Record


class Kiosk(Record):
    """A tablet of a group: how it is let in, and whom it serves just now.

    Of its pairing link and of the token in its cookie only digests are kept. Whom it serves is
    known by the server alone, and forgotten with the next one.
    """

    __tablename__ = "kiosks"
    __table_args__ = (
        CheckConstraint(
            "(membership_id IS NULL) = (last_act_at IS NULL)",
            name="serves_since",
        ),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))  # where it stands
    set_up_at: Mapped[datetime]
    link_digest: Mapped[str | None] = mapped_column(String(64), unique=True)  # SHA-256, hexadecimal
    link_expires_at: Mapped[datetime | None]
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    paired_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    sitting: Mapped[int] = mapped_column(default=0)  # raised by each who begins: old pages end
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("memberships.id"))
    began_at: Mapped[datetime | None]
    last_act_at: Mapped[datetime | None]

    group: Mapped[Group] = relationship(lazy="raise")
    membership: Mapped[Membership | None] = relationship(lazy="raise")
