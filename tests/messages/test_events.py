"""What somebody does is told to whom it concerns, in the transaction in which it is done."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.circulation.booked import ana_has_reserved
from tests.circulation.in_line import asks, comes_back, offer_of
from tests.mail_server import Postbox
from tests.messages.conftest import Round, later, text_of, what_became
from tests.world import MONDAY_NOON, World
from toolshare.care import outages
from toolshare.care.inspecting import Findings
from toolshare.care.models import OutageReason
from toolshare.circulation import answering, calling_off, lapsing, looking_over, offering
from toolshare.circulation.recalling import recall
from toolshare.circulation.replanning import replan
from toolshare.circulation.returning import take_back
from toolshare.circulation.undoing import undo_return
from toolshare.database import transaction
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Condition
from toolshare.people.joining import found_chapter, join
from toolshare.people.models import Role
from toolshare.stocktake.beginning import open_stocktake
from toolshare.stocktake.closing import close

Set = Callable[[datetime], None]


def said(box: Postbox) -> dict[str, list[str]]:
    """What arrived, by who got it: subject and what comes between hello and goodbye."""
    found: dict[str, list[str]] = {}
    for mail in box.mails:
        text = text_of(mail).split(",\n\n", 1)[1].split("\n\nBorgo")[0]
        found.setdefault(mail["To"].addresses[0].username, []).append(f"{mail['Subject']}\n{text}")
    return found


def test_who_joins_is_welcome(world: World, box: Postbox, deliver: Round) -> None:
    with transaction() as session:
        who = {"name": "Tom", "email": "tom@example.org", "by": world.cora, "now": MONDAY_NOON}
        join(session, world.borgo, **who)  # type: ignore[arg-type]
        found_chapter(session, world.borgo, "Shed", "shed", by=world.cora, now=MONDAY_NOON)
    deliver()
    assert said(box) == {
        "tom": [
            "Welcome to Borgo\nYou belong to Borgo now. Scan the label of a thing to borrow it, or "
            "look at what there is and reserve it.\n\n"
            "See what there is: https://tools.example.org/catalogue"
        ]
    }


def test_who_is_next_hears_of_it_and_who_picks_it_up_where_it_lies(
    world: World, box: Postbox, deliver: Round
) -> None:
    with transaction():
        drill = world.make_item()
        world.make_loan(drill, world.cora)
        asks(world, drill, world.ana)
        comes_back(world, drill)
    deliver()
    (turn,) = said(box)["ana"]
    assert turn.startswith(
        "It's your turn: Hand drill\nHand drill is free, and you are next. Say by"
    )
    assert turn.endswith("Answer: https://tools.example.org/holds")
    with transaction() as session:
        offer = offering.accept(session, offer_of(world, world.ana), by=world.ana, now=MONDAY_NOON)
        offering.set_aside(session, offer, by=world.sam, now=MONDAY_NOON)
    deliver()
    assert said(box)["ana"][1].startswith("Ready to be picked up: Hand drill\nIt lies on the shelf")


def test_an_offer_that_is_over_is_not_told(world: World, box: Postbox, deliver: Round) -> None:
    with transaction() as session:
        drill = world.make_item()
        world.make_loan(drill, world.cora)
        asks(world, drill, world.ana)
        comes_back(world, drill)
        offering.accept(session, offer_of(world, world.ana), by=world.ana, now=MONDAY_NOON)
    deliver()
    assert box.mails == []
    assert {end for _, end, _ in what_became(world)} == {"dropped"}


def test_yes_and_no_are_told_with_the_reason(world: World, box: Postbox, deliver: Round) -> None:
    with transaction() as session:
        drill = world.make_item()
        world.make_rule("needs_approval", value=True)
        first, second = (ana_has_reserved(world, drill.kind, day, day) for day in (10, 12))
        answering.approve(session, first, by=world.sam, now=MONDAY_NOON)
        answering.decline(session, second, by=world.sam, now=MONDAY_NOON, why="We need it.")
    deliver()
    yes, no = said(box)["ana"]
    assert yes.startswith(
        "Your reservation is confirmed: Hand drill\nBorgo has said yes.\n\n- Hand"
    )
    assert "Wed 10 Jun" in yes
    assert "Why: We need it." in no
    assert f"/reservations/{first.id}" in yes
    kinds = [[part.get_content_type() for part in mail.walk()] for mail in box.mails]
    assert ["text/calendar" in one for one in kinds] == [True, False]


def test_what_is_ready_missed_or_not_to_be_had_is_told(
    world: World, box: Postbox, deliver: Round, at: Set
) -> None:
    with transaction() as session:
        drill = world.make_item()
        one, other = (ana_has_reserved(world, drill.kind, day, day) for day in (1, 3))
        calling_off.set_aside(session, one, one.units[0].id, by=world.sam, now=MONDAY_NOON)
        drill = under_lock(session, drill.id)
        outages.begin(session, drill, OutageReason.IN_REPAIR, by=world.sam, now=MONDAY_NOON)
        replan(session, world.borgo, [drill.kind_id], now=MONDAY_NOON)
    at(later(minutes=9))
    deliver()
    assert box.mails == []
    at(later(minutes=10))
    deliver()
    assert [told.split("\n")[0] for told in said(box)["ana"]] == [
        "Your reservation can't be kept for now: Hand drill"
    ] * 2
    assert [end for _, end, _ in what_became(world)].count("dropped") == 1
    assert other.id != one.id


def test_who_does_not_fetch_hears_of_it_once(
    world: World, box: Postbox, deliver: Round, at: Set
) -> None:
    with transaction() as session:
        drill = world.make_item()
        booked = ana_has_reserved(world, drill.kind, 2, 2)
        for _ in range(2):
            lapsing.lapse(session, booked, now=later(days=2))
    at(later(days=2))
    deliver()
    (told,) = said(box)["ana"]
    assert told.startswith(
        "Not picked up: Hand drill\nYou had reserved this and did not pick it up"
    )


def test_a_reservation_that_came_to_nothing_without_their_doing_is_told(
    world: World, box: Postbox, deliver: Round, at: Set
) -> None:
    with transaction() as session:
        kinds = [
            world.make_item(world.make_kind(name=name)).kind for name in ("Saw", "Tent", "Van")
        ]
        world.make_rule("needs_approval", value=True)
        unanswered = ana_has_reserved(world, kinds[0], 2, 2)
        unserved, cancelled = (ana_has_reserved(world, one, 2, 2) for one in kinds[1:])
        for one in (unserved, cancelled):
            answering.approve(session, one, by=world.cora, now=MONDAY_NOON)
        item = under_lock(session, unserved.units[0].promise.item_id)  # type: ignore[union-attr]
        outages.begin(session, item, OutageReason.IN_REPAIR, by=world.sam, now=MONDAY_NOON)
        replan(session, world.borgo, [item.kind_id], now=MONDAY_NOON)
        acts: dict[str, Any] = {"by": world.sam, "now": MONDAY_NOON, "why": "The van is sold."}
        calling_off.cancel(session, cancelled, **acts)
        for one in (unanswered, unserved, cancelled):
            lapsing.lapse(session, one, now=later(days=2))
    at(later(days=2))
    deliver()
    about = {one.split("\n")[0]: one for one in said(box)["ana"]}
    assert {*about} == {
        "Nobody answered in time: Saw",
        "None came free for you: Tent",
        "Your reservation was cancelled: Van",
    }
    assert "The van is sold." in about["Your reservation was cancelled: Van"]
    assert "Tue 2 Jun" in about["None came free for you: Tent"]


def test_who_is_to_bring_it_back_early_hears_why_and_by_when(
    world: World, box: Postbox, deliver: Round
) -> None:
    with transaction() as session:
        drill = world.make_item()
        loan = world.make_loan(drill, world.ana, borrowed_at=later(days=-30), due_at=later(days=20))
        recall(session, loan, by=world.cora, now=MONDAY_NOON, why="The school needs it.")
    deliver()
    (told,) = said(box)["ana"]
    assert told.startswith("Borgo needs it back: Hand drill\nPlease bring back Hand drill by")
    assert "Why: The school needs it." in told
    calendar = next(one for one in box.mails[0].walk() if one.get_content_type() == "text/calendar")
    content = calendar.get_content()  # type: ignore[attr-defined]
    assert f"UID:loan-{loan.id}@tools.example.org" in content
    assert "SEQUENCE:1" in content


def test_what_comes_back_damaged_is_told_to_the_stewards_but_for_who_took_it(
    world: World, box: Postbox, deliver: Round
) -> None:
    worn = Findings(Condition.BROKEN, note="The chuck wobbles.")
    with transaction() as session:
        drill = world.make_item()
        world.make_loan(drill, world.ana)
        loan = take_back(session, drill, by=world.sam, now=MONDAY_NOON, findings=worn)
        looking_over.look_over(session, loan, worn, by=world.sam, now=MONDAY_NOON)
    deliver()
    assert said(box) == {
        "cora": [
            "Came back damaged: Hand drill\nHand drill came back and needs a steward.\n\n"
            f"Broken\n“The chuck wobbles.”\n\nSee the thing: https://tools.example.org/I/{drill.code}"
        ]
    }


def test_a_return_that_was_a_mistake_is_not_told(
    world: World, box: Postbox, deliver: Round
) -> None:
    with transaction() as session:
        drill = world.make_item()
        world.make_loan(drill, world.ana)
        broken = Findings(Condition.BROKEN)
        loan = take_back(session, drill, by=world.sam, now=MONDAY_NOON, findings=broken)
        undo_return(session, loan, by=world.sam, now=MONDAY_NOON)
    deliver()
    assert box.mails == []


def test_a_stocktake_that_is_done_is_told_to_the_other_coordinators(
    world: World, box: Postbox, deliver: Round
) -> None:
    with transaction() as session:
        world.make_person("Tom", world.borgo, Role.COORDINATOR)
        stocktake = open_stocktake(
            session, world.borgo, category=None, by=world.cora, now=MONDAY_NOON
        )
        close(session, stocktake, by=world.cora, now=MONDAY_NOON)
    deliver()
    assert said(box) == {
        "tom": [
            "Stocktake done: Everything\nEverything is counted.\n\n- Missing: 0\n- Found again: 0\n"
            "- Put in their new place: 0\n- Other numbers: 0\n\nSee the report: "
            f"https://tools.example.org/groups/borgo/stocktakes/{stocktake.id}"
        ]
    }
