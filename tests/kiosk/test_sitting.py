"""Who is let in at a kiosk, and how long they stay."""

from datetime import timedelta
from typing import Any

import pytest

from tests.browser.kiosks import PIN
from tests.kiosk.conftest import Tablet
from tests.world import MONDAY_NOON, World
from toolshare.kiosk import sitting
from toolshare.kiosk.reasons import CardAndPinDontFit, CardFirst, SignedOut
from toolshare.labels import replacing
from toolshare.labels.models import Cause
from toolshare.people.roles import membership_in
from toolshare.refusals import Refusal

HALF_A_MINUTE = timedelta(seconds=30)


def let_in(tablet: Tablet, card: str, pin: str = PIN) -> Any:
    now = tablet.now
    return sitting.card_with(tablet.world.session, tablet.kiosk, card, pin, now=now)


def sit_down(tablet: Tablet) -> int:
    """Ana begins; the number of her sitting."""
    card = let_in(tablet, tablet.card_of(tablet.world.ana))
    sitting.begin(tablet.kiosk, card.id, now=tablet.now)
    tablet.world.session.flush()
    return tablet.kiosk.sitting


def served(tablet: Tablet, seconds: float = 0) -> str | None:
    now = tablet.now + timedelta(seconds=seconds)
    card = sitting.served(tablet.world.session, tablet.kiosk, now=now)
    return card.person.name if card else None


def test_card_and_pin_let_a_member_in(tablet: Tablet, world: World) -> None:
    assert let_in(tablet, tablet.card_of(world.ana)).person is world.ana
    assert let_in(tablet, tablet.card_of(world.sam)).person is world.sam


@pytest.mark.parametrize(
    "matter",
    ["pin", "no pin", "paused", "ended", "lost", "another village", "unknown", "a thing"],
)
def test_whatever_the_matter_is_the_answer_is_the_same(
    tablet: Tablet, world: World, matter: str
) -> None:
    ana = membership_in(world.session, world.ana, world.borgo)
    vera = membership_in(world.session, world.vera, world.castello)
    assert ana is not None
    assert vera is not None
    card, pin = ana.code, PIN
    if matter == "pin":
        pin = "314159"
    elif matter == "no pin":
        world.ana.pin_hash = None
    elif matter == "paused":
        ana.paused_at = MONDAY_NOON
    elif matter == "ended":
        ana.until = ana.since
    elif matter == "lost":
        acts: dict[str, Any] = {"by": world.ana, "now": MONDAY_NOON}
        replacing.replace(world.session, ana.code, Cause.LOST, **acts)
    elif matter == "another village":
        card = vera.code
    else:
        card = "7K3M9QXA" if matter == "unknown" else world.make_item().code
    with pytest.raises(Refusal) as refused:
        let_in(tablet, card, pin)
    assert list(refused.value.reasons) == [CardAndPinDontFit()]


def test_a_kiosk_of_a_federation_serves_its_villages(tablet: Tablet, world: World) -> None:
    kiosk = tablet.kiosk
    kiosk.group = world.valle
    world.session.flush()
    card = membership_in(world.session, world.vera, world.castello)
    assert card is not None
    found = sitting.card_with(world.session, kiosk, card.code, PIN, now=MONDAY_NOON)
    assert found.person is world.vera


def test_what_is_no_card_is_told_so_and_no_other_code(tablet: Tablet, world: World) -> None:
    for code in ("7K3M9QXA", tablet.card_of(world.ana)):
        sitting.refuse_other_labels(world.session, code)
    for code in (world.make_item().code, world.make_place("Barn").code):
        with pytest.raises(Refusal) as refused:
            sitting.refuse_other_labels(world.session, code)
        assert list(refused.value.reasons) == [CardFirst()]


def test_a_sitting_is_over_after_half_a_minute_without_a_touch(tablet: Tablet) -> None:
    sit_down(tablet)
    assert [served(tablet, 29), served(tablet, 30)] == ["Ana", None]
    assert sitting.seconds_left(tablet.kiosk, now=tablet.now) == 30


def test_whoever_is_there_has_half_a_minute_again(tablet: Tablet, world: World) -> None:
    number = sit_down(tablet)
    kiosk, now = tablet.kiosk, tablet.now + timedelta(seconds=29)
    sitting.stay(world.session, kiosk, number, now=now)
    world.session.flush()
    assert [served(tablet, 58), served(tablet, 59)] == ["Ana", None]


@pytest.mark.parametrize(("seconds", "older"), [(30, 0), (0, 1)], ids=["too late", "another's"])
def test_a_page_of_a_sitting_that_is_over_does_nothing(
    tablet: Tablet, world: World, seconds: int, older: int
) -> None:
    number = sit_down(tablet) - older
    now = tablet.now + timedelta(seconds=seconds)
    with pytest.raises(Refusal) as refused:
        sitting.stay(world.session, tablet.kiosk, number, now=now)
    assert list(refused.value.reasons) == [SignedOut()]


def test_done_signs_out_and_a_page_of_somebody_before_does_not(
    tablet: Tablet, world: World
) -> None:
    kiosk, number = tablet.kiosk, sit_down(tablet)
    sitting.end(kiosk, number - 1)
    world.session.flush()
    assert served(tablet) == "Ana"
    sitting.end(kiosk, number)
    world.session.flush()
    assert served(tablet) is None
    assert sitting.seconds_left(tablet.kiosk, now=tablet.now) == 0


def test_who_is_paused_or_loses_the_pin_is_served_no_more(tablet: Tablet, world: World) -> None:
    sit_down(tablet)
    world.ana.pin_hash = None
    world.session.flush()
    assert served(tablet) is None
