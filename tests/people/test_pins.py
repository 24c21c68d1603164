"""PINs: which are refused, and that none can be read."""

import pytest

from tests.world import MONDAY_NOON, World
from toolshare.journal.models import Entry
from toolshare.people import pins
from toolshare.people.pins import NotAPin, PinTooEasy
from toolshare.refusals import Refusal


@pytest.mark.parametrize("typed", ["", "271", "271828182", "27a828", "27 828", "²²²²²", "٣١٤١٥"])
def test_a_pin_is_four_to_eight_digits(typed: str) -> None:
    assert pins.reasons_against(typed) == [NotAPin()]


@pytest.mark.parametrize("typed", ["0000", "1234", "87654321"])
def test_the_first_that_anyone_tries_is_refused(world: World, typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        pins.set_pin(world.session, world.ana, typed, now=MONDAY_NOON)
    assert list(refused.value.reasons) == [PinTooEasy()]
    assert world.ana.pin_hash is None


def test_a_pin_is_kept_as_passwords_are_and_stands_in_no_journal(world: World) -> None:
    pins.set_pin(world.session, world.ana, "2718", now=MONDAY_NOON)
    assert (world.ana.pin_hash or "").startswith("$argon2id$")
    assert pins.is_right(world.ana, "2718")
    assert not pins.is_right(world.ana, "2719")
    assert "2718" not in str([entry.details for entry in world.session.query(Entry)])


def test_a_pin_that_was_removed_lets_nobody_in(world: World) -> None:
    pins.set_pin(world.session, world.ana, "2718", now=MONDAY_NOON)
    for _ in range(2):
        pins.remove_pin(world.session, world.ana, by=world.cora, now=MONDAY_NOON, group=world.borgo)
    assert not pins.is_right(world.ana, "2718")
    assert not pins.is_right(None, "2718")
    whats = [entry.what for entry in world.session.query(Entry).order_by(Entry.id)]
    assert whats == ["pin_set", "pin_removed"]
