"""What people say of themselves: their phone, and whether the next borrower sees it."""

import pytest

from tests.conftest import type_of_client
from tests.world import World
from toolshare.people.accounts import NotAPhoneNumber, Profile, change_account, known_phone
from toolshare.people.roles import membership_in
from toolshare.refusals import Refusal

SENT = {"name": "Ana", "language": ""}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        (" +39  0123 456789 ", "+39 0123 456789"),
        ("0123/45-67.8 (9)", "0123/45-67.8 (9)"),
        ("112", "112"),
    ],
)
def test_a_phone_number_is_kept_as_people_write_it(typed: str, kept: str) -> None:
    assert known_phone(typed) == kept


@pytest.mark.parametrize(
    "typed", ["call me", "12", "+", "1 - - - 2", "٠١٢٣٤", "0123;ext=1", "1" * 41]
)
def test_what_no_telephone_can_call_is_refused(typed: str) -> None:
    with pytest.raises(Refusal) as refusal:
        known_phone(typed)
    assert refusal.value.reasons == (NotAPhoneNumber(),)


def test_a_number_is_shown_to_nobody_unless_one_agrees(world: World) -> None:
    assert (world.ana.shows_phone, world.ana.phone_for_the_next) == (False, "")
    for phone, agreed, shown in [("112", False, ""), ("112", True, "112"), ("", True, "")]:
        change_account(world.ana, Profile("Ana", None, phone, agreed))
        assert world.ana.phone_for_the_next == shown
    assert not world.ana.shows_phone


def test_one_says_it_on_ones_account_page_and_coordinators_see_the_number(
    world: World, client_of: type_of_client
) -> None:
    client = client_of(world.ana)
    wrong = client.post("/account", data=SENT | {"phone": "call me"})
    assert (wrong.status_code, "not a phone number" in wrong.text) == (422, True)
    client.post("/account", data=SENT | {"phone": "0123 456", "shows_phone": "y"})
    page = client.get("/account").text
    assert 'value="0123 456"' in page
    assert "checked" in page.split('name="shows_phone"')[0].rsplit("<input", 1)[1]
    own = membership_in(world.session, world.ana, world.borgo)
    assert own is not None
    assert "0123 456" in client_of(world.cora).get(f"/groups/borgo/people/{own.id}").text
    client.post("/account", data=SENT | {"phone": "0123 456"})
    world.session.rollback()
    assert not world.ana.shows_phone
