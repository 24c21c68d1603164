"""Who in the demo waits for what, and what went from hand to hand."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from toolshare.circulation import waiting
from toolshare.circulation.models import Handover, Loan
from toolshare.circulation.turns import Decision
from toolshare.inventory.models import Kind
from toolshare.people.joining import group_named, person_with
from toolshare.people.models import Person


@pytest.fixture
def database_url(copy_of_demo: str) -> str:
    """A copy of the demo."""
    return copy_of_demo


def person(session: Session, name: str) -> Person:
    found = person_with(session, f"{name}@toolshare.example")
    assert found is not None
    return found


def test_five_wait_for_a_chainsaw_and_who_had_least_of_it_is_first(
    session: Session, now: datetime
) -> None:
    chainsaws = select(Kind).where(Kind.name == "Chainsaw, 45 cm")
    kind = session.scalars(chainsaws.options(joinedload(Kind.group))).one()
    page = waiting.line_page(session, kind, person(session, "bruno"), now=now)
    in_line = [(page.name_of(turn.hold.id), turn.place.waiting.used) for turn in page.turns]
    assert in_line == [
        ("Nadia Petrescu", 1),
        ("Pietro Vanni", 2),
        ("Marta Lippi", 3),
        ("Dario Pieri", 4),
        ("Hanna Weiss", 6),
    ]
    assert {turn.place.decided_by for turn in page.turns} == {Decision.USED}
    asked = [turn.hold.asked_at for turn in page.turns]
    assert asked != sorted(asked)


def test_the_member_can_accept_what_came_back_just_now(session: Session, now: datetime) -> None:
    offered, in_line = waiting.my_turns(session, person(session, "member"), now=now)
    assert (offered.state, offered.hold.kind.name) == ("offered", "Pressure washer")
    assert (in_line.state, in_line.place.number) == ("in_line", 3)


def test_a_place_in_line_is_paused(session: Session, now: datetime) -> None:
    turns = waiting.my_turns(session, person(session, "hanna"), now=now)
    assert {turn.state for turn in turns} == {"paused", "in_line"}


def test_the_library_keeps_something_ready_for_who_accepted_it(
    session: Session, now: datetime
) -> None:
    shelf = waiting.shelf_of(session, group_named(session, "san-rocco"), now=now)
    assert [offer.hold.person.name for offer in shelf.ready] == ["Amina Haddad"]


def test_a_loan_is_called_back_and_one_is_in_dispute(session: Session, now: datetime) -> None:
    loans = session.scalars(select(Loan)).all()
    assert sum(loan.recalled_at is not None for loan in loans) == 1
    assert sum(loan.disputed_at is not None for loan in loans) == 1


def test_a_machine_went_from_farm_to_farm_with_its_meter_read(session: Session) -> None:
    both = joinedload(Handover.loan), joinedload(Handover.next_loan)
    one, other = session.scalars(select(Handover).options(*both).order_by(Handover.id))
    assert one.next_loan == other.loan
    assert one.loan.meter_after == one.meter == other.loan.meter_before
    assert other.next_loan is not None
    assert other.next_loan.returned_at is not None
