"""What each person wants to be told, and when not; how a group puts it."""

from datetime import time
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from toolshare.records import Record

QUIET_FROM: Final = time(21)
QUIET_UNTIL: Final = time(8)
MOST_DAYS: Final = 7


class Choices(Record):
    """What a person chose: who has no row chose nothing, and is told all at usual hours.

    `unwanted` are names of subjects. Between `quiet_from` and `quiet_until`, on the clock of the
    group that it is about, nothing is sent that can wait; when both are the same, at any time.
    """

    __tablename__ = "message_choices"
    __table_args__ = (CheckConstraint("days_before BETWEEN 1 AND 7", name="days_before"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    unwanted: Mapped[list[str]] = mapped_column(default=list)
    quiet_from: Mapped[time] = mapped_column(default=QUIET_FROM)
    quiet_until: Mapped[time] = mapped_column(default=QUIET_UNTIL)
    days_before: Mapped[int] = mapped_column(default=1)  # that a due date is told


class OwnWording(Record):
    """How a group puts a message in its language; what is filled in stands in braces."""

    __tablename__ = "own_wordings"
    __table_args__ = (UniqueConstraint("group_id", "topic", "language"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"))
    topic: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
