"""Setting rules and taking them away: by a group's coordinators, for all or for one thing."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Refusal
from toolshare.rules.models import Rule
from toolshare.rules.parameters import PARAMETERS
from toolshare.rules.subjects import EVERYTHING, About, subject_of
from toolshare.rules.values import NoSuchValue


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
    subject_of(session, group, about)
    session.get_one(Group, group.id, with_for_update={"key_share": True})  # one after the other


def _record(session: AnySession, what: Event, rule: Rule, group: Group, **told: Any) -> None:
    about = {name: one for name in vars(EVERYTHING) if (one := getattr(rule, name)) is not None}
    record(session, what, group=group, parameter=rule.parameter, **about, **told)
