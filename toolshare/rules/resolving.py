"""Which rules are in force: each parameter on its own, the nearest first, or the strictest of all.

A rule about the item comes before one about its kind, that before its categories from the nearest
up, and these before what is set for all; about the same thing the own group comes before those above
it. Where safety is concerned nothing is left out: the strictest of all that is set holds.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    bindparam,
    column,
    literal,
    null,
    select,
    table,
    union_all,
)

from toolshare import rows
from toolshare.people.models import Group
from toolshare.records import AnySession
from toolshare.rules.in_force import Level, RulesInForce, Source
from toolshare.rules.models import Rule
from toolshare.rules.parameters import PARAMETERS, Parameter

# The inventory stands on a floor above; of its tables only these columns matter here.
CATEGORIES = table(
    "categories", column("id", Integer), column("parent_id", Integer), column("path", String)
)
CATEGORIES_OF_KINDS = table(
    "categories_of_kinds", column("kind_id", Integer), column("category_id", Integer)
)
KINDS = table("kinds", column("id", Integer), column("group_id", Integer), column("name", String))
ITEMS = table("items", column("id", Integer), column("kind_id", Integer), column("code", String))
Which = Callable[[Any], ColumnElement[bool]]
NEAREST_FIRST = {level: nearness for nearness, level in enumerate(Level)}


@dataclass(frozen=True)
class Applying:
    """A rule that applies to a kind, or to all kinds when that is None."""

    parameter: str
    value: Any
    why: str
    kind_id: int | None
    level: Level
    name: str
    steps: int  # from the kind's own category up
    group: str
    group_steps: int  # from the own group up

    @property
    def distance(self) -> tuple[int, int, int, str]:
        """Less for what is nearer; never the same for two rules about one parameter."""
        return NEAREST_FIRST[self.level], self.steps, self.group_steps, self.name

    @property
    def source(self) -> Source:
        """Where its value comes from."""
        if self.level is not Level.GROUP:
            return Source(self.value, self.level, self.name, self.group, self.why)
        level = Level.PARENT if self.group_steps else Level.GROUP
        return Source(self.value, level, self.group, self.group, self.why)


def rules_for(
    session: AnySession, *, group_id: int, kind_id: int | None = None, item_id: int | None = None
) -> RulesInForce:
    """What holds for an item (give its kind too), a kind, or all that a group owns; one statement."""
    asked = {"group_id": group_id, "kind_id": kind_id, "item_id": item_id}
    return _in_force(_found(session, _ABOUT_ONE, **asked))


def rules_for_category(session: AnySession, *, group_id: int, category_id: int) -> RulesInForce:
    """What holds in a category, where its kinds and items have no rules of their own."""
    return _in_force(_found(session, _IN_CATEGORY, group_id=group_id, category_id=category_id))


def rules_for_many(
    session: AnySession, group: Group, kind_ids: Collection[int]
) -> dict[int, RulesInForce]:
    """What holds for each of these kinds of a group, in one statement."""
    asked = {"group_id": group.id, "kind_ids": list(kind_ids), "item_id": None}
    found = _found(session, _ABOUT_MANY, **asked)
    return {
        kind_id: _in_force(one for one in found if one.kind_id in {None, kind_id})
        for kind_id in kind_ids
    }


def _found(session: AnySession, statement: CompoundSelect[Any], **asked: Any) -> list[Applying]:
    rules = []
    for name, kept, why, kind_id, level, *others in rows.ask(session, statement, asked):
        if name in PARAMETERS:
            value = PARAMETERS[name].takes.read(kept)
            rules.append(Applying(name, value, why, kind_id, Level(level), *others))
    return rules


def _in_force(found: Iterable[Applying]) -> RulesInForce:
    by_name: dict[str, list[Applying]] = defaultdict(list)
    for one in found:
        by_name[one.parameter].append(one)
    values, sources = {}, {}
    for name, parameter in PARAMETERS.items():
        known = sorted(by_name[name], key=lambda one: one.distance)
        values[name], sources[name] = _resolved(parameter, known)
    return RulesInForce(**values, sources=sources)


def _resolved(parameter: Parameter, known: list[Applying]) -> tuple[Any, list[Source]]:
    """The value of a parameter, and where it comes from; the nearest rule is the first."""
    if not known:
        return parameter.default, [Source(parameter.default)]
    if parameter.strictest is None:
        return known[0].value, [known[0].source]
    value = parameter.strictest(one.value for one in known)
    alone = [one.source for one in known if one.value == value][:1]
    return value, alone or [one.source for one in known if one.value]


def groups_upwards(group_id: int | BindParameter[int]) -> CTE:
    """For a statement: the group and those above it, with their names and how many steps up."""
    own = select(Group.id, Group.parent_id, Group.name, literal(0).label("steps"))
    up = own.where(Group.id == group_id).cte("groups_upwards", recursive=True)
    return up.union_all(
        select(Group.id, Group.parent_id, Group.name, up.c.steps + 1).join(
            up, Group.id == up.c.parent_id
        )
    )


def _categories_of_kinds(are_these: Which) -> Select[Any]:
    of, there = CATEGORIES_OF_KINDS.c, CATEGORIES.c
    return (
        select(of.kind_id, there.id, there.parent_id, there.path, literal(0).label("steps"))
        .select_from(CATEGORIES_OF_KINDS.join(CATEGORIES, of.category_id == there.id))
        .where(are_these(of.kind_id))
    )


def _one_category() -> Select[Any]:
    there = CATEGORIES.c
    no_kind = null().cast(Integer).label("kind_id")
    return select(no_kind, there.id, there.parent_id, there.path, literal(0).label("steps")).where(
        there.id == bindparam("category_id")
    )


def _upwards(categories: Select[Any]) -> CTE:
    there = CATEGORIES.c
    up = categories.cte("categories_upwards", recursive=True)
    return up.union_all(
        select(up.c.kind_id, there.id, there.parent_id, there.path, up.c.steps + 1).join(
            up, there.id == up.c.parent_id
        )
    )


def _about(
    level: Level,
    groups: CTE,
    kind_id: ColumnElement[Any],
    name: ColumnElement[Any],
    steps: ColumnElement[int] | None = None,
) -> Select[Any]:
    return select(
        Rule.parameter,
        Rule.value,
        Rule.why,
        kind_id.label("for_kind_id"),
        literal(level.value).label("level"),
        name.label("subject"),
        literal(0).label("steps") if steps is None else steps,
        groups.c.name.label("group_name"),
        groups.c.steps.label("group_steps"),
    ).join(groups, groups.c.id == Rule.group_id)


def _about_all_and(groups: CTE, categories: CTE) -> list[Select[Any]]:
    """What is set for everything, and for these categories and those above them."""
    about_all = Rule.category_id.is_(None) & Rule.kind_id.is_(None) & Rule.item_id.is_(None)
    no_kind, no_name = null().cast(Integer), literal("")
    return [
        _about(Level.GROUP, groups, no_kind, no_name).where(about_all),
        _about(
            Level.CATEGORY, groups, categories.c.kind_id, categories.c.path, categories.c.steps
        ).join(categories, categories.c.id == Rule.category_id),
    ]


def _in_a_category() -> CompoundSelect[Any]:
    groups = groups_upwards(bindparam("group_id"))
    return union_all(*_about_all_and(groups, _upwards(_one_category())))


def _about_kinds_and_an_item(are_these: Which) -> CompoundSelect[Any]:
    groups = groups_upwards(bindparam("group_id"))
    return union_all(
        *_about_all_and(groups, _upwards(_categories_of_kinds(are_these))),
        _about(Level.KIND, groups, KINDS.c.id, KINDS.c.name)
        .join(KINDS, KINDS.c.id == Rule.kind_id)
        .where(are_these(Rule.kind_id)),
        _about(Level.ITEM, groups, ITEMS.c.kind_id, ITEMS.c.code)
        .join(ITEMS, ITEMS.c.id == Rule.item_id)
        .where(Rule.item_id == bindparam("item_id")),
    )


# Built once: every scan asks the first.
_ABOUT_ONE = _about_kinds_and_an_item(lambda kind_id: kind_id == bindparam("kind_id"))
_ABOUT_MANY = _about_kinds_and_an_item(
    lambda kind_id: kind_id.in_(bindparam("kind_ids", expanding=True))
)
_IN_CATEGORY = _in_a_category()
