"""Which rule is in force: the nearest, or the strictest where safety is concerned."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.counting import statements
from tests.postgres import on_any_database
from tests.world import World
from toolshare.inventory.models import Item
from toolshare.rules.in_force import BY_DEFAULT, Level, RulesInForce
from toolshare.rules.lengths import Length
from toolshare.rules.parameters import PARAMETERS
from toolshare.rules.resolving import rules_for, rules_for_many
from toolshare.rules.values import ClosedDay, Regime


class Shed:
    """A saw of Borgo, which is of the Valle, in two categories, one of them under another."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tools = world.make_category("Tools")
        self.saws = world.make_category("Tools > Saws", parent_id=self.tools.id)
        self.loud = world.make_category("Loud")
        self.kind = world.make_kind(name="Chainsaw", categories=[self.saws, self.loud])
        self.item = world.make_item(self.kind)
        self.about: dict[str, dict[str, int]] = {
            "item": {"item_id": self.item.id},
            "kind": {"kind_id": self.kind.id},
            "loud": {"category_id": self.loud.id},
            "saws": {"category_id": self.saws.id},
            "tools": {"category_id": self.tools.id},
            "all": {},
        }

    def set(
        self, parameter: str, value: Any, about: str, group: str = "Borgo", why: str = ""
    ) -> None:
        owner = getattr(self.world, group.lower())
        self.world.make_rule(
            parameter, value, **{"group_id": owner.id, "why": why, **self.about[about]}
        )

    def rules_of_kind(self) -> RulesInForce:
        kind_id = self.kind.id
        return rules_for_many(self.world.session, self.world.borgo, [kind_id])[kind_id]

    def rules(self, item: Item | None = None) -> RulesInForce:
        item = item or self.item
        return rules_for(
            self.world.session,
            group_id=self.world.borgo.id,
            kind_id=item.kind_id,
            item_id=item.id,
        )


@pytest.fixture
def shed(world: World) -> Shed:
    return Shed(world)


def test_without_any_rule_all_is_as_by_default(shed: Shed) -> None:
    assert shed.rules() == BY_DEFAULT
    assert (BY_DEFAULT.loan_period, BY_DEFAULT.renewals) == (Length(days=7), 1)
    assert (BY_DEFAULT.closed_day, BY_DEFAULT.regime) == (ClosedDay.NEXT, Regime.IN_ORDER)
    assert BY_DEFAULT.self_checkout is True
    assert [one.level for one in shed.rules().sources["grace"]] == [Level.DEFAULT]


def test_there_is_a_parameter_for_each_value_and_a_value_for_each_parameter() -> None:
    assert {one.name for one in fields(RulesInForce)} - {"sources"} == PARAMETERS.keys()


@on_any_database
def test_the_nearest_rule_comes_first(shed: Shed) -> None:
    nearest_first = [
        *[("item", "Borgo"), ("item", "Valle"), ("kind", "Borgo"), ("kind", "Valle")],
        # Both as near: the own group comes first, then the alphabet.
        *[("loud", "Borgo"), ("saws", "Borgo"), ("loud", "Valle"), ("saws", "Valle")],
        *[("tools", "Borgo"), ("tools", "Valle"), ("all", "Borgo"), ("all", "Valle")],
    ]
    for days, (about, group) in reversed([*enumerate(nearest_first, start=1)]):
        shed.set("loan_period", Length(days=days), about, group)
        assert shed.rules().loan_period == Length(days=days)
        (source,) = shed.rules().sources["loan_period"]
        assert (source.value, source.group) == (Length(days=days), group)


def test_each_source_says_what_it_is_set_for(shed: Shed) -> None:
    for parameter, about, group, level, name in (
        ("grace", "item", "Borgo", Level.ITEM, shed.item.code),
        ("renewals", "kind", "Borgo", Level.KIND, "Chainsaw"),
        ("notice", "tools", "Valle", Level.CATEGORY, "Tools"),
        ("horizon", "all", "Borgo", Level.GROUP, "Borgo"),
        ("gap", "all", "Valle", Level.PARENT, "Valle"),
    ):
        shed.set(parameter, PARAMETERS[parameter].default, about, group, why="decided in May")
        (source,) = shed.rules().sources[parameter]
        assert (source.level, source.name, source.group) == (level, name, group)
        assert source.why == "decided in May"


def test_each_parameter_is_found_on_its_own(shed: Shed) -> None:
    shed.set("renewals", 3, "item")
    shed.set("loan_period", Length(hours=4), "all", "Valle")
    rules = shed.rules()
    assert (rules.renewals, rules.loan_period, rules.open_loans) == (3, Length(hours=4), 10)


def test_rules_about_other_things_and_of_other_groups_do_not_matter(shed: Shed) -> None:
    other = shed.world.make_item(shed.world.make_kind(name="Hoe"))
    shed.world.make_rule("renewals", 7, kind_id=other.kind_id)
    shed.world.make_rule("renewals", 7, item_id=other.id)
    shed.world.make_rule("renewals", 7, category_id=shed.world.make_category("Garden").id)
    shed.set("renewals", 7, "all", "Castello")
    assert shed.rules() == BY_DEFAULT
    assert shed.rules(other).renewals == 7


@on_any_database
def test_where_safety_is_concerned_the_strictest_of_all_holds(shed: Shed) -> None:
    shed.set("certificates", ("First aid",), "all", "Valle")
    shed.set("certificates", ("Chainsaw course",), "kind")
    shed.set("agreements", ("Waiver",), "saws")
    shed.set("least_age", 18, "tools", "Valle")
    shed.set("least_age", 16, "item")
    shed.set("self_checkout", False, "all")
    shed.set("self_checkout", True, "item")
    shed.set("needs_approval", True, "all", "Valle")
    shed.set("needs_approval", False, "kind")
    rules = shed.rules()
    assert rules.certificates == ("Chainsaw course", "First aid")
    assert (rules.agreements, rules.least_age) == (("Waiver",), 18)
    assert (rules.self_checkout, rules.needs_approval) == (False, True)
    assert {one.name for one in rules.sources["certificates"]} == {"Chainsaw", "Valle"}
    assert [one.name for one in rules.sources["least_age"]] == ["Tools"]
    assert [one.level for one in rules.sources["self_checkout"]] == [Level.GROUP]


def test_what_a_loan_keeps_of_them_is_what_they_were(shed: Shed) -> None:
    shed.set("loan_period", Length(days=1, hours=4), "item")
    shed.set("certificates", ("Chainsaw course",), "kind")
    shed.set("regime", Regime.TURNS, "all")
    rules = shed.rules()
    assert RulesInForce.from_json(json.loads(json.dumps(rules.as_json()))) == rules
    assert rules != BY_DEFAULT


def test_what_a_loan_keeps_may_be_of_another_time() -> None:
    kept = {"renewals": 2, "loan_period": "a week", "least_age": 900, "fine": 5}
    assert RulesInForce.from_json(kept) == replace(BY_DEFAULT, renewals=2)


def test_they_are_found_in_one_statement(shed: Shed) -> None:
    kinds = [shed.kind, *(shed.world.make_kind(name=f"Saw {n}") for n in range(30))]
    for kind in kinds[1:]:
        shed.world.make_rule("renewals", 5, kind_id=kind.id)
    shed.set("renewals", 2, "saws")
    with statements() as sent:
        shed.rules()
    assert len(sent) == 1
    with statements() as sent:
        found = rules_for_many(shed.world.session, shed.world.borgo, [one.id for one in kinds])
    assert len(sent) == 1
    assert [found[kind.id].renewals for kind in kinds] == [2] + [5] * 30


@on_any_database
@pytest.mark.parametrize("about", ["item", "kind", "saws", "all"])
def test_no_rule_can_be_set_twice_for_the_same(shed: Shed, about: str) -> None:
    shed.set("renewals", 2, about)
    shed.set("renewals", 3, about, "Valle")
    with pytest.raises(IntegrityError):
        shed.set("renewals", 3, about)


@on_any_database
def test_a_rule_is_about_one_thing(shed: Shed) -> None:
    with pytest.raises(IntegrityError):
        shed.world.make_rule("renewals", 2, kind_id=shed.kind.id, category_id=shed.saws.id)


# Any rules at all: what is found is what the definition says, read slowly.

NEARNESS = ["item", "kind", "loud", "saws", "tools", "all"]
VALUES = {
    "renewals": st.integers(0, 5),
    "closed_day": st.sampled_from(ClosedDay),
    "least_age": st.integers(0, 99),
    "self_checkout": st.booleans(),
    "certificates": st.sets(st.sampled_from("abcd")).map(lambda names: tuple(sorted(names))),
}
RULE = st.sampled_from(sorted(VALUES)).flatmap(
    lambda name: st.tuples(
        st.just(name),
        st.sampled_from(NEARNESS),
        st.sampled_from(["Borgo", "Valle", "Castello"]),
        VALUES[name],
    )
)
RULES = st.lists(RULE, max_size=25, unique_by=lambda rule: rule[:3])


def told_slowly(name: str, rules: list[Any]) -> Any:
    """The value of a parameter, by the words of its definition."""
    applying = [rule for rule in rules if rule[0] == name and rule[2] != "Castello"]
    values = [value for *_, value in applying]
    if name == "certificates":
        return tuple(letter for letter in "abcd" if any(letter in one for one in values))
    if name == "least_age":
        return max(values, default=0)
    if name == "self_checkout":
        return False not in values
    for abouts in (["item"], ["kind"], ["loud", "saws"], ["tools"], ["all"]):
        for group in ("Borgo", "Valle"):
            for about in abouts:
                for rule in applying:
                    if rule[1:3] == (about, group):
                        return rule[3]
    return PARAMETERS[name].default


@settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rules=RULES)
def test_what_holds_is_what_the_definition_says(
    shed: Shed, session: Session, rules: list[Any]
) -> None:
    with session.begin_nested() as so_far:
        for name, about, group, value in rules:
            shed.set(name, value, about, group)
        found, for_kind = shed.rules(), shed.rules_of_kind()
        so_far.rollback()
    of_kind = [rule for rule in rules if rule[1] != "item"]
    for name in VALUES:
        assert getattr(found, name) == told_slowly(name, rules)
        assert getattr(for_kind, name) == told_slowly(name, of_kind)
