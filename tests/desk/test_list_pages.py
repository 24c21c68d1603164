"""The page on which a list is collected, and the findings on a line of the desk, as stewards see them."""

from http import HTTPStatus
from io import BytesIO
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from tests.circulation.test_reserving import book
from tests.conftest import type_of_client
from tests.reading import text
from tests.world import World
from toolshare.care.models import Inspection
from toolshare.circulation.models import Loan
from toolshare.codes.alphabet import in_groups
from toolshare.inventory.models import Condition, Counting, Item, Kind
from toolshare.people.roles import membership_in


@pytest.fixture
def sam(world: World, client_of: type_of_client) -> FlaskClient:
    """Sam's browser."""
    return client_of(world.sam)


@pytest.fixture
def card(world: World) -> str:
    """Ana's card."""
    membership = membership_in(world.session, world.ana, world.borgo)
    assert membership is not None
    return membership.code


def things(world: World, *names: str) -> list[str]:
    codes = [world.make_item(world.make_kind(name=name)).code for name in names]
    world.session.commit()
    return codes


def loans(world: World) -> int:
    world.session.rollback()
    return world.session.scalar(select(func.count()).select_from(Loan)) or 0


def photo() -> BytesIO:
    kept = BytesIO()
    Image.new("RGB", (40, 30), "green").save(kept, "PNG")
    kept.seek(0)
    return kept


def test_what_is_scanned_gathers_and_nothing_is_written(
    world: World, sam: FlaskClient, card: str
) -> None:
    drill, saw = things(world, "Drill", "Saw")
    asked = {"codes": drill, "code": saw, "served": card, "until": "2026-06-07"}
    page = sam.get("/desk/list", query_string=asked)
    assert page.status_code == HTTPStatus.OK
    assert "A list for Ana" in text(page)
    assert "Lend all 2 things" in text(page)
    assert text(page).count("until Sun 7 Jun") == 2
    assert f'value="{drill} {saw}"' in page.text
    assert loans(world) == 0


def test_scanned_again_it_is_already_in_the_list(world: World, sam: FlaskClient) -> None:
    (drill,) = things(world, "Drill")
    page = sam.get("/desk/list", query_string={"codes": drill, "code": drill})
    assert "already in the list" in text(page)
    assert f'name="codes" value="{drill}"' in page.text


def test_a_card_after_the_things_checks_them_for_who_has_it(
    world: World, sam: FlaskClient, card: str
) -> None:
    (drill,) = things(world, "Drill")
    page = text(sam.get("/desk/list", query_string={"codes": drill}))
    assert "1 can’t be returned" in page
    assert "It is not out." in page
    page = text(sam.get("/desk/list", query_string={"codes": drill, "code": card}))
    assert "Lend this thing" in page


def test_one_that_can_not_be_lent_is_marked_and_taken_off(
    world: World, sam: FlaskClient, card: str
) -> None:
    world.make_rule("open_loans", 1)
    drill, saw = things(world, "Drill", "Saw")
    asked = {"codes": f"{drill} {saw}", "served": card}
    page = text(sam.get("/desk/list", query_string=asked))
    assert "1 can’t be lent" in page
    assert "that is the limit" in page
    assert "Lend the other one" in page
    page = text(sam.get("/desk/list", query_string={**asked, "remove": saw}))
    assert "Lend this thing" in page
    assert "Saw" not in page


def test_of_a_bin_the_list_says_how_many(world: World, sam: FlaskClient, card: str) -> None:
    crates = world.make_item(world.make_kind(counting=Counting.BULK), quantity=3).code
    world.session.commit()
    asked = {"codes": crates, "code": crates, "served": card, "quantity": "4"}
    page = sam.get("/desk/list", query_string=asked)
    assert f"{crates}*4" in page.text
    assert "Only 3 are left." in text(page)


@pytest.mark.parametrize(
    ("code", "status", "says"),
    [
        ("wheelbarrow", HTTPStatus.UNPROCESSABLE_ENTITY, "This is not a code"),
        ("{place}", HTTPStatus.UNPROCESSABLE_ENTITY, "this is the label of a place"),
        ("{theirs}", HTTPStatus.FORBIDDEN, "is of a group that you don't lend for"),
    ],
)
def test_what_is_no_thing_is_refused_and_the_list_stays(
    world: World, sam: FlaskClient, code: str, status: HTTPStatus, says: str
) -> None:
    theirs = membership_in(world.session, world.vera, world.castello)
    assert theirs is not None
    scanned = code.format(place=world.make_place("Barn").code, theirs=theirs.code)
    (drill,) = things(world, "Drill")
    page = sam.get("/desk/list", query_string={"codes": drill, "code": scanned})
    assert page.status_code == status
    assert says in text(page).replace("&#39;", "'")
    assert "1 thing" in text(page)


def test_who_of_another_village_has_a_thing_stays_there(world: World, sam: FlaskClient) -> None:
    theirs = world.make_item(world.make_kind(group_id=world.castello.id))
    world.make_loan(theirs, world.vera)
    code = theirs.code
    world.session.commit()
    page = sam.get("/desk/list", query_string={"codes": code})
    assert "Only a steward of Castello may do this." in text(page)
    assert "Vera" not in page.text
    assert "until" not in text(page)


def test_garbage_keeps_the_list(world: World, sam: FlaskClient) -> None:
    (drill,) = things(world, "Drill")
    page = sam.get("/desk/list", query_string={"codes": drill, "until": "someday"})
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Drill" in text(page)


def test_all_is_lent_by_one_press_and_listed_at_the_desk(
    world: World, sam: FlaskClient, card: str
) -> None:
    codes = things(world, "Drill", "Saw", "Axe")
    press = {"codes": " ".join(codes), "served": card, "operation": str(uuid4())}
    for _ in range(2):
        answer = sam.post("/desk/list/loans", data=press, follow_redirects=True)
    assert "3 things are lent to Ana." in text(answer)
    assert answer.text.count('class="answer lent"') == 3
    assert loans(world) == 3
    press = {"codes": " ".join(codes), "operation": str(uuid4())}
    answer = sam.post("/desk/list/returns", data=press, follow_redirects=True)
    assert "3 things are back." in text(answer)


def test_what_changed_meanwhile_is_marked_and_nothing_is_done(
    world: World, sam: FlaskClient, card: str
) -> None:
    gone = world.make_item(world.make_kind(name="Drill"))
    world.make_loan(gone, world.cora)
    (saw,) = things(world, "Saw")
    press = {"codes": f"{gone.code} {saw}", "served": card, "rest": ""}
    answer = sam.post("/desk/list/loans", data=press)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert f"with Drill ({in_groups(gone.code)})." in text(answer)
    assert "Lend the other one" in text(answer)
    assert loans(world) == 1
    press |= {"codes": saw, "rest": gone.code}
    left = text(sam.post("/desk/list/loans", data=press, follow_redirects=True))
    assert "1 thing is lent to Ana." in left
    assert "Drill" in left
    answer = sam.post("/desk/list/returns", data={"codes": "00000000"})
    assert "There is nothing in the list." in text(answer)


def test_what_was_cut_short_since_it_was_checked_is_told(
    world: World, sam: FlaskClient, card: str
) -> None:
    (drill,) = things(world, "Drill")
    item = world.session.scalars(select(Item).where(Item.code == drill)).one()
    book(world, world.session.get_one(Kind, item.kind_id), 5, 5, world.cora)
    world.session.commit()
    answer = sam.post("/desk/list/loans", data={"codes": drill, "served": card})
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert "for what is reserved: Drill until Thu 4 Jun." in text(sam.get("/desk"))


def test_what_stays_behind_keeps_how_many_and_until_when(
    world: World, sam: FlaskClient, card: str
) -> None:
    pegs = world.make_item(world.make_kind(counting=Counting.BULK), quantity=25).code
    (drill,) = things(world, "Drill")
    asked = {"codes": f"{pegs}*40 {drill}", "served": card, "until": "2026-06-05"}
    page = sam.get("/desk/list", query_string=asked)
    assert f'name="rest" value="{pegs}*40"' in page.text
    press = {**asked, "codes": drill, "rest": f"{pegs}*40"}
    left = sam.post("/desk/list/loans", data=press, follow_redirects=True)
    assert "Only 25 are left." in text(left)
    assert f'name="codes" value="{pegs}*40"' in left.text
    assert 'name="until" value="2026-06-05"' in left.text


def test_a_list_goes_to_no_card_that_was_put_away(world: World, sam: FlaskClient) -> None:
    (drill,) = things(world, "Drill")
    paused = membership_in(world.session, world.pau, world.borgo)
    assert paused is not None
    answer = sam.post("/desk/list/loans", data={"codes": drill, "served": paused.code})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "A list to return" in text(answer)


def test_condition_parts_and_photo_are_said_on_the_line(world: World, sam: FlaskClient) -> None:
    item = world.make_item(world.make_kind(name="Auger", parts=["bit", "case"]))
    loan = world.make_loan(item, world.ana)
    code, loan_id = item.code, loan.id
    world.session.commit()
    assert "Condition, parts, photo" in text(sam.post("/desk/scans", data={"code": code}))
    said = {"loan": loan_id, "condition": "needs_a_look", "missing_parts": "bit", "note": "Bent."}
    page = sam.post("/desk/findings", data=said | {"photo": (photo(), "bit.png")})
    assert page.status_code == HTTPStatus.OK
    assert "Needs a look · missing: bit · “Bent.”" in text(page)
    assert 'alt="As it came back"' in page.text
    assert "until a steward has checked it" in text(page)
    world.session.rollback()
    inspection = world.session.scalars(select(Inspection).order_by(Inspection.id.desc())).first()
    assert inspection is not None
    assert (inspection.condition, inspection.photo_id) == (Condition.NEEDS_A_LOOK, 1)
    assert "missing: bit" in text(sam.get("/desk"))


def test_of_what_never_came_back_nothing_is_said(sam: FlaskClient) -> None:
    assert "nothing to undo" in text(sam.post("/desk/findings", data={"loan": "4711"}))
