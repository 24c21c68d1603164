"""Who goes is forgotten: what is out has to come back first, the rest is detached, the journal is whole."""

import pytest
from sqlalchemy import func, select

from tests.circulation.in_line import asks, offered
from tests.circulation.telling import book, lend, told
from tests.conftest import Run, type_of_client
from tests.offline.telling import exceptions, lent, tell
from tests.postgres import on_any_database
from tests.privacy.busy import DAY, LATER, WEEKS_LATER, a_busy_week, traces, words
from tests.world import MONDAY_NOON, PASSWORD, World
from toolshare.calendar import linking
from toolshare.circulation import returning
from toolshare.circulation.models import Loan
from toolshare.database import transaction
from toolshare.demo.drawings.drawing import photo_of
from toolshare.inventory import photos, portraits
from toolshare.journal.models import Entry, Event
from toolshare.kiosk.models import Kiosk
from toolshare.outbox import telling
from toolshare.outbox.models import Topic
from toolshare.people import joining
from toolshare.people.memberships import LastCoordinator
from toolshare.people.models import Person, Role
from toolshare.people.roles import RoleNeeded, membership_in
from toolshare.privacy import erasing
from toolshare.privacy.erasing import BelongsElsewhere, StillHasIt
from toolshare.refusals import Reason, Refusal
from toolshare.rules.certificates import grant
from toolshare.settings import Settings

PAGE = "/account/farewell"
MINE = {"proof": PASSWORD}


def erase(world: World, person: Person, **how: object) -> None:
    erasing.erase(world.session, person, now=WEEKS_LATER)
    world.session.flush()


def refused(world: World, person: Person) -> tuple[Reason, ...]:
    with pytest.raises(Refusal) as refusal:
        erase(world, person)
    return tuple(refusal.value.reasons)


def everything_else(world: World) -> None:
    """What she has besides, and what waits for her."""
    session, ana = world.session, world.ana
    card = membership_in(session, ana, world.borgo)
    assert card
    linking.make_link(session, ana, None, now=MONDAY_NOON)
    grant(session, ana, "Chainsaw", world.borgo, by=world.sam, now=MONDAY_NOON)
    telling.tell(session, Topic.DUE_SOON, ana, now=MONDAY_NOON, group=world.borgo)
    telling.tell(session, Topic.SIGN_IN_LINK, ana.email, now=MONDAY_NOON)
    serves = {"membership_id": card.id, "began_at": MONDAY_NOON, "last_act_at": MONDAY_NOON}
    session.add(Kiosk(group=world.borgo, name="Barn", set_up_at=MONDAY_NOON, **serves))
    item = lend(world, world.make_item(), world.cora).item
    tell(world, lent(item, MONDAY_NOON, borrower=ana), world.sam, now=LATER)
    assert len([one for one in exceptions(world) if one.settled_at is None]) == 1


@on_any_database
def test_nothing_names_who_has_gone_and_the_journal_is_whole(world: World) -> None:
    a_busy_week(world)
    everything_else(world)
    ana, email, before = world.ana.id, world.ana.email, world.session.query(Entry).count()
    asked = asks(world, lend(world, world.make_item(), world.sam).item, world.ana)
    reserved = book(world, world.make_item().kind, day=WEEKS_LATER.date())
    erase(world, world.ana)
    assert "Ana" not in words(world)
    assert email not in words(world)
    gone = Person(id=ana)
    assert traces(world, gone) == {}
    assert world.session.scalar(select(func.count()).where(Person.id == ana)) == 0
    assert (asked.end, reserved.cancelled_at) == ("withdrawn", WEEKS_LATER)
    assert world.session.query(Entry).count() > before
    assert told(world).holds == {}


@on_any_database
def test_what_is_still_out_is_named_and_has_to_come_back_first(world: World) -> None:
    saw, drill = (world.make_item(world.make_kind(name=name)) for name in ("Saw", "Drill"))
    for item in (saw, drill):
        lend(world, item)
    assert refused(world, world.ana) == (
        StillHasIt(name="Saw", code=saw.code),
        StillHasIt(name="Drill", code=drill.code),
    )
    for item in (saw, drill):
        returning.take_back(world.session, item, by=world.sam, now=LATER)
    erase(world, world.ana)
    assert world.session.query(Loan).filter(Loan.borrower_id.is_not(None)).count() == 0


def test_the_last_coordinator_stays(world: World) -> None:
    assert refused(world, world.cora) == (LastCoordinator(name="Cora", group="Borgo"),)
    world.make_person("Carl", world.borgo, Role.COORDINATOR)
    erase(world, world.cora)
    assert world.session.query(Person).filter_by(name="Cora").count() == 0


@on_any_database
def test_the_next_in_line_gets_their_turn(world: World) -> None:
    mower = lend(world, world.make_item(), world.cora).item
    asks(world, mower, world.ana)
    asks(world, mower, world.sam)
    returning.take_back(world.session, mower, by=world.sam, now=MONDAY_NOON)
    assert offered(world) == {"Ana"}
    erasing.erase(world.session, world.ana, now=MONDAY_NOON)
    assert offered(world) == {"Sam"}
    told(world)


@pytest.mark.parametrize("days", [5, 12])
def test_what_should_have_been_fetched_is_given_up(world: World, days: int) -> None:
    first = book(world, world.make_item().kind, day=(MONDAY_NOON + 3 * DAY).date())
    erasing.erase(world.session, world.ana, now=MONDAY_NOON + days * DAY)
    assert first.person_id is None
    assert told(world).reservations == {}


def test_somebody_without_a_group_can_go(world: World) -> None:
    erase(world, world.zoe)
    assert world.session.query(Person).filter_by(name="Zoe").count() == 0


def at_their_wish(world: World, person: Person, by: Person) -> None:
    erasing.erase_at_their_wish(world.session, world.borgo, person, by=by, now=MONDAY_NOON)


def test_a_coordinator_forgets_who_belongs_to_no_other_group(world: World) -> None:
    at_their_wish(world, world.ana, world.cora)
    assert world.session.query(Person).filter_by(name="Ana").count() == 0
    what = select(Entry.group_id).where(Entry.what == Event.PERSON_FORGOTTEN)
    assert world.session.scalars(what).all() == [world.borgo.id]


def test_of_who_belongs_to_others_too_they_only_end_the_membership(world: World) -> None:
    world.make_membership(world.sam, world.castello)
    with pytest.raises(Refusal) as refusal:
        at_their_wish(world, world.sam, world.cora)
    assert refusal.value.reasons == (BelongsElsewhere(name="Sam"),)


def test_a_steward_forgets_nobody(world: World) -> None:
    with pytest.raises(Refusal) as refusal:
        at_their_wish(world, world.ana, world.sam)
    assert isinstance(refusal.value.reasons[0], RoleNeeded)


@on_any_database
def test_no_id_comes_again(world: World) -> None:
    last = world.make_person("Last", world.borgo)
    before = last.id
    erase(world, last)
    assert world.make_person("Next").id > before


def test_one_deletes_ones_account_on_a_page(world: World, client_of: type_of_client) -> None:
    with transaction():
        asks(world, lend(world, world.make_item(), world.cora).item, world.ana)
        book(world, world.make_item().kind)
    phone, desk = client_of(world.ana), client_of(world.ana)
    page = desk.get(PAGE).text
    assert all(word in page for word in ("One place in line", "One reservation", "Borgo"))
    assert "That is not your password" in desk.post(PAGE, data={"proof": "a guess"}).text
    assert desk.post(PAGE).status_code == 422
    answer = desk.post(PAGE, data=MINE)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "Your account is gone" in desk.get("/sign-in").text
    for client in (desk, phone):
        assert client.get("/account").location == "/sign-in?next=/account"
    sign_in = desk.post("/sign-in", data={"email": "ana@example.org", "password": PASSWORD})
    assert "don’t fit together" in sign_in.text.replace("&#39;", "’").replace("'", "’")


def test_who_has_no_password_types_the_address(world: World, client_of: type_of_client) -> None:
    client = client_of(world.ana)
    with transaction():
        world.ana.password_hash = None
    assert client.post(PAGE, data=MINE).status_code == 422
    assert client.post(PAGE, data={"proof": "Ana@example.org "}).status_code == 303


def test_what_is_out_is_said_on_the_page_which_then_has_no_button(
    world: World, client_of: type_of_client
) -> None:
    with transaction():
        lend(world, world.make_item())
    page = client_of(world.ana).get(PAGE).text
    assert "is still out" in page
    assert 'type="password"' not in page
    assert client_of(world.ana).post(PAGE, data=MINE).status_code == 409


def test_the_same_address_may_join_anew_and_the_old_card_lends_nothing(
    world: World, client_of: type_of_client, run: Run
) -> None:
    membership = membership_in(world.session, world.ana, world.borgo)
    assert membership
    card, email = membership.code, world.ana.email
    cora = client_of(world.cora)
    page = f"/groups/borgo/people/{membership.id}/farewell"
    assert "Forget Ana" in cora.get(page).text
    assert cora.post(page, data={"proof": "a guess"}).status_code == 422
    assert cora.post(page).status_code == 422
    assert cora.post(page, data=MINE).status_code == 303
    assert cora.get(page).status_code == 404
    assert "Ana" not in cora.get(f"/I/{card}").text
    with transaction() as session:
        known = {"name": "Ana", "email": email, "by": world.cora, "now": MONDAY_NOON}
        again = joining.join(session, world.borgo, **known)
        assert again.code != card
    assert run("check") == (0, "All is well.\n")


def test_the_files_of_ones_photo_go_too(
    world: World, client_of: type_of_client, run: Run, chosen: Settings
) -> None:
    with transaction() as session:
        photo = photos.lay(chosen.shelf, photo_of("Mower"), now=MONDAY_NOON)
        portraits.keep(session, photo, of=world.ana)
    assert list(chosen.photos.glob("*"))
    assert client_of(world.ana).post(PAGE, data=MINE).status_code == 303
    assert list(chosen.photos.glob("*")) == []
    assert run("check") == (0, "All is well.\n")
