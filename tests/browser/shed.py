"""Borgo's shed with something in every state, for tests that look at pages."""

from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

from flask import current_app
from sqlalchemy import select

from tests.browser import admission, told
from tests.browser.counted import take_stock
from tests.browser.kiosks import set_one_up
from tests.browser.kits import codes_of_kits, put_into_a_kit
from tests.browser.programs import let_programs_in
from tests.world import MONDAY_NOON, World
from toolshare.care.models import DamageReport, Outage, OutageReason
from toolshare.circulation import asking, offering, returning, spans
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking
from toolshare.circulation.models import Handover, Loan
from toolshare.circulation.promises import Hold, Offer
from toolshare.circulation.reserving import reserve
from toolshare.codes.models import Code
from toolshare.demo.drawings.drawing import photo_of
from toolshare.inventory import photos
from toolshare.inventory.models import Condition, Counting, Item, Kind, Photo, Place
from toolshare.labels import replacing
from toolshare.labels.models import Batch, Cause, FormerCode
from toolshare.labels.printing import Wishes, print_blanks, print_labels
from toolshare.offline import keeping, late
from toolshare.offline.models import Act
from toolshare.offline.reasons import NotAScan
from toolshare.offline.scans import Scan
from toolshare.people.models import ClosedDate, Membership, OpeningHours, Person
from toolshare.people.opening import read_opening_times
from toolshare.rules import agreements, certificates
from toolshare.rules.lengths import Length


def fill(world: World) -> dict[str, Any]:
    """Fills the shed; gives an example for each part of an address."""
    open_on_saturdays(world)
    shelves = world.make_place("North wall", path="Barn > North wall")
    garden = world.make_category("Garden")
    soil = world.make_category("Garden > Soil", parent_id=garden.id)
    digger = describe_digger(world, categories=[soil])
    free = world.make_item(digger, place_id=shelves.id, serial="187-443-021")
    out = lend_some(world, digger_out=world.make_item(digger, place_id=shelves.id))
    end_some_otherwise(world)
    report_damage(world, free)
    pegs = fill_bins(world, place_id=shelves.id, categories=[garden])
    photo, batch = keep_photo(world, digger), print_one(world, free)
    print_one_and_lose_a_card(world)
    return {
        "slug": world.borgo.slug,
        "code": free.code,
        "item_id": free.id,
        "loan_id": out.id,
        "token": pass_on(world, out).token,
        "kind_id": digger.id,
        "place_id": shelves.id,
        "batch_id": batch.id,
        "stock_slug": batch.stock,
        "photo_id": photo.id,
        "name": photo.name,
        "width": 320,
        **put_into_a_kit(world, pegs),
        "in_care": [*stop_some(world), serve_by_a_plan(world), *codes_of_kits(world)],
        "membership_id": world.session.scalars(select(Membership.id)).first(),
        **reserve_some(world, digger, pegs),
        **wait_for_some(world, digger),
        **ask_something_of_people(world, digger),
        **scan_some_without_a_signal(world, free, out.item),
        **take_stock(world, free, shelves),
        **set_one_up(world),
        **(admission.let_some_in(world) | told.tell_some(world) | let_programs_in(world)),
    }


def describe_digger(world: World, **more: Any) -> Kind:
    """A kind about which all is known."""
    return world.make_kind(
        name="Post-hole digger, petrol",
        brand="Stihl",
        model="BT 131",
        description="Digs holes of 20 cm for fence posts and young trees. Two people carry it.",
        checkout_notice="Wear ear protection. Unleaded petrol with 2 % oil only.",
        guide="Choke out, pull three times, choke in, pull again.",
        parts=["auger 200 mm", "fuel bottle"],
        meter="h",
        **more,
    )


def wait_for_some(world: World, digger: Kind) -> dict[str, int]:
    """Ana waits for one thing and is offered another; Sam and Cora have accepted, or pause."""
    for person in (world.sam, world.cora):
        waits = {"asked_at": MONDAY_NOON - timedelta(days=5), "paused_at": MONDAY_NOON}
        world.session.add(Hold(kind=digger, person=person, **waits))
    hold = line_up(world, "Cider mill", world.ana)
    offer = offer_to(world, "Rotary tiller", world.ana)
    accepted = offer_to(world, "Fruit ladder", world.sam)
    ready = offer_to(world, "Hay rake", world.cora)
    for one in (accepted, ready):
        offering.accept(world.session, one, by=world.sam, now=MONDAY_NOON)
    offering.set_aside(world.session, ready, by=world.sam, now=MONDAY_NOON)
    return {"hold_id": hold.id, "offer_id": offer.id}


def line_up(world: World, name: str, person: Person) -> Hold:
    """Somebody in line for a thing that Pau has."""
    kind = world.make_kind(name=name)
    world.make_loan(world.make_item(kind), world.pau)
    return asking.ask(world.session, kind, person=person, by=person, now=MONDAY_NOON)


def offer_to(world: World, name: str, person: Person) -> Offer:
    """A thing that came back and is offered to who waited for it."""
    hold = line_up(world, name, person)
    item = world.session.scalars(select(Item).where(Item.kind_id == hold.kind_id)).one()
    returning.take_back(world.session, item, by=world.sam, now=MONDAY_NOON)
    return world.session.scalars(select(Offer).where(Offer.hold_id == hold.id)).one()


def fill_bins(world: World, place_id: int, **of_pegs: Any) -> Kind:
    """A bin of pegs to borrow, and one of string to use up; the pegs."""
    pegs = world.make_kind(name="Clothes pegs", counting=Counting.BULK, **of_pegs)
    world.make_item(pegs, quantity=48, place_id=place_id)
    string = world.make_kind(name="Bailing string, 10 m", counting=Counting.CONSUMABLE)
    world.make_item(string, quantity=30)
    return pegs


def ask_something_of_people(world: World, kind: Kind) -> dict[str, Any]:
    """Rules of all sorts; of what the digger needs Ana has all, and others have nothing."""
    world.make_rule("loan_period", Length(days=3), kind_id=kind.id, why="Everybody needs it.")
    world.make_rule("renewals", 2, group_id=world.valle.id)
    world.make_rule("certificates", ("Digger course",), kind_id=kind.id)
    world.make_rule("agreements", ("Waiver",), category_id=kind.categories[0].id)
    acts: dict[str, Any] = {"by": world.cora, "now": MONDAY_NOON}
    text = "I look after what I borrow.\nWhat breaks, I report."
    agreement = agreements.publish(world.session, world.borgo, "Waiver", text, **acts)
    certificate = certificates.grant(world.session, world.ana, "Digger course", world.borgo, **acts)
    agreements.accept(world.session, agreement, by=world.ana, now=MONDAY_NOON, signed_as="Ana")
    of_ana = select(Membership.code).where(Membership.person_id == world.ana.id)
    made = {"agreement_id": agreement.id, "certificate_id": certificate.id}
    return {"parameter": "loan_period", "card": world.session.scalars(of_ana).one(), **made}


def scan_some_without_a_signal(world: World, free: Item, out: Item) -> dict[str, Any]:
    """Sam has told late what contradicts what is known, and of something that nothing wears."""
    an_hour_ago = MONDAY_NOON - timedelta(hours=1)
    odd = Scan(uuid4(), None, "", None, sent={"code": "?"}, against=(NotAScan(what="act"),))
    told = [
        Scan(uuid4(), Act.LEND, out.code, an_hour_ago, borrower=world.cora),
        Scan(uuid4(), Act.RETURN, free.code, an_hour_ago, note="Was it out?"),
        odd,
    ]
    first, *_ = [late.take_in(world.session, one, by=world.sam, now=MONDAY_NOON) for one in told]
    kept = keeping.kept_for(world.session, first.operation)
    return {"exception_id": kept.id if kept else 0, "operation": first.operation}


def open_on_saturdays(world: World) -> None:
    """Opening hours, a closed day, and how to reach the village."""
    borgo = world.borgo
    borgo.contact = "The key hangs at the bakery, 0123 456."
    borgo.give_back = "Bring it to the barn by the church, or to the bakery."
    world.session.add_all(
        [
            OpeningHours(group_id=borgo.id, weekday=5, opens_at=time(9), closes_at=time(12)),
            OpeningHours(group_id=borgo.id, weekday=2, opens_at=time(17), closes_at=time(19)),
            ClosedDate(group_id=borgo.id, day=date(2026, 8, 15), why="Ferragosto"),
        ]
    )


def end_some_otherwise(world: World) -> None:
    """Ana left one thing in the shed and one where nobody finds it, and lost a third."""
    left = {"dropped_at": MONDAY_NOON, "dropped_where": "On the bench by the door"}
    disputed, lost = {"disputed_at": MONDAY_NOON}, {"lost_at": MONDAY_NOON, "lost_why": "Rang."}
    for name, facts in (("Hoe", left), ("Sickle", left | disputed), ("Whetstone", lost)):
        world.make_loan(world.make_item(world.make_kind(name=name)), world.ana, **facts)


def pass_on(world: World, loan: Loan) -> Handover:
    """Ana passes something on, and waits for who takes it."""
    handover = Handover(
        loan=loan, token="shown-on-anas-phone", begun_at=MONDAY_NOON, condition=Condition.FINE
    )
    world.session.add(handover)
    world.session.flush()
    return handover


def lend_some(world: World, digger_out: Item) -> Loan:
    """Ana has one thing for long and one due tomorrow; one came back. Cora is late. The first."""
    out = world.make_loan(digger_out, world.ana)
    soon, late, back = (
        world.make_item(world.make_kind(name=name))
        for name in ("Apple press", "Scythe, left-handed", "Log splitter")
    )
    world.make_loan(soon, world.ana, due_at=MONDAY_NOON + timedelta(hours=20))
    begun = {"borrowed_at": MONDAY_NOON - timedelta(days=10)}
    world.make_loan(late, world.cora, due_at=MONDAY_NOON - timedelta(days=3), **begun)
    world.make_loan(
        back,
        world.ana,
        due_at=MONDAY_NOON - timedelta(days=3),
        returned_at=MONDAY_NOON - timedelta(days=4),
        returned_to_id=world.sam.id,
        **begun,
    )
    return out


def stop_some(world: World) -> list[str]:
    """One thing out of service for each reason, the repair until Friday, and one retired; the codes."""
    stopped = []
    for reason, name in zip(OutageReason, ("Chainsaw", "Seed drill", "Spirit level"), strict=True):
        item = world.make_item(world.make_kind(name=name))
        outage = Outage(item_id=item.id, reason=reason, since=MONDAY_NOON, by_id=world.sam.id)
        if reason is OutageReason.IN_REPAIR:
            outage.expected_on = date(2026, 6, 5)
        world.session.add(outage)
        stopped.append(item.code)
    gone = {"retired_at": MONDAY_NOON, "retired_why": "The assembly of 3 May said so."}
    world.make_item(world.make_kind(name="Ladder with a broken rung"), **gone)
    return stopped


def report_damage(world: World, item: Item) -> None:
    """Ana says what is wrong with a thing that can still be used."""
    report = DamageReport(
        item=item, at=MONDAY_NOON, by=world.ana, note="Starts badly.", usable=True
    )
    world.session.add(report)


def serve_by_a_plan(world: World) -> str:
    """The code of a machine whose service is due."""
    plan = {"meter": "h", "service_days": 180, "service_units": 50}
    kind = world.make_kind(name="Walking tractor", **plan)
    return world.make_item(kind, service_due_at=MONDAY_NOON - timedelta(days=3)).code


def reserve_some(world: World, *kinds: Kind) -> dict[str, Any]:
    """Ana has reserved these for a Saturday in June."""
    group = read_opening_times(world.session, world.borgo)
    saturday = spans.of_days(group, date(2026, 6, 20), date(2026, 6, 20))
    wanted = [Wanted(kind) for kind in kinds]
    reservation = reserve(
        world.session,
        group,
        Booking(wanted, saturday, note="For the fence at the school."),
        person=world.ana,
        by=world.ana,
        now=MONDAY_NOON,
    )
    unit = reservation.units[0]
    return {"reservation_id": reservation.id, "unit_id": unit.id, "day": "2026-06-20"}


def print_one(world: World, item: Item) -> Batch:
    """A batch of labels that was printed."""
    wishes = Wishes("avery-l7160")
    return print_labels(
        world.session, world.borgo, [item.code], wishes, by=world.cora, now=MONDAY_NOON
    )


def print_one_and_lose_a_card(world: World) -> None:
    """A label that was printed ahead, and Pau's card, which is lost."""
    acts: dict[str, Any] = {"by": world.cora, "now": MONDAY_NOON}
    print_blanks(world.session, world.borgo, 1, Wishes("avery-l7160"), **acts)
    card = select(Membership.code).where(Membership.person_id == world.pau.id)
    replacing.replace(world.session, world.session.scalars(card).one(), Cause.LOST, **acts)


def keep_photo(world: World, kind: Kind) -> Photo:
    """A photo of the kind, with its files."""
    shelf, acts = current_app.config["CHOSEN"].shelf, {"by": world.cora, "now": MONDAY_NOON}
    photo = photos.lay(shelf, photo_of(kind.name), now=MONDAY_NOON)
    return photos.keep(world.session, photo, group=world.borgo, kind=kind, **acts)


def other_labels(world: World) -> list[str]:
    """The addresses of labels that lead to pages of their own: of a place, of cards, of nothing."""
    blank = select(Code.code).where(Code.wearer.is_(None))
    found = [select(Place.code), select(Membership.code), select(FormerCode.code), blank]
    return [f"/I/{world.session.scalars(one).first()}" for one in found]
