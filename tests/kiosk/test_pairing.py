"""Pairing: a link works once and in its time, and a kiosk is ended at once."""

from datetime import timedelta
from typing import Any

import pytest

from tests.browser import kiosks
from tests.kiosk.conftest import Tablet
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.journal.models import Entry
from toolshare.kiosk import pairing
from toolshare.kiosk.models import Kiosk
from toolshare.kiosk.reasons import KioskEnded, PairingLinkNotGood
from toolshare.people.models import Role
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Refusal


@pytest.fixture
def acts(world: World) -> dict[str, Any]:
    """What Cora does on Monday noon."""
    return {"by": world.cora, "now": MONDAY_NOON}


@on_any_database
def test_a_link_pairs_one_tablet_and_then_nothing(world: World) -> None:
    kiosk, link = kiosks.set_up(world)
    token = pairing.pair(world.session, link, now=MONDAY_NOON)
    assert pairing.kiosk_with(world.session, token) is kiosk
    with pytest.raises(Refusal) as refused:
        pairing.pair(world.session, link, now=MONDAY_NOON)
    assert list(refused.value.reasons) == [PairingLinkNotGood()]


@pytest.mark.parametrize(("minutes", "works"), [(14, True), (15, False)])
def test_a_link_works_for_a_quarter_of_an_hour(world: World, minutes: int, works: bool) -> None:
    _, link = kiosks.set_up(world)
    then = MONDAY_NOON + timedelta(minutes=minutes)
    if works:
        assert pairing.pair(world.session, link, now=then)
    else:
        with pytest.raises(Refusal):
            pairing.pair(world.session, link, now=then)


def test_neither_link_nor_token_is_kept(world: World) -> None:
    kiosk, link = kiosks.set_up(world)
    kept = [kiosk.link_digest]
    token = pairing.pair(world.session, link, now=MONDAY_NOON)
    kept += [kiosk.link_digest, kiosk.token_digest]
    assert not {link, token} & set(kept)


def test_a_new_tablet_takes_the_place_of_the_old_one(
    world: World, tablet: Tablet, acts: dict[str, Any]
) -> None:
    link = pairing.give_link(world.session, tablet.kiosk, **acts)
    assert pairing.is_a_kiosk(world.session, tablet.token)
    pairing.pair(world.session, link, now=MONDAY_NOON)
    assert not pairing.is_a_kiosk(world.session, tablet.token)


def test_an_ended_kiosk_is_none_any_more_and_gets_no_link(
    world: World, tablet: Tablet, acts: dict[str, Any]
) -> None:
    kiosk = tablet.kiosk
    for _ in range(2):
        pairing.end(world.session, kiosk, **acts)
    assert pairing.kiosk_with(world.session, tablet.token) is None
    with pytest.raises(Refusal) as refused:
        pairing.give_link(world.session, kiosk, **acts)
    assert list(refused.value.reasons) == [KioskEnded()]
    whats = [entry.what for entry in world.session.query(Entry).order_by(Entry.id)]
    assert whats == ["kiosk_set_up", "kiosk_paired", "kiosk_ended"]


def test_only_a_coordinator_of_the_group_sets_up_and_ends(world: World, tablet: Tablet) -> None:
    needed = [RoleNeeded(role=Role.COORDINATOR, group="Borgo")]
    for person in (world.sam, world.vera):
        acts: dict[str, Any] = {"by": person, "now": MONDAY_NOON}
        for try_it in (
            lambda acts=acts: pairing.set_up(world.session, world.borgo, "Barn", **acts),
            lambda acts=acts: pairing.give_link(world.session, tablet.kiosk, **acts),
            lambda acts=acts: pairing.end(world.session, tablet.kiosk, **acts),
        ):
            with pytest.raises(Refusal) as refused:
                try_it()
            assert list(refused.value.reasons) == needed


def test_there_is_no_way_to_a_kiosk_of_another_group(world: World, tablet: Tablet) -> None:
    assert world.session.query(Kiosk).count() == 1
    assert pairing.kiosk_of(world.session, world.castello, tablet.id) is None
