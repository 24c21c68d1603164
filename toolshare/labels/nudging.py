"""What a group knows about its own printers and stocks."""

from datetime import datetime

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.labels import stocks
from toolshare.labels.models import Nudge, OwnStock
from toolshare.labels.printing import nudge_of
from toolshare.labels.stocks import LENGTHS, SlugTaken, Stock
from toolshare.people.models import Group, Person
from toolshare.records import AnySession
from toolshare.refusals import Refusal


def nudge(
    session: AnySession,
    group: Group,
    stock: str,
    printer: str,
    *,
    x_mm: float,
    y_mm: float,
    scale: float,
) -> Nudge:
    """Keeps how far a printer misses on a stock: mm to the right and down, and a scale.

    Refuses an unknown stock.
    """
    stocks.stock_called(session, stock, group)
    kept = nudge_of(session, group, stock, printer)
    if kept is None:
        kept = Nudge(group_id=group.id, stock=stock, printer=printer)
        session.add(kept)
    kept.x_mm, kept.y_mm, kept.scale = x_mm, y_mm, scale
    return kept


def describe(
    session: AnySession, group: Group, stock: Stock, *, by: Person, now: datetime
) -> OwnStock:
    """Keeps a stock that the group has measured itself.

    Refuses a grid that does not fit its page, and a slug that is taken.
    """
    stocks.check(stock)
    if stock.slug in stocks.all_of(session, group):
        raise Refusal(SlugTaken(slug=stock.slug))
    lengths = {name: getattr(stock, name) for name in LENGTHS}
    own = OwnStock(
        group_id=group.id,
        slug=stock.slug,
        name=stock.name,
        page=stock.page,
        columns=stock.columns,
        rows=stock.rows,
        **lengths,
    )
    session.add(own)
    record(session, Event.STOCK_ADDED, by=by, at=now, group=group, stock=stock.slug)
    return own
