"""Ten years of a synthetic federation, told day by day, so that all is written in its order."""

from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator

from toolshare.demo.federation.bookkeeping import Bookkeeping
from toolshare.demo.federation.pouring import Say
from toolshare.demo.federation.settling import Thing
from toolshare.demo.federation.visits import A_DAY, Turn, draw

A_YEAR = 365  # days

Story = Generator[int, None, None]
Days = dict[int, list[tuple[int, int, Story]]]  # moment, number, and what goes on then


def tell(books: Bookkeeping, things: Iterable[Thing], say: Say) -> None:
    """Tells of all things together, from the first day to the present."""
    days: Days = defaultdict(list)
    for number, thing in enumerate(things):
        _put_off(days, number, _live(books, thing))
    for day in range(books.now // A_DAY + 1):
        if day % A_YEAR == 0:
            say(f"{books.almanac.days[day]}: {books.loans:,} loans")
        for at, number, story in sorted(days.pop(day, ()), key=lambda one: one[:2]):
            if at <= books.now:
                _put_off(days, number, story)
            else:
                story.close()
    for left in days.values():
        for _, _, story in left:
            story.close()


def _put_off(days: Days, number: int, story: Story) -> None:
    """Lets a story go on to its next moment, and waits for that."""
    at = next(story)
    days[at // A_DAY].append((at, number, story))


def _live(books: Bookkeeping, thing: Thing) -> Story:
    """Each moment at which something goes on with a thing, for ever.

    What becomes of a turn is written when it is over, or when the present has come.
    """
    over = 0
    while True:
        turn = draw(books.almanac, thing, over)
        try:
            yield from _go_out(books, thing, turn)
        finally:
            books.close(thing, turn)
        over = turn.ends // A_DAY


def _go_out(books: Bookkeeping, thing: Thing, turn: Turn) -> Iterator[int]:
    if turn.reserved_at is not None:
        yield turn.reserved_at
        books.reserve(thing, turn)
    yield turn.begins
    books.lend(thing, turn)
    if turn.asked_at is not None:
        yield turn.asked_at
        books.ask(thing, turn)
    if turn.renewed_at is not None:
        yield turn.renewed_at
        books.renew(thing, turn)
    yield turn.back
    books.take_back(thing, turn)
    if turn.mended_at is not None:
        books.send_to_repair(thing, turn)
        yield turn.mended_at
        books.mend(thing, turn)
