"""One scan at the desk: a card, a thing on the shelf, a thing that is out, a bin."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session, scoped_session

from tests.desk.conftest import Desk
from tests.world import MONDAY_NOON, World
from toolshare.care.outages import open_outage
from toolshare.circulation import reasons as circulation
from toolshare.circulation.models import Loan, Taking
from toolshare.circulation.passing_on import OutWith
from toolshare.desk import counter, serving
from toolshare.desk import reasons as why
from toolshare.desk.outcomes import Done, Outcome
from toolshare.inventory.models import Counting
from toolshare.journal.recording import OperationUsed
from toolshare.labels import replacing
from toolshare.labels.models import Cause
from toolshare.labels.scanning import CardLost, UnknownCode
from toolshare.people.models import Person, Role
from toolshare.people.roles import RoleNeeded, membership_in
from toolshare.records import AnySession
from toolshare.refusals import Refusal


def loan(session: AnySession, done: Done) -> Loan:
    return session.get_one(Loan, done.record_id)


def test_an_old_label_does_at_the_desk_what_the_new_one_does_and_is_called_old(desk: Desk) -> None:
    item = desk.world.make_item()
    old = item.code
    replacing.replace(desk.world.session, old, Cause.WORN, by=desk.by, now=desk.now)
    card = desk.card_of(desk.world.ana)
    lent = desk.scan(old, served=card)
    assert (lent.outcome, lent.code, lent.old_label) == (Outcome.LENT, item.code, old)
    returned = desk.scan(item.code)
    assert (returned.outcome, returned.old_label) == (Outcome.RETURNED, "")
    assert desk.undo(returned).code == item.code


def test_a_worn_card_is_served_and_one_that_was_reported_lost_is_not(desk: Desk) -> None:
    worn, lost = desk.card_of(desk.world.ana), desk.card_of(desk.world.cora)
    session, how = desk.world.session, {"by": desk.by, "now": desk.now}
    replacing.replace(session, worn, Cause.WORN, **how)
    replacing.replace(session, lost, Cause.LOST, **how)
    assert desk.scan(worn) == Done(Outcome.SERVING, desk.card_of(desk.world.ana))
    assert desk.refusal(lost) == (CardLost(code=lost),)
    item = desk.world.make_item()
    assert desk.refusal(item.code, served=lost) == (CardLost(code=lost),)


def test_a_card_says_who_is_served(world: World, desk: Desk) -> None:
    card = desk.card_of(world.ana)
    assert desk.scan(card) == Done(Outcome.SERVING, card)


def test_a_thing_on_the_shelf_is_lent_to_who_is_served(
    world: World, desk: Desk, session: scoped_session[Session]
) -> None:
    item = world.make_item()
    done = desk.scan(item.code, served=desk.card_of(world.ana))
    assert (done.outcome, done.code) == (Outcome.LENT, item.code)
    lent = loan(session, done)
    assert (lent.borrower_id, lent.lent_by_id, lent.is_out) == (world.ana.id, world.sam.id, True)


@pytest.mark.parametrize("who", ["nobody", "ana"])
def test_a_thing_that_is_out_comes_back_when_nobody_else_is_served(
    world: World, desk: Desk, session: scoped_session[Session], who: str
) -> None:
    item = world.make_item()
    world.make_loan(item, world.ana)
    done = desk.scan(item.code, served=desk.card_of(world.ana) if who == "ana" else "")
    assert done.outcome is Outcome.RETURNED
    assert loan(session, done).borrower_id == world.ana.id
    assert not loan(session, done).is_out


def test_scanned_once_more_it_is_lent_again(world: World, desk: Desk) -> None:
    item = world.make_item()
    world.make_loan(item, world.ana)
    card = desk.card_of(world.ana)
    assert desk.scan(item.code, served=card).outcome is Outcome.RETURNED
    assert desk.scan(item.code, served=card).outcome is Outcome.LENT


def test_what_another_has_is_passed_on_to_who_is_served(
    world: World, desk: Desk, session: scoped_session[Session]
) -> None:
    item, operation = world.make_item(), uuid4()
    before = world.make_loan(item, world.cora)
    card = desk.card_of(world.ana)
    done = desk.scan(item.code, served=card, operation=operation)
    assert done.outcome is Outcome.PASSED_ON
    assert (before.is_out, loan(session, done).borrower_id) == (False, world.ana.id)
    assert desk.scan(item.code, served=card, operation=operation) == done
    assert loan(session, done).is_out
    assert desk.undo(done).outcome is Outcome.PASSING_ON_UNDONE
    assert (before.is_out, loan(session, done).is_out) == (True, False)


def test_who_may_not_have_it_is_told_who_has_it_and_why(world: World, desk: Desk) -> None:
    item = world.make_item()
    before = world.make_loan(item, world.cora)
    world.make_rule("open_loans", 0)
    out, limit = desk.refusal(item.code, served=desk.card_of(world.ana))
    assert out == OutWith(name="Cora", due_at=before.due_at, time_zone="Europe/Rome")
    assert limit == circulation.AtTheLimit(limit=0, group="Borgo")
    assert before.is_out


def test_what_was_left_in_the_shed_comes_back_whoever_is_served(world: World, desk: Desk) -> None:
    item = world.make_item()
    world.make_loan(item, world.cora, dropped_at=MONDAY_NOON, dropped_where="On the bench")
    assert desk.scan(item.code, served=desk.card_of(world.ana)).outcome is Outcome.RETURNED


def test_without_a_card_nothing_is_lent(world: World, desk: Desk) -> None:
    assert desk.refusal(world.make_item().code) == (why.NobodyToLendTo(),)


def test_the_same_scan_sent_twice_is_one_scan(
    world: World, desk: Desk, session: scoped_session[Session]
) -> None:
    item, card, operation = world.make_item(), desk.card_of(world.ana), uuid4()
    first = desk.scan(item.code, served=card, operation=operation)
    assert desk.scan(item.code, served=card, operation=operation) == first
    assert loan(session, first).is_out
    back = uuid4()
    returned = desk.scan(item.code, operation=back)
    assert desk.scan(item.code, operation=back) == returned


def test_an_operation_of_something_else_does_nothing(world: World, desk: Desk) -> None:
    item, other, card, operation = world.make_item(), world.make_item(), "", uuid4()
    card = desk.card_of(world.ana)
    desk.scan(item.code, served=card, operation=operation)
    assert desk.refusal(other.code, served=card, operation=operation) == (OperationUsed(),)


def test_what_speaks_against_borrowing_speaks_against_it_here(world: World, desk: Desk) -> None:
    item = world.make_item(retired_at=MONDAY_NOON)
    assert desk.refusal(item.code, served=desk.card_of(world.ana)) == (circulation.Retired(),)


def test_a_bin_asks_how_many_and_lends_that_number(
    world: World, desk: Desk, session: scoped_session[Session]
) -> None:
    crates = world.make_item(world.make_kind(counting=Counting.BULK), quantity=10)
    card = desk.card_of(world.ana)
    assert desk.scan(crates.code, served=card) == Done(Outcome.HOW_MANY, crates.code)
    done = desk.scan(crates.code, served=card, quantity=4)
    assert loan(session, done).quantity == 4
    assert desk.scan(crates.code).outcome is Outcome.RETURNED


def test_what_is_used_up_is_taken(
    world: World, desk: Desk, session: scoped_session[Session]
) -> None:
    screws = world.make_item(world.make_kind(counting=Counting.CONSUMABLE), quantity=100)
    done = desk.scan(screws.code, served=desk.card_of(world.ana), quantity=12)
    assert done.outcome is Outcome.TAKEN
    assert session.get_one(Taking, done.record_id).quantity == 12
    assert desk.undo(done).outcome is Outcome.TAKING_UNDONE
    assert screws.quantity == 100


def test_lending_and_returning_are_undone(
    world: World, desk: Desk, session: scoped_session[Session]
) -> None:
    item = world.make_item()
    lent = desk.scan(item.code, served=desk.card_of(world.ana))
    assert desk.undo(lent).outcome is Outcome.LENDING_UNDONE
    world.make_loan(item, world.cora)
    returned = desk.scan(item.code)
    assert desk.undo(returned).outcome is Outcome.RETURN_UNDONE
    assert loan(session, returned).is_out


def test_undoing_sent_twice_is_undoing_once(
    world: World, desk: Desk, session: scoped_session[Session]
) -> None:
    item, operation = world.make_item(), uuid4()
    world.make_loan(item, world.cora)
    returned = desk.scan(item.code)
    assert desk.undo(returned, operation=operation) == desk.undo(returned, operation=operation)
    assert loan(session, returned).is_out


def test_what_never_was_is_not_undone(desk: Desk) -> None:
    with pytest.raises(Refusal) as refused:
        desk.undo(Done(Outcome.LENT, "", 4711))
    assert refused.value.reasons == (circulation.NothingToUndo(),)


def test_what_came_back_is_put_aside_for_a_check(
    world: World, desk: Desk, session: scoped_session[Session]
) -> None:
    item = world.make_item()
    done = counter.ask_for_a_check(session, item.code, by=world.sam, now=MONDAY_NOON)
    assert done == Done(Outcome.TO_BE_CHECKED, item.code)
    assert open_outage(session, item) is not None


def test_an_unknown_code_is_refused(desk: Desk) -> None:
    assert desk.refusal("00000000") == (UnknownCode(code="00000000"),)


def test_a_thing_is_no_card(world: World, desk: Desk) -> None:
    item, other = world.make_item(), world.make_item()
    assert desk.refusal(item.code, served=other.code) == (why.NobodyToLendTo(),)


def test_the_things_of_another_village_are_not_ours_to_lend(world: World, desk: Desk) -> None:
    item = world.make_item(world.make_kind(group_id=world.castello.id))
    refused = (RoleNeeded(role=Role.STEWARD, group="Castello"),)
    assert desk.refusal(item.code) == refused
    assert desk.refusal(item.code, served=desk.card_of(world.ana)) == refused


def test_the_card_of_another_village_tells_no_name(world: World, desk: Desk) -> None:
    membership = membership_in(world.session, world.vera, world.castello)
    assert membership is not None
    assert desk.refusal(membership.code) == (why.NotYourMember(code=membership.code),)


def test_who_lends_for_the_federation_serves_the_villages(world: World, desk: Desk) -> None:
    desk.by = world.make_person("Fay", world.valle, Role.STEWARD)
    mower = world.make_item(world.make_kind(group_id=world.valle.id))
    assert desk.scan(mower.code, served=desk.card_of(world.ana)).outcome is Outcome.LENT


def test_a_paused_or_ended_membership_is_not_served(world: World, desk: Desk) -> None:
    paused = circulation.MembershipPaused(name="Pau", group="Borgo")
    assert desk.refusal(desk.card_of(world.pau)) == (paused,)
    yesterday = (MONDAY_NOON - timedelta(days=1)).date()
    world.make_person("Eve", world.borgo, until=yesterday)
    eve = world.session.query(Person).filter_by(name="Eve").one()
    ended = circulation.MembershipEnded(name="Eve", group="Borgo")
    assert desk.refusal(desk.card_of(eve)) == (ended,)


def test_members_have_no_desk(world: World, session: scoped_session[Session]) -> None:
    for person in (world.ana, world.zoe):
        with pytest.raises(Refusal) as refused:
            serving.groups_served(session, person, now=MONDAY_NOON)
        assert refused.value.reasons == (why.DeskIsForStewards(),)
    assert serving.groups_served(session, world.cora, now=MONDAY_NOON) == [world.borgo]
