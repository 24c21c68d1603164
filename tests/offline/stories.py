"""Stories of two devices without a signal, while others act online; and how they are sent at last."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from hypothesis import strategies as some

from tests.world import MONDAY_NOON, World
from toolshare.circulation import borrowing, returning
from toolshare.inventory.models import Counting, Item
from toolshare.offline import late
from toolshare.offline.models import Act
from toolshare.offline.scans import Scan
from toolshare.people.models import Person
from toolshare.refusals import Refusal

DEVICES = (0, 1)
MORNING = MONDAY_NOON - timedelta(hours=4)
NAMES = UUID("5f0ad6a3-7a52-4a8e-9d43-9a4e64b1c111")


@dataclass(frozen=True)
class Deed:
    """Something done in the morning; `device` is None when it was done online."""

    device: int | None
    act: Act
    thing: int
    borrower: int
    after: int  # minutes since the deed before


@dataclass(frozen=True)
class Story:
    """What was done, where the devices cut what they send, and what they send when."""

    deeds: tuple[Deed, ...]
    cuts: tuple[int, ...]
    sent: tuple[tuple[int, int], ...]  # device and batch, in any order, as often as it likes


def stories() -> some.SearchStrategy[Story]:
    """Stories in which much contradicts."""
    deeds = some.builds(
        Deed,
        some.sampled_from((None, *DEVICES)),
        some.sampled_from(Act),
        some.integers(0, 2),
        some.integers(0, 1),
        some.sampled_from((0, 1, 3, 10)),
    )
    batches = some.tuples(some.sampled_from(DEVICES), some.integers(0, 4))
    return some.builds(
        Story,
        some.lists(deeds, min_size=4, max_size=14).map(tuple),
        some.lists(some.integers(1, 7), max_size=3).map(tuple),
        some.lists(batches, max_size=8).map(tuple),
    )


class Shed:
    """Two drills and a bin of three, and who has a device: Sam a steward, Ana a member."""

    def __init__(self, world: World) -> None:
        self.world, self.session = world, world.session
        pegs = world.make_kind(name="Pegs", counting=Counting.BULK)
        self.things = [world.make_item(), world.make_item(), world.make_item(pegs, quantity=3)]
        self.holders = [world.sam, world.ana]
        self.borrowers = [world.ana, world.cora]

    def acts(self, story: Story) -> list[list[Scan]]:
        """Does what was done online, and gives what each device has scanned meanwhile."""
        now, scanned = MORNING, [[], []]  # type: ignore[var-annotated]
        for number, deed in enumerate(story.deeds):
            now += timedelta(minutes=deed.after)
            item, borrower = self.things[deed.thing], self.borrowers[deed.borrower]
            if deed.device is None:
                self._online(deed.act, item, borrower, now)
            else:
                scanned[deed.device].append(self._scan(number, deed, item, borrower, now))
        return scanned

    def take_in(self, device: int, scans: list[Scan]) -> list[late.Taken]:
        """Takes in what this device sends, at noon."""
        by = self.holders[device]
        return [late.take_in(self.session, one, by=by, now=MONDAY_NOON) for one in scans]

    def _scan(self, number: int, deed: Deed, item: Item, borrower: Person, now: datetime) -> Scan:
        by_steward = deed.device == 0 and deed.act is Act.LEND
        return Scan(
            operation=uuid5(NAMES, str(number)),
            act=deed.act,
            code=item.code,
            at=now,
            borrower=borrower if by_steward else None,
            sequence=number + 1,
        )

    def _online(self, act: Act, item: Item, borrower: Person, now: datetime) -> None:
        acts: dict[str, Any] = {"by": self.world.sam, "now": now}
        try:
            with self.session.begin_nested():
                if act is Act.LEND:
                    borrowing.borrow(self.session, item, borrower=borrower, **acts)
                else:
                    returning.take_back(self.session, item, **acts)
        except Refusal:
            pass


def batches_of(scans: list[Scan], cuts: tuple[int, ...]) -> list[list[Scan]]:
    """What a device sends at a time: cut after so many, again and again, the rest at the end."""
    batches, start = [], 0
    for size in cuts:
        batches.append(scans[start : start + size])
        start += size
    return [*batches, scans[start:]]


def in_order(scanned: list[list[Scan]], cuts: tuple[int, ...]) -> Iterator[tuple[int, list[Scan]]]:
    """Device after device, each from its first batch to its last, the one before once more each time."""
    for device in DEVICES:
        before: list[Scan] = []
        for batch in batches_of(scanned[device], cuts):
            yield device, before
            yield device, batch
            before = batch


def in_any_order(scanned: list[list[Scan]], story: Story) -> Iterator[tuple[int, list[Scan]]]:
    """As the story has it; in the end everything has arrived."""
    batches = [batches_of(scanned[device], story.cuts) for device in DEVICES]
    for device, number in story.sent:
        yield device, batches[device][number % len(batches[device])]
    for device in DEVICES:
        yield device, scanned[device]
