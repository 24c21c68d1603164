"""Setting rules and taking them away: by a group's coordinators, for all or for one thing."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import select

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid
from toolshare.rules.models import Rule
from toolshare.rules.parameters import PARAMETERS
from toolshare.rules.resolving import CATEGORIES, ITEMS, KINDS
from toolshare.rules.values import NoSuchValue


@dataclass(frozen=True)
class NoSuchThing(Reason):
    """The group has no such kind or item, or there is no such category."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("The group has no such thing to set rules for.")
    instead = msgid("Set it for a category, or for a kind or an item that the group owns.")


@dataclass(frozen=True)
class About:
    """What a rule is about: one of these, or none of them for all that a group owns."""

    category_id: int | None = None
    kind_id: int | None = None
    item_id: int | None = None


EVERYTHING = About()


def set_rule(
    session: AnySession,
    group: Group,
    parameter: str,
    value: Any,
    *,
    by: Person,
    now: datetime,
    category_id: int | None = None,
    kind_id: int | None = None,
    item_id: int | None = None,
    why: str = "",
) -> Rule:
    """Sets a rule of the group, for all or for one thing; loans that run keep theirs.

    Refuses whoever is no coordinator, a value that is none, and a thing that the group hasn't got.
    """
    about = About(category_id, kind_id, item_id)
    _allow(session, group, about, by=by, now=now)
    return write(session, group, parameter, value, about=about, by=by, now=now, why=why)


def unset_rule(
    session: AnySession,
    group: Group,
    parameter: str,
    *,
    by: Person,
    now: datetime,
    category_id: int | None = None,
    kind_id: int | None = None,
    item_id: int | None = None,
) -> None:
    """Takes a rule away, so that the next one holds; one that is not there changes nothing."""
    about = About(category_id, kind_id, item_id)
    _allow(session, group, about, by=by, now=now)
    erase(session, group, parameter, about=about, by=by, now=now)


def write(
    session: AnySession,
    group: Group,
    parameter: str,
    value: Any,
    *,
    about: About,
    by: Person | None,
    now: datetime,
    why: str = "",
) -> Rule:
    """Writes a rule, with what it was before; who may do so was asked already."""
    kept = _kept(parameter, value)
    rule = rule_about(session, group, parameter, about)
    before = rule.value if rule else None
    if rule is None:
        rule = Rule(group_id=group.id, parameter=parameter, **vars(about))
        session.add(rule)
    rule.value, rule.why, rule.set_at, rule.set_by_id = kept, why, now, by.id if by else None
    session.flush()
    if before != kept:
        told = {"before": before, "after": kept, "why": why}
        _record(session, Event.RULE_SET, rule, group, by=by, at=now, **told)
    return rule


def erase(
    session: AnySession,
    group: Group,
    parameter: str,
    *,
    about: About,
    by: Person | None,
    now: datetime,
) -> None:
    """Takes a rule away; who may do so was asked already."""
    rule = rule_about(session, group, parameter, about)
    if rule is not None:
        session.delete(rule)
        session.flush()
        told = {"before": rule.value, "after": None}
        _record(session, Event.RULE_UNSET, rule, group, by=by, at=now, **told)


def rule_about(session: AnySession, group: Group, parameter: str, about: About) -> Rule | None:
    """The rule that the group has set about just this."""
    return session.scalar(
        select(Rule)
        .where(Rule.group_id == group.id, Rule.parameter == parameter)
        .filter_by(**vars(about))
    )


def _kept(parameter: str, value: Any) -> Any:
    """The value as JSON keeps it, if the rule may have it."""
    if parameter not in PARAMETERS:
        raise Refusal(NoSuchValue())
    takes = PARAMETERS[parameter].takes
    return takes.write(takes.read(takes.write(value)))


def _allow(session: AnySession, group: Group, about: About, *, by: Person, now: datetime) -> None:
    roles.require(session, by, Role.COORDINATOR, group, today=today_in(group, now))
    if about != EVERYTHING and not _is_there(session, group, about):
        raise Refusal(NoSuchThing())
    session.get_one(Group, group.id, with_for_update={"key_share": True})  # one after the other


def _is_there(session: AnySession, group: Group, about: About) -> bool:
    """Whether there is the category, or the group owns the kind or item; only one can be meant."""
    if about.category_id:
        there = select(CATEGORIES.c.id).where(CATEGORIES.c.id == about.category_id)
    elif about.kind_id:
        there = select(KINDS.c.id).where(KINDS.c.id == about.kind_id, KINDS.c.group_id == group.id)
    else:
        there = (
            select(ITEMS.c.id)
            .join(KINDS, KINDS.c.id == ITEMS.c.kind_id)
            .where(ITEMS.c.id == about.item_id, KINDS.c.group_id == group.id)
        )
    return session.scalar(there) is not None


def _record(session: AnySession, what: Event, rule: Rule, group: Group, **told: Any) -> None:
    about = {name: one for name in vars(EVERYTHING) if (one := getattr(rule, name)) is not None}
    record(session, what, group=group, parameter=rule.parameter, **about, **told)
