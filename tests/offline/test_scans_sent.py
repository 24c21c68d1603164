"""What devices send: each scan by itself, whatever the others are; nothing by halves, nothing twice."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.conftest import type_of_client
from tests.offline.sending import DEVICE, JSON, card_of, one_scan, outcomes, send
from tests.offline.telling import exceptions, said
from tests.world import MONDAY_NOON, World
from toolshare.circulation import returning
from toolshare.circulation.models import Loan
from toolshare.database import TooBusy
from toolshare.inventory.models import Counting, Item
from toolshare.journal import recording
from toolshare.journal.models import Entry
from toolshare.offline import late
from toolshare.offline.reasons import Fault
from toolshare.people.models import Role
from toolshare.refusals import Refusal


def loans(world: World) -> list[Loan]:
    return [*world.session.scalars(select(Loan).order_by(Loan.id))]


def test_a_steward_lends_and_takes_back(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    sam = client_of(world.sam)
    answer = send(
        sam,
        one_scan("lend", drill, "10:00", card=card_of(sam, "Ana")),
        one_scan("return", drill, "11:00", sequence=2, condition="broken", note="Snapped."),
    )
    assert outcomes(answer) == ["done", "done"]
    (loan,) = loans(world)
    assert loan.borrower_id == world.ana.id
    assert loan.borrowed_at == MONDAY_NOON - timedelta(hours=2)
    assert loan.returned_at == MONDAY_NOON - timedelta(hours=1)
    first, second = answer.json["answers"]
    assert first["says"] == "Hand drill is lent to Ana until Mon 8 Jun."
    assert second["says"] == "Hand drill is back."


def test_a_members_own_return_is_said_to_wait_in_the_shed(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    scans = one_scan("lend", drill), one_scan("return", drill, "11:00", sequence=2)
    answer = send(client_of(world.ana), *scans)
    assert outcomes(answer) == ["done", "done"]
    assert "a steward has yet to take it back" in answer.json["answers"][1]["says"]


def test_what_another_person_made_is_left_for_them_and_nothing_is_written(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    ana, sam = client_of(world.ana), client_of(world.sam)
    scan, sams = one_scan("lend", drill), world.sam.id
    refused = send(ana, scan, person=sams)
    assert (refused.status_code, loans(world)) == (401, [])
    assert refused.json["reasons"][0]["says"] == "Somebody else made these scans."
    assert outcomes(send(sam, scan, person=sams)) == ["done"]
    photo = ana.post(
        f"/offline/scans/{scan['operation']}/photo", data={"person": sams}, headers=JSON
    )
    assert photo.status_code == 401


def test_a_clock_that_is_wrong_is_put_right(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    answer = send(client_of(world.ana), one_scan("lend", drill, "13:30"), sent_at="14:00")
    assert outcomes(answer) == ["done"]
    assert loans(world)[0].borrowed_at == MONDAY_NOON - timedelta(minutes=30)


def test_the_sequence_decides_and_answers_stand_as_they_were_asked(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    sam = client_of(world.sam)
    back = one_scan("return", drill, "11:00", sequence=7)
    out = one_scan("lend", drill, "10:00", sequence=6)
    answer = send(sam, back, out)
    assert outcomes(answer) == ["done", "done"]
    told = [one["operation"] for one in answer.json["answers"]]
    assert told == [back["operation"], out["operation"]]


def test_one_that_fails_undoes_no_other(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    saw = world.make_item(world.make_kind(name="Saw"))
    world.session.commit()
    ana = client_of(world.ana)
    scans = one_scan("lend", drill), one_scan("lend", "7K3M9QXA"), one_scan("lend", saw)
    assert outcomes(send(ana, *scans)) == ["done", "exception", "done"]
    assert outcomes(send(ana, *scans)) == ["already", "already", "already"]
    assert [one["became"] for one in send(ana, *scans).json["answers"]] == [
        *("done", "exception", "done")
    ]
    assert len(loans(world)) == 2
    assert len(exceptions(world)) == 1


@pytest.mark.parametrize(
    "odd",
    [
        *(None, 7, "x", [], {}, {"operation": 3}),
        {"act": "burn"},
        {"at": "yesterday"},
        {"at": "2026-06-01T10:00:00"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"quantity": True},
        {"quantity": -1},
        {"quantity": 1.5},
        {"condition": "splendid"},
        {"note": "x" * 2_001},
        {"note": "\0"},
        {"note": "\ud800"},
        {"code": ["7K3M9QXA"]},
        {"code": "AAAAAAAA"},
        {"card": 5},
        {"card": ["x"]},
        {"sequence": 10**30},
    ],
    ids=str,
)
def test_what_is_no_scan_is_kept_as_it_came_and_once(
    world: World, drill: Item, client_of: type_of_client, odd: Any
) -> None:
    scan = one_scan("lend", drill) | odd if isinstance(odd, dict) and odd else odd
    ana = client_of(world.ana)
    assert outcomes(send(ana, scan)) == ["exception"]
    assert outcomes(send(ana, scan)) == ["already"]
    (kept,) = exceptions(world)
    assert (kept.sent, kept.group_id) == (scan, world.borgo.id)
    assert loans(world) == []


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"7", b"null", b"\xff\xfe", b"[" * 100_000),
        b'{"device": "x", "scans": [], "sent_at": "2026-06-01T12:00:00Z"}',
        f'{{"device": "{DEVICE}", "scans": {{}}, "sent_at": "2026-06-01T12:00:00Z"}}'.encode(),
        f'{{"device": "{DEVICE}", "scans": [], "sent_at": "now"}}'.encode(),
        f'{{"device": "{DEVICE}", "scans": [], "sent_at": 1e999}}'.encode(),
        f'{{"device": "{DEVICE}", "scans": [NaN], "sent_at": "2026-06-01T12:00:00Z"}}'.encode(),
        b'{"device": "' + b"x" * 1_000_000,
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_no_list_of_scans_is_refused_and_nothing_is_written(
    world: World, client_of: type_of_client, body: bytes
) -> None:
    answer = client_of(world.ana).post("/offline/scans", data=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.json["reasons"][0]["says"].startswith("This is no list of scans")
    assert world.session.scalar(select(func.count(Entry.id))) == 0


def test_a_hundred_at_once_and_no_more(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    scans = [one_scan("lend", drill, sequence=number) for number in range(1, 102)]
    ana = client_of(world.ana)
    assert send(ana, *scans).status_code == 400
    assert loans(world) == []
    assert outcomes(send(ana, *scans[:100])) == ["done"] + ["exception"] * 99


def test_who_is_not_signed_in_is_told_so(world: World, client_of: type_of_client) -> None:
    stranger = client_of(None)
    for answer in (send(stranger), stranger.get("/offline/facts", headers=JSON)):
        assert answer.status_code == 401
        assert answer.json["reasons"][0]["says"] == "You are not signed in."


def test_who_belongs_to_nothing_sends_nothing(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    assert send(client_of(world.zoe), one_scan("lend", drill)).status_code == 403


def test_things_of_other_groups_are_worn_by_nothing(
    world: World, client_of: type_of_client
) -> None:
    theirs = world.make_item(world.make_kind(group_id=world.castello.id))
    shared = world.make_item(world.make_kind(group_id=world.valle.id))
    world.session.commit()
    scans = one_scan("lend", theirs), one_scan("lend", shared)
    answer = send(client_of(world.ana), *scans)
    assert outcomes(answer) == ["exception", "done"]
    assert "Nothing here wears" in answer.json["answers"][0]["says"]
    (kept,) = exceptions(world)
    assert (kept.item_id, kept.group_id) == (None, world.borgo.id)


def test_a_member_lends_to_nobody_else(
    world: World, drill: Item, client_of: type_of_client
) -> None:
    card = card_of(client_of(world.sam), "Ana")
    world.make_person("Bob", world.borgo)
    world.session.commit()
    bob = world.session.merge(world.ana)
    answer = send(client_of(world.pau), one_scan("lend", drill, card=card))
    assert outcomes(answer) == ["exception"]
    assert said(exceptions(world)[0]) == ["The card is of nobody whom you lend to."]
    assert loans(world) == []
    assert outcomes(send(client_of(bob), one_scan("lend", drill, card=card))) == ["done"]


def test_a_steward_lends_to_members_of_the_villages_below(
    world: World, client_of: type_of_client
) -> None:
    tilda = world.make_person("Tilda", world.valle, Role.STEWARD)
    mill = world.make_item(world.make_kind(group_id=world.valle.id))
    world.session.commit()
    client = client_of(tilda)
    scan = one_scan("lend", mill, card=card_of(client, "Vera"))
    assert outcomes(send(client, scan)) == ["done"]
    assert loans(world)[0].borrower_id == world.vera.id


@pytest.mark.parametrize("unseen", [1, 2, 3])
def test_what_another_request_has_just_written_is_looked_at_again(
    world: World,
    drill: Item,
    client_of: type_of_client,
    monkeypatch: pytest.MonkeyPatch,
    unseen: int,
) -> None:
    scan, earlier, asked = one_scan("return", drill), recording.earlier, []
    sam = client_of(world.sam)
    assert outcomes(send(sam, scan)) == ["exception"]

    def as_if_unwritten(*known: Any) -> Entry | None:
        asked.append(known)
        return earlier(*known) if len(asked) > unseen else None

    monkeypatch.setattr(late, "earlier", as_if_unwritten)
    assert outcomes(send(sam, scan)) == ["already"]
    assert len(exceptions(world)) == 1


def test_when_all_are_too_busy_nothing_is_lost(
    world: World, drill: Item, client_of: type_of_client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any, **__: Any) -> None:
        raise Refusal(TooBusy())

    scan, ana = one_scan("lend", drill), client_of(world.ana)
    with monkeypatch.context() as crowd:
        crowd.setattr(late, "take_in", busy)
        assert send(ana, scan).status_code == 503
    assert outcomes(send(ana, scan)) == ["done"]


def test_a_fault_with_one_scan_holds_up_no_other(
    world: World,
    drill: Item,
    client_of: type_of_client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    world.make_loan(drill, world.cora)
    saw = world.make_item(world.make_kind(name="Saw"))
    world.session.commit()

    def at_fault(*_: Any, **__: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(returning, "take_back", at_fault)
    scans = one_scan("return", drill, "11:30"), one_scan("lend", saw, sequence=2)
    assert outcomes(send(client_of(world.sam), *scans)) == ["exception", "done"]
    assert said(exceptions(world)[0]) == [Fault.says]
    assert "a fault of ours" in caplog.text


def test_what_is_used_up_is_said_to_be_taken(world: World, client_of: type_of_client) -> None:
    screws = world.make_item(world.make_kind(name="Screw", counting=Counting.CONSUMABLE))
    world.session.commit()
    answer = send(client_of(world.ana), one_scan("lend", screws, quantity=4))
    assert answer.json["answers"][0]["says"] == "4 × Screw taken."
