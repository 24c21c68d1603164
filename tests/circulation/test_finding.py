"""Finding a borrower by what was typed or scanned."""

import pytest

from tests.world import MONDAY_NOON, World
from toolshare.circulation import finding
from toolshare.circulation.finding import NobodyFound, SeveralFit
from toolshare.labels import replacing
from toolshare.labels.models import Cause
from toolshare.labels.scanning import CardLost
from toolshare.people.models import Person
from toolshare.people.roles import membership_in
from toolshare.refusals import Reason, Refusal


def find(world: World, typed: str) -> Person:
    by, now = world.sam, MONDAY_NOON
    return finding.the_member(world.session, world.borgo, typed, by=by, now=now)


def why_not(world: World, typed: str) -> tuple[Reason, ...]:
    with pytest.raises(Refusal) as refusal:
        find(world, typed)
    return tuple(refusal.value.reasons)


def card_of(world: World, person: Person) -> str:
    membership = membership_in(world.session, person, world.borgo)
    assert membership is not None
    return membership.code


def replaced(world: World, cause: Cause) -> str:
    """The code of a card that Ana had before."""
    code = card_of(world, world.ana)
    replacing.replace(world.session, code, cause, by=world.sam, now=MONDAY_NOON)
    return code


@pytest.mark.parametrize("typed", ["an", "ana@example.org", "ANA@EXAMPLE.ORG"])
def test_a_part_of_the_name_and_the_address_find(world: World, typed: str) -> None:
    assert find(world, typed) is world.ana


@pytest.mark.parametrize("written", ["{}", " {} ", "HTTPS://TOOLS.EXAMPLE.ORG/I/{}"])
def test_the_card_finds_typed_or_scanned(world: World, written: str) -> None:
    assert find(world, written.format(card_of(world, world.ana))) is world.ana


def test_a_worn_card_finds_its_member(world: World) -> None:
    assert find(world, replaced(world, Cause.WORN)) is world.ana


@pytest.mark.parametrize("written", ["{}", "HTTPS://TOOLS.EXAMPLE.ORG/I/{}"])
def test_a_lost_card_is_said_to_be_lost(world: World, written: str) -> None:
    code = replaced(world, Cause.LOST)
    assert why_not(world, written.format(code)) == (CardLost(code=code),)
    assert find(world, card_of(world, world.ana)) is world.ana


def test_nobody_and_several_are_refused(world: World) -> None:
    nobody = NobodyFound(typed="Xenia", group="Borgo")
    assert why_not(world, "Xenia") == (nobody,)
    assert why_not(world, "a") == (SeveralFit(typed="a"),)
