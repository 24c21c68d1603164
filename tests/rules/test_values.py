"""What JSON keeps of a rule's value, and what is none."""

from typing import Any

import pytest

from tests.world import World
from toolshare.refusals import Refusal
from toolshare.rules.in_force import BY_DEFAULT
from toolshare.rules.models import Rule
from toolshare.rules.parameters import PARAMETERS
from toolshare.rules.resolving import rules_for
from toolshare.rules.values import NoSuchValue, OutOfRange


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_default_is_a_value_of_its_rule(name: str) -> None:
    takes, default = PARAMETERS[name].takes, PARAMETERS[name].default
    assert takes.read(takes.write(default)) == default


@pytest.mark.parametrize(
    ("name", "kept", "reason"),
    [
        ("grace", {"weeks": 1}, NoSuchValue),
        ("grace", "a day", NoSuchValue),
        ("grace", {"days": "1"}, NoSuchValue),
        ("grace", {"days": -1}, NoSuchValue),
        ("grace", {"days": True}, NoSuchValue),
        ("grace", {"days": 10**9}, NoSuchValue),
        ("grace", {"days": 3651}, OutOfRange),
        ("regime", "by lot", NoSuchValue),
        ("renewals", None, NoSuchValue),
        ("needs_approval", "yes", NoSuchValue),
        ("agreements", "Waiver", NoSuchValue),
    ],
)
def test_what_is_no_value_is_refused(name: str, kept: Any, reason: type) -> None:
    with pytest.raises(Refusal) as refused:
        PARAMETERS[name].takes.read(kept)
    assert [type(one) for one in refused.value.reasons] == [reason]


def test_a_rule_that_only_another_version_knows_is_left_aside(world: World) -> None:
    rule: dict[str, Any] = {"parameter": "fine", "value": 5, "set_at": world.borgo.founded_at}
    world.session.add(Rule(group_id=world.borgo.id, **rule))
    assert rules_for(world.session, group_id=world.borgo.id) == BY_DEFAULT
