"""A stranger asks to join on a phone: signs with a finger, or without one by the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.accessibility import problems_by_day_and_night
from tests.browser.admission import let_people_ask
from tests.world import MONDAY_NOON, World
from toolshare.admission.models import JoinRequest
from toolshare.rules import agreements

pytestmark = pytest.mark.browser


def sign_with_a_finger(page: Page) -> None:
    """Draws two strokes."""
    field = page.locator("sign-here svg")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box is not None
    for start in (10, 80):
        page.mouse.move(box["x"] + start, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + start + 40, box["y"] + 60, steps=5)
        page.mouse.up()


def test_a_signature_is_drawn_cleared_and_drawn_again_or_typed(world: World, page: Page) -> None:
    acts = {"by": world.cora, "now": MONDAY_NOON}
    agreements.publish(world.session, world.borgo, "Waiver", "With care.", **acts)
    let_people_ask(world, agreement="Waiver")
    world.session.commit()
    drawn = page.locator("[name=signature]")
    page.goto("/groups/borgo/join")
    assert not problems_by_day_and_night(page)
    page.get_by_label("Your name", exact=True).fill("Ada")
    page.get_by_label("Your e-mail address").fill("ada@example.org")
    sign_with_a_finger(page)
    expect(drawn).not_to_have_value("")
    page.get_by_role("button", name="Clear the signature").click()
    expect(drawn).to_have_value("")
    sign_with_a_finger(page)
    page.get_by_role("button", name="Ask to join").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    page.goto("/groups/borgo/join")
    page.get_by_label("Your name", exact=True).focus()
    for typed in ("Eve", "eve@example.org", "Eve L."):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # on the button that clears, which sends nothing
    page.get_by_label("Sign with your name").press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    world.session.rollback()
    ada, eve = world.session.scalars(select(JoinRequest).order_by(JoinRequest.id))
    assert (ada.signed_as, ada.signature.count("M")) == ("Ada", 2)
    assert (eve.signed_as, eve.signature) == ("Eve L.", "")
