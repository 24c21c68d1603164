"""For how long a group keeps names on what is over."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from toolshare.records import Record

USUAL_DAYS, MOST_DAYS = 90, 3650


class Retention(Record):
    """After how many days a group forgets who had what; never, when empty. Without a row: 90."""

    __tablename__ = "retentions"
    __table_args__ = (CheckConstraint("days BETWEEN 1 AND 3650", name="days"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), unique=True)
    days: Mapped[int | None]
