"""My loans, a group's overview, what lives in a place, and whose a card is."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.circulation.test_scan_page import statements_for, text
from tests.conftest import type_of_client
from tests.world import MONDAY_NOON, World
from toolshare.care.models import Outage, OutageReason
from toolshare.circulation.models import Loan
from toolshare.circulation.overview import Shown, overview
from toolshare.desk.home import home_of
from toolshare.inventory.models import Item
from toolshare.people.models import Membership

DAY = timedelta(days=1)


def make(world: World, name: str) -> Item:
    return world.make_item(world.make_kind(name=name))


@pytest.fixture
def loans(world: World) -> list[Loan]:
    """Ana has a thing that is late, one due tomorrow and one due next week; one she gave back."""
    begun = {"borrowed_at": MONDAY_NOON - 6 * DAY}
    made = [
        world.make_loan(make(world, "Scythe"), world.ana, due_at=MONDAY_NOON - 2 * DAY, **begun),
        world.make_loan(make(world, "Press"), world.ana, due_at=MONDAY_NOON + DAY, **begun),
        world.make_loan(make(world, "Ladder"), world.ana),
        world.make_loan(make(world, "Rake"), world.ana, returned_at=MONDAY_NOON),
    ]
    world.make_loan(make(world, "Saw"), world.sam)
    world.session.commit()
    return made


def test_my_loans_are_mine_and_the_most_pressing_comes_first(
    world: World, loans: list[Loan], client_of: type_of_client
) -> None:
    page = text(client_of(world.ana).get("/loans"))
    order = [
        "Scythe Borgo Late since Sat 30 May, 14:00",
        "Press Borgo Due soon on Tue 2 Jun, 14:00 Renew",
        "Ladder Borgo Out until Mon 8 Jun, 14:00",
        "Given back Rake Mon 1 Jun",
    ]
    assert [page.index(one) for one in order] == sorted(page.index(one) for one in order)
    assert "Saw" not in page


def test_who_has_nothing_reads_how_to_begin(world: World, client_of: type_of_client) -> None:
    assert "Scan the label on a thing to borrow it." in text(client_of(world.ana).get("/loans"))


def test_renewing_from_the_list_leads_back_to_it(
    world: World, loans: list[Loan], client_of: type_of_client
) -> None:
    client = client_of(world.ana)
    answer = client.post(f"/loans/{loans[1].id}/renewals", data={"list": "yes"})
    assert (answer.status_code, answer.location) == (303, "/loans")
    assert "Renewed until Mon 8 Jun." in text(client.get("/loans"))


@pytest.mark.parametrize("verb", ["renewals", "undo"])
def test_anothers_loan_is_not_there(
    world: World, loans: list[Loan], client_of: type_of_client, verb: str
) -> None:
    for person in (world.pau, world.vera, world.zoe):
        assert client_of(person).post(f"/loans/{loans[2].id}/{verb}").status_code == 404
    assert client_of(world.ana).post(f"/loans/999/{verb}").status_code == 404


def test_the_overview_begins_with_what_is_late(
    world: World, loans: list[Loan], client_of: type_of_client
) -> None:
    page = text(client_of(world.sam).get("/groups/borgo/overview"))
    assert "Late 1" in page
    assert "Out 4" in page
    assert re.search(r"Scythe \w{4} \w{4} Ana Late", page)
    assert "Press" not in page


def test_the_overview_lists_what_is_out_of_service(world: World, client_of: type_of_client) -> None:
    for reason, name in zip(OutageReason, ("Drill", "Tractor", "Level"), strict=True):
        outage = Outage(item=make(world, name), reason=reason, since=MONDAY_NOON, by=world.sam)
        world.session.add(outage)
    world.session.commit()
    client = client_of(world.sam)
    page = text(client.get("/groups/borgo/overview"))
    assert "Needs a check 1 In repair 1 Missing 1" in page
    assert "Drill" in page
    page = text(client.get("/groups/borgo/overview?show=missing"))
    assert "Level" in page
    assert "Drill" not in page


def test_what_is_due_needs_a_check_at_the_start_and_in_the_list_that_it_leads_to(
    world: World, client_of: type_of_client
) -> None:
    due, both, at_the_smith = (world.make_item(serial=name) for name in ("due", "both", "smith"))
    gone = world.make_item(retired_at=MONDAY_NOON)
    for item in (due, both, at_the_smith, gone):
        item.service_due_at = MONDAY_NOON - DAY
    for item, reason in ((both, OutageReason.NEEDS_CHECK), (at_the_smith, OutageReason.IN_REPAIR)):
        world.session.add(Outage(item=item, reason=reason, since=MONDAY_NOON, note="Rattles."))
    world.session.commit()
    (to_do,) = home_of(world.session, world.sam, now=MONDAY_NOON).to_do
    found = overview(world.session, world.borgo, Shown.NEEDS_CHECK, now=MONDAY_NOON)
    assert to_do.to_be_checked == found.counts[Shown.NEEDS_CHECK] == 2
    assert [one.item for one in found.things_off] == [due, both]
    assert found.counts[Shown.IN_REPAIR] == 1
    found = overview(world.session, world.borgo, Shown.IN_REPAIR, now=MONDAY_NOON)
    assert [one.item for one in found.things_off] == [at_the_smith]
    page = text(client_of(world.sam).get("/groups/borgo/overview?show=needs_check"))
    assert "Sun 31 May Its service plan Its service is due." in page
    assert "Mon 1 Jun – Rattles. · Its service is due." in page


def test_an_overview_with_nothing_says_so(world: World, client_of: type_of_client) -> None:
    client = client_of(world.sam)
    for query in ("", "?show=late", "?show=nonsense&page=-3", "?show=missing&page=many"):
        answer = client.get(f"/groups/borgo/overview{query}")
        assert answer.status_code == 200
        assert "Nothing here" in text(answer)


def test_the_overview_is_for_stewards_of_the_group(world: World, client_of: type_of_client) -> None:
    assert client_of(world.ana).get("/groups/borgo/overview").status_code == 403
    assert client_of(world.vera).get("/groups/borgo/overview").status_code == 404


def test_lists_take_few_statements_and_show_a_page_at_a_time(
    world: World, loans: list[Loan], client_of: type_of_client
) -> None:
    ana, sam = client_of(world.ana), client_of(world.sam)
    overview = "/groups/borgo/overview?show=out"
    before = statements_for(ana, "/loans"), statements_for(sam, overview)
    for number in range(60):
        world.make_loan(make(world, f"Thing {number}"), world.ana)
        world.make_loan(make(world, f"Old {number}"), world.ana, returned_at=MONDAY_NOON)
    world.session.commit()
    assert (statements_for(ana, "/loans"), statements_for(sam, overview)) == before
    assert max(before) <= 9
    page = text(sam.get(overview))
    assert len(re.findall(r"Thing \d", page)) == 46
    assert "Page 1 of 2" in page
    page = text(sam.get(f"{overview}&page=2"))
    assert len(re.findall(r"Thing \d", page)) == 14
    assert text(ana.get("/loans")).count("Old ") == 20


def test_a_place_shows_members_what_lives_there(world: World, client_of: type_of_client) -> None:
    hook = world.make_place("Hook 12", path="Barn > Hook 12")
    world.make_item(world.make_kind(name="Rake"), place_id=hook.id)
    out = world.make_item(world.make_kind(name="Saw"), place_id=hook.id)
    world.make_item(world.make_kind(name="Gone"), place_id=hook.id, retired_at=MONDAY_NOON)
    world.make_loan(out, world.sam)
    empty = world.make_place("Hook 13")
    world.session.commit()
    client = client_of(world.ana)
    page = text(client.get(f"/I/{hook.code}"))
    assert "Barn > Hook 12" in page.replace("&gt;", ">")
    assert "Rake Free" in page
    assert "Saw Out" in page
    assert "Gone" not in page
    assert "Nothing lives here yet" in text(client.get(f"/I/{empty.code}"))
    for stranger in (None, world.zoe, world.vera):
        page = text(client_of(stranger).get(f"/I/{hook.code}"))
        assert "This is a place of Borgo." in page
        assert "Rake" not in page


def test_a_card_shows_the_member_to_stewards_and_to_its_owner_only(
    world: World, loans: list[Loan], client_of: type_of_client
) -> None:
    theirs = world.make_kind(name="Tractor", group_id=world.valle.id)
    world.make_loan(world.make_item(theirs), world.ana)
    world.session.commit()
    ana = select(Membership.code).where(Membership.person_id == world.ana.id)
    path = f"/I/{world.session.scalars(ana).one()}"
    for reader in (world.sam, world.ana):
        page = text(client_of(reader).get(path))
        assert "Ana" in page
        assert "Scythe" in page
        assert "Tractor" not in page
    for reader in (None, world.pau, world.zoe, world.vera):
        page = text(client_of(reader).get(path))
        assert "A member's card It belongs to Borgo." in page.replace("&#39;", "'")
        assert "Ana" not in page
        assert "Scythe" not in page
