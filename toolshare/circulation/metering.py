"""Metering: what the meter of a machine reads when it goes out and when it comes back."""

from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus

from sqlalchemy import select

from toolshare.circulation.models import Loan
from toolshare.inventory.models import Item
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

MOST = Decimal("99999999999")


@dataclass(frozen=True)
class MeterRunsBackwards(Reason):
    """A reading below the one before."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    before: Decimal
    unit: str
    says = msgid("The meter read %(before)s %(unit)s before, and it can't run backwards.")
    instead = msgid("Read it again, or leave the field empty and tell a steward.")


def last_reading(session: AnySession, item: Item) -> Decimal | None:
    """What the meter of an item read last, if it has one."""
    if not item.kind.meter:
        return None
    return session.scalar(
        select(Loan.meter_after)
        .where(Loan.item_id == item.id, Loan.meter_after.is_not(None))
        .order_by(Loan.returned_at.desc(), Loan.id.desc())
        .limit(1)
    )


def at_start(session: AnySession, item: Item, reading: Decimal | None) -> Decimal | None:
    """What the meter reads when the thing goes out; what it read last, unless it is told."""
    if not item.kind.meter:
        return None
    return tenths(reading if reading is not None else last_reading(session, item))


def read_at_end(loan: Loan, reading: Decimal | None) -> None:
    """Notes what the meter reads when the thing comes back; refuses less than when it went."""
    if reading is None or not loan.item.kind.meter:
        return
    refuse_backwards(loan.meter_before, reading, loan.item)
    loan.meter_after = tenths(reading)


def tenths(reading: Decimal | None) -> Decimal | None:
    """A reading as it is kept."""
    return None if reading is None else reading.quantize(Decimal("0.1"))


def refuse_backwards(before: Decimal | None, reading: Decimal | None, item: Item) -> None:
    """Refuses a reading below the one before."""
    if before is not None and reading is not None and reading < before:
        raise Refusal(MeterRunsBackwards(before=before, unit=item.kind.meter))


def worded(reading: Decimal | None) -> dict[str, str]:
    """A reading as the journal keeps it."""
    return {} if reading is None else {"meter": str(reading)}
