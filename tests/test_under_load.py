"""A crowd reaches for the same things, in a server as people run it: nobody gets what another has."""

from collections import Counter
from http import HTTPStatus
from pathlib import Path

from tests import busy_shed
from tests.busy_shed import EVENTS, crowded, furnish
from tests.postgres import on_any_database
from tests.server import serving
from tests.world import World
from toolshare.database import reading, transaction

PEOPLE = 12
SECONDS = 4
# A race may be lost in any of these ways; with nothing else.
REFUSED = {HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY}


@on_any_database
def test_a_crowd_gets_clear_answers_and_nothing_twice(
    world: World, tmp_path: Path, database_url: str
) -> None:
    with transaction():
        shed = furnish(world, PEOPLE)
    with serving(tmp_path / "served", database_url) as port:
        answers = crowded(port, shed, SECONDS)
    assert {one.status for one in answers} <= {HTTPStatus.OK, *REFUSED}
    done = Counter(one.act for one in answers if one.is_accepted)
    assert done.keys() == EVENTS.keys() - {"service"}  # for nobody finds fault with anything
    with reading() as session:
        assert busy_shed.held_twice(session) == []
        assert busy_shed.promised_twice(session) == []
        assert busy_shed.unaccounted_for(session, answers) == set()
        assert busy_shed.wrongly_out(session) == set()
