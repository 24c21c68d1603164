"""Damage: whoever has a thing or stands before it says what is wrong with it, and nobody is blamed."""

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import current_app
from sqlalchemy import select

from tests.circulation.booked import ana_has_reserved, kept_for
from tests.conftest import type_of_client
from tests.postgres import on_any_database
from tests.reading import text
from tests.world import MONDAY_NOON, World
from toolshare.care.models import DamageReport, OutageReason
from toolshare.care.outages import InService, open_outage, put_into_service, take_out_of_service
from toolshare.care.reports import open_reports
from toolshare.circulation import asking, damage, offering
from toolshare.circulation import reasons as why
from toolshare.circulation.damage import MOST_OPEN, ReportsEnough, WhatIsWrong
from toolshare.circulation.promises import Offer, OfferEnd
from toolshare.circulation.returning import take_back
from toolshare.demo.drawings.drawing import photo_of
from toolshare.inventory import photos
from toolshare.inventory.models import Item, Photo
from toolshare.journal.models import Entry
from toolshare.people.models import Membership, Person
from toolshare.refusals import Reason, Refusal


def report(world: World, item: Item, by: Person | None = None, **more: Any) -> DamageReport | None:
    said = {"now": MONDAY_NOON, "note": "The handle is loose.", **more}
    return damage.report(world.session, item, by=by or world.ana, **said)


def refused(world: World, item: Item, by: Person, **more: Any) -> tuple[Reason, ...]:
    with pytest.raises(Refusal) as refusal:
        report(world, item, by, **more)
    return tuple(refusal.value.reasons)


def reason_of(world: World, item: Item) -> OutageReason | None:
    outage = open_outage(world.session, item)
    return outage.reason if outage else None


def test_what_is_reported_needs_a_check(world: World) -> None:
    item = world.make_item()
    told = report(world, item)
    assert told is not None
    assert (told.by, told.usable, told.settled_at) == (world.ana, False, None)
    outage = open_outage(world.session, item)
    assert outage is not None
    assert (outage.reason, outage.note) == (OutageReason.NEEDS_CHECK, "The handle is loose.")
    entry = world.session.scalars(select(Entry).where(Entry.what == "damage_reported")).one()
    assert (entry.by_id, entry.item_id) == (world.ana.id, item.id)
    assert entry.details == {"report_id": told.id, "note": told.note, "usable": False}


def test_what_can_be_used_safely_stays_in_service(world: World) -> None:
    item = world.make_item()
    report(world, item, usable=True)
    assert reason_of(world, item) is None
    assert len(open_reports(world.session, item)) == 1


def test_who_has_it_out_keeps_it(world: World) -> None:
    loan = world.make_loan(world.make_item(), world.ana)
    report(world, loan.item)
    assert loan.is_with_borrower
    take_back(world.session, loan.item, by=world.sam, now=MONDAY_NOON)
    assert reason_of(world, loan.item) is OutageReason.NEEDS_CHECK


@on_any_database
def test_what_was_reserved_of_it_is_kept_on_another(world: World) -> None:
    one = world.make_item()
    booked = ana_has_reserved(world, one.kind, 1, 2)
    assert kept_for(world, booked) == one.id
    other = world.make_item(one.kind)
    report(world, one, world.pau)
    assert kept_for(world, booked) == other.id


def test_what_is_damaged_is_no_offer(world: World) -> None:
    item = world.make_item()
    world.make_loan(item, world.cora)
    asking.ask(world.session, item.kind, person=world.ana, by=world.ana, now=MONDAY_NOON)
    take_back(world.session, item, by=world.sam, now=MONDAY_NOON)
    offer = world.session.scalars(select(Offer)).one()
    offering.accept(world.session, offer, by=world.ana, now=MONDAY_NOON)
    report(world, item)
    assert offer.end is OfferEnd.WITHDRAWN


def test_more_reports_add_to_the_first(world: World) -> None:
    item = world.make_item()
    first = report(world, item, usable=True)
    second = report(world, item, world.pau, note="Now it is off.")
    assert open_reports(world.session, item) == [second, first]
    assert reason_of(world, item) is OutageReason.NEEDS_CHECK


def test_what_is_in_repair_stays_there(world: World) -> None:
    item = world.make_item()
    known = {"by": world.sam, "now": MONDAY_NOON}
    take_out_of_service(world.session, item, OutageReason.IN_REPAIR, **known)
    report(world, item)
    assert reason_of(world, item) is OutageReason.IN_REPAIR


def test_a_steward_who_finds_it_fine_settles_what_was_reported(world: World) -> None:
    item, known = world.make_item(), {"by": world.sam, "now": MONDAY_NOON}
    told = [report(world, item), report(world, item, usable=True)]
    put_into_service(world.session, item, **known)
    assert reason_of(world, item) is None
    assert {(one.settled_at, one.settled_by_id) for one in told if one} == {
        (MONDAY_NOON, world.sam.id)
    }
    report(world, item, usable=True)
    put_into_service(world.session, item, **known)
    with pytest.raises(Refusal) as refusal:
        put_into_service(world.session, item, **known)
    assert refusal.value.reasons == (InService(),)


def test_strangers_and_other_villages_report_nothing(world: World) -> None:
    item = world.make_item()
    for person in (world.zoe, world.vera):
        assert refused(world, item, person) == (why.NotAMember(person.name, "Borgo"),)


def test_who_has_it_may_report_it_though_no_member_any_more(world: World) -> None:
    loan = world.make_loan(world.make_item(), world.ana)
    membership = world.session.scalars(select(Membership).filter_by(person_id=world.ana.id)).one()
    membership.until = (MONDAY_NOON - timedelta(days=3)).date()
    assert report(world, loan.item) is not None
    assert isinstance(refused(world, world.make_item(), world.ana)[0], why.MembershipEnded)


def test_nobody_has_more_open_reports_than_stewards_can_look_at(world: World) -> None:
    items = [world.make_item() for _ in range(MOST_OPEN + 1)]
    for item in items[:-1]:
        report(world, item)
    assert refused(world, items[-1], world.ana) == (ReportsEnough(most=MOST_OPEN),)
    put_into_service(world.session, items[0], by=world.sam, now=MONDAY_NOON)
    report(world, items[-1])


def test_a_report_says_what_is_wrong(world: World) -> None:
    assert refused(world, world.make_item(), world.ana, note=" ") == (WhatIsWrong(),)


def test_what_is_retired_is_not_reported(world: World) -> None:
    item = world.make_item(retired_at=MONDAY_NOON)
    assert refused(world, item, world.ana) == (why.Retired(),)


def test_the_same_report_sent_twice_is_one(world: World) -> None:
    item, operation = world.make_item(), uuid4()
    assert report(world, item, operation=operation) is not None
    assert report(world, item, operation=operation) is None
    assert len(open_reports(world.session, item)) == 1


def test_members_read_what_is_wrong_and_stewards_who_said_it(
    world: World, client_of: type_of_client
) -> None:
    item = world.make_item()
    world.session.commit()
    ana = client_of(world.ana)
    assert "Something is wrong with it" in text(ana.get(f"/I/{item.code}"))
    assert "Nobody is blamed." in text(ana.get(f"/I/{item.code}/damage"))
    buffer = io.BytesIO()
    photo_of("Hand drill").save(buffer, "PNG")
    sent = {"note": "Sparks.", "usable": "no", "photo": (io.BytesIO(buffer.getvalue()), "a.png")}
    answer = ana.post(f"/I/{item.code}/damage", data=sent, follow_redirects=True)
    assert "Thank you for saying so. A steward looks at it." in text(answer)
    assert "“Sparks.” You said so." in text(answer)
    pau = text(client_of(world.pau).get(f"/I/{item.code}"))
    assert "“Sparks.”" in pau
    assert "Ana" not in pau
    photo = world.session.scalars(select(Photo)).one()
    file = current_app.config["CHOSEN"].photos / photos.file_name(photo.name, 320)
    assert file.exists()
    sam = client_of(world.sam)
    for page in (f"/I/{item.code}", "/groups/borgo/overview?show=reported"):
        answer = sam.get(page)
        assert "Ana" in text(answer)
        assert f"/photos/{photo.name}-320.webp" in answer.text
    assert "Damage reported by Ana “Sparks.”" in text(sam.get(f"/I/{item.code}/history"))
    assert ana.get(f"/photos/{photo.name}-320.webp").status_code == 404


def test_a_steward_looks_at_what_can_still_be_used(world: World, client_of: type_of_client) -> None:
    item = world.make_item()
    report(world, item, usable=True)
    world.session.commit()
    sam = client_of(world.sam)
    page = sam.get(f"/I/{item.code}")
    assert "I have looked: it is fine" in text(page)
    assert page.text.count('class="main"') == 1
    sam.post(f"/I/{item.code}/service")
    assert "The handle is loose." not in text(client_of(world.ana).get(f"/I/{item.code}"))


@pytest.mark.parametrize(
    "sent", [{}, {"note": "Loose."}, {"usable": "no"}, {"note": "Loose.", "usable": "maybe"}]
)
def test_half_a_report_is_refused(
    world: World, client_of: type_of_client, sent: dict[str, str]
) -> None:
    item = world.make_item()
    world.session.commit()
    answer = client_of(world.ana).post(f"/I/{item.code}/damage", data=sent)
    assert answer.status_code == 422
    assert open_reports(world.session, item) == []
