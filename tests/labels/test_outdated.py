"""When the address changes: what has only labels with another one, and how all of it is reprinted."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import type_of_client
from tests.counting import statements
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.database import transaction
from toolshare.labels import replacing
from toolshare.labels.models import Batch, BatchLabel, Cause
from toolshare.labels.outdated import Outdated, addresses_of, outdated, worn_now
from toolshare.labels.printing import MOST, PDF, Wishes, prefix_of, print_blanks, print_labels
from toolshare.people.models import Group
from toolshare.people.roles import membership_in

PRESENT, FORMER = "tools.example.org", "old.example.org"
LOST = "lost.example.org"
TODAY = date(2026, 6, 1)
PAGE = "/groups/borgo/labels/outdated"


def printed(world: World, codes: list[str], host: str, **how: Any) -> Batch:
    group: Group = how.get("group", world.borgo)
    prefix = prefix_of(f"https://{host}") if host else ""
    return print_labels(
        world.session, group, codes, Wishes("avery-l7160"), by=world.cora, now=MONDAY_NOON, prefix=prefix
    )  # fmt: skip


def names(world: World) -> list[tuple[str, str]]:
    addresses = addresses_of(world.session, world.borgo)
    found = outdated(world.session, world.borgo, addresses, PRESENT, today=TODAY)
    return [(one.name, one.host) for one in found]


def thing(world: World, name: str, **differences: Any) -> str:
    return world.make_item(world.make_kind(name=name), **differences).code


@on_any_database
def test_what_was_printed_last_with_another_host_is_to_be_reprinted(
    app: Flask, world: World
) -> None:
    card = membership_in(world.session, world.ana, world.borgo)
    assert card is not None
    saw, rake, hoe, barn = (
        thing(world, "Saw"), thing(world, "Rake"), thing(world, "Hoe"), world.make_place("Barn").code,
    )  # fmt: skip
    printed(world, [saw, rake, barn, card.code], FORMER)
    printed(world, [rake], PRESENT)
    printed(world, [hoe], "")
    thing(world, "Never printed")
    assert names(world) == [("Saw", FORMER), ("Barn", FORMER), ("Ana", FORMER)]


def test_what_is_retired_over_or_another_groups_is_not_reprinted(world: World) -> None:
    gone = world.make_person("Gone", world.borgo, until=date(2026, 2, 1))
    card = membership_in(world.session, gone, world.borgo)
    assert card is not None
    retired = thing(world, "Retired", retired_at=MONDAY_NOON)
    kind = world.make_kind(name="Theirs", group_id=world.castello.id)
    printed(world, [retired, card.code, world.make_item(kind).code], FORMER)
    assert names(world) == []


def test_a_thing_whose_old_label_was_replaced_is_not_on_the_list_of_the_outdated(
    world: World,
) -> None:
    saw = thing(world, "Saw")
    printed(world, [saw], FORMER)
    replacing.replace(world.session, saw, Cause.WORN, by=world.sam, now=MONDAY_NOON)
    assert names(world) == []  # its new one was not printed yet: that is another list


def test_the_same_host_in_another_way_to_write_it_is_the_same(world: World) -> None:
    saw, rake = thing(world, "Saw"), thing(world, "Rake")
    batches = [printed(world, [saw], PRESENT), printed(world, [rake], PRESENT)]
    batches[0].prefix = f"HTTP://{PRESENT.upper()}/I/"
    world.session.flush()
    (address,) = addresses_of(world.session, world.borgo)
    assert (address.host, address.labels, len(address.prefixes)) == (PRESENT, 2, 2)
    assert names(world) == []


def test_every_host_on_labels_is_counted_blank_ones_too(world: World) -> None:
    printed(world, [thing(world, "Saw")], "")
    prefix = prefix_of(f"https://{LOST}")
    print_blanks(
        world.session, world.borgo, 3, Wishes("avery-l7160"), by=world.cora, now=MONDAY_NOON, prefix=prefix
    )  # fmt: skip
    found = addresses_of(world.session, world.borgo)
    assert [(one.host, one.labels) for one in found] == [("", 1), (LOST, 3)]


def test_the_list_takes_four_statements_however_long(world: World) -> None:
    codes = [thing(world, f"Saw {number}") for number in range(9)]
    printed(world, codes, FORMER)
    world.session.flush()
    with statements() as sent:
        assert len(names(world)) == 9
    assert len(sent) == 4


def test_codes_of_the_past_become_those_of_now(world: World) -> None:
    card = membership_in(world.session, world.ana, world.borgo)
    assert card is not None
    item, barn = world.make_item(), world.make_place("Barn")
    before = [item.code, barn.code, card.code, thing(world, "Saw")]
    for code in before[:3]:
        replacing.replace(world.session, code, Cause.WORN, by=world.sam, now=MONDAY_NOON)
    wanted = [item.code, barn.code, card.code, before[3]]
    assert worn_now(world.session, [*before, item.code]) == wanted


def test_a_batch_printed_again_has_the_address_and_the_codes_of_now(
    world: World, client_of: type_of_client
) -> None:
    with transaction() as session:
        saw = thing(world, "Saw")
        batch = printed(world, [saw], FORMER)
        replacing.replace(session, saw, Cause.LOST, by=world.sam, now=MONDAY_NOON)
    cora = client_of(world.cora)
    page = cora.get(f"/groups/borgo/labels/{batch.id}").text
    assert f"These labels lead to {FORMER}, a former address." in page
    answer = cora.post(f"/groups/borgo/labels/{batch.id}/reprint")
    assert "a former address" not in cora.get(answer.location).text
    again = world.session.scalars(select(Batch).order_by(Batch.id.desc())).first()
    assert again is not None
    assert again.host == PRESENT
    (label,) = world.session.scalars(select(BatchLabel).where(BatchLabel.batch_id == again.id))
    assert label.code != saw


@pytest.fixture
def moved(world: World) -> World:
    """Borgo with labels of a former host, of one that nobody listed, and of an unknown one."""
    with transaction():
        printed(world, [thing(world, "Saw")], FORMER)
        printed(world, [thing(world, "Rake")], LOST)
        printed(world, [thing(world, "Hoe")], "")
    return world


def test_the_page_lists_what_to_reprint_and_names_hosts_that_are_missing_in_the_settings(
    moved: World, client_of: type_of_client
) -> None:
    cora = client_of(moved.cora)
    assert PAGE in cora.get("/groups/borgo/labels").text
    page = cora.get(PAGE).text
    for said in (
        "Print 2 labels anew", "Saw", "Rake", "Works on: a former one",
        "Refused: missing in TOOLSHARE_FORMER_HOSTS", "printed before addresses were remembered",
        f"TOOLSHARE_FORMER_HOSTS={FORMER},{LOST}",
    ):  # fmt: skip
        assert said in page
    assert "Hoe" not in page


def test_one_button_reprints_all_of_it(moved: World, client_of: type_of_client) -> None:
    cora = client_of(moved.cora)
    answer = cora.post(PAGE)
    assert answer.status_code == 303
    assert "2 labels are ready" in cora.get(answer.location).text
    assert "Nothing to reprint" in cora.get(PAGE).text
    assert cora.post(PAGE).location == PAGE
    assert "There is nothing to reprint." in cora.get(PAGE).text


def test_what_is_more_than_is_printed_at_once_is_left_for_the_next_press(
    moved: World, client_of: type_of_client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOST, PDF, 1)
    cora = client_of(moved.cora)
    page = cora.get(PAGE).text
    assert "Print 1 label anew" in page
    assert "come back for 1 other." in page
    assert cora.post(PAGE).status_code == 303
    assert cora.post(PAGE).status_code == 303
    assert "Nothing to reprint" in cora.get(PAGE).text


def test_a_code_on_a_label_with_a_former_host_is_read_and_one_of_an_unlisted_host_refused(
    moved: World, client_of: type_of_client
) -> None:
    sam = client_of(moved.sam)
    with transaction():
        code = thing(moved, "Pick")
    found = sam.get("/scan", query_string={"code": f"HTTPS://{FORMER.upper()}/I/{code}"})
    assert found.location == f"/I/{code}"
    refused = sam.get("/scan", query_string={"code": f"HTTPS://{LOST.upper()}/I/{code}"})
    assert refused.status_code == 422


def test_what_is_outdated_knows_its_code(world: World) -> None:
    saw = thing(world, "Saw")
    printed(world, [saw], FORMER)
    addresses = addresses_of(world.session, world.borgo)
    found = outdated(world.session, world.borgo, addresses, PRESENT, today=TODAY)
    assert found == [Outdated(saw, "Saw", FORMER)]
