"""Pages of rules: what is in force, where it comes from, setting and unsetting."""

import re
from http import HTTPStatus
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import World
from toolshare.database import transaction
from toolshare.inventory.models import Item
from toolshare.people.models import Membership
from toolshare.rules.lengths import Length
from toolshare.rules.models import Rule
from toolshare.rules.parameters import PARAMETERS

RULES = "/groups/borgo/rules"


@pytest.fixture
def cora(world: World, client_of: type_of_client) -> FlaskClient:
    """Cora's browser."""
    return client_of(world.cora)


@pytest.fixture
def saw(world: World) -> Item:
    with transaction():
        return world.make_item(world.make_kind(name="Chainsaw"))


def in_force(page: str) -> dict[str, str]:
    """What the page says of each rule: its value and where that comes from."""
    rows = re.findall(
        r'class="name"><strong>(.*?)</strong>.*?class="value">(.*?)</p>', page, re.DOTALL
    )
    return {name: " ".join(re.sub("<.*?>", " ", told).split()) for name, told in rows}


def kept(session: Session) -> list[tuple[Any, ...]]:
    found = session.execute(select(Rule.parameter, Rule.value, Rule.why).order_by(Rule.id))
    return [tuple(row) for row in found]


def test_members_read_every_rule_and_where_it_comes_from(
    world: World, client_of: type_of_client
) -> None:
    with transaction():
        world.make_rule("loan_period", Length(days=3), group_id=world.valle.id)
        world.make_rule("certificates", ("First aid",), why="It is a rule of the insurance.")
        world.make_rule("certificates", ("Chainsaw course",), group_id=world.valle.id)
    page = client_of(world.ana).get(RULES).text
    found = in_force(page)
    assert len(found) == len(PARAMETERS)
    assert found["Loan period"] == "3 days Set by Valle"
    assert found["Renewals"] == "1 As usual"
    assert found["Guaranteed time"] == "None As usual"
    assert found["Due on a closed day"] == "The next opening day As usual"
    assert found["Members take it themselves"] == "Yes As usual"
    assert found["Certificates"].startswith("Chainsaw course · First aid Set by Borgo: It is")
    assert "Change" not in page


SENT = [
    ("loan_period", {"days": "0", "hours": "4", "minutes": "30"}, {"hours": 4, "minutes": 30}),
    ("renewals", {"value": "3"}, 3),
    ("closed_day", {"value": "previous"}, "previous"),
    ("self_checkout", {"value": "no"}, False),
    ("needs_approval", {"value": "yes"}, True),
    ("certificates", {"value": "First aid\r\n\r\nChainsaw course"}, ["Chainsaw course", "First aid"]),
]  # fmt: skip


@pytest.mark.parametrize(("parameter", "sent", "value"), SENT)
def test_a_coordinator_sets_a_rule_and_takes_it_away(
    session: Session, cora: FlaskClient, parameter: str, sent: dict[str, str], value: Any
) -> None:
    address = f"{RULES}/{parameter}"
    assert "Take the rule away" not in cora.get(address).text
    answer = cora.post(address, data=sent | {"why": "so decided"})
    assert (answer.status_code, answer.location) == (HTTPStatus.SEE_OTHER, RULES)
    assert kept(session) == [(parameter, value, "so decided")]
    page = cora.get(address).text
    assert "so decided" in page
    assert "Take the rule away" in page
    assert cora.post(f"{address}/removal").location == RULES
    assert kept(session) == []


@pytest.mark.parametrize(
    ("parameter", "sent", "said"),
    [
        (
            "loan_period",
            {"days": "0", "hours": "0", "minutes": "0"},
            "between 15 minutes and 3,650",
        ),
        ("loan_period", {"days": "", "hours": "0", "minutes": "0"}, "This field is required."),
        ("renewals", {"value": "many"}, "This is not a whole number."),
        ("renewals", {"value": "101"}, "This has to be between 0 and 100."),
        ("regime", {"value": "by lot"}, "Not a valid choice."),
        ("certificates", {"value": "x" * 81}, "This rule can&#39;t have this value."),
        ("agreements", {"value": "Unheard of"}, "is not a valid choice"),
    ],
)
def test_what_can_not_be_is_said_and_nothing_is_set(
    session: Session, cora: FlaskClient, parameter: str, sent: dict[str, str], said: str
) -> None:
    answer = cora.post(f"{RULES}/{parameter}", data=sent | {"why": "in my view"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in answer.text
    assert "in my view" in answer.text
    assert kept(session) == []


def test_a_rule_is_set_for_one_thing(world: World, cora: FlaskClient, saw: Item) -> None:
    with transaction():
        tools = world.make_category("Tools")
    abouts = {"category": (tools.id, 2), "kind": (saw.kind_id, 3), "item": (saw.id, 4)}
    for about, (one, renewals) in abouts.items():
        answer = cora.post(f"{RULES}/renewals?{about}={one}", data={"value": str(renewals)})
        assert answer.location == f"{RULES}?{about}={one}"
        page = cora.get(answer.location).text
        assert in_force(page)["Renewals"].startswith(f"{renewals} Set by Borgo for ")
    page = cora.get(RULES).text
    assert in_force(page)["Renewals"] == "1 As usual"
    for name in ("Tools", "Chainsaw", f"Chainsaw · {saw.code}"):
        assert f">{name}</a>" in page


@pytest.mark.parametrize(
    "about", ["kind=99", "item=99", "category=99", "kind=1&item=1", f"kind={2**31}", "kind=-1"]
)
def test_what_the_group_does_not_have_has_no_rules(cora: FlaskClient, about: str) -> None:
    assert cora.get(f"{RULES}?{about}").status_code == HTTPStatus.NOT_FOUND
    assert cora.get(f"{RULES}/renewals?{about}").status_code == HTTPStatus.NOT_FOUND


def test_there_is_no_rule_of_another_name(cora: FlaskClient) -> None:
    assert cora.get(f"{RULES}/hunger").status_code == HTTPStatus.NOT_FOUND


# The rules of a thing


def test_the_page_of_a_thing_leads_to_its_rules(
    world: World, client_of: type_of_client, saw: Item
) -> None:
    with transaction():
        world.make_rule("loan_period", Length(hours=4), kind_id=saw.kind_id)
    ana = client_of(world.ana)
    assert f'href="/I/{saw.code}/rules"' in ana.get(f"/I/{saw.code}").text
    page = ana.get(f"/I/{saw.code}/rules").text
    assert in_force(page)["Loan period"] == "4 hours Set by Borgo for Chainsaw"
    assert "What you need" not in page


def test_the_rules_of_a_thing_lead_to_those_of_its_federation(
    world: World, client_of: type_of_client
) -> None:
    with transaction():
        tractor = world.make_item(world.make_kind(name="Tractor", group_id=world.valle.id))
        world.make_rule("loan_period", Length(days=1), group_id=world.valle.id)
    ana = client_of(world.ana)
    page = ana.get(f"/I/{tractor.code}/rules").text
    for address in ("/groups/valle/rules", "/groups/valle/agreements"):
        assert f'href="{address}"' in page
        assert ana.get(address).status_code == HTTPStatus.OK
    page = ana.get("/groups/valle/rules").text
    assert in_force(page)["Loan period"] == "1 day Set by Valle"
    assert "Change" not in page


def test_it_says_what_the_reader_needs_for_it(
    world: World, client_of: type_of_client, saw: Item
) -> None:
    with transaction():
        world.make_rule("least_age", 18, kind_id=saw.kind_id)
        world.ana.born_on = None
    ana = client_of(world.ana)
    assert "we don&#39;t know how old Ana is" in ana.get(f"/I/{saw.code}/rules").text
    ana.post("/account", data={"name": "Ana", "language": "", "born_on": "1990-01-01"})
    page = ana.get(f"/I/{saw.code}/rules").text
    assert "What you need" in page
    assert "18 years old" in page


def test_a_steward_sees_it_for_anybody_and_a_member_for_nobody_else(
    world: World, client_of: type_of_client, saw: Item
) -> None:
    with transaction():
        world.make_rule("certificates", ("Chainsaw course",))
    code_of = select(Membership.code).where(Membership.person_id == world.pau.id)
    paus = f"/I/{saw.code}/rules?for={world.session.scalar(code_of)}"
    assert "What Pau needs" in client_of(world.sam).get(paus).text
    assert "Pau has no valid certificate" in client_of(world.sam).get(paus).text
    assert client_of(world.ana).get(paus).status_code == HTTPStatus.FORBIDDEN
    assert "What you need" in client_of(world.pau).get(paus).text


def test_who_has_nothing_to_do_with_it_sees_no_rules(
    world: World, client_of: type_of_client, saw: Item
) -> None:
    for person in (world.zoe, world.vera):
        answer = client_of(person).get(f"/I/{saw.code}/rules")
        assert answer.status_code == HTTPStatus.NOT_FOUND


def test_a_page_of_rules_takes_a_few_statements(world: World, client_of: type_of_client) -> None:
    with transaction():
        for number in range(30):
            kind = world.make_kind(name=f"Saw {number}")
            world.make_rule("renewals", number, kind_id=kind.id)
            world.make_rule("renewals", number, item_id=world.make_item(kind).id)
    ana = client_of(world.ana)
    with statements() as sent:
        assert "Saw 29 · " in ana.get(RULES).text
    assert len(sent) <= 9
