"""The pages on which people ask to join, and on which coordinators shape and answer that."""

from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.browser.admission import ask_some_things, ask_to_join, let_people_ask
from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import MONDAY_NOON, World
from toolshare.admission import asking
from toolshare.admission.models import JoinPage, JoinRequest, Question
from toolshare.database import transaction
from toolshare.rules import agreements

JOIN, SHAPE, REQUESTS = (f"/groups/borgo/{one}" for one in ("join", "join-page", "requests"))
ADA = {"name": "Ada", "email": "ada@example.org"}


@pytest.fixture
def cora(world: World, client_of: type_of_client) -> FlaskClient:
    """Cora's browser."""
    return client_of(world.cora)


@pytest.fixture
def stranger(client_of: type_of_client) -> FlaskClient:
    """The browser of nobody in particular."""
    return client_of(None)


def test_a_group_shapes_its_form_and_a_stranger_fills_it_in(
    world: World, cora: FlaskClient, stranger: FlaskClient
) -> None:
    assert stranger.get(JOIN).status_code == HTTPStatus.NOT_FOUND
    cora.post(SHAPE, data={"is_open": "y", "about": "We share tools.", "agreement": ""})
    when = {"text": "When?", "kind": "choice", "choices": "Mornings\nEvenings"}
    cora.post(f"{SHAPE}/questions", data=when)
    cora.post(f"{SHAPE}/questions", data={"text": "Trailer?", "kind": "yes_or_no"})
    last = world.session.scalars(select(Question.id).order_by(Question.id.desc())).first()
    cora.post(f"{SHAPE}/questions/{last}/move-up")
    shown = stranger.get(JOIN).text
    assert "We share tools." in shown
    assert shown.index("Trailer?") < shown.index("When?")
    answers = {f"question_{last}": "yes", f"question_{last - 1}": "Evenings"}
    answer = stranger.post(JOIN, data=ADA | answers)
    assert answer.location == f"{JOIN}/asked"
    assert "Thank you" in stranger.get(answer.location).text
    kept = world.session.scalars(select(JoinRequest)).one()
    assert kept.answers == [["Trailer?", "Yes"], ["When?", "Evenings"]]


def test_what_has_to_be_answered_is_asked_for(world: World, stranger: FlaskClient) -> None:
    with transaction():
        let_people_ask(world)
        first, *_, choice = ask_some_things(world)
        names = f"question_{first.id}", f"question_{choice.id}"
    for wrong in (
        {},
        {names[0]: "  "},
        {names[0]: "All.", names[1]: "Never"},
        {names[0]: "x" * 4_001},
    ):
        answer = stranger.post(JOIN, data=ADA | wrong)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Something is missing or wrong" in answer.text
    assert stranger.post(JOIN, data=ADA | {names[0]: "All."}).location == f"{JOIN}/asked"


def test_known_and_unknown_addresses_get_the_same_answer(
    world: World, stranger: FlaskClient
) -> None:
    with transaction():
        let_people_ask(world)
    emails = ["ada@example.org", "ana@example.org", "zoe@example.org", "ada@example.org"]
    answers = [stranger.post(JOIN, data=ADA | {"email": email}) for email in emails]
    assert {(one.status_code, one.text, one.location) for one in answers} == {
        (answers[0].status_code, answers[0].text, f"{JOIN}/asked")
    }


def test_the_agreement_stands_there_to_be_signed_as_it_reads_today(
    world: World, stranger: FlaskClient
) -> None:
    acts = {"by": world.cora, "now": MONDAY_NOON}
    with transaction() as session:
        waiver = agreements.publish(session, world.borgo, "Waiver", "With care.", **acts).id
        let_people_ask(world, agreement="Waiver")
    shown = stranger.get(JOIN).text
    assert "With care." in shown
    assert "sign-here" in shown
    label = shown.partition("Sign with your name")[2].partition("</label>")[0]
    assert "optional" not in label
    unsigned = stranger.post(JOIN, data=ADA | {"agreement_id": str(waiver)})
    assert "Sign by typing your name, or by hand below." in unsigned.text
    for wrong in ({"agreement_id": "0"}, {"agreement_id": "²"}, {"agreement_id": str(waiver)}):
        assert stranger.post(JOIN, data=ADA | wrong).status_code in {
            HTTPStatus.CONFLICT,
            HTTPStatus.UNPROCESSABLE_ENTITY,
        }
    signed = {"agreement_id": str(waiver), "signature": "M1 2L3 4"}
    assert stranger.post(JOIN, data=ADA | signed).location == f"{JOIN}/asked"


def test_who_is_signed_in_asks_with_their_account_and_a_member_is_told(
    world: World, client_of: type_of_client
) -> None:
    with transaction():
        let_people_ask(world)
    zoe, ana = client_of(world.zoe), client_of(world.ana)
    assert 'name="email"' not in zoe.get(JOIN).text
    assert zoe.post(JOIN, data={"name": "Other", "email": "x"}).location == f"{JOIN}/asked"
    assert world.session.scalars(select(JoinRequest.email)).all() == ["zoe@example.org"]
    assert "You are in Borgo already." in ana.get(JOIN).text
    assert ana.post(JOIN).status_code == HTTPStatus.CONFLICT


def test_who_asks_again_and_again_has_to_wait(world: World, stranger: FlaskClient) -> None:
    with transaction():
        let_people_ask(world)
    statuses = [stranger.post(JOIN, data=ADA).status_code for _ in range(6)]
    assert statuses == [HTTPStatus.SEE_OTHER] * 5 + [HTTPStatus.TOO_MANY_REQUESTS]


def test_coordinators_see_on_their_start_page_who_waits_and_answer(
    world: World, cora: FlaskClient, client_of: type_of_client
) -> None:
    with transaction():
        page = let_people_ask(world)
        ada, eve = (ask_to_join(world, page, name).id for name in ("Ada", "Eve"))
    assert "2 people ask to join" in cora.get("/").text
    assert "ask to join" not in client_of(world.sam).get("/").text
    listed = cora.get(REQUESTS).text
    assert listed.index("Ada") < listed.index("Eve")
    assert "ada@example.org" in cora.get(f"{REQUESTS}/{ada}").text
    taken = cora.post(f"{REQUESTS}/{ada}/approval", data={"role": "member", "until": ""})
    assert "Ada is in Borgo." in cora.get(taken.location).text
    assert cora.post(f"{REQUESTS}/{eve}/decline", data={"why": " "}).status_code == 422
    assert cora.post(f"{REQUESTS}/{eve}/decline", data={"why": "Full."}).location == REQUESTS
    done = cora.get(REQUESTS).text
    assert "Nobody waits" in done
    assert "taken in" in done
    assert "declined" in done
    for wrong in ({"role": "x"}, {"role": "member", "until": "2026-05-01"}, {"role": "member"}):
        answer = cora.post(f"{REQUESTS}/{eve}/approval", data=wrong)
        assert answer.status_code in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT}
    assert cora.post(f"{REQUESTS}/{eve}/decline", data={"why": "x"}).status_code == 409


def test_strangers_find_from_the_start_where_they_can_ask(
    world: World, stranger: FlaskClient
) -> None:
    assert "Ask to join" not in stranger.get("/").text
    with transaction():
        let_people_ask(world)
    start = stranger.get("/").text
    assert "Ask to join Borgo" in start
    assert "Ask to join Castello" not in start


def test_questions_are_worded_otherwise_and_removed(
    world: World, cora: FlaskClient, client_of: type_of_client
) -> None:
    with transaction():
        *_, choice = [one.id for one in ask_some_things(world)]
    where = f"{SHAPE}/questions/{choice}"
    assert "Saturdays" in cora.get(where).text
    words = {"text": "Which days?", "kind": "choice", "choices": "Sundays\nMondays"}
    for wrong in ({"choices": "One"}, {"choices": "x" * 101}, {"kind": "x"}, {"text": ""}):
        for place in (where, f"{SHAPE}/questions"):
            assert cora.post(place, data=words | wrong).status_code == 422
    assert cora.post(where, data=words).location == SHAPE
    assert "Sundays, Mondays" in cora.get(SHAPE).text
    assert client_of(world.vera).get(where).status_code == HTTPStatus.NOT_FOUND
    assert cora.post(f"{where}/removal").location == SHAPE
    assert cora.get(where).status_code == HTTPStatus.NOT_FOUND


def test_a_page_that_asks_for_an_agreement_nobody_published_is_not_saved(
    world: World, cora: FlaskClient
) -> None:
    wrong = {"is_open": "y", "about": "", "agreement": "Waiver"}
    assert cora.post(SHAPE, data=wrong).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert world.session.scalars(select(JoinPage)).all() == []


def test_many_requests_take_no_more_statements_than_one(world: World, cora: FlaskClient) -> None:
    with transaction():
        ask_to_join(world, let_people_ask(world))
    with statements() as few:
        cora.get(REQUESTS)
    with transaction():
        page = asking.page_open_at(world.session, "borgo")
        for number in range(9):
            ask_to_join(world, page, f"Ada{number}")
    with statements() as many:
        cora.get(REQUESTS)
    assert len(many) == len(few) < 12
