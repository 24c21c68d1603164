"""Drawing codes that nobody wears yet, and claiming the ones that labels already carry."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from toolshare import rows
from toolshare.codes import alphabet
from toolshare.codes.models import Code, Wearer
from toolshare.records import AnySession


def draw(session: AnySession, wearer: Wearer, *, now: datetime) -> str:
    """A new code for something, entered in the register."""
    return draw_many(session, wearer, 1, now=now)[0]


def draw_many(
    session: AnySession, wearer: Wearer | None, count: int, *, now: datetime
) -> list[str]:
    """As many new codes, in two statements however many they are; without a wearer, blank ones."""
    drawn: set[str] = set()
    while missing := count - len(drawn):
        fresh = {alphabet.draw() for _ in range(missing)}
        drawn |= fresh - _taken(session, fresh)
    _write(session, sorted(drawn), wearer, now=now)
    return sorted(drawn)


def enter(session: AnySession, codes: Sequence[str], wearer: Wearer, *, now: datetime) -> None:
    """Enters codes that labels carry already: they came with an import."""
    for code in codes:
        if not alphabet.is_sound(code):
            raise ValueError(f"{code!r} is not a code")
    _write(session, codes, wearer, now=now)


def lock(session: AnySession, code: str) -> None:
    """Lets nobody else decide about a code until the transaction ends."""
    session.execute(select(Code.id).where(Code.code == code).with_for_update())


def claim(session: AnySession, code: str, wearer: Wearer) -> None:
    """Gives a blank code, which is locked and worn by nothing, to something."""
    session.scalars(
        select(Code)
        .where(Code.code == code, Code.wearer.is_(None))
        .execution_options(populate_existing=True)
    ).one().wearer = wearer
    session.flush()


def _write(
    session: AnySession, codes: Iterable[str], wearer: Wearer | None, *, now: datetime
) -> None:
    drawn = [{"code": code, "wearer": wearer, "drawn_at": now} for code in codes]
    rows.write_all(session, Code, drawn)


def _taken(session: AnySession, codes: Iterable[str]) -> set[str]:
    return set(session.scalars(select(Code.code).where(Code.code.in_(codes))))
