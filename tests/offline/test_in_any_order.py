"""Whatever two devices send, in whatever pieces and however often: each deed is done or kept, once."""

import os
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from tests.offline.stories import DEVICES, Shed, Story, in_any_order, in_order, stories
from tests.world import MONDAY_NOON, World
from toolshare.circulation.models import Loan
from toolshare.circulation.present import differences
from toolshare.circulation.recorded import recorded
from toolshare.circulation.retelling import retell
from toolshare.journal.models import Entry, Event
from toolshare.offline.models import ExceptionalScan
from toolshare.offline.scans import Scan

# For a long hunt: STORIES=3000 pytest tests/offline/test_in_any_order.py
TOLD = settings(
    max_examples=int(os.environ.get("STORIES", "12")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
ACTS = {Event.BORROWED, Event.RETURNED, Event.DROPPED_OFF}
Sending = Callable[[list[list[Scan]]], Iterable[tuple[int, list[Scan]]]]


def after(shed: Shed, story: Story, sending: Sending) -> dict[str, Any]:
    """How it stands when all was sent so; afterwards it never happened."""
    with shed.session.begin_nested() as story_told:
        scanned = shed.acts(story)
        for device, batch in sending(scanned):
            shed.take_in(device, batch)
        shed.session.flush()
        each_deed_is_done_or_kept_once(shed, [*scanned[0], *scanned[1]])
        nobody_has_what_another_has(shed)
        the_journal_tells_the_same(shed)
        found = how_it_stands(shed)
        story_told.rollback()
    shed.session.expire_all()
    return found


def each_deed_is_done_or_kept_once(shed: Shed, scans: list[Scan]) -> None:
    kept = shed.session.scalars(select(ExceptionalScan.operation)).all()
    assert len(kept) == len(set(kept))
    for one in scans:
        its = select(Entry.what).where(Entry.operation == str(one.operation))
        (what,) = shed.session.scalars(its).all()
        assert (what in ACTS) is (str(one.operation) not in kept)
        assert (what == Event.EXCEPTION_KEPT) is (str(one.operation) in kept)


def nobody_has_what_another_has(shed: Shed) -> None:
    """At no moment, by the times at which it happened; and no bin gives more than it holds."""
    for item in shed.things[:2]:
        its = select(Loan).where(Loan.item_id == item.id).order_by(Loan.borrowed_at, Loan.id)
        for one, other in pairwise(shed.session.scalars(its).all()):
            assert one.returned_at is not None
            assert one.borrowed_at <= one.returned_at <= other.borrowed_at
    out = select(Loan).where(Loan.item_id == shed.things[2].id, Loan.returned_at.is_(None))
    assert sum(loan.quantity for loan in shed.session.scalars(out)) <= (
        shed.things[2].quantity or 0
    )
    assert all(loan.borrowed_at <= MONDAY_NOON for loan in shed.session.scalars(select(Loan)))


def the_journal_tells_the_same(shed: Shed) -> None:
    assert list(differences(retell(shed.session), recorded(shed.session))) == []


def how_it_stands(shed: Shed) -> dict[str, Any]:
    """Who had what from when until when, and which deeds are exceptions for what reason."""
    loans = shed.session.scalars(select(Loan).order_by(Loan.borrowed_at, Loan.item_id, Loan.id))
    kept = shed.session.scalars(select(ExceptionalScan).order_by(ExceptionalScan.operation))
    return {
        "loans": [
            (one.item_id, one.borrower_id, one.borrowed_at, one.returned_at, one.dropped_at)
            for one in loans
        ],
        "exceptions": [(one.operation, one.reasons) for one in kept],
    }


def at_one_go(scanned: list[list[Scan]]) -> Iterable[tuple[int, list[Scan]]]:
    return [(device, scanned[device]) for device in DEVICES]


def test_in_order_it_matters_neither_where_it_is_cut_nor_how_often_it_is_sent(
    world: World,
) -> None:
    shed = Shed(world)

    @TOLD
    @given(stories())
    def holds(story: Story) -> None:
        in_pieces = after(shed, story, lambda scanned: in_order(scanned, story.cuts))
        assert in_pieces == after(shed, story, at_one_go)

    holds()


def test_out_of_order_each_deed_is_done_or_kept_and_nothing_is_out_twice(world: World) -> None:
    shed = Shed(world)

    @TOLD
    @given(stories())
    def holds(story: Story) -> None:
        after(shed, story, lambda scanned: in_any_order(scanned, story))

    holds()
