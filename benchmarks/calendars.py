"""Calendars and searches by days, against the bare view of `benchmarks.pages`.

Run `make bench`, or this alone: `python -m benchmarks.calendars`. A group of 200 kinds with 600 units,
open on two days a week, has 1,800 reservations ahead and 60 things out, half of them late; one kind
more has 50 units and 800 reservations in a month. The catalogue is searched among 2,000 kinds, too,
a third of which are reserved. Processor time in one process, medians of turns.
"""

import statistics
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select, text, update

from benchmarks.filling import COORDINATOR, installation
from benchmarks.pages import bare_app, cookie_of, milliseconds, request
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Promise, Reservation, ReservedUnit
from toolshare.database import transaction
from toolshare.inventory.models import Item

ROUNDS, WARM_UP = 25, 3
KINDS, UNITS, OF_ONE_KIND = 200, 600, 50
BUSY = KINDS + 1  # the kind of which there are so many
TODAY = datetime.combine(datetime.now(UTC).date(), time(12), UTC)


def main() -> None:
    """Prints a table of medians in ms and their ratios to the bare view."""
    print("| page | median | times the bare view |")
    print("|---|--:|--:|")
    for rows in (of_a_group(), of_a_catalogue()):
        bare = rows.pop("bare view")
        for name, took in rows.items():
            print(f"| {name} | {took:.1f} ms | {took / bare:.1f} × |")


def of_a_group() -> dict[str, float]:
    """What a group of 200 kinds looks at."""
    next_month = (TODAY + timedelta(days=31)).strftime("%Y-%m")
    return measured(
        UNITS + OF_ONE_KIND,
        busy_shed,
        {
            "week board of 200 kinds": f"/groups/bench/board?day={in_days(9)}",
            "week board of 200 kinds, this week": "/groups/bench/board",
            "month of a kind with 3 units": "/catalogue/7/calendar",
            "month of a kind with 50 units": f"/catalogue/{BUSY}/calendar?month={next_month}",
            "when are four things free together": "/reservations/new?kind=1&kind=2&kind=3&kind=4"
            "&length=3&unit=days&when=y",
        },
    )


def of_a_catalogue() -> dict[str, float]:
    """What is looked for among 2,000 kinds."""
    days = f"from_day={in_days(9)}&until_day={in_days(12)}"
    return measured(
        2_000,
        reserved_by_thirds,
        {
            "catalogue of 2,000 kinds": "/catalogue",
            "catalogue of 2,000 kinds, free now": "/catalogue?free=y",
            "catalogue of 2,000 kinds, free on some days": f"/catalogue?{days}",
            "the same with a word": f"/catalogue?words=saw&{days}",
        },
    )


def measured(
    items: int, fill: Callable[[Flask, int], None], pages: dict[str, str]
) -> dict[str, float]:
    """The median milliseconds of the bare view and of these pages, to a coordinator."""
    with tempfile.TemporaryDirectory() as folder:
        app = installation(Path(folder), items=items, loans=items)
        fill(app, items)
        bare, cookie = bare_app(app), cookie_of(app, COORDINATOR)
        code = one_code(app)
        times: dict[str, list[float]] = {"bare view": [], **{name: [] for name in pages}}
        for _ in range(ROUNDS):
            times["bare view"].append(milliseconds(bare, request("GET", f"/bare/{code}")))
            for name, path in pages.items():
                times[name].append(milliseconds(app, request("GET", path, cookie)))
    return {name: statistics.median(taken[WARM_UP:]) for name, taken in times.items()}


def busy_shed(app: Flask, items: int) -> None:
    """Three units of each kind and fifty of one, many of them out or reserved."""
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE loans SET returned_at = due_at WHERE returned_at IS NULL"))
        kind_id = (Item.id - 1) % KINDS + 1
        session.execute(update(Item).where(Item.id <= UNITS).values(kind_id=kind_id))
        session.execute(update(Item).where(Item.id > UNITS).values(kind_id=BUSY))
        some = [
            (item, 10 * turn + item % 7, 3) for item in range(1, UNITS + 1) for turn in (1, 3, 5)
        ]
        many = [
            (item, 2 * turn, 1) for item in range(UNITS + 1, items + 1) for turn in range(31, 47)
        ]
        reserve(session, [*some, *many])
        lend(session, range(5, UNITS, 10))


def reserved_by_thirds(app: Flask, items: int) -> None:
    """Every third item is reserved around the days that are asked for."""
    with app.app_context(), transaction() as session:
        reserve(session, [(item, 8, 3) for item in range(1, items + 1, 3)])


def reserve(session: Any, spans: list[tuple[int, int, int]]) -> None:
    """Reserves each item from that many days ahead on for so many days."""
    numbered = list(enumerate(spans, start=1))
    kinds = dict(session.execute(select(Item.id, Item.kind_id)).all())
    session.execute(insert(Reservation), [reservation(*one) for one in numbered])
    session.execute(insert(ReservedUnit), [unit(*one, kinds) for one in numbered])
    session.execute(insert(Promise), [promise(*one) for one in numbered])


def reservation(number: int, span: tuple[int, int, int]) -> dict[str, Any]:
    """By everyone in turn."""
    from_at, until_at = ends_of(span)
    return {
        "id": number,
        "group_id": 1,
        "person_id": number % 400 + 3,
        "from_at": from_at,
        "until_at": until_at,
        "fetch_by": until_at,
        "made_at": TODAY,
    }


def unit(number: int, span: tuple[int, int, int], kinds: dict[int, int]) -> dict[str, Any]:
    """The one unit of a reservation."""
    _, until_at = ends_of(span)
    kind_id = kinds[span[0]]
    return {"id": number, "reservation_id": number, "kind_id": kind_id, "keep_until": until_at}


def promise(number: int, span: tuple[int, int, int]) -> dict[str, Any]:
    """What keeps the item for it."""
    from_at, until_at = ends_of(span)
    kept = {"from_at": from_at, "until_at": until_at, "alone": True}
    return {"item_id": span[0], "reserved_unit_id": number, **kept}


def lend(session: Any, items: range) -> None:
    """Each of these is out; every other one should have come back yesterday."""
    due = [TODAY + timedelta(days=3 if number % 2 else -1) for number in range(len(items))]
    session.execute(insert(Loan), list(open_loans(items, due)))
    ids = session.scalars(select(Loan.id).where(Loan.returned_at.is_(None)).order_by(Loan.id))
    for item, until_at, loan_id in zip(items, due, ids.all(), strict=True):
        kept = {"from_at": TODAY - timedelta(days=8), "until_at": until_at, "alone": True}
        session.execute(insert(Promise), {"item_id": item, "loan_id": loan_id, **kept})


def open_loans(items: range, due: list[datetime]) -> Iterator[dict[str, Any]]:
    """By everyone in turn."""
    for number, item in enumerate(items):
        yield {
            "item_id": item,
            "borrower_id": number % 400 + 3,
            "counted": True,
            "quantity": 1,
            "borrowed_at": TODAY - timedelta(days=8),
            "due_at": due[number],
        }


def ends_of(span: tuple[int, int, int]) -> tuple[datetime, datetime]:
    """When it begins and ends."""
    _, ahead, days = span
    return TODAY + timedelta(days=ahead), TODAY + timedelta(days=ahead + days)


def in_days(days: int) -> date:
    """A day to come."""
    return TODAY.date() + timedelta(days=days)


def one_code(app: Flask) -> str:
    """The code of an item, for the bare view."""
    with app.app_context(), transaction() as session:
        return str(session.scalars(select(Item.code).limit(1)).one())


if __name__ == "__main__":
    main()
