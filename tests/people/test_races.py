"""Several people change a group or try a password at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.at_once import Press, press_all_at_once
from tests.conftest import type_of_client
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.database import db, transaction
from toolshare.people.memberships import LastCoordinator, Standing, change_membership
from toolshare.people.models import Membership, Person, Role
from toolshare.people.throttling import attempt_of, count
from toolshare.records import AnySession

AT_ONCE = 8


def steps_down(membership: Membership, by: Person) -> Press:
    membership_id, person_id = membership.id, by.id

    def press(session: AnySession) -> None:
        own = session.get_one(Membership, membership_id)
        to = Standing(Role.MEMBER, date(2026, 1, 1))
        change_membership(session, own, to, by=session.get_one(Person, person_id), now=MONDAY_NOON)

    return press


@on_any_database
def test_when_all_coordinators_step_down_at_once_one_stays(app: Flask, world: World) -> None:
    with transaction() as session:
        for number in range(AT_ONCE - 1):
            world.make_person(f"Coordinator{number}", world.borgo, Role.COORDINATOR)
    leading = session.scalars(
        select(Membership).where(
            Membership.group_id == world.borgo.id, Membership.role == Role.COORDINATOR
        )
    )
    presses = [steps_down(membership, world.cora) for membership in leading]
    answers = press_all_at_once(app, presses)
    assert answers.count(()) == AT_ONCE - 1
    ((reason,),) = [reasons for reasons in answers if reasons]
    assert isinstance(reason, LastCoordinator)


@on_any_database
def test_wrong_sign_ins_all_at_once_are_counted_too(app: Flask, world: World) -> None:
    attempt = attempt_of("ana@example.org", "203.0.113.7", key="a key")
    with transaction() as session:
        count(session, attempt, now=MONDAY_NOON)

    def tries(session: AnySession) -> None:
        count(session, attempt, now=MONDAY_NOON)

    answers = press_all_at_once(app, [tries] * AT_ONCE)
    assert answers.count(()) == 4


@on_any_database
def test_somebody_who_is_added_many_times_at_once_is_added_once(
    app: Flask, world: World, client_of: type_of_client
) -> None:
    clients = [client_of(world.cora) for _ in range(AT_ONCE)]
    db.session.rollback()
    ada = {"name": "Ada", "email": "ada@example.org", "role": "member"}

    def add(client: FlaskClient) -> int:
        with app.app_context():
            return client.post("/groups/borgo/people", data=ada).status_code

    with ThreadPoolExecutor(AT_ONCE) as threads:
        assert Counter(threads.map(add, clients)) == {303: 1, 409: AT_ONCE - 1}


@on_any_database
def test_a_character_that_no_database_keeps_is_refused(
    world: World, client_of: type_of_client
) -> None:
    client = client_of(world.cora)
    assert client.get("/groups/bor%00go").status_code == 400
    assert client.get("/groups/borgo/people?words=%00").status_code == 400
    assert client.post("/sign-in", data={"email": "a\0", "password": "b"}).status_code == 400
