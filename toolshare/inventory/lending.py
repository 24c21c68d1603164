"""The two rules of a kind that a spreadsheet tells, as it tells them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from toolshare.inventory.models import Kind
from toolshare.people.models import Group, Person
from toolshare.rules.models import Rule

TOLD = ("loan_days", "lent_by_stewards_only")


def tell(
    kind: Kind, told: Mapping[str, Any], group: Group, *, by: Person | None, now: datetime
) -> list[str]:
    """Gives the kind the rules that are told otherwise, and names these; it has its rules loaded.

    No number of days, or a no, is a kind without a rule of its own.
    """
    changed = [fact for fact in TOLD if fact in told and told[fact] != getattr(kind, fact)]
    for fact in changed:
        parameter, kept = _as_kept(fact, told[fact])
        if rule := kind.own_rule(parameter):
            kind.rules.remove(rule)
        if told[fact]:
            kind.rules.append(
                Rule(
                    group_id=group.id,
                    parameter=parameter,
                    value=kept,
                    set_at=now,
                    set_by_id=by.id if by else None,
                )
            )
    return changed


def _as_kept(fact: str, told: Any) -> tuple[str, Any]:
    """The parameter that a fact tells, and its value as JSON keeps it."""
    return ("loan_period", {"days": told}) if fact == "loan_days" else ("self_checkout", not told)
