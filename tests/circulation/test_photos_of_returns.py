"""The photo that a steward takes of a thing that comes back: kept once, and for stewards alone."""

import io
from uuid import uuid4

from flask import current_app
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from tests.conftest import type_of_client
from tests.reading import text
from tests.world import World
from toolshare.care.models import Inspection
from toolshare.circulation.models import Loan
from toolshare.demo.drawings.drawing import photo_of
from toolshare.inventory.models import Item, Photo
from toolshare.people.models import Person


def picture() -> FileStorage:
    buffer = io.BytesIO()
    photo_of("Hand drill").save(buffer, "PNG")
    return FileStorage(io.BytesIO(buffer.getvalue()), "drill.png")


def lend(world: World, item: Item) -> Loan:
    loan = world.make_loan(item, world.ana)
    world.session.commit()
    return loan


def give_back(
    client_of: type_of_client, by: Person, item: Item, photo: FileStorage, operation: str = ""
) -> TestResponse:
    sent = {"condition": "broken", "note": "Snapped.", "photo": photo, "operation": operation}
    return client_of(by).post(f"/I/{item.code}/return", data=sent)


def test_stewards_see_it_where_they_read_what_happened(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    loan = lend(world, drill)
    assert give_back(client_of, world.sam, drill, picture()).status_code == 303
    photo = world.session.scalars(select(Photo)).one()
    assert world.session.scalars(select(Inspection.photo_id)).one() == photo.id
    file = f"/photos/{photo.name}-320.webp"
    sam = client_of(world.sam)
    for page in (f"/I/{drill.code}", f"/I/{drill.code}/history", f"/loans/{loan.id}"):
        assert sam.get(page).text.count(file) == 1, page
    with sam.get(file) as answer:
        assert answer.status_code == 200


def test_members_see_that_it_came_back_but_not_the_photo(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    lend(world, drill)
    give_back(client_of, world.sam, drill, picture())
    ana, photo = client_of(world.ana), world.session.scalars(select(Photo)).one()
    page = ana.get(f"/I/{drill.code}/history")
    assert "Returned" in text(page)
    assert photo.name not in page.text
    assert ana.get(f"/photos/{photo.name}-320.webp").status_code == 404


def test_the_same_return_sent_twice_keeps_it_once(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    lend(world, drill)
    operation = str(uuid4())
    for _ in range(2):
        answer = give_back(client_of, world.sam, drill, picture(), operation)
        assert answer.status_code == 303
    world.session.scalars(select(Photo)).one()


def test_of_a_return_that_was_undone_it_is_shown_no_more(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    loan, operation = lend(world, drill), str(uuid4())
    give_back(client_of, world.sam, drill, picture(), operation)
    sam = client_of(world.sam)
    sam.post(f"/loans/{loan.id}/undo", data={"what": "return"})
    photo = world.session.scalars(select(Photo)).one()
    assert photo.name not in sam.get(f"/loans/{loan.id}").text
    give_back(client_of, world.sam, drill, picture(), operation)
    world.session.scalars(select(Photo)).one()


def test_who_may_not_take_it_back_leaves_no_photo(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    lend(world, drill)
    assert give_back(client_of, world.ana, drill, picture()).status_code == 403
    assert world.session.scalars(select(Photo)).all() == []
    assert [*current_app.config["CHOSEN"].photos.glob("*")] == []


def test_what_is_no_picture_is_refused_and_nothing_is_taken_back(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    loan = lend(world, drill)
    no_picture = FileStorage(io.BytesIO(b"<svg/>"), "drill.svg")
    answer = give_back(client_of, world.sam, drill, no_picture)
    assert answer.status_code == 422
    assert "This file is not a picture that can be read." in text(answer)
    world.session.refresh(loan)
    assert loan.returned_at is None
