"""The demo's stocktake: two people have begun to count the long wall, and went home for lunch."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from toolshare.demo.stories import AN_HOUR, Stories
from toolshare.demo.villages import SAN_ROCCO
from toolshare.inventory.models import Place
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.stocktake.beginning import open_stocktake
from toolshare.stocktake.findings import Shown
from toolshare.stocktake.seeing import see
from toolshare.stocktake.tallying import tally

COUNTED, WRONG_PLACE = "Old dairy > Long wall", "Old dairy > Long wall > Clamps"
STEWARD, LEFT_TO_SEE = "steward", 6
EACH = timedelta(seconds=8)


def tell(stories: Stories) -> None:
    """Notes in the diary that they counted this morning."""
    people = (stories.valley.head_of(SAN_ROCCO), stories.valley.people[STEWARD])
    stories.diary.note(stories.now - AN_HOUR, _count, stories.session, people)


def _places(session: AnySession) -> dict[str, Place]:
    """The long wall and what hangs on it, by path, with its group."""
    found = select(Place).where(Place.path.startswith(COUNTED)).options(joinedload(Place.group))
    return {place.path: place for place in session.scalars(found)}


def _count(session: AnySession, people: tuple[Person, Person], *, now: datetime) -> None:
    """All is seen where it belongs but the last few, and one in the wrong place."""
    places = _places(session)
    place = places[COUNTED]
    stocktake = open_stocktake(session, place.group, place=place, by=people[0], now=now)
    seen = tally(session, stocktake).those(Shown.TO_SEE)[:-LEFT_TO_SEE]
    for number, one in enumerate(seen):
        here = places[WRONG_PLACE if one is seen[-1] else one.home]
        by, at = people[number % len(people)], now + number * EACH
        see(session, stocktake, one.code, by=by, now=at, here=here.code, counted=1)
