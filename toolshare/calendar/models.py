"""The table of links to calendar feeds."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolshare.people.models import Group, Person
from toolshare.records import Record


class CalendarLink(Record):
    """A private link to a feed: of one's own loans and reservations, or of a group's board.

    Only a digest of its token is kept.
    """

    __tablename__ = "calendar_links"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"))  # one's own, when empty
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256, hexadecimal
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")
    group: Mapped[Group | None] = relationship(lazy="raise")
