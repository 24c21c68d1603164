"""The pages of reservations, as members and stewards use them."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.circulation.test_reserving import book
from tests.conftest import type_of_client
from tests.counting import statements
from tests.world import World
from toolshare.circulation import lapsing
from toolshare.circulation.promises import Promise, Reservation, ReservedUnit
from toolshare.inventory.models import Counting, Kind
from toolshare.rules.setting import set_rule

DAYS = {"from_day": "2026-06-10", "until_day": "2026-06-12"}


@pytest.fixture
def tractor(world: World) -> Kind:
    """A tractor of Borgo."""
    kind = world.make_kind(name="Tractor")
    world.make_item(kind)
    world.session.commit()
    return kind


@pytest.fixture
def drill(world: World) -> Kind:
    """A seed drill of Borgo."""
    kind = world.make_kind(name="Seed drill")
    world.make_item(kind)
    world.session.commit()
    return kind


def sent(*kinds: Kind, **other: Any) -> dict[str, Any]:
    """What the form sends."""
    return {"kind": [kind.id for kind in kinds], **DAYS, **other}


def test_a_member_reserves_a_tractor_and_a_drill_together(
    world: World, client_of: type_of_client, tractor: Kind, drill: Kind
) -> None:
    client = client_of(world.ana)
    answer = client.post("/reservations", data=sent(tractor, drill), follow_redirects=True)
    assert answer.status_code == 200
    assert "Reserved. It is kept for you." in answer.text
    kinds = set(world.session.scalars(select(ReservedUnit.kind_id)))
    assert kinds == {tractor.id, drill.id}
    assert "Tractor" in client.get("/reservations").text


def test_the_page_says_whether_it_is_free_and_writes_nothing(
    world: World, client_of: type_of_client, tractor: Kind
) -> None:
    client = client_of(world.ana)
    page = client.get("/reservations/new", query_string=sent(tractor))
    assert "All of it is free then." in page.text
    book(world, tractor, 11, 11, world.sam)
    world.session.commit()
    page = client.get("/reservations/new", query_string=sent(tractor))
    assert "Tractor is not free for all of that time." in page.text
    assert "from_day=2026-06-12&amp;until_day=2026-06-14" in page.text
    assert len(world.session.scalars(select(Reservation)).all()) == 1


def test_what_is_not_free_comes_back_with_the_reasons_and_what_was_typed(
    world: World, client_of: type_of_client, tractor: Kind, drill: Kind
) -> None:
    book(world, tractor, 11, 11, world.sam)
    world.session.commit()
    answer = client_of(world.ana).post("/reservations", data=sent(tractor, drill, note="Hay"))
    assert answer.status_code == 409
    assert "Tractor is not free for all of that time." in answer.text
    assert 'value="2026-06-10"' in answer.text
    assert "Hay" in answer.text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"from_day": ""}, "This field is required"),
        ({"from_day": "soon"}, "There is no such date"),
        ({"until_day": "2026-06-09"}, "It ends before it begins."),
        ({"until_day": "9999-12-31"}, "That is too far ahead."),
        ({"from_time": "09:00"}, "Give both times, or none for whole days."),
    ],
)
def test_bad_days_are_answered_clearly(
    world: World, client_of: type_of_client, tractor: Kind, typed: dict[str, str], says: str
) -> None:
    answer = client_of(world.ana).post("/reservations", data=sent(tractor, **typed))
    assert answer.status_code == 422
    assert says in answer.text
    assert world.session.scalars(select(Reservation)).all() == []


@pytest.mark.parametrize("quantity", ["0", "-1", "two", "99999999999"])
def test_a_quantity_that_is_none_is_refused(
    world: World, client_of: type_of_client, quantity: str
) -> None:
    chairs = world.make_kind(name="Chair", counting=Counting.BULK)
    world.make_item(chairs, quantity=40)
    world.session.commit()
    typed = {f"quantity-{chairs.id}": quantity}
    answer = client_of(world.ana).post("/reservations", data=sent(chairs, **typed))
    assert answer.status_code == 422
    assert world.session.scalars(select(Promise)).all() == []


def test_by_the_hour(world: World, client_of: type_of_client, tractor: Kind) -> None:
    times = {"until_day": "2026-06-10", "from_time": "09:00", "until_time": "11:30"}
    client_of(world.ana).post("/reservations", data=sent(tractor, **times))
    made = world.session.scalars(select(Reservation)).one()
    assert (made.from_at.hour, made.until_at.hour, made.until_at.minute) == (7, 9, 30)


def test_the_next_hours_that_are_free_can_be_chosen(
    world: World, client_of: type_of_client, tractor: Kind
) -> None:
    book(world, tractor, 10, 10, world.sam)
    world.session.commit()
    times = {"until_day": "2026-06-10", "from_time": "09:00", "until_time": "11:30"}
    page = client_of(world.ana).get("/reservations/new", query_string=sent(tractor, **times))
    assert "from_day=2026-06-11&amp;until_day=2026-06-11&amp;from_time=09:00" in page.text


def test_something_else_is_found_and_added(
    world: World, client_of: type_of_client, tractor: Kind, drill: Kind
) -> None:
    page = client_of(world.ana).get(
        "/reservations/new", query_string={"kind": tractor.id, "add": "seed"}
    )
    assert f"kind={tractor.id}&amp;kind={drill.id}" in page.text


def test_a_steward_reserves_for_a_member(
    world: World, client_of: type_of_client, tractor: Kind
) -> None:
    client_of(world.sam).post("/reservations", data=sent(tractor, to="Ana"))
    assert world.session.scalars(select(Reservation.person_id)).one() == world.ana.id


def test_a_member_reserves_for_nobody_else(
    world: World, client_of: type_of_client, tractor: Kind
) -> None:
    answer = client_of(world.ana).post("/reservations", data=sent(tractor, to="Sam"))
    assert answer.status_code == 403
    assert world.session.scalars(select(Reservation)).all() == []


def test_a_steward_approves_what_a_member_asks_for(
    world: World, client_of: type_of_client, tractor: Kind, now: Any
) -> None:
    set_rule(world.session, world.borgo, "needs_approval", True, by=world.cora, now=now)
    world.session.commit()
    asked = client_of(world.ana).post("/reservations", data=sent(tractor), follow_redirects=True)
    assert "a steward will say yes or no" in asked.text
    made = world.session.scalars(select(Reservation.id)).one()
    steward = client_of(world.sam)
    assert "Asked for" in steward.get("/groups/borgo/reservations").text
    approved = steward.post(f"/reservations/{made}/approval", follow_redirects=True)
    assert "Approved." in approved.text


def test_a_member_cancels(world: World, client_of: type_of_client, tractor: Kind) -> None:
    made = book(world, tractor, 10, 12).id
    world.session.commit()
    client = client_of(world.ana)
    assert "Cancel the reservation" in client.get(f"/reservations/{made}").text
    answer = client.post(f"/reservations/{made}/cancellation", follow_redirects=True)
    assert "Cancelled: it is free for others now." in answer.text


def test_a_steward_sets_aside_what_will_be_fetched(
    world: World, client_of: type_of_client, tractor: Kind
) -> None:
    made = book(world, tractor, 10, 12)
    made_id, unit_id = made.id, made.units[0].id
    world.session.commit()
    client = client_of(world.sam)
    client.post(f"/reservations/{made_id}/units/{unit_id}/shelf")
    assert "Ready on the shelf" in client.get(f"/reservations/{made_id}").text


def test_nobody_elses_reservation_is_shown(
    world: World, client_of: type_of_client, tractor: Kind
) -> None:
    made = book(world, tractor, 10, 12, world.sam).id
    world.session.commit()
    assert client_of(world.ana).get(f"/reservations/{made}").status_code == 404
    assert "Sam" not in client_of(world.ana).get("/reservations").text


def test_the_scan_page_says_that_it_is_reserved_and_until_when_one_would_have_it(
    world: World, client_of: type_of_client
) -> None:
    item = world.make_item()
    code = item.code
    book(world, item.kind, 5, 6, world.sam)
    world.session.commit()
    page = client_of(world.ana).get(f"/I/{code}").text
    assert "It is reserved from Fri 5 Jun" in page
    assert "<strong>Thu 4 Jun</strong>" in page


def test_lists_take_the_same_number_of_statements_however_long(
    world: World, client_of: type_of_client
) -> None:
    def how_many() -> int:
        client = client_of(world.sam)
        with statements() as found:
            client.get("/groups/borgo/reservations")
        return len(found)

    kinds = [world.make_item(world.make_kind(name=f"Kind {number}")).kind for number in range(4)]
    book(world, kinds[0], 10, 12)
    world.session.commit()
    before = how_many()
    for kind in kinds[1:]:
        book(world, kind, 10, 12)
    world.session.commit()
    assert how_many() == before


def test_the_start_shows_what_one_will_fetch(
    world: World, client_of: type_of_client, tractor: Kind
) -> None:
    book(world, tractor, 10, 12)
    world.session.commit()
    assert "What you will fetch" in client_of(world.ana).get("/").text
    assert "What you will fetch" not in client_of(world.sam).get("/").text


def test_who_left_one_unfetched_reads_what_that_means(
    world: World, client_of: type_of_client, tractor: Kind
) -> None:
    booked = book(world, tractor, 1, 1)
    lapsing.lapse(world.session, booked, now=booked.until_at)
    world.session.commit()
    page = client_of(world.ana).get("/reservations").text
    assert "Not fetched" in page
    assert "nobody else can have" in page
