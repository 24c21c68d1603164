"""A group that is closed for more than a year: everything has an end all the same, and is quick."""

from datetime import timedelta

import pytest

from tests.circulation.in_line import asks, comes_back, offer_of
from tests.circulation.on_the_calendar import books, days, free_for
from tests.world import MONDAY_NOON, World
from toolshare.circulation import offering
from toolshare.circulation.booking_rules import ClosedThen
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.recalling import recall
from toolshare.circulation.renewing import renew
from toolshare.people import opening
from toolshare.people.models import ClosedDate
from toolshare.refusals import Refusal

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _closed(world: World) -> None:
    """Two years from today on."""
    today = MONDAY_NOON.date()
    world.session.add_all(
        ClosedDate(group_id=world.borgo.id, day=today + number * DAY) for number in range(740)
    )
    world.session.flush()


def test_what_is_lent_is_due_renewed_called_back_and_offered(world: World) -> None:
    item = world.make_item()
    loan = borrow(world.session, item, borrower=world.ana, by=world.ana, now=MONDAY_NOON)
    assert loan.due_at == days(world, "2026-06-08", "2026-06-08").until_at
    renew(world.session, loan, by=world.ana, now=MONDAY_NOON + 3 * DAY)
    assert loan.due_at == days(world, "2026-06-11", "2026-06-11").until_at
    recall(world.session, loan, by=world.cora, now=MONDAY_NOON + 4 * DAY, why="Needed.")
    assert loan.due_at == days(world, "2026-06-07", "2026-06-07").until_at
    asks(world, item, world.sam, now=MONDAY_NOON + 4 * DAY)
    comes_back(world, item, MONDAY_NOON + 5 * DAY)
    offer = offer_of(world, world.sam)
    assert offer.expires_at == days(world, "2026-06-07", "2026-06-07").until_at
    offering.accept(world.session, offer, by=world.sam, now=MONDAY_NOON + 5 * DAY)


def test_nobody_fetches_on_a_closed_day(world: World) -> None:
    kind = world.make_item().kind
    with pytest.raises(Refusal) as refused:
        books(world, kind, days(world, "2026-06-10", "2026-06-12"), now=MONDAY_NOON)
    assert {type(reason) for reason in refused.value.reasons} == {ClosedThen}


def test_opening_days_are_looked_for_once_however_much_is_late(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = world.make_kind()
    for _ in range(20):
        world.make_loan(
            *(world.make_item(kind), world.ana),
            **{"borrowed_at": MONDAY_NOON - 9 * DAY, "due_at": MONDAY_NOON - DAY},
        )
    asked = []
    next_opening_day = opening.next_opening_day

    def counted(*told: object) -> object:
        asked.append(told)
        return next_opening_day(*told)  # type: ignore[arg-type]

    monkeypatch.setattr(opening, "next_opening_day", counted)
    assert free_for(world, kind, "2026-06-02", "2026-06-02", now=MONDAY_NOON) == 0
    assert len(asked) == 2
