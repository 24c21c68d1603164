"""Who may open which page and press which button: every route, as everyone in the cast."""

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
from tests.world import MONDAY_NOON, World
from toolshare.circulation.models import Loan, Taking
from toolshare.database import transaction
from toolshare.gate import is_for_borrowers, role_needed
from toolshare.inventory.models import Counting
from toolshare.people.models import Person, Role
from toolshare.people.roles import membership_in
from toolshare.rules.models import Agreement

# All that an address names belongs to Borgo: Ana is a member there, Sam a steward, Cora a
# coordinator. Zoe belongs to no group, Vera coordinates another. `in`: let in, whatever the answer
# is then; `sign` in first; 403: the role is too small; 404: this doesn't exist for you.
TABLE = """
                                nobody  Zoe   Ana   Sam   Cora  Vera
people.sign_in                  in    in    in    in    in    in
people.begin_session            in    in    in    in    in    in
people.end_session              sign  in    in    in    in    in
people.set_password             in    in    in    in    in    in
people.use_password_link        in    in    in    in    in    in
people.account                  sign  in    in    in    in    in
people.change_account           sign  in    in    in    in    in
people.change_password          sign  in    in    in    in    in
people.end_all_sessions         sign  in    in    in    in    in
people.groups                   sign  in    in    in    in    in
people.group                    sign  404   in    in    in    404
people.settings                 sign  404   403   403   in    404
people.change_settings          sign  404   403   403   in    404
people.set_opening_hours        sign  404   403   403   in    404
people.close_on                 sign  404   403   403   in    404
people.open_again               sign  404   403   403   in    404
people.new_chapter              sign  404   403   403   in    404
people.found_chapter            sign  404   403   403   in    404
people.people                   sign  404   403   403   in    404
people.new_person               sign  404   403   403   in    404
people.add_person               sign  404   403   403   in    404
people.person                   sign  404   403   403   in    404
people.change_person            sign  404   403   403   in    404
people.give_password_link       sign  404   403   403   in    404
people.export_people            sign  404   403   403   in    404
people.choose_file              sign  404   403   403   in    404
people.preview_import           sign  404   403   403   in    404
people.import_people            sign  404   403   403   in    404
circulation.lower_case          in    in    in    in    in    in
circulation.scan                in    in    in    in    in    in
circulation.item_history        sign  404   in    in    in    404
circulation.borrowers           sign  403   403   in    in    403
circulation.borrow              sign  403   in    in    in    403
circulation.give_back           sign  403   403   in    in    403
circulation.my_loans            sign  in    in    in    in    in
circulation.renew               sign  404   in    in    in    404
circulation.undo                sign  404   in    in    in    404
circulation.loan                sign  404   403   in    in    404
circulation.drop_off            sign  404   in    403   403   404
circulation.not_found           sign  404   403   in    in    404
circulation.recall              sign  404   403   403   in    404
circulation.declare_lost        sign  404   403   in    in    404
circulation.giving              sign  404   in    403   403   404
circulation.begin_handover      sign  404   in    403   403   404
circulation.taking_over         sign  404   in    in    in    404
circulation.take_over           sign  404   in    in    in    404
circulation.consent_to_handover sign  404   403   in    in    404
circulation.withdraw_handover   sign  404   in    in    in    404
circulation.put_back            sign  404   in    in    in    404
circulation.overview            sign  404   403   in    in    404
circulation.my_reservations     sign  in    in    in    in    in
circulation.reservations        sign  404   403   in    in    404
circulation.rain                sign  404   403   in    in    404
circulation.shift_for_rain      sign  404   403   in    in    404
circulation.new_reservation     sign  in    in    in    in    in
circulation.reserve             sign  in    in    in    in    in
circulation.reservation         sign  404   in    in    in    404
circulation.cancel_reservation  sign  404   in    in    in    404
circulation.approve_reservation  sign  404   403   in    in    404
circulation.decline_reservation  sign  404   403   in    in    404
circulation.another_time        sign  404   in    in    in    404
circulation.move_reservation    sign  404   in    in    in    404
circulation.set_reserved_aside  sign  404   403   in    in    404
calendar.calendar_links         sign  in    in    in    in    in
calendar.make_calendar_link     sign  in    in    in    in    in
calendar.revoke_calendar_link   sign  404   404   404   404   404
calendar.feed                   404   404   404   404   404   404
calendar.month                  sign  404   in    in    in    in
calendar.week                   sign  404   in    in    in    404
calendar.day                    sign  404   403   in    in    404
circulation.my_turns            sign  in    in    in    in    in
circulation.line                sign  403   in    in    in    403
circulation.ask                 sign  403   in    in    in    403
circulation.pause_hold          sign  404   in    in    in    404
circulation.resume_hold         sign  404   in    in    in    404
circulation.withdraw_hold       sign  404   in    in    in    404
circulation.accept_offer        sign  404   in    in    in    404
circulation.pass_offer_on       sign  404   in    in    in    404
circulation.set_offer_aside     sign  404   403   in    in    404
circulation.shelf               sign  404   403   in    in    404
rules.rules                     sign  404   in    in    in    404
rules.edit_rule                 sign  404   403   403   in    404
rules.set_rule                  sign  404   403   403   in    404
rules.unset_rule                sign  404   403   403   in    404
rules.item_rules                sign  404   in    in    in    404
rules.agreements_of             sign  404   in    in    in    404
rules.publish                   sign  404   403   403   in    404
rules.agreement                 sign  404   in    in    in    404
rules.accept                    sign  404   in    in    in    404
rules.fitness_of                sign  404   403   in    in    404
rules.grant                     sign  404   403   in    in    404
rules.revoke                    sign  404   403   in    in    404
rules.correct_birthday          sign  404   403   in    in    404
care.take_out_of_service        sign  403   403   in    in    403
care.damage_of                  sign  403   in    in    in    403
care.report_damage              sign  403   in    in    in    403
care.record_service             sign  403   403   in    in    403
care.expect                     sign  403   403   in    in    403
care.put_into_service           sign  403   403   in    in    403
desk.home                       in    in    in    in    in    in
desk.scan                       sign  in    in    in    in    in
desk.desk                       sign  403   403   in    in    in
desk.take_scan                  sign  403   403   in    in    403
desk.undo                       sign  403   403   in    in    403
desk.ask_for_a_check            sign  403   403   in    in    403
offline.give_facts              sign  in    in    in    in    in
offline.take_scans              sign  in    in    in    in    in
offline.join_photo              sign  404   404   in    404   404
offline.exceptions              sign  404   403   in    in    404
offline.settle                  sign  404   403   in    in    404
labels.labels                   sign  404   403   403   in    404
labels.new                      sign  404   403   in    in    404
labels.print_labels             sign  404   403   in    in    404
labels.batch                    sign  404   403   in    in    404
labels.batch_file               sign  404   403   in    in    404
labels.print_one                sign  404   403   in    in    404
labels.reprint                  sign  404   403   403   in    404
labels.claim                    sign  403   403   in    in    403
labels.new_blanks               sign  404   403   403   in    404
labels.print_blanks             sign  404   403   403   in    404
labels.outdated                 sign  404   403   403   in    404
labels.print_outdated           sign  404   403   403   in    404
labels.life                     sign  403   403   in    in    403
labels.replace                  sign  403   403   in    in    403
labels.report_lost              sign  403   403   in    in    403
labels.stocks_page              sign  404   403   403   in    404
labels.describe_stock           sign  404   403   403   in    404
labels.nudge                    sign  404   403   403   in    404
labels.test_page                sign  404   403   403   in    404
labels.design                   sign  404   403   403   in    404
labels.keep_design              sign  404   403   403   in    404
labels.reset_design             sign  404   403   403   in    404
inventory.catalogue             sign  in    in    in    in    in
inventory.kind                  sign  404   in    in    in    in
inventory.photo                 in    in    in    in    in    in
inventory.inventory             sign  404   403   in    in    404
inventory.move                  sign  404   403   403   in    404
inventory.retire                sign  404   403   403   in    404
inventory.choose_file           sign  404   403   403   in    404
inventory.preview_import        sign  404   403   403   in    404
inventory.import_items          sign  404   403   403   in    404
inventory.export_items          sign  404   403   403   in    404
inventory.places                sign  404   403   403   in    404
inventory.add_place             sign  404   403   403   in    404
inventory.edit_place            sign  404   403   403   in    404
inventory.change_place          sign  404   403   403   in    404
inventory.new_thing             sign  404   403   403   in    404
inventory.add_thing             sign  404   403   403   in    404
inventory.edit_kind             sign  404   403   403   in    404
inventory.change_kind           sign  404   403   403   in    404
inventory.add_another           sign  404   403   403   in    404
inventory.edit_item             sign  404   403   403   in    404
inventory.change_item           sign  404   403   403   in    404
inventory.put_back              sign  404   403   403   in    404
inventory.add_photos            sign  404   403   403   in    404
inventory.make_cover            sign  404   403   403   in    404
inventory.remove_photo          sign  404   403   403   in    404
"""
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
    "care.take_out_of_service": {"reason": "needs_check"},
    "care.report_damage": {"note": "Loose.", "usable": "no"},
    "labels.claim": {"thing": "{code}", "cause": "worn"},
    "labels.replace": {"cause": "worn"},
    "desk.ask_for_a_check": {"code": "{code}"},
    "desk.take_scan": {"code": "{code}"},
    "desk.undo": {"outcome": "lent", "record_id": "{loan_id}"},
}


def rows() -> dict[str, list[str]]:
    """The table by endpoint."""
    lines = [line.split() for line in TABLE.splitlines() if line.strip()]
    assert tuple(lines[0]) == WHO
    return {endpoint: cells for endpoint, *cells in lines[1:]}


def rule_of(app: Flask, endpoint: str) -> Rule:
    return next(app.url_map.iter_rules(endpoint))


@pytest.fixture
def examples(world: World) -> dict[str, Any]:
    """An example in Borgo for each part of an address."""
    with transaction() as session:
        shown = shed.fill(world)
        bin_of_screws = world.make_item(world.make_kind(counting=Counting.CONSUMABLE), quantity=9)
        taking = Taking(item=bin_of_screws, taker_id=world.ana.id, quantity=1, taken_at=MONDAY_NOON)
        session.add(taking)
        session.flush()
        anas = membership_in(session, world.ana, world.borgo)
        assert anas is not None
        loan = session.scalars(select(Loan.id).where(Loan.borrower_id == world.ana.id)).first()
        others = {"wished": "pdf", "link_id": 999, "rest": "7K3M9QXA", "filename": "icons.svg"}
        return shown | {"membership_id": anas.id, "loan_id": loan, "taking_id": taking.id} | others


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
    else:
        answer = client.open(
            address, method=min(methods - {"OPTIONS"}), data={"operation": str(uuid4())} | sent
        )
    with answer:
        if not known and (answer.location or "").startswith("/sign-in"):
            return "sign"
        refused = answer.status_code in {403, 404}
        assert answer.status_code < 500
        return str(answer.status_code) if refused else "in"


def test_every_route_has_a_row(app: Flask) -> None:
    assert rows().keys() == {rule.endpoint for rule in app.url_map.iter_rules()}


@pytest.mark.parametrize("endpoint", rows())
def test_who_may(
    app: Flask, world: World, client_of: type_of_client, examples: dict[str, Any], endpoint: str
) -> None:
    clients = [(person is not None, client_of(person)) for person in people(world)]
    rule = rule_of(app, endpoint)
    answers = [answer_to(client, rule, examples, known=known) for known, client in clients]
    assert dict(zip(WHO, answers, strict=True)) == dict(zip(WHO, rows()[endpoint], strict=True))


@pytest.mark.parametrize("endpoint", rows())
def test_what_a_view_states_is_what_the_table_says(app: Flask, endpoint: str) -> None:
    stated = {
        Role.MEMBER: ["sign", "404", "in", "in", "in", "404"],
        Role.STEWARD: ["sign", "404", "403", "in", "in", "404"],
        Role.COORDINATOR: ["sign", "404", "403", "403", "in", "404"],
    }
    role = Role.MEMBER if is_for_borrowers(endpoint) else role_needed(endpoint)
    assert role is None or rows()[endpoint] == stated[role]


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
