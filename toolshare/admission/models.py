"""The tables of admission: invitations."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolshare.people.models import Group, Person, Role
from toolshare.records import Record


class Invitation(Record):
    """A link by which people join a group: until when, how often, as what; a digest of it is kept.

    A link that makes stewards or coordinators works once, so that it makes one.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("used >= 0 AND (most_uses IS NULL OR used <= most_uses)", name="used"),
        CheckConstraint("role = 'member' OR most_uses = 1", name="once_for_a_steward"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), index=True)
    role: Mapped[Role]
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256, hexadecimal
    note: Mapped[str] = mapped_column(String(120), default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    until: Mapped[date]  # the last day
    most_uses: Mapped[int | None]
    used: Mapped[int] = mapped_column(default=0)
    revoked_at: Mapped[datetime | None]

    group: Mapped[Group] = relationship(lazy="raise")
    made_by: Mapped[Person] = relationship(lazy="raise")

    def is_good_on(self, day: date) -> bool:
        """Whether it still takes somebody in: not revoked, not over, not used up."""
        is_used_up = self.most_uses is not None and self.used >= self.most_uses
        return self.revoked_at is None and day <= self.until and not is_used_up
