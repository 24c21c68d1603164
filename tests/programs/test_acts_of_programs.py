"""What programs do: the verbs of the pages, by the same rules, in the name of one person."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.postgres import on_any_database
from tests.programs.conftest import type_of_program
from tests.world import MONDAY_NOON, World
from toolshare.circulation import returning
from toolshare.circulation.models import Loan, Taking
from toolshare.circulation.promises import Hold, Reservation
from toolshare.database import transaction
from toolshare.inventory.models import Counting, Item
from toolshare.journal.models import Entry
from toolshare.people.roles import membership_in
from toolshare.privacy import forgetting
from toolshare.programs.models import ProgramToken

NEXT_WEEK = {"from_at": "2026-06-08T08:00:00Z", "until_at": "2026-06-09T16:00:00+02:00"}


@pytest.fixture
def saw(world: World) -> Item:
    with transaction():
        return world.make_item(world.make_kind(name="Saw", parts=["case"], meter="h"))


def reasons(answer: Any) -> list[str]:
    return [one["reason"] for one in answer.get_json()["reasons"]]


@on_any_database
def test_a_loan_from_its_beginning_to_its_end(world: World, program_of: type_of_program) -> None:
    with transaction():
        saw = world.make_item(world.make_kind(name="Saw", meter="h"))
    ana, sam = program_of(world.ana), program_of(world.sam)
    begun = ana.post("/loans", code=f"https://tools.example.org/I/{saw.code}", meter=12.5)
    loan = begun.get_json()
    assert (begun.status_code, loan["state"], loan["borrower"]["name"]) == (201, "out", "Ana")
    renewed = ana.post(f"/loans/{loan['id']}/renewals")
    assert renewed.status_code in {201, 409}
    left = ana.post(f"/loans/{loan['id']}/drop-off", where="On the bench").get_json()
    assert left["state"] == "dropped"
    back = sam.post(f"/loans/{loan['id']}/return", condition="fine", meter=14)
    assert (back.status_code, back.get_json()["state"]) == (201, "returned")
    assert ana.get(f"/loans/{loan['id']}").get_json() == back.get_json()
    assert world.session.get_one(Loan, loan["id"]).returned_to_id == world.sam.id


def test_a_loan_is_renewed_by_the_rules(world: World, program_of: type_of_program) -> None:
    with transaction():
        loan = world.make_loan(world.make_item(), world.ana, due_at=MONDAY_NOON + timedelta(days=1))
        loan.rules = {"loan_period": {"days": 7}, "renewals": 1}
        loan_id, due_at = loan.id, loan.due_at
    ana = program_of(world.ana)
    told = ana.post(f"/loans/{loan_id}/renewals").get_json()
    assert (told["renewals"], told["due_at"] > due_at.isoformat()) == (1, True)
    again = ana.post(f"/loans/{loan_id}/renewals")
    assert (again.status_code, again.mimetype) == (409, "application/problem+json")
    assert world.session.get_one(Loan, loan_id).due_at.isoformat()[:10] == told["due_at"][:10]


def test_what_the_pages_refuse_is_refused_with_every_reason(
    world: World, program_of: type_of_program, saw: Item
) -> None:
    with transaction():
        world.make_loan(world.session.merge(saw), world.sam)
    answer = program_of(world.pau).post("/loans", code=saw.code)
    problem = answer.get_json()
    assert (answer.status_code, problem["status"], problem["title"]) == (409, 409, "Conflict")
    assert reasons(answer) == ["MembershipPaused", "Out"]
    paused = problem["reasons"][0]
    assert paused["facts"] == {"name": "Pau", "group": "Borgo"}
    assert paused["says"] in problem["detail"]
    assert world.session.query(Loan).count() == 1


def test_a_steward_lends_to_a_member_and_a_member_to_nobody(
    world: World, program_of: type_of_program, saw: Item
) -> None:
    refused = program_of(world.ana).post("/loans", code=saw.code, to="Pau")
    assert (refused.status_code, reasons(refused)) == (403, ["RoleNeeded"])
    lent = program_of(world.sam).post("/loans", code=saw.code, to="ana@example.org")
    assert lent.get_json()["borrower"]["name"] == "Ana"


def test_loans_are_told_to_their_borrower_and_to_stewards(
    world: World, program_of: type_of_program, saw: Item
) -> None:
    with transaction():
        loan = world.make_loan(world.session.merge(saw), world.ana)
        past = {"borrowed_at": MONDAY_NOON - timedelta(days=2), "returned_at": MONDAY_NOON}
        world.make_loan(world.make_item(), world.ana, **past)
        world.make_loan(world.make_item(), world.sam)
        loan_id = loan.id
    ana = program_of(world.ana)
    assert len(ana.get("/loans").get_json()["results"]) == 2
    assert [one["id"] for one in ana.get("/loans?open=true").get_json()["results"]] == [loan_id]
    assert ana.get("/loans?open=false").get_json()["results"][0]["state"] == "returned"
    assert ana.get("/loans?group=borgo").status_code == 403
    assert program_of(world.vera).get("/loans?group=borgo").status_code == 404
    assert program_of(world.vera).get(f"/loans/{loan_id}").status_code == 404
    whole = program_of(world.sam).get("/loans?group=borgo").get_json()["results"]
    assert [one["borrower"]["name"] for one in whole] == ["Ana", "Ana", "Sam"]


def test_what_is_used_up_is_taken(world: World, program_of: type_of_program, saw: Item) -> None:
    with transaction():
        screws = world.make_item(world.make_kind(counting=Counting.CONSUMABLE), quantity=9)
    ana = program_of(world.ana)
    taken = ana.post("/takings", code=screws.code, quantity=4)
    assert (taken.status_code, taken.get_json()["quantity"]) == (201, 4)
    assert world.session.query(Taking).one().taker_id == world.ana.id
    assert reasons(ana.post("/takings", code=saw.code)) == ["OnlyConsumablesAreTaken"]
    assert reasons(ana.post("/loans", code=screws.code)) == ["ConsumablesAreTaken"]


def test_a_turn_from_asking_to_passing_it_on(
    world: World, program_of: type_of_program, saw: Item
) -> None:
    with transaction():
        world.make_loan(world.session.merge(saw), world.pau)
    ana = program_of(world.ana)
    asked = ana.post("/holds", kind=saw.kind_id, need_by="2026-07-01", code=saw.code)
    assert (asked.status_code, asked.get_json()["paused"]) == (201, False)
    hold = f"/holds/{asked.get_json()['id']}"
    assert ana.post(f"{hold}/pause").get_json()["paused"]
    assert not ana.post(f"{hold}/resumption").get_json()["paused"]
    with transaction() as session:
        item = session.get_one(Item, saw.id)
        returning.take_back(session, item, by=world.sam, now=MONDAY_NOON)
    offer = ana.get(hold).get_json()["offer"]
    assert (offer["state"], offer["code"]) == ("offered", saw.code)
    assert ana.post(f"/offers/{offer['id']}/acceptance").get_json()["offer"]["state"] == "accepted"
    assert ana.post(f"/offers/{offer['id']}/pass").get_json()["offer"] is None
    assert ana.post(f"{hold}/withdrawal").get_json()["ended"] == "withdrawn"
    assert [one["ended"] for one in ana.get("/holds").get_json()["results"]] == ["withdrawn"]
    assert program_of(world.vera).get(hold).status_code == 404


def test_a_reservation_from_making_to_cancelling(
    world: World, program_of: type_of_program, saw: Item
) -> None:
    ana = program_of(world.ana)
    made = ana.post("/reservations", kinds=[{"kind": saw.kind_id}], note="Fence", **NEXT_WEEK)
    told = made.get_json()
    assert (made.status_code, told["state"], told["person"]["name"]) == (201, "confirmed", "Ana")
    assert told["units"] == [{"kind": saw.kind_id, "name": "Saw", "quantity": 1, "code": saw.code}]
    path = f"/reservations/{told['id']}"
    assert ana.get(path).get_json() == told
    again = ana.post("/reservations", kinds=[{"kind": saw.kind_id, "code": saw.code}], **NEXT_WEEK)
    assert (again.status_code, reasons(again)) == (409, ["NotFree"])
    assert again.get_json()["reasons"][0]["facts"]["windows"][0].keys() == {"from", "until"}
    sams = program_of(world.sam).get("/reservations?group=borgo").get_json()["results"]
    assert [one["id"] for one in sams] == [told["id"]]
    assert ana.post(f"{path}/cancellation", why="Rain").get_json()["state"] == "cancelled"
    assert len(ana.get("/reservations").get_json()["results"]) == 1


@pytest.mark.parametrize(
    ("differences", "reason"),
    [
        ({"kinds": [{"kind": 999}]}, "NothingLikeThat"),
        ({"until_at": NEXT_WEEK["from_at"]}, "SpanEndsFirst"),
        ({"until_at": "2999-01-01T00:00:00Z"}, "OutOfReach"),
        ({"from_at": "2026-06-08T08:00:00"}, "NoTime"),
        ({"kinds": []}, "Empty"),
    ],
)
def test_what_cannot_be_reserved_is_said(
    world: World, program_of: type_of_program, saw: Item, differences: dict[str, Any], reason: str
) -> None:
    body = {"kinds": [{"kind": saw.kind_id}], **NEXT_WEEK, **differences}
    assert reasons(program_of(world.ana).post("/reservations", **body)) == [reason]
    assert world.session.query(Reservation).count() == 0


def test_scans_do_what_they_do_at_the_desk(
    world: World, program_of: type_of_program, saw: Item
) -> None:
    with transaction():
        card = membership_in(world.session, world.ana, world.borgo)
        assert card is not None
    sam = program_of(world.sam)
    turned = sam.post("/scans", code=card.code).get_json()
    assert turned == {"outcome": "serving", "code": card.code, "record_id": None}
    lent = sam.post("/scans", code=saw.code, served=card.code).get_json()
    assert lent["outcome"] == "lent"
    assert world.session.get_one(Loan, lent["record_id"]).borrower_id == world.ana.id
    assert sam.post("/scans", code=saw.code).get_json()["outcome"] == "returned"
    assert reasons(program_of(world.ana).post("/scans", code=saw.code)) == ["DeskIsForStewards"]


@on_any_database
def test_the_same_key_does_it_once_and_for_one_request_only(
    world: World, program_of: type_of_program
) -> None:
    with transaction():
        pegs = world.make_item(world.make_kind(counting=Counting.CONSUMABLE), quantity=48)
    ana, sam, key = program_of(world.ana), program_of(world.sam), str(uuid4())
    first = ana.post("/takings", key, code=pegs.code, quantity=2)
    again = ana.post("/takings", f'"{key.upper()}"', quantity=2, code=pegs.code)
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    for program, body in ((ana, {"quantity": 3}), (sam, {"quantity": 2})):
        other = program.post("/takings", key, code=pegs.code, **body)
        assert (other.status_code, reasons(other)) == (422, ["KeyUsed"])
    assert ana.post("/loans", key, code=pegs.code).status_code == 422
    assert world.session.query(Taking).count() == 1


def test_a_key_that_a_page_has_used_is_not_a_programs(
    world: World, program_of: type_of_program, saw: Item
) -> None:
    operation = uuid4()
    with transaction() as session:
        entry = Entry(at=MONDAY_NOON, what="borrowed", by_id=world.ana.id, operation=str(operation))
        session.add(entry)
    answer = program_of(world.ana).post("/loans", str(operation), code=saw.code)
    assert (answer.status_code, reasons(answer)) == (422, ["KeyUsed"])


def test_the_journal_says_by_which_token(
    world: World, program_of: type_of_program, saw: Item
) -> None:
    program_of(world.ana).post("/loans", code=saw.code)
    entry = world.session.query(Entry).filter_by(what="borrowed").one()
    token_id = world.session.query(ProgramToken.id).scalar()
    assert (entry.by_id, entry.details["token_id"]) == (world.ana.id, token_id)


@pytest.mark.parametrize("event", ["borrowed", "returned"])
def test_a_name_that_is_forgotten_is_not_found_by_its_token(
    world: World, program_of: type_of_program, saw: Item, event: str
) -> None:
    sam = program_of(world.sam)
    loan = sam.post("/loans", code=saw.code).get_json()
    sam.post(f"/loans/{loan['id']}/return")
    entry = world.session.query(Entry).filter_by(what=event).one()
    assert {"token_id", "request"} <= entry.details.keys()
    forgetting.detach(entry, world.sam.id)
    assert entry.by_id is None
    assert not {"token_id", "request"} & entry.details.keys()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": "code=x"}, 415),
        ({"data": "{", "content_type": "application/json"}, 400),
        ({"data": "[" * 50_000, "content_type": "application/json"}, 400),
        ({"data": "[]", "content_type": "application/json"}, 400),
        ({"data": '{"code": "' + "x" * 100_000 + '"}', "content_type": "application/json"}, 413),
        ({"json": {}}, 400),
        ({"json": {"code": 5}}, 400),
        ({"json": {"code": "a\0b"}}, 400),
        ({"json": {"code": "\ud800"}}, 400),
        ({"json": {"code": "x", "quantity": True}}, 400),
        ({"json": {"code": "x", "quantity": "2"}}, 400),
        ({"json": {"code": "x", "quantity": 1e400}}, 400),
        ({"json": {"code": "x", "until": 20260601}}, 400),
        ({"json": {"code": "x", "more": 1}}, 400),
        ({"json": {"code": "x"}, "headers": {"Idempotency-Key": "mine"}}, 400),
        ({"json": {"code": "x"}}, 422),
    ],
)
def test_whatever_is_sent_is_answered(
    world: World, program_of: type_of_program, sent: dict[str, Any], status: int
) -> None:
    answer = program_of(world.ana).open("/loans", method="POST", **sent)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.get_json()["status"] == status
    assert world.session.query(Loan).count() == world.session.query(Hold).count() == 0


def test_reasons_are_worded_in_the_language_that_was_asked_for(
    world: World, program_of: type_of_program
) -> None:
    with transaction():
        world.session.merge(world.ana).language = "xx"
    answer = program_of(world.ana).get("/loans/999", headers={"Accept-Language": "en-GB"})
    assert answer.headers["Content-Language"] == "en"
    assert answer.get_json()["reasons"][0]["says"] == "There is no such loan of yours."
