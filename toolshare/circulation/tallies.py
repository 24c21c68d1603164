"""What still counts of loans and reservations whose names are forgotten: numbers, while they count."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Hold
from toolshare.records import AnySession, Record


class PastShare(Record):
    """How many days a person had a kind in a season, in loans that don't name them any more.

    It is kept only of what is had in turns, and only until the season is over and nobody is in line
    who has waited since before.
    """

    __tablename__ = "past_shares"
    __table_args__ = (
        CheckConstraint("days >= 0", name="days"),
        UniqueConstraint("kind_id", "person_id", "season"),
    )

    kind_id: Mapped[int] = mapped_column(ForeignKey("kinds.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    season: Mapped[int]  # the calendar year
    days: Mapped[int]
    last_at: Mapped[datetime]  # when the last of them began


class PastMiss(Record):
    """How many reservations a person missed in a season that don't name them any more."""

    __tablename__ = "past_misses"
    __table_args__ = (
        CheckConstraint("times >= 1", name="times"),
        UniqueConstraint("group_id", "person_id", "season"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    season: Mapped[int]
    times: Mapped[int]


def count_share(session: AnySession, loan: Loan, *, season: int, days: int) -> None:
    """Adds the days of a loan, which has its item, to what its borrower had of the kind."""
    whose = {"kind_id": loan.item.kind_id, "person_id": loan.borrower_id, "season": season}
    share = session.scalar(select(PastShare).filter_by(**whose).with_for_update())
    if share is None:
        session.add(PastShare(**whose, days=days, last_at=loan.borrowed_at))
    else:
        share.days, share.last_at = share.days + days, max(share.last_at, loan.borrowed_at)
    session.flush()


def count_miss(session: AnySession, group_id: int, person_id: int, season: int) -> None:
    """Adds one to what the person missed in the season."""
    its = {"group_id": group_id, "person_id": person_id, "season": season}
    miss = session.scalar(select(PastMiss).filter_by(**its).with_for_update())
    if miss is None:
        session.add(PastMiss(**its, times=1))
    else:
        miss.times += 1
    session.flush()


def forget_seasons(session: AnySession, *, before: int) -> None:
    """Takes away what counts no more, of the seasons before this one."""
    waited_since = select(Hold.id).where(
        Hold.kind_id == PastShare.kind_id,
        Hold.ended_at.is_(None),
        Hold.asked_at <= PastShare.last_at,
    )
    over = (PastShare.season < before, ~waited_since.exists())
    session.execute(delete(PastShare).where(*over).execution_options(synchronize_session=False))
    session.execute(
        delete(PastMiss)
        .where(PastMiss.season < before)
        .execution_options(synchronize_session=False)
    )
