"""What stewards see of exceptions, and press; and the photos that waited for a signal."""

import io
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from tests.conftest import type_of_client
from tests.counting import statements
from tests.offline.sending import JSON, one_scan, outcomes, send
from tests.offline.telling import TEN, YESTERDAY, exceptions, lent, returned, tell
from tests.reading import text
from tests.world import World
from toolshare.care.models import Inspection
from toolshare.circulation.models import Loan
from toolshare.demo.drawings.drawing import photo_of
from toolshare.inventory.models import Item, Photo
from toolshare.offline.models import Settlement

PAGE = "/groups/borgo/exceptions"
MOST_STATEMENTS = 12


def picture() -> FileStorage:
    buffer = io.BytesIO()
    photo_of("Hand drill").save(buffer, "PNG")
    return FileStorage(io.BytesIO(buffer.getvalue()), "drill.png")


def press(world: World, client_of: type_of_client, **sent: str) -> TestResponse:
    """Sam settles the first exception."""
    address = f"{PAGE}/{exceptions(world)[0].id}/settlement"
    return client_of(world.sam).post(address, data=sent)


def test_a_steward_reads_what_was_done_why_not_and_by_whom(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    world.make_loan(drill, world.cora, borrowed_at=YESTERDAY)
    tell(world, lent(drill, TEN, sent={"note": "By the door."}), world.ana)
    world.session.commit()
    page = text(client_of(world.sam).get(PAGE))
    for words in (
        *("Lent to Ana", "Hand drill", "Out", "Mon 1 Jun, 12:00"),
        *("told by Ana on Mon 1 Jun, 14:00", "It is out until", "“By the door.”"),
    ):
        assert words in page
    assert "Lend it anyway" not in page


def test_what_can_not_be_read_is_shown_as_it_was_sent(
    world: World, client_of: type_of_client
) -> None:
    send(client_of(world.ana), {"act": "burn"})
    page = text(client_of(world.sam).get(PAGE))
    assert "Something that can’t be read" in page
    assert "{&#34;act&#34;: &#34;burn&#34;}" in page


def test_what_is_settled_is_told_below(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    tell(world, returned(drill, TEN), world.sam)
    world.session.commit()
    assert press(world, client_of, note="It was never out.").status_code == 303
    page = text(client_of(world.sam).get(PAGE))
    assert "No exceptions" in page
    assert "Brought back · Hand drill settled by Sam “It was never out.”" in page


@pytest.mark.parametrize("how", [Settlement.LENT, Settlement.RETURNED])
def test_what_can_still_be_done_is_one_press_away(
    world: World, drill: Item, client_of: type_of_client, how: Settlement
) -> None:
    lends = how is Settlement.LENT
    loan = world.make_loan(drill, world.cora, borrowed_at=YESTERDAY) if lends else None
    tell(world, (lent if lends else returned)(drill, TEN), world.sam)
    if loan is None:
        world.make_loan(drill, world.ana, borrowed_at=YESTERDAY)
    else:
        tell(world, returned(drill, TEN), world.sam)
    world.session.commit()
    label = "Lend it anyway" if lends else "It is back"
    assert label in text(client_of(world.sam).get(PAGE))
    answer = press(world, client_of, how=how)
    assert answer.status_code == 303
    assert exceptions(world)[0].settlement == how
    newest = world.session.scalars(select(Loan).order_by(Loan.id.desc())).first()
    assert newest is not None
    assert newest.is_out is lends


@pytest.mark.parametrize("card", ["000000", ["x"]])
def test_what_went_out_on_an_unknown_card_is_not_to_be_lent(
    world: World, drill: Item, client_of: type_of_client, card: Any
) -> None:
    sam = client_of(world.sam)
    assert outcomes(send(sam, one_scan("lend", drill, card=card))) == ["exception"]
    page = text(sam.get(PAGE))
    assert "Lent to an unknown card" in page
    assert "Lend it anyway" not in page


def test_what_a_member_left_in_the_shed_is_not_to_be_taken_back_from_another(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    tell(world, returned(drill, TEN), world.ana)
    world.make_loan(drill, world.cora, borrowed_at=YESTERDAY)
    world.session.commit()
    sam = client_of(world.sam)
    assert "It is back" not in text(sam.get(PAGE))
    assert press(world, client_of, how="returned").status_code == 409
    world.make_loan(world.make_item(), world.ana)
    world.session.commit()
    assert "It is back" not in text(sam.get(PAGE))


def test_what_is_refused_stays_an_exception(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    world.make_loan(drill, world.cora, borrowed_at=YESTERDAY)
    tell(world, lent(drill, TEN), world.ana)
    world.session.commit()
    answer = press(world, client_of, how="lent")
    assert answer.status_code == 409
    assert "It is out until" in text(answer)
    assert press(world, client_of, how="burnt").status_code == 422
    assert exceptions(world)[0].settled_at is None


def test_those_of_other_groups_are_not_there(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    tell(world, returned(drill, TEN), world.sam)
    world.session.commit()
    vera = client_of(world.vera)
    assert text(vera.get("/groups/castello/exceptions")).count("Brought back") == 0
    address = f"/groups/castello/exceptions/{exceptions(world)[0].id}/settlement"
    assert vera.post(address).status_code == 404


@pytest.mark.parametrize("page", ["/", "/desk"])
def test_stewards_find_them_where_they_look(
    world: World, drill: Item, client_of: type_of_client, page: str
) -> None:
    says = "2 scans without a signal to look at"
    assert says not in text(client_of(world.sam).get(page))
    for _ in range(2):
        tell(world, returned(drill, TEN), world.sam)
    world.session.commit()
    assert says in text(client_of(world.sam).get(page))
    assert says not in text(client_of(world.ana).get(page))


def test_the_page_takes_few_statements(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    for _ in range(30):
        tell(world, returned(drill, TEN), world.sam)
    world.session.commit()
    sam = client_of(world.sam)
    with statements() as sent:
        assert text(sam.get(PAGE)).count("It is not out.") == 30
    assert len(sent) <= MOST_STATEMENTS


def send_photo(
    world: World, client_of: type_of_client, operation: object, photo: FileStorage | None
) -> TestResponse:
    address = f"/offline/scans/{operation}/photo"
    sent = {"photo": photo} if photo else {}
    return client_of(world.sam).post(address, data=sent, headers=JSON)


def test_a_photo_joins_its_return_once(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    world.make_loan(drill, world.ana, borrowed_at=YESTERDAY)
    world.session.commit()
    scan = one_scan("return", drill, condition="broken")
    assert outcomes(send(client_of(world.sam), scan)) == ["done"]
    told = [send_photo(world, client_of, scan["operation"], picture()).json for _ in range(2)]
    assert told == [{"outcome": "done"}, {"outcome": "already"}]
    photo = world.session.scalars(select(Photo)).one()
    assert world.session.scalars(select(Inspection.photo_id)).one() == photo.id
    page = client_of(world.sam).get(f"/I/{drill.code}/history")
    assert photo.name in page.text
    assert "told on Mon 1 Jun, 14:00" in text(page)


def test_a_photo_joins_its_exception_and_goes_with_it(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    scan = one_scan("return", drill)
    send(client_of(world.sam), scan)
    assert send_photo(world, client_of, scan["operation"], picture()).status_code == 200
    photo = world.session.scalars(select(Photo)).one()
    assert photo.name in client_of(world.sam).get(PAGE).text
    world.make_loan(drill, world.ana, borrowed_at=YESTERDAY)
    world.session.commit()
    press(world, client_of, how="returned")
    assert world.session.scalars(select(Inspection.photo_id)).one() == photo.id


def test_photos_of_nothing_are_refused(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    mine, anas = one_scan("lend", drill), one_scan("return", drill, sequence=2)
    send(client_of(world.sam), mine)
    send(client_of(world.ana), anas)
    for operation, photo, status in (
        (uuid4(), picture(), 404),
        (anas["operation"], picture(), 404),
        (mine["operation"], picture(), 409),
    ):
        assert send_photo(world, client_of, operation, photo).status_code == status
    odd = one_scan("return", "7K3M9QXA")
    send(client_of(world.sam), odd)
    for photo in (None, FileStorage(io.BytesIO(b"<svg/>"), "drill.svg")):
        assert send_photo(world, client_of, odd["operation"], photo).status_code == 422
    assert world.session.scalars(select(Photo)).all() == []
