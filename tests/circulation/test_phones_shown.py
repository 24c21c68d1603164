"""Whom the phone of a borrower is shown to: who may have the thing next, when the borrower agreed."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from tests.circulation.passing import pass_on
from tests.conftest import type_of_client
from tests.world import MONDAY_NOON, World
from toolshare.circulation.models import Loan
from toolshare.inventory.models import Item
from toolshare.people.models import Person

PHONE = "+39 0123 456789"


@dataclass
class Field:
    """Ana passes the tractor on, and Bea is next."""

    pages: list[str]


@pytest.fixture
def loan(world: World, tractor: Item) -> Loan:
    """Ana has the tractor."""
    return world.make_loan(tractor, world.ana)


@pytest.fixture
def field(world: World, loan: Loan, bea: Person) -> Field:
    """Where Ana stands with the tractor."""
    handover = pass_on(world, loan, now=MONDAY_NOON)
    world.ana.phone, world.ana.shows_phone = PHONE, True
    code = world.session.scalars(select(Item.code)).one()
    pages = [f"/I/{code}", f"/handovers/{handover.token}"]
    world.session.commit()
    return Field(pages)


def test_who_is_next_sees_how_to_reach_who_passes_it_on(
    world: World, field: Field, bea: Person, client_of: type_of_client
) -> None:
    client = client_of(bea)
    for page in field.pages:
        shown = client.get(page).text
        assert PHONE in shown
        assert 'href="tel:+390123456789"' in shown


def test_nobody_else_sees_it(
    world: World, field: Field, bea: Person, client_of: type_of_client
) -> None:
    cem = world.make_person("Cem", world.borgo)
    world.session.commit()
    for reader in (None, cem, world.pau, world.vera, world.zoe):
        client = client_of(reader)
        assert not any(PHONE in client.get(page).text for page in field.pages)


@pytest.mark.parametrize("differences", [{"shows_phone": False}, {"phone": ""}], ids=str)
def test_without_a_number_or_without_consent_nothing_is_shown(
    world: World, field: Field, bea: Person, client_of: type_of_client, differences: dict[str, str]
) -> None:
    for name, value in differences.items():
        setattr(world.ana, name, value)
    world.session.commit()
    client = client_of(bea)
    assert not any("tel:" in client.get(page).text for page in field.pages)
