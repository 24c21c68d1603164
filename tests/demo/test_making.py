"""What lives in the demo: people who can sign in, things in every state, a past that makes sense."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from tests.conftest import Run
from toolshare.care.models import DamageReport, Inspection, Outage
from toolshare.care.outages import open_outage
from toolshare.circulation import availability, listings
from toolshare.circulation.availability import State
from toolshare.circulation.kits import contents_of
from toolshare.circulation.models import Loan, Renewal, Taking
from toolshare.circulation.overview import Shown
from toolshare.circulation.overview import overview as overview_of
from toolshare.demo.machines import TOOL_LIBRARY
from toolshare.demo.villages import PASSWORD, SIGN_INS
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.journal.models import Entry, Event
from toolshare.labels import queries
from toolshare.people.joining import group_named, person_with
from toolshare.people.models import Group, Membership, Person
from toolshare.records import AnySession


@pytest.fixture
def database_url(copy_of_demo: str) -> str:
    """A copy of the demo."""
    return copy_of_demo


def states_of(session: AnySession, now: datetime) -> Counter[State]:
    """How many things are in each state."""
    ids = session.scalars(select(Item.id)).all()
    return Counter(availability.states(session, ids, now=now).values())


def test_three_villages_share_the_machines_of_their_valley(session: Session) -> None:
    names = session.execute(select(Group.slug, Group.parent_id).order_by(Group.id)).all()
    assert [slug for slug, _ in names] == [
        "valle-del-fenaio",
        "san-rocco",
        "castagneto-alto",
        "ponte-al-mulino",
    ]
    assert [parent for _, parent in names] == [None, 1, 1, 1]


@pytest.mark.parametrize("email", [email for _, email, _ in SIGN_INS])
def test_whom_the_demo_names_can_sign_in(app: Flask, email: str) -> None:
    client = app.test_client()
    answer = client.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 303
    assert client.get("/loans").status_code == 200


def test_everyone_has_the_same_password(session: Session) -> None:
    assert session.scalar(select(func.count(Person.password_hash.distinct()))) == 1
    assert session.scalar(select(func.count(Person.id)).where(Person.password_hash.is_(None))) == 0


def test_the_real_tools_are_all_there(session: Session) -> None:
    library = group_named(session, "san-rocco")
    is_one = (Kind.group_id == library.id, Item.number != "")
    items = session.scalar(select(func.count(Item.id)).join(Item.kind).where(*is_one))
    assert items == 120 == len(TOOL_LIBRARY.read_text().splitlines()) - 1


def test_every_thing_has_a_place(session: Session) -> None:
    assert session.scalar(select(func.count(Item.id)).where(Item.place_id.is_(None))) == 0


def test_things_are_in_every_state_but_used_up(session: Session, now: datetime) -> None:
    assert states_of(session, now).keys() == {*State} - {State.USED_UP}


def test_most_things_are_free(session: Session, now: datetime) -> None:
    states = states_of(session, now)
    assert states[State.FREE] > states.total() / 2


def test_loans_are_out_soon_due_late_renewed_returned_and_undone(
    session: Session, now: datetime
) -> None:
    loans = session.scalars(select(Loan)).all()
    assert {listings.state_of(loan, now) for loan in loans if loan.is_out} == {
        "out",
        "soon",
        "late",
        "dropped",
        "disputed",
    }
    assert sum(loan.returned_at is not None for loan in loans) > 100
    assert any(loan.undone_at for loan in loans)
    assert session.scalar(select(func.count(Renewal.id)))


def test_somebody_reported_what_can_still_be_used(session: Session) -> None:
    report = session.scalars(select(DamageReport)).one()
    assert (report.usable, report.settled_at) == (True, None)
    item = session.get_one(Item, report.item_id)
    assert open_outage(session, item) is None


def test_machines_with_a_meter_are_serviced_by_a_plan_and_some_are_due_soon(
    session: Session, now: datetime
) -> None:
    valley = group_named(session, "valle-del-fenaio")
    overview = overview_of(session, valley, Shown.SERVICE, now=now)
    assert {item.kind.name for item in overview.services} == {"Walking tractor"}
    assert all(item.kind.meter and not item.needs_service(now) for item in overview.services)
    of_the_plan = select(Item.service_due_at).where(Item.service_due_at.is_not(None))
    assert len(overview.services) == len(session.scalars(of_the_plan).all()) - 1 == 2
    serviced = session.scalars(select(Inspection).where(Inspection.is_service)).one()
    assert serviced.meter


def test_bins_are_partly_out_and_something_was_used_up(session: Session) -> None:
    out = session.execute(
        select(Item.quantity, func.sum(Loan.quantity))
        .join(Item.kind)
        .join(Loan, Loan.item_id == Item.id)
        .where(Kind.counting == Counting.BULK, Loan.returned_at.is_(None))
        .group_by(Item.id)
    ).all()
    assert any(0 < lent < quantity for quantity, lent in out)
    assert session.scalar(select(func.count(Taking.id)))


def test_most_labels_are_printed_and_some_are_not(session: Session) -> None:
    everything = len(queries.codes_to_print(session, None, queries.ALL))
    waiting = len(queries.codes_to_print(session, None, queries.UNPRINTED))
    assert 0 < waiting < everything / 5


def test_a_membership_is_paused_and_one_has_ended(session: Session, now: datetime) -> None:
    assert session.scalar(select(Membership.id).where(Membership.paused_at.is_not(None)))
    assert session.scalar(select(Membership.id).where(Membership.until < now.date()))


def test_the_member_has_something_of_every_sort(session: Session, now: datetime) -> None:
    member = person_with(session, "member@toolshare.example")
    assert member is not None
    mine = listings.my_loans(session, member, now=now)
    assert {one.state for one in mine.open} == {"out", "soon", "late"}
    assert mine.past


def test_the_journal_tells_it_in_the_order_of_time(session: Session, now: datetime) -> None:
    lent = select(Entry.at).where(Entry.loan_id.is_not(None)).order_by(Entry.id)
    moments = session.scalars(lent).all()
    assert list(moments) == sorted(moments)
    assert session.scalar(select(func.max(Entry.at))) < now
    told = set(session.scalars(select(Entry.what)))
    assert {Event.RETURNING_UNDONE, Event.ITEMS_IMPORTED, Event.LABELS_PRINTED} <= told


def test_people_come_by_while_it_is_open(session: Session) -> None:
    taken = select(Loan).options(joinedload(Loan.item).joinedload(Item.kind).joinedload(Kind.group))
    for loan in session.scalars(taken):
        assert 6 <= loan.borrowed_at.astimezone(ZoneInfo("Europe/Rome")).hour < 20
        assert loan.due_at - loan.borrowed_at < timedelta(days=25)


def test_nobody_speaks_latin(session: Session) -> None:
    texts = [
        *session.scalars(select(Inspection.note)),
        *session.scalars(select(Outage.note)),
        *session.scalars(select(Kind.description)),
        *session.scalars(select(Group.contact)),
    ]
    assert sum(map(bool, texts)) > 40
    assert not any("lorem" in text.lower() or "todo" in text.lower() for text in texts)


def test_all_is_well_in_it(run: Run) -> None:
    assert run("check") == (0, "All is well.\n")


def test_a_kit_came_back_without_some_of_it(session: Session, now: datetime) -> None:
    kit = session.scalars(select(Item).join(Item.kind).where(Kind.is_kit)).one()
    found = contents_of(session, kit, now=now)
    assert (found.number, [one.lacks for one in found.lacking]) == (15, ["2 × Wall hooks, brass"])
