"""Grows a synthetic federation: as large as one likes, the same for the same seed and day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text

from toolshare.demo.federation import decade
from toolshare.demo.federation.bookkeeping import Bookkeeping
from toolshare.demo.federation.cooperatives import KNOWN, VILLAGE, Cooperative, plan, read_words
from toolshare.demo.federation.ledgers import KindRow
from toolshare.demo.federation.pouring import TABLES, Pouring, Say, poured
from toolshare.demo.federation.settling import Settling, Thing
from toolshare.demo.federation.sizes import Size
from toolshare.demo.federation.visits import Almanac
from toolshare.demo.villages import PASSWORD
from toolshare.inventory import search
from toolshare.people.models import Group, Membership, Person
from toolshare.people.passwords import hasher
from toolshare.records import AnySession

DAYS = 3650
A_MINUTE = timedelta(minutes=1)


def is_empty(session: AnySession) -> bool:
    """Whether nothing stands in any table that would be filled."""
    filled = (f'EXISTS (SELECT 1 FROM "{table}")' for table in TABLES.values())  # noqa: S608
    return not session.scalar(text(f"SELECT {' OR '.join(filled)}"))


def grow(session: AnySession, size: Size, *, seed: int, now: datetime, say: Say) -> None:
    """Fills an empty database with so many groups and their last ten years.

    Says how it gets on. What is held in mind grows with the things, not with their loans.
    """
    began = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    began -= timedelta(days=DAYS)
    almanac, words = Almanac(began.date(), DAYS), read_words()
    groups = list(plan(size, words, seed))
    with poured(session, say) as pouring:
        settling = Settling(pouring, words, began.date(), hasher.hash(PASSWORD))
        books = Bookkeeping(pouring, almanac, (now - began) // A_MINUTE, seed)
        decade.tell(books, _settled(settling, groups, say), say)
        for group in groups:
            books.notices.tell_of_weeks(group)
        _index(session, pouring, say)


def _settled(settling: Settling, groups: list[Cooperative], say: Say) -> Iterator[Thing]:
    say(f"{len(groups):,} groups")
    yield from settling.settle(groups)


def _index(session: AnySession, pouring: Pouring, say: Say) -> None:
    say("Words of the catalogue")
    pouring.rest()
    search.index(session, range(1, pouring.new_id(KindRow)))


def sign_ins(session: AnySession) -> list[tuple[str, str, str]]:
    """As whom one can sign in: the role where they are at home, the address, and who it is.

    None, where no federation has grown.
    """
    if session.scalar(select(Group.id).where(Group.slug == VILLAGE)) is None:
        return []
    known = [f"{who}@toolshare.example" for they in KNOWN.values() for who in they.values()]
    found = session.execute(
        select(Membership.role, Person.email, Person.name, Group.name)
        .join(Membership.person)
        .join(Membership.group)
        .where(Person.email.in_(known))
        .order_by(Membership.id)
    )
    return [(role, email, f"{name}, {group}") for role, email, name, group in found]


def count_loans(session: AnySession) -> int:
    """How many loans there are."""
    return session.scalar(select(func.count()).select_from(text("loans"))) or 0
