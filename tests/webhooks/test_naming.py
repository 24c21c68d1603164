"""Naming a webhook: which addresses, which events, by whom."""

from typing import Any

import pytest

from tests.webhooks.conftest import name_one
from tests.world import MONDAY_NOON, World
from toolshare.people.roles import RoleNeeded
from toolshare.refusals import Reason, Refusal
from toolshare.webhooks import naming
from toolshare.webhooks.events import EVENTS
from toolshare.webhooks.reasons import (
    NoSuchWebhook,
    NotAnAddress,
    NothingToTell,
    OnlyHttps,
    OwnNetwork,
    TooManyWebhooks,
)

HTTPS = "https:" + "//"  # of what is no address of anybody


@pytest.mark.parametrize(
    "typed",
    [
        *("", "example.org", "https://"),
        *(f"{HTTPS}u:p@example.org/", "https://example.org:99999/", "https://example.org:0/"),
        *(f"{HTTPS}exa mple.org/", "https://example.org/\n", f"{HTTPS}[::1", f"{HTTPS}exämple.org"),
        "https://example.org/" + "x" * 500,
    ],
)
def test_what_is_no_address_is_refused(world: World, typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        naming.name(
            world.session, world.borgo, typed, ["loan.begun"], by=world.cora, now=MONDAY_NOON
        )
    assert isinstance(refused.value.reasons[0], NotAnAddress)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        *((f"{one}://example.org/", OnlyHttps()) for one in ("http", "ftp", "FILE")),
        ("https://192.0.2.7/hook", OwnNetwork(host="192.0.2.7")),
        (f"{HTTPS}[::1]:8000/hook", OwnNetwork(host="::1")),
        ("https://localhost:8000/", OwnNetwork(host="localhost")),
    ],
)
def test_what_leads_into_our_own_network_is_refused_by_what_it_is(
    typed: str, reason: Reason
) -> None:
    with pytest.raises(Refusal) as refused:
        naming.known_address(typed)
    assert list(refused.value.reasons) == [reason]
    assert naming.known_address("https://example.org/") == "https://example.org/"


def test_a_webhook_needs_events_and_there_are_not_too_many(world: World) -> None:
    acts: dict[str, Any] = {"by": world.cora, "now": MONDAY_NOON}
    with pytest.raises(Refusal) as refused:
        naming.name(world.session, world.borgo, "https://example.org/", ["all"], **acts)
    assert list(refused.value.reasons) == [NothingToTell()]
    for _ in range(naming.MOST_WEBHOOKS):
        name_one(world, "https://example.org/")
    with pytest.raises(Refusal) as refused:
        name_one(world, "https://example.org/")
    assert list(refused.value.reasons) == [TooManyWebhooks(most=naming.MOST_WEBHOOKS)]


def test_webhooks_are_coordinators_business(world: World) -> None:
    hook = name_one(world, "https://example.org/")
    hook.group = world.borgo
    acts: dict[str, Any] = {"by": world.sam, "now": MONDAY_NOON}
    for act in (
        lambda: naming.name(world.session, world.borgo, "https://a.example/", EVENTS, **acts),
        lambda: naming.try_out(world.session, hook, **acts),
        lambda: naming.end(world.session, hook, **acts),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert isinstance(refused.value.reasons[0], RoleNeeded)
    with pytest.raises(Refusal) as refused:
        naming.webhook_of(world.session, world.castello, hook.id)
    assert list(refused.value.reasons) == [NoSuchWebhook()]
