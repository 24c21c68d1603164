"""The pages of households: for who shares one, for its first, for coordinators."""

import re
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admission.conftest import refused
from tests.browser.admission import invite, share_a_household
from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import MONDAY_NOON, PASSWORD, World
from toolshare.admission import inviting
from toolshare.database import transaction
from toolshare.people.households import InAHousehold
from toolshare.people.models import Household, Membership, Person
from toolshare.people.roles import membership_in

HOME = "/groups/borgo/household"


def membership_id(world: World, person: Person) -> int:
    found = membership_in(world.session, person, world.borgo)
    assert found is not None
    return found.id


@pytest.fixture
def cora(world: World, client_of: type_of_client) -> FlaskClient:
    """Cora's browser."""
    return client_of(world.cora)


def test_a_coordinator_puts_people_together_and_takes_them_apart(
    world: World, cora: FlaskClient
) -> None:
    ana, pau = (
        f"/groups/borgo/people/{membership_id(world, one)}/household"
        for one in (world.ana, world.pau)
    )
    assert cora.get(ana).status_code == HTTPStatus.OK
    assert cora.post(ana, data={"household": "", "name": "Conti"}).location == ana
    made = world.session.scalars(select(Household)).one()
    for wrong in ("999", "x"):
        assert cora.post(pau, data={"household": wrong}).status_code == 422
    assert cora.post(pau, data={"household": made.id}).location == pau
    page = cora.get(ana).text
    assert "Conti" in page
    assert "Pau" in page
    assert cora.post(pau, data={"household": ""}).status_code == HTTPStatus.CONFLICT
    assert cora.post(f"{pau}/removal").location == pau
    assert "None: stands alone." in cora.get(pau).text
    assert cora.post(pau, data={"household": ""}).location == pau
    assert world.session.scalars(select(Household.name).order_by(Household.id)).all() == [
        "Conti",
        "Pau",
    ]


def test_the_first_invites_one_more_who_has_no_account(
    world: World, client_of: type_of_client
) -> None:
    with transaction():
        household_id = share_a_household(world, world.ana).id
    ana, stranger = client_of(world.ana), client_of(None)
    link = re.findall(r"/join/[\w-]+", ana.post(f"{HOME}/invitations").text)[0]
    assert "You share the membership of a household" in stranger.get(link).text
    ada = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD}
    stranger.post(f"{link}/account", data=ada)
    own = world.session.scalars(select(Membership).order_by(Membership.id.desc())).first()
    assert own is not None
    assert own.household_id == household_id
    assert "Ada" in ana.get(HOME).text
    assert "Invite one more" not in stranger.get(HOME).text
    assert stranger.post(f"{HOME}/invitations").status_code == HTTPStatus.FORBIDDEN
    assert client_of(None).get(link).status_code == HTTPStatus.GONE


def test_a_member_joins_a_household_with_one_button_unless_in_another(
    world: World, client_of: type_of_client
) -> None:
    with transaction() as session:
        household = share_a_household(world, world.ana)
        share_a_household(world, world.pau)
        acts = {"by": world.ana, "now": MONDAY_NOON}
        token, other = (inviting.invite_home(session, household, **acts)[1] for _ in range(2))
    sam = client_of(world.sam)
    assert "Join Borgo" in sam.get(f"/join/{token}").text
    assert sam.post(f"/join/{token}").location == "/groups/borgo"
    assert "Sam" in sam.get(HOME).text
    against = refused(inviting.accept, world.session, other, by=world.pau, now=MONDAY_NOON)
    assert against == [InAHousehold(name="Pau")]
    removal = {"membership": membership_id(world, world.sam)}
    assert sam.post(f"{HOME}/removals", data=removal).location == HOME
    assert "You stand alone" in sam.get(HOME).text
    assert sam.post(f"{HOME}/removals", data=removal).status_code == HTTPStatus.CONFLICT
    assert sam.post(f"{HOME}/invitations").status_code == HTTPStatus.CONFLICT


def test_an_invitation_into_no_household_changes_none(world: World) -> None:
    share_a_household(world, world.ana)
    made, token = invite(world)
    inviting.accept(world.session, token, by=world.ana, now=MONDAY_NOON)
    assert made.used == 0


def test_my_loans_shows_what_the_household_has_in_as_many_statements_for_many(
    world: World, client_of: type_of_client
) -> None:
    with transaction():
        bob = world.make_person("Bob", world.borgo)
        share_a_household(world, world.ana, bob)
        world.make_loan(world.make_item(world.make_kind(name="Mower")), bob)
    ana = client_of(world.ana)
    with statements() as few:
        page = ana.get("/loans").text
    assert "In your household" in page
    assert page.index("Mower") < page.index("Bob")
    with transaction():
        for _ in range(5):
            world.make_loan(world.make_item(), bob)
    with statements() as many:
        ana.get("/loans")
    assert len(many) == len(few)
    assert "In your household" not in client_of(world.sam).get("/loans").text
