"""What the demo's groups have agreed on: rules, a text to accept, and who has taken a course."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from toolshare.demo.founding import Valley
from toolshare.demo.villages import CASTAGNETO, PONTE, SAN_ROCCO, VALLEY, Village
from toolshare.inventory import categories
from toolshare.people.opening import today_in
from toolshare.rules import agreements, certificates, setting
from toolshare.rules.lengths import Length
from toolshare.rules.values import ClosedDay, Regime

FIELD, HARVEST, WOODS, YARD = "Farm > Field", "Farm > Harvest", "Farm > Woods", "Farm > Yard"
BETWEEN_TWO = timedelta(minutes=50)


@dataclass(frozen=True)
class Agreed:
    """A rule of a group: for all, for a category, or for a kind by its name."""

    village: Village
    parameter: str
    value: Any
    why: str
    category: str = ""
    kind: str = ""


COURSE = "Chainsaw course"
MACHINES = "Looking after machines"
TEXT = """I look at a machine before I start it, and I tell when something is not right.
I fill it up and clean it before I bring it back, and I write down what the meter shows.
What breaks while I work with care, we mend together. What breaks because I lent it on, I mend.
"""

RULES = (
    Agreed(VALLEY, "loan_period", Length(days=4), "So that they get around.", category=YARD),
    Agreed(VALLEY, "offer_time", Length(days=2), "Not everyone looks at a phone every day."),
    Agreed(VALLEY, "horizon", Length(days=90), "Nobody books the whole summer in January."),
    Agreed(VALLEY, "regime", Regime.TURNS, "All hay is ripe at once.", category=HARVEST),
    Agreed(VALLEY, "regime", Regime.TURNS, "Everyone needs firewood.", category=WOODS),
    Agreed(VALLEY, "agreements", (MACHINES,), "Decided at the spring meeting.", category=FIELD),
    Agreed(
        *(VALLEY, "needs_approval", True, "Bruno sees to it that it is not needed elsewhere."),
        kind="Tractor, 45 hp",
    ),
    Agreed(
        *(VALLEY, "loan_period", Length(hours=6), "One dry afternoon for each."),
        kind="Hay baler, small",
    ),
    Agreed(
        *(VALLEY, "certificates", (COURSE,), "The forester holds one every autumn."),
        kind="Chainsaw, 45 cm",
    ),
    Agreed(CASTAGNETO, "turnaround", 1, "The canvas has to dry.", kind="Marquee, 6 × 12 m"),
    Agreed(SAN_ROCCO, "renewals", 2, "Most things here are free most of the time."),
    Agreed(PONTE, "closed_day", ClosedDay.PREVIOUS, "We want it back before the weekend."),
)

TOOK_COURSE = ("oreste", "ugo", "fabrizio", "dario", "pietro", "nadia", "hanna", "member")
COURSE_IS_OVER = "amina"  # it has to be taken again
NOT_ACCEPTED = ("member", "emma", "hanna")


def agree(valley: Valley, *, now: datetime) -> None:
    """Publishes the text and sets the rules, one after another."""
    _set_rules(valley, now=now)
    _accept(valley, now=now + len(RULES) * BETWEEN_TWO)
    _certify(valley, now=now + timedelta(days=2))


def _set_rules(valley: Valley, *, now: datetime) -> None:
    for number, rule in enumerate(RULES):
        setting.set_rule(
            valley.session,
            valley.groups[rule.village.slug],
            rule.parameter,
            rule.value,
            **_about(valley, rule),
            by=valley.head_of(rule.village),
            now=now + number * BETWEEN_TWO,
            why=rule.why,
        )


def _about(valley: Valley, rule: Agreed) -> dict[str, int]:
    if rule.category:
        return {"category_id": categories.at_path(valley.session, rule.category).id}
    if rule.kind:
        return {"kind_id": valley.things[rule.village.slug][rule.kind][0].kind_id}
    return {}


def _accept(valley: Valley, *, now: datetime) -> None:
    """Nearly everyone signs within a day."""
    session, by = valley.session, valley.head_of(VALLEY)
    text = agreements.publish(session, valley.groups[VALLEY.slug], MACHINES, TEXT, by=by, now=now)
    signing = [one for key, one in valley.people.items() if key not in NOT_ACCEPTED]
    for number, person in enumerate(signing, 1):
        at = now + number * BETWEEN_TWO
        agreements.accept(session, text, by=person, now=at, signed_as=person.name)


def _certify(valley: Valley, *, now: datetime) -> None:
    group, by = valley.groups[VALLEY.slug], valley.people["bruno"]
    over = today_in(group, now) + timedelta(days=100)
    for number, key in enumerate((*TOOK_COURSE, COURSE_IS_OVER)):
        certificates.grant(
            valley.session,
            valley.people[key],
            COURSE,
            group,
            by=by,
            now=now + number * timedelta(minutes=1),
            until=over if key == COURSE_IS_OVER else None,
        )
