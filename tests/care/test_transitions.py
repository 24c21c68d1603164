"""What can become of a unit, and by whom: every transition, as everyone in the cast."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import type_of_client
from tests.world import MONDAY_NOON, World
from toolshare.care.models import Inspection, Outage, OutageReason
from toolshare.care.outages import open_outage
from toolshare.circulation.availability import State, states
from toolshare.inventory.models import Condition, Item

# The thing is Borgo's: Ana is a member there, Pau a paused one, Sam a steward, Cora a coordinator.
# Zoe belongs to no group, Vera coordinates another. `yes`: it comes to that; `no`: it stays as it
# was, and who pressed is told why.
TABLE = """
from         act          to           nobody Zoe Vera Ana Pau Sam Cora
in_service   reports      needs_check  no     no  no   yes yes yes yes
in_service   says_usable  in_service   no     no  no   yes yes yes yes
out          reports      needs_check  no     no  no   yes yes yes yes
needs_check  reports      needs_check  no     no  no   yes yes yes yes
in_repair    reports      in_repair    no     no  no   yes yes yes yes
missing      reports      missing      no     no  no   yes yes yes yes
retired      reports      retired      no     no  no   no  no  no  no
in_service   holds_back   needs_check  no     no  no   no  no  yes yes
in_service   repairs      in_repair    no     no  no   no  no  yes yes
in_service   misses       missing      no     no  no   no  no  yes yes
needs_check  passes       in_service   no     no  no   no  no  yes yes
needs_check  repairs      in_repair    no     no  no   no  no  yes yes
needs_check  misses       missing      no     no  no   no  no  yes yes
in_repair    holds_back   needs_check  no     no  no   no  no  yes yes
in_repair    passes       in_service   no     no  no   no  no  yes yes
in_repair    misses       missing      no     no  no   no  no  yes yes
missing      holds_back   needs_check  no     no  no   no  no  yes yes
missing      passes       missing      no     no  no   no  no  no  no
due          services     in_service   no     no  no   no  no  yes yes
due          passes       needs_check  no     no  no   no  no  no  no
needs_check  services     in_service   no     no  no   no  no  yes yes
in_repair    services     in_service   no     no  no   no  no  yes yes
missing      services     missing      no     no  no   no  no  no  no
in_service   retires      retired      no     no  no   no  no  no  yes
needs_check  retires      retired      no     no  no   no  no  no  yes
in_repair    retires      retired      no     no  no   no  no  no  yes
missing      retires      retired      no     no  no   no  no  no  yes
out          retires      out          no     no  no   no  no  no  no
retired      brings_back  in_service   no     no  no   no  no  no  yes
"""
HEADINGS, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
WHO = HEADINGS[3:]
STANDS = {"out": "in_service", "due": "needs_check"}  # for the unit itself
# A steward has looked the thing over who brings it from here to there.
INSPECTED = {
    ("due", "in_service"): Condition.FINE,
    ("needs_check", "in_service"): Condition.FINE,
    ("in_repair", "in_service"): Condition.FINE,
    ("needs_check", "in_repair"): Condition.BROKEN,
    ("in_repair", "needs_check"): Condition.NEEDS_A_LOOK,
}
Press = tuple[str, dict[str, Any]]


def about(item: Item, what: str, **sent: Any) -> Press:
    return f"/I/{item.code}/{what}", sent


ACTS: dict[str, Callable[[Item], Press]] = {
    "reports": lambda item: about(item, "damage", note="Loose.", usable="no"),
    "says_usable": lambda item: about(item, "damage", note="Loose.", usable="yes"),
    "holds_back": lambda item: about(item, "outage", reason="needs_check"),
    "repairs": lambda item: about(item, "outage", reason="in_repair"),
    "misses": lambda item: about(item, "outage", reason="missing"),
    "services": lambda item: about(item, "services"),
    "passes": lambda item: about(item, "service"),
    "retires": lambda item: (
        "/groups/borgo/inventory/retirements",
        {"code": item.code, "why": "Said the meeting of May."},
    ),
    "brings_back": lambda item: (f"/groups/borgo/inventory/items/{item.id}/stock", {}),
}


def a_thing(world: World, state: str) -> Item:
    """A thing that stands so since Monday noon."""
    item = world.make_item(retired_at=MONDAY_NOON if state == "retired" else None)
    if state in set(OutageReason):
        outage = Outage(item=item, reason=OutageReason(state), since=MONDAY_NOON, by=world.sam)
        world.session.add(outage)
    if state == "due":
        item.service_due_at = MONDAY_NOON
    if state == "out":
        world.make_loan(item, world.ana)
    world.session.commit()
    return item


def how_it_stands(world: World, item: Item) -> str:
    world.session.refresh(item)
    if item.retired_at is not None:
        return "retired"
    outage = open_outage(world.session, item)
    if outage is None and item.needs_service(MONDAY_NOON):
        return "needs_check"
    return outage.reason.value if outage else "in_service"


@pytest.mark.parametrize("row", ROWS, ids=" ".join)
def test_who_brings_a_unit_from_one_state_to_another(
    world: World, client_of: type_of_client, row: list[str]
) -> None:
    begins, act, ends, *answers = row
    found = {name: what_comes_of_it(world, client_of, begins, act, name) for name in WHO}
    stays = STANDS.get(begins, begins)
    looked_over = {INSPECTED[begins, ends]} if (begins, ends) in INSPECTED else set()
    assert found == {
        name: (True, ends, looked_over) if may == "yes" else (False, stays, set())
        for name, may in zip(WHO, answers, strict=True)
    }


def what_comes_of_it(
    world: World, client_of: type_of_client, begins: str, act: str, name: str
) -> tuple[bool, str, set[Condition]]:
    """Whether somebody could press it, how the thing stands then, and what was found looking."""
    item = a_thing(world, begins)
    address, sent = ACTS[act](item)
    with client_of(getattr(world, name.lower(), None)).post(address, data=sent) as answer:
        went_well = answer.status_code == 303 and "/sign-in" not in answer.location
    looked = select(Inspection.condition).where(Inspection.item_id == item.id)
    return went_well, how_it_stands(world, item), set(world.session.scalars(looked))


def test_time_alone_brings_a_unit_to_need_a_check_when_its_service_is_due(world: World) -> None:
    item = a_thing(world, "in_service")
    item.service_due_at = MONDAY_NOON
    a_second = timedelta(seconds=1)
    assert states(world.session, [item.id], now=MONDAY_NOON - a_second) == {item.id: State.FREE}
    assert states(world.session, [item.id], now=MONDAY_NOON) == {item.id: State.NEEDS_CHECK}
