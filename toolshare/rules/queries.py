"""What the pages of rules read."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from sqlalchemy import func, select

from toolshare.people.models import Group
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid
from toolshare.rules.in_force import RulesInForce
from toolshare.rules.models import Rule
from toolshare.rules.parameters import PARAMETERS
from toolshare.rules.resolving import CATEGORIES, ITEMS, KINDS, rules_for, rules_for_category
from toolshare.rules.subjects import About, subject_of


@dataclass(frozen=True)
class RulesAreForMembers(Reason):
    """The reader can't borrow the thing, so its rules are none of theirs."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("There are no rules for you here.")
    instead = msgid("The rules of a thing are for members of its group.")


@dataclass(frozen=True)
class RulesPage:
    """The rules of a group for all that it owns, or for one thing; `called` names the thing."""

    about: About
    called: str
    rules: RulesInForce
    own: dict[str, Rule]  # set for just this, by parameter


@dataclass(frozen=True)
class Exceptional:
    """A rule of the group about one thing only."""

    parameter: str
    value: Any
    called: str
    about: About


def rules_page(session: AnySession, group: Group, about: About) -> RulesPage:
    """The rules of the group for all or for one thing; refuses a thing that it hasn't got."""
    subject = subject_of(session, group, about)
    if about.category_id is not None:
        rules = rules_for_category(session, group_id=group.id, category_id=about.category_id)
    else:
        rules = rules_for(
            session, group_id=group.id, kind_id=subject.kind_id, item_id=about.item_id
        )
    own = session.scalars(select(Rule).where(Rule.group_id == group.id).filter_by(**vars(about)))
    return RulesPage(about, subject.called, rules, {rule.parameter: rule for rule in own})


def exceptions_of(session: AnySession, group: Group) -> list[Exceptional]:
    """What the group has set for one thing only, by the name of the thing."""
    called = func.coalesce(CATEGORIES.c.path, KINDS.c.name)
    found = session.execute(
        select(Rule, called, ITEMS.c.code)
        .outerjoin(CATEGORIES, CATEGORIES.c.id == Rule.category_id)
        .outerjoin(ITEMS, ITEMS.c.id == Rule.item_id)
        .outerjoin(KINDS, KINDS.c.id == func.coalesce(Rule.kind_id, ITEMS.c.kind_id))
        .where(Rule.group_id == group.id, called.is_not(None))
        .order_by(func.lower(called), ITEMS.c.code, Rule.parameter)
    )
    return [
        Exceptional(
            rule.parameter,
            PARAMETERS[rule.parameter].takes.read(rule.value),
            f"{name} · {code}" if code else name,
            About(rule.category_id, rule.kind_id, rule.item_id),
        )
        for rule, name, code in found
        if rule.parameter in PARAMETERS
    ]


def categories(session: AnySession) -> Sequence[tuple[int, str]]:
    """Every category's id and path, in order."""
    found = session.execute(select(CATEGORIES.c.id, CATEGORIES.c.path).order_by(CATEGORIES.c.path))
    return [(category_id, path) for category_id, path in found]
