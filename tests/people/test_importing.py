"""Bringing people in from a spreadsheet."""

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.world import World
from toolshare.people.importing import (
    ColumnMissing,
    HasLeft,
    NameMissing,
    Outcome,
    TwiceInFile,
    UnknownRole,
    import_people,
    plan,
)
from toolshare.people.joining import NotAnEmail
from toolshare.people.memberships import LastCoordinator
from toolshare.people.models import Membership, Person, Role
from toolshare.people.roles import role_in
from toolshare.refusals import Reason, Refusal
from toolshare.spreadsheets import InLine, NoRows

TODAY = date(2026, 6, 1)
FILE = b"""name;E-Mail;Role;phone
Ada;ada@example.org;Steward;055 1
Berto;berto@example.org;;
Ana;ANA@example.org;steward;
Anna (moved);vera@example.org;member;
Sam;sam@example.org;;
"""


def roles_of(session: Session, world: World) -> dict[str, Role]:
    found = session.execute(
        select(Person.email, Membership.role)
        .join(Membership.person)
        .where(Membership.group_id == world.borgo.id)
    )
    return {email.partition("@")[0]: role for email, role in found}


def test_people_come_in_with_their_roles(session: Session, world: World, now: datetime) -> None:
    steps = import_people(session, world.borgo, FILE, by=world.cora, now=now)
    assert [(step.newcomer.line, step.outcome) for step in steps] == [
        (2, Outcome.JOINS),
        (3, Outcome.JOINS),
        (4, Outcome.CHANGES),
        (5, Outcome.JOINS),
        (6, Outcome.STAYS),
    ]
    assert roles_of(session, world) == {
        "ada": Role.STEWARD,
        "ana": Role.STEWARD,
        "berto": Role.MEMBER,
        "cora": Role.COORDINATOR,
        "pau": Role.MEMBER,
        "sam": Role.STEWARD,
        "vera": Role.MEMBER,
    }
    assert world.vera.name == "Vera"


def test_the_same_file_twice_changes_nothing(session: Session, world: World, now: datetime) -> None:
    import_people(session, world.borgo, FILE, by=None, now=now)
    before = roles_of(session, world)
    steps = import_people(session, world.borgo, FILE, by=None, now=now)
    assert {step.outcome for step in steps} == {Outcome.STAYS}
    assert roles_of(session, world) == before


def test_a_plan_changes_nothing(session: Session, world: World, now: datetime) -> None:
    before = roles_of(session, world)
    assert len(plan(session, world.borgo, FILE, now=now)) == 5
    assert roles_of(session, world) == before


def test_the_last_coordinator_steps_down_for_another_of_the_same_file(
    session: Session, world: World, now: datetime
) -> None:
    stepping_down = b"name,email,role\nCora,cora@example.org,member\n"
    with pytest.raises(Refusal) as refused:
        import_people(session, world.borgo, stepping_down, by=world.cora, now=now)
    assert refused.value.reasons == (LastCoordinator(name="Cora", group="Borgo"),)
    both = stepping_down + b"Ana,ana@example.org,coordinator\n"
    import_people(session, world.borgo, both, by=world.cora, now=now)
    assert role_in(session, world.cora, world.borgo, today=TODAY) is Role.MEMBER


def test_every_wrong_line_is_named_and_nobody_comes_in(
    session: Session, world: World, now: datetime
) -> None:
    before = roles_of(session, world)
    with pytest.raises(Refusal) as refused:
        import_people(
            session,
            world.borgo,
            b"name,email,role\nAda,ada@example.org,\n,nowhere,\nEva,eva@example.org,king\n",
            by=world.cora,
            now=now,
        )
    assert refused.value.reasons == (
        InLine(3, NameMissing()),
        InLine(3, NotAnEmail("nowhere")),
        InLine(4, UnknownRole("king")),
    )
    assert str(refused.value).splitlines()[2] == (
        "Line 4: “king” is not a role. Write member, steward or coordinator."
    )
    assert roles_of(session, world) == before


@pytest.mark.parametrize(
    ("content", "reasons"),
    [
        (b"who,role\nAda,\n", (ColumnMissing("name"), ColumnMissing("email"))),
        (b"name,email\n", (NoRows(),)),
        (
            b"name,email\nAda,ada@example.org\nAda,ADA@example.org\n",
            (InLine(3, TwiceInFile("ada@example.org")),),
        ),
        (b"name,email\nGino,gino@example.org\n", (InLine(2, HasLeft("Gino", "Borgo")),)),
    ],
)
def test_a_file_that_can_not_be_used_is_refused(
    session: Session, world: World, now: datetime, content: bytes, reasons: tuple[Reason, ...]
) -> None:
    world.make_person("Gino", world.borgo, until=date(2026, 5, 31))
    with pytest.raises(Refusal) as refused:
        plan(session, world.borgo, content, now=now)
    assert refused.value.reasons == reasons
