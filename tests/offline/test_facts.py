"""What a device keeps: enough to work with, of one's own groups, and never who has what."""

import json
from datetime import timedelta
from typing import Any

import brotli
import pytest
from sqlalchemy import insert

from tests.conftest import type_of_client
from tests.counting import statements
from tests.offline.sending import one_scan, outcomes, send
from tests.world import MONDAY_NOON, World
from toolshare.care.models import Outage, OutageReason
from toolshare.circulation.models import Loan
from toolshare.codes import alphabet
from toolshare.codes.models import Code, Wearer
from toolshare.inventory.models import Counting, Item, Kind
from toolshare.labels import replacing
from toolshare.labels.models import Cause
from toolshare.offline import cards
from toolshare.offline.cards import digest_of
from toolshare.offline.facts import Facts, Thing, facts_for
from toolshare.people import roles
from toolshare.people.models import Person, Role
from toolshare.people.roles import membership_in
from toolshare.records import Record
from toolshare.rules.lengths import Length

MOST_STATEMENTS = 12


def of(world: World, person: Person) -> Facts:
    world.session.flush()
    return facts_for(world.session, person, now=MONDAY_NOON)


def the_thing(world: World, person: Person, item: Item) -> Thing:
    return next(one for one in of(world, person).things if one.code == item.code)


def why_not(world: World, person: Person, item: Item) -> list[str]:
    return [type(reason).__name__ for reason in the_thing(world, person, item).against]


def test_what_is_free_can_be_lent(world: World, drill: Item) -> None:
    thing = the_thing(world, world.ana, drill)
    assert (thing.name, thing.group, thing.state, thing.against) == (
        *("Hand drill", "borgo", "free"),
        [],
    )
    assert thing.due_if_lent_now is not None
    assert thing.due_if_lent_now - MONDAY_NOON > timedelta(days=7)


def test_own_things_and_others_are_told_apart_and_nobody_is_named(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    saw = world.make_item(world.make_kind(name="Saw"))
    world.make_loan(drill, world.ana)
    world.make_loan(saw, world.cora)
    world.session.commit()
    assert why_not(world, world.ana, drill) == ["YouHaveIt"]
    assert why_not(world, world.ana, saw) == ["Out"]
    told = client_of(world.ana).get("/offline/facts")
    assert [thing.get("mine", False) for thing in told.json["things"]] == [True, False]
    for name in ("Cora", "Sam", "Vera", "Pau"):
        assert name not in told.text
    assert told.json["cards"] == []
    assert told.json["person"]["role"] == "member"


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        (OutageReason.NEEDS_CHECK, "NeedsCheck"),
        (OutageReason.IN_REPAIR, "InRepair"),
        (OutageReason.MISSING, "Missing"),
    ],
)
def test_what_is_out_of_service_can_not(
    world: World, drill: Item, reason: OutageReason, says: str
) -> None:
    world.session.add(Outage(item_id=drill.id, reason=reason, since=MONDAY_NOON))
    assert why_not(world, world.ana, drill) == [says]


def test_what_is_late_is_said_to_be(world: World, drill: Item) -> None:
    due = MONDAY_NOON - timedelta(days=1)
    world.make_loan(drill, world.cora, borrowed_at=due - timedelta(days=1), due_at=due)
    assert why_not(world, world.ana, drill) == ["Late"]


def test_rules_that_need_a_look_are_for_later(world: World, drill: Item) -> None:
    world.make_rule("certificates", ("Drill course",), kind_id=drill.kind_id)
    world.make_rule("self_checkout", False)
    assert why_not(world, world.ana, drill) == ["LentByStewardsOnly", "CheckedLater"]
    assert why_not(world, world.sam, drill) == ["CheckedLater"]


def test_who_is_paused_borrows_nothing(world: World, drill: Item) -> None:
    assert why_not(world, world.pau, drill) == ["MembershipPaused"]


def test_what_is_lent_by_the_hour_is_due_to_the_quarter(world: World, drill: Item) -> None:
    world.make_rule("loan_period", Length(hours=4))
    assert the_thing(world, world.ana, drill).due_if_lent_now == MONDAY_NOON + timedelta(hours=4)


def test_things_are_of_own_groups_and_those_above_and_what_one_has(world: World) -> None:
    of_each = {
        group.slug: world.make_item(world.make_kind(group_id=group.id))
        for group in (world.valle, world.borgo, world.castello)
    }
    known = {thing.group for thing in of(world, world.ana).things}
    assert known == {"valle", "borgo"}
    world.make_loan(of_each["castello"], world.ana)
    thing = the_thing(world, world.ana, of_each["castello"])
    assert (thing.is_mine, thing.due_if_lent_now) == (True, None)
    of_each["borgo"].retired_at = MONDAY_NOON
    assert "borgo" not in {thing.group for thing in of(world, world.ana).things}
    assert of(world, world.zoe).things == []


def test_a_bin_counts_as_one(world: World) -> None:
    pegs = world.make_item(world.make_kind(counting=Counting.BULK), quantity=48)
    world.make_loan(pegs, world.ana, counted=False, quantity=8)
    thing = the_thing(world, world.ana, pegs)
    assert (thing.is_mine, thing.against) == (True, [])


def test_codes_of_the_past_are_known(world: World, drill: Item) -> None:
    before = drill.code
    acts = {"by": world.cora, "now": MONDAY_NOON}
    replacing.replace(world.session, before, Cause.WORN, **acts)
    assert the_thing(world, world.ana, drill).former == [before]


def test_cards_are_digests_of_those_whom_the_steward_lends_to(
    world: World, client_of: type_of_client
) -> None:
    tilda = world.make_person("Tilda", world.valle, Role.STEWARD)
    world.session.commit()
    told = client_of(tilda).get("/offline/facts").json
    assert {card["name"] for card in told["cards"]} == {
        *("Ana", "Cora", "Pau", "Sam", "Tilda", "Vera")
    }
    anas = membership_in(world.session, world.ana, world.borgo)
    assert anas is not None
    by_name = {card["name"]: card for card in told["cards"]}
    assert by_name["Ana"] == {
        "name": "Ana",
        "digest": digest_of(anas.code, told["codes"]["salt"]),
    }
    assert by_name["Pau"]["blocked"] == "The membership of Pau in Borgo is paused."
    assert anas.code not in json.dumps(told)


def test_a_worn_card_is_known_as_it_is_online_and_a_lost_one_is_not(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    cards_of = {name: card_code(world, name) for name in ("ana", "pau")}
    for name, cause in (("ana", Cause.WORN), ("pau", Cause.LOST)):
        acts = {"by": world.cora, "now": MONDAY_NOON}
        replacing.replace(world.session, cards_of[name], cause, **acts)
    world.session.commit()
    sam = client_of(world.sam)
    told = sam.get("/offline/facts").json
    known = {card["digest"]: card["name"] for card in told["cards"]}
    worn, lost = (digest_of(code, told["codes"]["salt"]) for code in cards_of.values())
    assert (known.get(worn), known.get(lost)) == ("Ana", None)
    assert {"Ana", "Pau"} <= set(known.values())
    sent = send(sam, one_scan("lend", drill, card=worn), one_scan("lend", drill, card=lost))
    assert outcomes(sent) == ["done", "exception"]


def card_code(world: World, name: str) -> str:
    card = membership_in(world.session, getattr(world, name), world.borgo)
    assert card is not None
    return card.code


def test_two_codes_of_one_card_are_not_taken_for_each_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    replacing.replace(
        world.session, card_code(world, "ana"), Cause.WORN, by=world.cora, now=MONDAY_NOON
    )
    own = roles.memberships_of(world.session, world.ana)
    monkeypatch.setattr(cards, "DIGITS", 0)
    assert cards.by_digest(cards.codes_of(world.session, own), "salt") == {"": own[0]}


def test_cards_that_would_be_taken_for_each_other_are_left_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "DIGITS", 0)
    assert cards.by_digest(of(world, world.sam).cards, "salt") == {}
    assert len(cards.by_digest(of(world, world.sam).cards[:1], "salt")) == 1
    assert cards.people_by_digest(world.session, world.sam, "salt", now=MONDAY_NOON) == {
        "": world.sam
    }


def test_what_is_kept_already_is_not_sent_again(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    ana = client_of(world.ana)
    first = ana.get("/offline/facts")
    assert first.headers["Cache-Control"] == "private, no-store"
    kept = {"If-None-Match": first.headers["ETag"]}
    assert not first.headers["ETag"].startswith("W/")
    assert ana.get("/offline/facts", headers=kept).status_code == 304
    packed = {"Accept-Encoding": "br"}
    tag = ana.get("/offline/facts", headers=packed).headers["ETag"]
    assert ana.get("/offline/facts", headers={"If-None-Match": tag, **packed}).status_code == 304
    world.make_loan(drill, world.cora)
    world.session.commit()
    assert ana.get("/offline/facts", headers=kept).status_code == 200


def fill(world: World, many: int) -> None:
    """That many things, each of a kind of its own, every third of them out."""
    codes, first = sorted({alphabet.draw() for _ in range(many)}), 1_000
    numbers = range(first, first + len(codes))
    registered = {"wearer": Wearer.ITEM, "drawn_at": MONDAY_NOON}
    since, due = MONDAY_NOON - timedelta(days=1), MONDAY_NOON + timedelta(days=6)
    loan = {"borrower_id": world.cora.id, "counted": True, "borrowed_at": since, "due_at": due}
    insert_all(world, Code, [{"code": code, **registered} for code in codes])
    kind = {"group_id": world.borgo.id, "added_at": MONDAY_NOON}
    insert_all(
        world, Kind, [{"id": one, "name": f"Thing {one} of many", **kind} for one in numbers]
    )
    items = zip(numbers, codes, strict=True)
    insert_all(
        world,
        Item,
        [{"id": one, "kind_id": one, "code": code, "added_at": MONDAY_NOON} for one, code in items],
    )
    insert_all(world, Loan, [{"item_id": one, "rules": {}, **loan} for one in numbers[::3]])


def insert_all(world: World, table: type[Record], rows: list[dict[str, Any]]) -> None:
    world.session.execute(insert(table), rows)


def test_two_thousand_things_are_told_in_few_statements_and_little_space(
    world: World, client_of: type_of_client
) -> None:
    fill(world, 2_000)
    world.session.commit()
    sam = client_of(world.sam)
    with statements() as sent:
        answer = sam.get("/offline/facts")
    assert len(answer.json["things"]) == 2_000
    assert len(sent) <= MOST_STATEMENTS
    assert len(answer.data) < 400_000
    assert len(brotli.compress(answer.data, quality=4)) < 30_000
