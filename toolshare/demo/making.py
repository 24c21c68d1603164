"""Makes the demo: a valley whose villages have shared their things for half a year."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import func, select

from toolshare.circulation import sweeping
from toolshare.demo import (
    agreed,
    caring,
    counted,
    founding,
    kitted,
    passing,
    pictures,
    planning,
    seasons,
    sheds,
    stickers,
    tools,
    waiting,
)
from toolshare.demo.almanac import BEGAN, Almanac
from toolshare.demo.founding import Valley
from toolshare.demo.lending import Diary
from toolshare.demo.stories import Stories
from toolshare.demo.villages import (
    CASTAGNETO,
    ENDED,
    PAUSED,
    PONTE,
    SAN_ROCCO,
    SIGN_INS,
    VALLEY,
)
from toolshare.inventory.models import Item
from toolshare.people import memberships
from toolshare.people.memberships import Standing
from toolshare.people.models import Group, Person
from toolshare.people.opening import today_in
from toolshare.people.roles import membership_in
from toolshare.records import AnySession
from toolshare.shelves import Shelf

A_DAY, A_MOMENT = timedelta(days=1), timedelta(seconds=1)
SEED = 1806  # when the commons of these valleys were first written down


@dataclass(frozen=True)
class Made:
    """How much there is."""

    groups: int
    people: int
    things: int


def make(session: AnySession, photos: Shelf | None, *, now: datetime) -> Made:
    """Makes the whole demo as it would have come about until now; without photos if there is no shelf.

    The same each time but for codes, which are random, and dates, which end today.
    """
    began = (now - BEGAN).replace(hour=8, minute=20)  # a morning
    valley = founding.found(session, now=began)
    tools.bring_in(valley, now=began + 12 * A_DAY)
    for days, village in enumerate((VALLEY, CASTAGNETO, PONTE), 14):
        sheds.fill(valley, village, now=began + days * A_DAY)
    stickers.print_most(valley, now=began + 20 * A_DAY)
    kitted.put_together(valley, now=began + 21 * A_DAY)
    agreed.agree(valley, now=began + 22 * A_DAY)
    if photos is not None:
        pictures.take(valley, photos, now=began + 24 * A_DAY)
    _live_until(valley, now=now)
    return count(session)


def count(session: AnySession) -> Made:
    """How many groups, people and things there are."""
    return Made(*(session.scalar(select(func.count(one.id))) or 0 for one in (Group, Person, Item)))


def is_here(session: AnySession) -> bool:
    """Whether the people are there whom one can sign in as."""
    emails = [email for _, email, _ in SIGN_INS]
    found = session.scalar(select(func.count(Person.id)).where(Person.email.in_(emails)))
    return found == len(emails)


def _live_until(valley: Valley, *, now: datetime) -> None:
    """Four months of lending, and what changes for two of the members."""
    diary, almanac = Diary(), Almanac(now, Random(SEED))
    stories = Stories(valley, diary, almanac)
    stories.tell()
    waiting.tell(stories)
    passing.tell(stories)
    planning.tell(stories)
    caring.tell(stories)
    kitted.tell(stories)
    counted.tell(stories)
    seasons.tell(valley, stories, almanac)
    email, why = PAUSED
    diary.note(now - 20 * A_DAY, _change, valley, email, paused=True, why=why)
    left = today_in(valley.groups[SAN_ROCCO.slug], now - 45 * A_DAY)
    diary.note(now - 48 * A_DAY, _change, valley, ENDED, until=left)
    diary.note(now - A_MOMENT, sweeping.sweep, valley.session)
    diary.live_through()


def _change(
    valley: Valley,
    email: str,
    *,
    paused: bool = False,
    why: str = "",
    until: date | None = None,
    now: datetime,
) -> None:
    group, person = valley.groups[SAN_ROCCO.slug], valley.people[founding.key(email)]
    membership = membership_in(valley.session, person, group)
    if membership is None:
        return
    to = Standing(membership.role, membership.since, until, paused, why)
    by = valley.head_of(SAN_ROCCO)
    memberships.change_membership(valley.session, membership, to, by=by, now=now)
