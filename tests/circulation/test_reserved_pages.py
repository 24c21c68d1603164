"""The page of one reservation: what is typed and pressed there, by the person and by stewards."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.circulation.test_lapsing import break_down
from tests.circulation.test_reserving import book, june
from tests.conftest import type_of_client
from tests.world import World
from toolshare.circulation import lapsing
from toolshare.circulation.promises import Reservation
from toolshare.inventory.models import Item, Kind
from toolshare.rules.setting import set_rule


@pytest.fixture
def tractor(world: World) -> Kind:
    """The only tractor of Borgo."""
    kind = world.make_kind(name="Tractor")
    world.make_item(kind)
    return kind


@pytest.fixture
def booked(world: World, tractor: Kind) -> int:
    """Ana has it from Wednesday the 10th to the 12th."""
    reservation = book(world, tractor, 10, 12)
    world.session.commit()
    return reservation.id


@pytest.fixture
def asked(world: World, tractor: Kind, now: datetime) -> int:
    """Ana asks for it for the 10th to the 12th."""
    set_rule(world.session, world.borgo, "needs_approval", True, by=world.cora, now=now)
    reservation = book(world, tractor, 10, 12)
    world.session.commit()
    return reservation.id


def page_of(client: FlaskClient, reservation_id: int) -> str:
    return client.get(f"/reservations/{reservation_id}").text


def days(first: int, last: int, **more: str) -> dict[str, str]:
    return {"from_day": f"2026-06-{first:02}", "until_day": f"2026-06-{last:02}", **more}


def now_is(world: World, reservation_id: int) -> Reservation:
    world.session.expire_all()
    return world.session.get_one(Reservation, reservation_id)


def test_who_declines_without_a_reason_is_asked_for_one(
    world: World, client_of: type_of_client, asked: int
) -> None:
    client = client_of(world.sam)
    answer = client.post(f"/reservations/{asked}/refusal", data={"why": "  "})
    assert answer.status_code == 422
    assert "Who asked will want to know why not." in answer.text
    assert "Approve" in answer.text
    assert now_is(world, asked).is_open
    client.post(f"/reservations/{asked}/refusal", data={"why": "It is the harvest."})
    assert "“It is the harvest.”" in page_of(client_of(world.ana), asked)


def test_a_program_is_told_that_the_reason_is_missing(
    world: World, client_of: type_of_client, asked: int
) -> None:
    headers = {"Accept": "application/json"}
    answer = client_of(world.sam).post(f"/reservations/{asked}/refusal", headers=headers)
    assert answer.status_code == 422
    assert answer.is_json


def test_what_nobody_answered_is_shown_to_both(
    world: World, client_of: type_of_client, asked: int
) -> None:
    reservation = now_is(world, asked)
    lapsing.lapse(world.session, reservation, now=reservation.fetch_by)
    world.session.commit()
    page = page_of(client_of(world.ana), asked)
    assert "Expired: nobody answered it" in page
    assert "That is not your fault" in page
    assert "Reserve again" in page
    assert "Talk to Ana" in page_of(client_of(world.sam), asked)
    assert "Nobody answered these" in client_of(world.sam).get("/groups/borgo/reservations").text


MAY_BLAME_IT = [("ana", True), ("sam", False)]


@pytest.mark.parametrize(("who", "flexible"), [*MAY_BLAME_IT, ("ana", False)])
def test_the_weather_is_a_reason_to_cancel(
    world: World, client_of: type_of_client, booked: int, who: str, flexible: bool
) -> None:
    may = (who, flexible) in MAY_BLAME_IT
    now_is(world, booked).weather_flexible = flexible
    world.session.commit()
    client = client_of(getattr(world, who))
    assert ("Cancel because of the weather" in page_of(client, booked)) == may
    answer = client.post(f"/reservations/{booked}/cancellation", data={"weather": "yes"})
    assert answer.status_code == (303 if may else 409)
    assert now_is(world, booked).cancelled_for_weather == may
    assert ("Because of the weather." in page_of(client, booked)) == may


def test_a_member_chooses_another_time(
    world: World, client_of: type_of_client, booked: int
) -> None:
    client = client_of(world.ana)
    assert f"/reservations/{booked}/time" in page_of(client, booked)
    page = client.get(f"/reservations/{booked}/time").text
    assert 'value="2026-06-10"' in page
    page = client.get(f"/reservations/{booked}/time", query_string=days(15, 16)).text
    assert "All of it is free then." in page
    answer = client.post(f"/reservations/{booked}/time", data=days(15, 16), follow_redirects=True)
    assert "Moved. It is kept for then." in answer.text
    moved = now_is(world, booked)
    assert (moved.from_at, moved.until_at) == june(world, 15, 16)
    assert len(world.session.scalars(select(Reservation)).all()) == 1


def test_a_time_at_which_it_is_not_free_comes_back_with_others(
    world: World, client_of: type_of_client, booked: int, tractor: Kind
) -> None:
    book(world, tractor, 15, 16, world.sam)
    world.session.commit()
    answer = client_of(world.ana).post(
        f"/reservations/{booked}/time", data=days(15, 16, from_time="", until_time="")
    )
    assert answer.status_code == 409
    assert "Tractor is not free for all of that time." in answer.text
    assert "from_day=2026-06-17&amp;until_day=2026-06-18" in answer.text
    assert 'value="2026-06-15"' in answer.text
    assert now_is(world, booked).changes == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_days_that_are_none_are_answered_clearly(
    world: World, client_of: type_of_client, booked: int, method: str
) -> None:
    answer = client_of(world.ana).open(
        f"/reservations/{booked}/time",
        method=method,
        **{"query_string" if method == "get" else "data": {"from_day": "soon"}},  # type: ignore[arg-type]
    )
    assert answer.status_code == 422
    assert "There is no such date" in answer.text


def test_a_program_moves_it_and_is_told_why_not(
    world: World, client_of: type_of_client, booked: int
) -> None:
    client, headers = client_of(world.ana), {"Accept": "application/json"}
    moving = f"/reservations/{booked}/time"
    assert client.post(moving, data=days(10, 12), headers=headers).status_code == 409
    assert client.post(moving, data=days(15, 16), headers=headers).is_json


def test_what_must_be_approved_again_says_so(
    world: World, client_of: type_of_client, asked: int
) -> None:
    client_of(world.sam).post(f"/reservations/{asked}/approval")
    answer = client_of(world.ana).post(
        f"/reservations/{asked}/time", data=days(15, 16), follow_redirects=True
    )
    assert "Moved: a steward will say yes or no." in answer.text


def test_who_was_displaced_is_offered_other_times_and_one_press_moves_it(
    world: World, client_of: type_of_client, tractor: Kind, booked: int, now: datetime
) -> None:
    (item,) = world.session.scalars(select(Item).where(Item.kind_id == tractor.id))
    break_down(world, item, now)
    world.session.commit()
    client = client_of(world.ana)
    page = page_of(client, booked)
    assert "Not to be had now" in page
    assert "Tue 16 Jun" in page
    assert 'name="from_day" value="2026-06-16"' in page
    answer = client.post(f"/reservations/{booked}/time", data=days(16, 18), follow_redirects=True)
    assert "Moved. It is kept for then." in answer.text
    assert "Not to be had now" not in page_of(client, booked)


def test_nobody_elses_reservation_is_moved(
    world: World, client_of: type_of_client, booked: int
) -> None:
    for person in (world.pau, world.vera, world.zoe):
        client = client_of(person)
        assert client.get(f"/reservations/{booked}/time").status_code == 404
        assert client.post(f"/reservations/{booked}/time", data=days(15, 16)).status_code == 404
    assert now_is(world, booked).changes == 0


def test_who_was_displaced_reads_it_first_and_stewards_read_whom_to_tell(
    world: World, client_of: type_of_client, tractor: Kind, booked: int, now: datetime
) -> None:
    other = world.make_item(world.make_kind(name="Seed drill"))
    earlier = book(world, other.kind, 5, 6).id
    (item,) = world.session.scalars(select(Item).where(Item.kind_id == tractor.id))
    break_down(world, item, now)
    world.session.commit()
    client = client_of(world.ana)
    mine = client.get("/reservations").text
    assert "it says when all of it is free instead" in mine
    assert mine.index(f"/reservations/{booked}") < mine.index(f"/reservations/{earlier}")
    start = client.get("/").text
    assert start.index("Not to be had now") < start.index("What you will fetch")
    steward = client_of(world.sam)
    assert "Ana can’t have what is reserved: Tractor" in steward.get("/").text
    assert "Nothing is there for them: tell them" in steward.get("/groups/borgo/reservations").text


def test_stewards_read_that_an_answer_is_due(
    world: World, client_of: type_of_client, asked: int
) -> None:
    assert "1 reservation waits for your yes" in client_of(world.sam).get("/").text
    assert "waits for your yes" not in client_of(world.ana).get("/").text
    assert "They wait for your yes" in client_of(world.sam).get("/groups/borgo/reservations").text
    assert now_is(world, asked).is_requested
