"""Who had what is forgotten after a while; what is counted stays, and the journal is whole."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.browser.admission import invite
from tests.circulation.in_line import asks, misses
from tests.circulation.telling import lend, told
from tests.conftest import Run, type_of_client
from tests.offline.telling import exceptions, lent, tell
from tests.postgres import on_any_database
from tests.privacy.busy import DAY, LATER, WEEKS_LATER, a_busy_week, traces, words
from tests.world import MONDAY_NOON, PASSWORD, World
from toolshare import clock
from toolshare.admission import registering
from toolshare.admission.models import Registration
from toolshare.care.inspecting import Findings
from toolshare.care.models import OutageReason
from toolshare.care.outages import put_into_service, take_out_of_service
from toolshare.circulation import damage
from toolshare.circulation.kit_returns import take_back as take_back_kit
from toolshare.circulation.losing import declare_lost
from toolshare.circulation.models import Loan
from toolshare.circulation.no_shows import no_shows
from toolshare.circulation.returning import take_back
from toolshare.circulation.seasons import what_was_had
from toolshare.circulation.tallies import PastMiss, PastShare
from toolshare.circulation.undoing import undo_borrowing
from toolshare.inventory.models import Condition, Item, KitPart
from toolshare.journal.models import Entry, Event
from toolshare.messages.delivering import end_what_is_too_old
from toolshare.people.roles import RoleNeeded
from toolshare.privacy import retention
from toolshare.privacy.retention import NoSuchRetention
from toolshare.refusals import Refusal
from toolshare.rules.values import Regime

MONTHS_LATER = WEEKS_LATER + 90 * DAY
PAGE = "/groups/borgo/privacy"


@pytest.fixture
def drill(world: World) -> Item:
    return world.make_item()


def had(world: World, item: Item, **how: Any) -> Loan:
    """Ana had it for a day."""
    loan = lend(world, item)
    take_back(world.session, item, by=world.sam, now=LATER, **how)
    return loan


def sweep(world: World, now: datetime = MONTHS_LATER) -> None:
    """Twice: reservations are forgotten after the loans that were made of them."""
    for _ in range(2):
        end_what_is_too_old(world.session, now=now)
        retention.sweep(world.session, now=now)
        world.session.flush()


def agree(world: World, days: int | None) -> None:
    retention.keep_for(world.session, world.borgo, days, by=world.cora, now=MONDAY_NOON)
    world.session.flush()


@on_any_database
def test_after_a_while_nothing_says_who_had_what(world: World) -> None:
    a_busy_week(world)
    before, entries = traces(world, world.ana), world.session.query(Entry).count()
    sweep(world, WEEKS_LATER)
    assert traces(world, world.ana) == before
    sweep(world)
    assert traces(world, world.ana) == {"memberships.person_id": 1}
    assert "Ana" not in words(world)
    assert world.session.query(Entry).count() == entries
    assert {one.person_id for one in told(world).loans.values()} == {world.cora.id}


def test_what_is_out_or_to_come_keeps_its_name(world: World, drill: Item) -> None:
    loan, mill = lend(world, drill), lend(world, world.make_item(), world.cora).item
    asks(world, mill, world.ana)
    lost = lend(world, world.make_item())
    later = lost.due_at + 31 * DAY
    declare_lost(world.session, lost, by=world.cora, now=later, tried="Rang twice.")
    sweep(world)
    assert [loan.borrower_id, lost.borrower_id] == [world.ana.id] * 2
    assert [one.person_id for one in told(world).holds.values()] == [world.ana.id]


@pytest.mark.parametrize(
    ("days", "after", "is_known"),
    [
        (None, 5000, True),
        (1, 1, True),
        (1, 2, False),
        (3650, 3650, True),
        (3650, 3651, False),
        (90, 91, False),
    ],
)
def test_a_group_says_for_how_long(
    world: World, drill: Item, days: int | None, after: int, is_known: bool
) -> None:
    agree(world, days)
    loan = had(world, drill)
    sweep(world, MONDAY_NOON + after * DAY)
    assert (loan.borrower_id == world.ana.id) is is_known


def test_an_account_that_nobody_confirmed_is_forgotten_when_its_link_is_too_old(
    world: World,
) -> None:
    _, token = invite(world)
    typed = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD, "language": "it"}
    registering.register(world.session, token, now=MONDAY_NOON, **typed)
    sweep(world, MONDAY_NOON + timedelta(hours=23))
    assert world.session.query(Registration).count() == 1
    sweep(world, MONDAY_NOON + DAY)
    assert world.session.query(Registration).count() == 0


def test_another_group_keeps_to_what_it_has_agreed_on(world: World, drill: Item) -> None:
    agree(world, 7)
    theirs = world.make_loan(
        world.make_item(world.make_kind(group_id=world.castello.id)), world.vera, returned_at=LATER
    )
    ours = had(world, drill)
    sweep(world, WEEKS_LATER)
    assert [ours.borrower_id, theirs.borrower_id] == [None, world.vera.id]


def test_what_was_borrowed_by_mistake_is_forgotten_too(world: World, drill: Item) -> None:
    loan = lend(world, drill)
    undo_borrowing(world.session, loan, by=world.sam, now=MONDAY_NOON)
    sweep(world)
    assert loan.borrower_id is None


def out_of_service(world: World, item: Item) -> None:
    take_out_of_service(world.session, item, OutageReason.IN_REPAIR, by=world.sam, now=LATER + DAY)


def reported(world: World, item: Item) -> None:
    damage.report(
        world.session, item, by=world.cora, now=LATER + DAY, note="It smokes.", usable=True
    )


def told_late(world: World, item: Item) -> None:
    lend(world, item, world.cora)
    tell(world, lent(item, MONDAY_NOON, borrower=world.ana), world.sam, now=LATER)
    assert len(exceptions(world)) == 1


@pytest.mark.parametrize("happens", [out_of_service, reported, told_late])
@on_any_database
def test_while_something_is_looked_into_the_last_borrower_is_known(
    world: World, drill: Item, happens: Any
) -> None:
    first = had(world, drill)
    first.borrowed_at -= 10 * DAY
    first.returned_at = MONDAY_NOON - 3 * DAY
    last = had(world, drill)
    happens(world, drill)
    sweep(world)
    assert last.borrower_id == world.ana.id
    assert (first.borrower_id is None) is (happens is not told_late)


def test_what_came_back_broken_is_known_until_it_is_mended(world: World, drill: Item) -> None:
    loan = had(world, drill, findings=Findings(Condition.BROKEN))
    sweep(world)
    assert loan.borrower_id == world.ana.id
    put_into_service(world.session, drill, by=world.sam, now=MONTHS_LATER)
    sweep(world)
    assert loan.borrower_id is None


@on_any_database
def test_who_had_a_kit_of_which_a_part_is_missing_is_known_until_it_is_found(world: World) -> None:
    saw = world.make_item()
    kit = world.make_kit(saw)
    loan = lend(world, kit)
    part = world.session.scalars(select(KitPart)).one()
    take_back_kit(world.session, kit, {part.id: 1}, by=world.sam, now=LATER)
    sweep(world)
    assert loan.borrower_id == world.ana.id
    known = {"by": world.sam, "now": MONTHS_LATER}
    take_out_of_service(world.session, saw, OutageReason.NEEDS_CHECK, **known)
    sweep(world)
    assert loan.borrower_id is None


@on_any_database
def test_how_much_somebody_has_had_this_season_counts_on(world: World, drill: Item) -> None:
    world.make_rule("regime", Regime.TURNS)
    agree(world, 1)
    for at in (MONDAY_NOON - 20 * DAY, MONDAY_NOON - 10 * DAY):
        world.make_loan(drill, world.ana, borrowed_at=at, returned_at=at + 3 * DAY)
    before = season_of(world, drill, MONDAY_NOON)
    sweep(world, MONDAY_NOON)
    assert season_of(world, drill, MONDAY_NOON) == before == (6, MONDAY_NOON - 10 * DAY)
    assert world.session.scalar(select(func.count()).where(Loan.borrower_id.is_not(None))) == 0
    next_year = MONDAY_NOON + timedelta(days=365)
    assert season_of(world, drill, next_year)[0] == 0
    sweep(world, next_year)
    assert world.session.query(PastShare).count() == 0


def season_of(world: World, item: Item, now: datetime) -> tuple[int, datetime | None]:
    known = {"since": now, "now": now}
    kinds, people = [item.kind_id], [world.ana.id]
    one = what_was_had(world.session, world.borgo, kinds, people, **known)[kinds[0], people[0]]
    return one.days, one.last_at


def test_where_nobody_takes_turns_nothing_is_counted(world: World, drill: Item) -> None:
    had(world, drill)
    sweep(world)
    assert world.session.query(PastShare).count() == 0


@on_any_database
def test_what_somebody_has_missed_this_year_counts_on(world: World) -> None:
    for days in (20, 30):
        misses(world, world.ana, MONDAY_NOON - days * DAY)
    agree(world, 1)
    sweep(world, MONDAY_NOON)
    assert world.session.scalars(select(PastMiss.times)).all() == [2]
    assert no_shows(world.session, world.ana, world.borgo, now=MONDAY_NOON) == 2
    sweep(world, MONDAY_NOON + timedelta(days=365))
    assert world.session.query(PastMiss).count() == 0


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_names_are_not_kept_for_no_days_or_too_many(world: World, days: int) -> None:
    with pytest.raises(Refusal) as refused:
        agree(world, days)
    assert isinstance(refused.value.reasons[0], NoSuchRetention)


def test_a_coordinator_decides_and_the_journal_says_so(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        retention.keep_for(world.session, world.borgo, 7, by=world.sam, now=MONDAY_NOON)
    assert isinstance(refused.value.reasons[0], RoleNeeded)
    for days in (7, 7, None, 90):
        agree(world, days)
    said = select(Entry.details).where(Entry.what == Event.RETENTION_SET).order_by(Entry.id)
    assert world.session.scalars(said).all() == [
        {"days": 7, "before": 90},
        {"days": None, "before": 7},
        {"days": 90, "before": None},
    ]


@pytest.mark.parametrize(
    ("typed", "status", "days"),
    [
        ({"days": "30"}, 303, 30),
        ({"days": "30", "never": "y"}, 303, None),
        ({}, 422, 90),
        ({"days": "0"}, 422, 90),
        ({"days": "soon"}, 422, 90),
    ],
)
def test_it_is_set_on_a_page(
    world: World, client_of: type_of_client, typed: dict[str, str], status: int, days: int | None
) -> None:
    cora = client_of(world.cora)
    assert cora.post(PAGE, data=typed).status_code == status
    assert retention.days_of(world.session, world.borgo) == days
    assert f'value="{days or ""}"' in cora.get(PAGE).text


def test_the_sweep_forgets_and_what_is_kept_agrees(
    world: World, run: Run, client_of: type_of_client, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_busy_week(world)
    item = world.session.scalars(select(Loan.item_id).order_by(Loan.id)).first()
    code = world.session.scalars(select(Item.code).where(Item.id == item)).one()
    world.session.commit()
    assert "Ana" in client_of(world.sam).get(f"/I/{code}/history").text
    monkeypatch.setattr(clock, "now", lambda: MONTHS_LATER)
    assert run("sweep") == (0, "")
    assert run("sweep") == (0, "")
    assert run("check") == (0, "All is well.\n")
    page = client_of(world.sam).get(f"/I/{code}/history")
    assert page.status_code == 200
    assert "Ana" not in page.text
