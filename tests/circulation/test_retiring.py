"""Retiring, and counting otherwise: never of what somebody has, not even in the same moment."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tests.at_once import Press, press_all_at_once
from tests.circulation.booked import ana_has_reserved, kept_for
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.circulation import reasons as why
from toolshare.circulation.borrowing import borrow
from toolshare.circulation.models import Loan
from toolshare.circulation.recounting import OutAsCountedNow, refuse_while_out
from toolshare.circulation.retiring import StillOut, WhyIsItRetired, put_back, retire
from toolshare.inventory import stocking
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.people.models import Person, Role
from toolshare.people.roles import RoleNeeded
from toolshare.records import AnySession
from toolshare.refusals import Refusal


def test_all_of_them_retire_or_none(world: World, now: datetime) -> None:
    here, out = world.make_item(), world.make_item()
    world.make_loan(out, world.ana)
    with pytest.raises(Refusal) as refused:
        retire(world.session, [here, out], by=world.cora, now=now, why="Rust")
    assert refused.value.reasons == (StillOut(name="Hand drill", code=out.code),)
    assert here.retired_at is None


def test_what_is_retired_already_stays_as_it_was(world: World, now: datetime) -> None:
    old = world.make_item(retired_at=MONDAY_NOON, retired_why="Rusted")
    new = world.make_item()
    assert retire(world.session, [old, new], by=world.cora, now=now, why="Worn out") == 1
    assert (old.retired_why, new.retired_why) == ("Rusted", "Worn out")


def presses_on(world: World, item: Item) -> dict[str, Press]:
    """What Ana and Cora may press on an item's pages."""
    item_id, kind_id, ana_id, cora_id = item.id, item.kind_id, world.ana.id, world.cora.id

    def borrows(session: AnySession) -> None:
        ana, thing = session.get_one(Person, ana_id), session.get_one(Item, item_id)
        borrow(session, thing, borrower=ana, by=ana, now=MONDAY_NOON)

    def retires(session: AnySession) -> None:
        cora, thing = session.get_one(Person, cora_id), session.get_one(Item, item_id)
        retire(session, [thing], by=cora, now=MONDAY_NOON, why="Worn out")

    def counts_otherwise(session: AnySession) -> None:
        cora = session.get_one(Person, cora_id)
        kind = session.get_one(Kind, kind_id, options=[joinedload(Kind.group)])
        refuse_while_out(session, kind, Counting.BULK)
        stocking.change_kind(session, kind, counting=Counting.BULK, by=cora, now=MONDAY_NOON)

    return {"borrows": borrows, "retires": retires, "counts otherwise": counts_otherwise}


@on_any_database
@pytest.mark.parametrize("turn", range(4))
def test_nothing_is_retired_and_lent_at_once(app: Flask, world: World, turn: int) -> None:
    item = world.make_item()
    presses = presses_on(world, item)
    world.session.commit()
    both = [presses["borrows"], presses["retires"]]
    answers = press_all_at_once(app, both if turn % 2 else both[::-1])
    (refused,) = [reasons for reasons in answers if reasons]
    assert type(refused[0]) in {why.Retired, StillOut}


@on_any_database
@pytest.mark.parametrize("turn", range(4))
def test_a_loan_counts_as_its_kind_does(app: Flask, world: World, turn: int) -> None:
    item = world.make_item()
    presses = presses_on(world, item)
    world.session.commit()
    both = [presses["borrows"], presses["counts otherwise"]]
    answers = press_all_at_once(app, both if turn % 2 else both[::-1])
    refused = [type(reason) for reasons in answers for reason in reasons]
    assert set(refused) <= {OutAsCountedNow}
    counted = world.session.scalars(select(Loan.counted)).one()
    kind = world.session.scalars(select(Kind)).one()
    assert counted == (kind.counting is Counting.COUNTED)


def test_it_is_written_down_why_something_is_retired(world: World, now: datetime) -> None:
    item = world.make_item()
    with pytest.raises(Refusal) as refused:
        retire(world.session, [item], by=world.cora, now=now, why=" ")
    assert refused.value.reasons == (WhyIsItRetired(),)


def test_a_steward_retires_nothing_and_brings_nothing_back(world: World, now: datetime) -> None:
    item = world.make_item()
    for verb in (
        lambda: retire(world.session, [item], by=world.sam, now=now, why="Rust"),
        lambda: put_back(world.session, item, by=world.sam, now=now),
    ):
        with pytest.raises(Refusal) as refused:
            verb()
        assert refused.value.reasons == (RoleNeeded(role=Role.COORDINATOR, group="Borgo"),)


def test_what_was_reserved_of_it_is_kept_on_another(world: World, now: datetime) -> None:
    one = world.make_item()
    booked = ana_has_reserved(world, one.kind, 5, 6)
    other = world.make_item(one.kind)
    retire(world.session, [one], by=world.cora, now=now, why="Rust")
    assert kept_for(world, booked) == other.id


def test_who_had_reserved_it_gets_it_when_it_is_in_stock_again(world: World, now: datetime) -> None:
    item = world.make_item()
    booked = ana_has_reserved(world, item.kind, 5, 6)
    retire(world.session, [item], by=world.cora, now=now, why="Rust")
    assert kept_for(world, booked) is None
    put_back(world.session, item, by=world.cora, now=now)
    assert kept_for(world, booked) == item.id
