"""One loan of the demo, from the shelf and back, and the diary that puts such days in order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, Protocol

from toolshare.care.inspecting import Findings
from toolshare.circulation import borrowing, dropping_off, recalling, renewing, returning, undoing
from toolshare.circulation.models import Loan
from toolshare.inventory.models import Item
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Refusal


class Deed(Protocol):
    """Something that is done at a moment."""

    def __call__(self, *, now: datetime) -> object:
        """Does it."""


class Diary:
    """Deeds and their moments, told in any order and done in that of time."""

    def __init__(self) -> None:
        self._deeds: list[tuple[datetime, Deed]] = []

    def note(self, at: datetime, deed: Callable[..., object], *args: Any, **more: Any) -> None:
        """Notes a deed; it is called with what is given here and with `now`."""
        self._deeds.append((at, partial(deed, *args, **more)))

    def live_through(self) -> None:
        """Does everything that was noted."""
        for at, deed in sorted(self._deeds, key=lambda noted: noted[0]):
            deed(now=at)


@dataclass
class Lending:
    """What happens to one loan."""

    session: AnySession
    item: Item
    borrower: Person
    by: Person  # who scans: the borrower, or a steward who lends
    quantity: int = 1
    meter_before: Decimal | None = None
    meter_after: Decimal | None = None
    loan: Loan = field(init=False)

    def begin(self, *, now: datetime) -> None:
        """It goes out."""
        self.loan = borrowing.borrow(
            self.session,
            self.item,
            borrower=self.borrower,
            by=self.by,
            quantity=self.quantity,
            meter=self.meter_before,
            now=now,
        )

    def undo(self, *, now: datetime) -> None:
        """It was the wrong one."""
        undoing.undo_borrowing(self.session, self.loan, by=self.by, now=now)

    def renew(self, *, now: datetime) -> None:
        """It stays longer."""
        renewing.renew(self.session, self.loan, by=self.borrower, now=now)

    def leave(self, where: str, *, now: datetime) -> None:
        """It lies in the shed, and nobody was there."""
        dropping_off.drop_off(self.session, self.loan, by=self.borrower, now=now, where=where)

    def miss(self, by: Person, note: str, *, now: datetime) -> None:
        """It does not lie there, says a steward."""
        dropping_off.not_found(self.session, self.loan, by=by, note=note, now=now)

    def call_back(self, by: Person, why: str, *, now: datetime) -> None:
        """A coordinator needs it sooner."""
        recalling.recall(self.session, self.loan, by=by, why=why, now=now)

    def end(self, to: Person, findings: Findings, *, now: datetime) -> None:
        """It comes back."""
        returning.take_back(
            self.session,
            self.item,
            by=to,
            findings=findings,
            loan=self.loan,
            meter=self.meter_after,
            now=now,
        )

    def undo_end(self, by: Person, *, now: datetime) -> None:
        """It had not come back: another one had."""
        undoing.undo_return(self.session, self.loan, by=by, now=now)


@dataclass
class Visit(Lending):
    """A loan that no story needs: whoever may not borrow, being late, goes home without."""

    went_home_without: bool = False

    def begin(self, *, now: datetime) -> None:
        """It goes out, if it may."""
        try:
            super().begin(now=now)
        except Refusal:
            self.went_home_without = True

    def end(self, to: Person, findings: Findings, *, now: datetime) -> None:
        """It comes back, if it went out."""
        if not self.went_home_without:
            super().end(to, findings, now=now)
