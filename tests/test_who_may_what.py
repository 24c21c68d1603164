"""Who may open which page and press which button: every route, as everyone in the cast."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.browser import shed
from tests.browser.pages import address_of
from tests.conftest import type_of_client
from tests.lived_in import Lived, filled
from tests.people.device import keep_a_passkey_of
from tests.programs.conftest import token_of
from tests.world import MONDAY_NOON, World
from toolshare.circulation.models import Loan, Taking
from toolshare.database import transaction
from toolshare.gate import FOR_PROGRAMS, is_for_borrowers, role_needed
from toolshare.inventory.models import Counting
from toolshare.people import devices
from toolshare.people.models import Person, Role
from toolshare.people.roles import membership_in
from toolshare.rules.models import Agreement
from toolshare.settings import Settings

# All that an address names belongs to Borgo: Ana is a member there, Sam a steward, Cora a
# coordinator. Zoe belongs to no group, Vera coordinates another. `in`: let in, whatever the answer
# is then; `sign` in first; 403: the role is too small; 404: this doesn't exist for you.
TABLE = Path(__file__).with_name("who_may_what.txt").read_text(encoding="utf-8")
# All that the Valle lets people of its villages do, who borrow what it owns and belong to it not.
OF_THE_FEDERATION = {
    "calendar.week",
    "rules.rules",
    "rules.agreements_of",
    "rules.agreement",
    "rules.accept",
}
WHO = ("nobody", "Zoe", "Ana", "Sam", "Cora", "Vera")
# What must be sent for a request to get as far as the question of who sends it.
SENT = {
    "circulation.drop_off": {"where": "Shelf"},
    "circulation.put_in": {"code": "{code}"},
    "care.take_out_of_service": {"reason": "needs_check"},
    "care.report_damage": {"note": "Loose.", "usable": "no"},
    "labels.claim": {"thing": "{code}", "cause": "worn"},
    "labels.replace": {"cause": "worn"},
    "desk.ask_for_a_check": {"code": "{code}"},
    "desk.take_scan": {"code": "{code}"},
    "desk.look_over": {"loan": "{loan_id}"},
    "desk.lend_list": {"codes": "{code}", "served": "{card}"},
    "desk.return_list": {"codes": "{code}"},
    "desk.undo": {"outcome": "lent", "record_id": "{loan_id}"},
}
# What programs send: under /api/v1 everyone comes with a token of their own, in all scopes.
SENT_BY_PROGRAMS: dict[str, dict[str, Any]] = {
    "programs.borrow": {"code": "{code}"},
    "programs.take": {"code": "{code}"},
    "programs.drop_off": {"where": "Shelf"},
    "programs.wait": {"kind": 999_999},
    "programs.scan_at_desk": {"code": "{code}"},
    "programs.reserve": {
        "kinds": [{"kind": 999_999}],
        "from_at": "2026-06-08T08:00:00Z",
        "until_at": "2026-06-09T08:00:00Z",
    },
}


def rows() -> dict[str, list[str]]:
    """The table by endpoint."""
    lines = [line.split() for line in TABLE.splitlines() if line.strip()]
    assert tuple(lines[0]) == WHO
    return {endpoint: cells for endpoint, *cells in lines[1:]}


def rule_of(app: Flask, endpoint: str) -> Rule:
    return next(app.url_map.iter_rules(endpoint))


@pytest.fixture(scope="session")
def lived(peopled_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """An installation with something in every state, filled once, and what it has to show."""
    return filled(peopled_database, tmp_path_factory.mktemp("filled"), fill)


def fill(world: World) -> dict[str, Any]:
    """Fills Borgo's shed; gives an example in it for each part of an address."""
    shown = shed.fill(world)
    bin_of_screws = world.make_item(world.make_kind(counting=Counting.CONSUMABLE), quantity=9)
    taking = Taking(item=bin_of_screws, taker_id=world.ana.id, quantity=1, taken_at=MONDAY_NOON)
    world.session.add(taking)
    passkey = keep_a_passkey_of(world.session, world.ana)
    elsewhere = devices.begin(world.session, world.ana, "Firefox", again=None, now=MONDAY_NOON)
    anas = membership_in(world.session, world.ana, world.borgo)
    assert anas is not None
    loan = world.session.scalars(select(Loan.id).where(Loan.borrower_id == world.ana.id)).first()
    others = {
        "passkey_id": passkey.id,
        "device_id": elsewhere.id,
        "wished": "pdf",
        "link_id": 999,
        "rest": "7K3M9QXA",
        "filename": "icons.svg",
    }
    return shown | {"membership_id": anas.id, "loan_id": loan, "taking_id": taking.id} | others


@pytest.fixture
def examples(world: World, chosen: Settings, lived: Lived) -> dict[str, Any]:
    """The shed filled, and an example in it for each part of an address."""
    world.session.rollback()
    lived.copy_to(chosen)
    return lived.known


def people(world: World) -> list[Person | None]:
    return [None, world.zoe, world.ana, world.sam, world.cora, world.vera]


def answer_to(client: FlaskClient, rule: Rule, examples: dict[str, Any], *, known: bool) -> str:
    """What comes of a request, in the words of the table."""
    address = address_of(rule, examples)
    assert address is not None, f"give an example for each part of {rule.rule}"
    methods = rule.methods or set()
    sent = {name: text.format(**examples) for name, text in SENT.get(rule.endpoint, {}).items()}
    if "GET" in methods:
        answer = client.get(address)
    elif is_for_programs(rule):
        body = SENT_BY_PROGRAMS.get(rule.endpoint, {})
        written = {
            name: str(word).format(**examples) for name, word in body.items() if name == "code"
        }
        answer = client.post(address, json=body | written)
    else:
        answer = client.open(
            address, method=min(methods - {"OPTIONS"}), data={"operation": str(uuid4())} | sent
        )
    with answer:
        if not known and (answer.location or "").startswith("/sign-in"):
            return "sign"
        if answer.status_code == 401:
            return "sign"
        refused = answer.status_code in {403, 404}
        assert answer.status_code < 500
        return str(answer.status_code) if refused else "in"


def is_for_programs(rule: Rule) -> bool:
    return rule.rule.startswith(FOR_PROGRAMS)


def show_tokens(world: World, clients: list[tuple[bool, FlaskClient]]) -> None:
    """Lets each client but nobody's send a token of its own with every request."""
    with transaction():
        for person, (_, client) in zip(people(world), clients, strict=True):
            if person is not None:
                token = f"Bearer {token_of(world, person)}"
                client.environ_base["HTTP_AUTHORIZATION"] = token


def test_every_route_has_a_row(app: Flask) -> None:
    assert rows().keys() == {rule.endpoint for rule in app.url_map.iter_rules()}


@pytest.mark.parametrize("endpoint", rows())
def test_who_may(
    app: Flask, world: World, client_of: type_of_client, examples: dict[str, Any], endpoint: str
) -> None:
    clients = [(person is not None, client_of(person)) for person in people(world)]
    rule = rule_of(app, endpoint)
    if is_for_programs(rule):
        show_tokens(world, clients)
    answers = [answer_to(client, rule, examples, known=known) for known, client in clients]
    assert dict(zip(WHO, answers, strict=True)) == dict(zip(WHO, rows()[endpoint], strict=True))


def test_what_a_view_states_is_what_the_table_says(app: Flask) -> None:
    stated = {
        Role.MEMBER: ["sign", "404", "in", "in", "in", "404"],
        Role.STEWARD: ["sign", "404", "403", "in", "in", "404"],
        Role.COORDINATOR: ["sign", "404", "403", "403", "in", "404"],
    }
    for endpoint, cells in rows().items():
        role = Role.MEMBER if is_for_borrowers(endpoint) else role_needed(endpoint)
        assert role is None or cells == stated[role], endpoint


@pytest.mark.parametrize("who", ["ana", "vera", "zoe"])
def test_who_borrows_from_a_federation_opens_its_board_its_rules_and_nothing_else(
    app: Flask, world: World, client_of: type_of_client, examples: dict[str, Any], who: str
) -> None:
    with transaction() as session:
        text = {"version": 1, "text": "Slowly.", "published_at": MONDAY_NOON}
        agreement = Agreement(group=world.valle, name="Tractor", **text)
        session.add(agreement)
        session.flush()
        of_valle = examples | {"slug": "valle", "agreement_id": agreement.id}
    client, opened = client_of(getattr(world, who)), set()
    for rule in app.url_map.iter_rules():
        if rule.arguments & {"slug", "agreement_id"}:
            answer = answer_to(client, rule, of_valle, known=True)
            assert answer in {"in", "404"}
            opened |= {rule.endpoint} if answer == "in" else set()
    assert opened == (set() if who == "zoe" else OF_THE_FEDERATION)
