"""Custody: whether a thing that is out is still with its borrower, and why not."""

from collections.abc import Iterator
from dataclasses import dataclass

from toolshare.circulation import reasons as why
from toolshare.circulation.models import Loan
from toolshare.refusals import Reason, msgid


@dataclass(frozen=True)
class LeftInShed(Reason):
    """The borrower says that it is back, and no steward has looked yet."""

    says = msgid("It was left in the shed, and a steward has yet to take it back.")
    instead = msgid("Ask a steward.")


@dataclass(frozen=True)
class Disputed(Reason):
    """The borrower says that it is back, and a steward did not find it."""

    says = msgid("A steward looked for it in the shed and did not find it.")
    instead = msgid("Talk to a coordinator: they find out together with you.")


@dataclass(frozen=True)
class Lost(Reason):
    """A coordinator has given it up."""

    says = msgid("It was given up for lost.")
    instead = msgid("If you have it before you, give it to a steward: that would be good news.")


def reasons_against(loan: Loan) -> Iterator[Reason]:
    """Why nothing can be done that needs the thing in its borrower's hands."""
    if not loan.is_out:
        yield why.NotOut()
    elif loan.lost_at is not None:
        yield Lost()
    elif loan.disputed_at is not None:
        yield Disputed()
    elif loan.dropped_at is not None:
        yield LeftInShed()
