"""The clock jumps, by years ahead and back again: whatever was done meanwhile can be ended."""

from datetime import datetime, timedelta
from http import HTTPStatus

import pytest

from tests.conftest import Run, type_of_client
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, World
from toolshare import clock, sweeper

YEARS = timedelta(days=3_000)
PAGES = ("/", "/loans", "/holds", "/reservations", "/catalogue", "/desk", "/groups/borgo/overview")
DONE = {HTTPStatus.SEE_OTHER, HTTPStatus.OK}


@on_any_database
def test_what_was_done_under_a_wrong_clock_can_be_ended_under_the_right_one(
    world: World, client_of: type_of_client, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = [world.make_item(world.make_kind(name=f"Saw {n}")).code for n in range(3)]
    kind = world.make_kind(name="Drill")
    world.make_item(kind)
    kind_id = kind.id
    world.session.commit()
    sam = client_of(world.sam)

    def at(moment: datetime, *acts: tuple[str, dict[str, object]]) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)
        answers = [sam.post(path, data=fields) for path, fields in acts]
        assert {one.status_code for one in answers} <= DONE, [
            one.location or one.text for one in answers
        ]
        assert sweeper.sweep_once() == 0
        looked_at = {path: sam.get(path).status_code for path in PAGES}
        assert set(looked_at.values()) <= {HTTPStatus.OK, HTTPStatus.SEE_OTHER}, looked_at

    (lend, take), (lend_other, take_other), (lend_third, take_third) = (
        [(f"/I/{code}/loan", {}), (f"/I/{code}/return", {})] for code in codes
    )
    ahead = MONDAY_NOON + YEARS
    days = {"from_day": ahead.date() + timedelta(1), "until_day": ahead.date() + timedelta(2)}
    reserve = ("/reservations", {"kind": kind_id, **days})
    at(MONDAY_NOON, lend, lend_other)
    at(ahead, take, take_other, lend, lend_third, reserve)
    at(MONDAY_NOON + timedelta(hours=1), take, lend, take_third)
    at(MONDAY_NOON - timedelta(days=1), take, ("/reservations/1/cancellation", {}))
    at(MONDAY_NOON + timedelta(hours=2), lend, take)
    status, said = run("check")
    assert (status, said.splitlines()[0]) == (0, "All is well."), said
    assert f"The journal knows of {ahead:%Y-%m-%d %H:%M} UTC" in said
