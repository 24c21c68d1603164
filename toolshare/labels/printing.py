"""Printing labels: what is wished, what stands on each, and the batch that remembers it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import select

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.labels import sheets, stocks, symbols
from toolshare.labels.composing import without_lacking
from toolshare.labels.drawing import Printing, pdf
from toolshare.labels.facing import faces_of
from toolshare.labels.models import Batch, BatchLabel, Nudge
from toolshare.labels.stocks import Stock
from toolshare.people.models import Group, Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

MOST_LABELS = 10_000
MOST_COPIES = 50


@dataclass(frozen=True)
class NothingToPrint(Reason):
    """No label was chosen."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("There is nothing to print.")
    instead = msgid("Choose things in the inventory, or add some first.")


@dataclass(frozen=True)
class TooManyLabels(Reason):
    """More labels than one batch takes."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    most: int
    says = msgid("These are too many labels for one batch: it takes %(most)s.")
    instead = msgid("Print them in parts, or fewer copies.")


@dataclass(frozen=True)
class ModulesTooSmall(Reason):
    """Phones will hardly read the symbols; printing is possible all the same."""

    module_mm: float
    says = msgid("The QR codes come out fine: %(module_mm).2f mm a square; phones want 0.35.")
    instead = msgid("Take a bigger stock, a shorter address, or a lower error correction.")


@dataclass(frozen=True)
class CharactersLacking(Reason):
    """Characters that the font can't draw are left out."""

    characters: str
    says = msgid("The font has no %(characters)s: they are left out.")
    instead = msgid("Print all the same, or write the names without them.")


@dataclass(frozen=True)
class Wishes:
    """How a batch is to be printed."""

    stock: str
    start: int = 1
    copies: int = 1
    level: str = "M"
    shows: tuple[str, ...] = ("group", "place")
    printer: str = ""


def print_labels(
    session: AnySession,
    group: Group | None,
    codes: Sequence[str],
    wishes: Wishes,
    *,
    by: Person | None,
    now: datetime,
) -> Batch:
    """Remembers a batch, with all that is needed to draw it now and again.

    Refuses an empty or an overlong batch, an unknown stock, and a start that is not on the sheet.
    """
    _check(session, group, codes, wishes)
    batch = Batch(
        group_id=group.id if group else None,
        printed_at=now,
        by_id=by.id if by else None,
        stock=wishes.stock,
        options={**asdict(wishes), "shows": list(wishes.shows)},
        labels=[BatchLabel(position=n, code=code) for n, code in enumerate(codes)],
    )
    session.add(batch)
    session.flush()
    record(
        session,
        Event.LABELS_PRINTED,
        by=by,
        at=now,
        group=group,
        batch=batch.id,
        labels=len(codes) * wishes.copies,
        stock=wishes.stock,
    )
    return batch


def print_again(
    session: AnySession, batch: Batch, group: Group, *, by: Person, now: datetime
) -> Batch:
    """The same labels on a new sheet; `batch` has its labels loaded."""
    again = Wishes(**{**asdict(wishes_of(batch)), "start": 1})
    return print_labels(session, group, codes_of(batch), again, by=by, now=now)


def document(session: AnySession, batch: Batch, group: Group | None, *, prefix: str) -> bytes:
    """The batch as PDF; `batch` has its labels loaded, `prefix` stands before each code."""
    wishes = wishes_of(batch)
    faces = faces_of(session, codes_of(batch), wishes.shows)
    copies = [without_lacking(face) for face in faces for _ in range(wishes.copies)]
    title = f"{group.name if group else 'Toolshare'}, {batch.printed_at:%Y-%m-%d}"
    return pdf(copies, printing(session, group, wishes, prefix=prefix), title)


def printing(session: AnySession, group: Group | None, wishes: Wishes, *, prefix: str) -> Printing:
    """The wishes with the stock that they name and the nudge of their printer."""
    nudge = nudge_of(session, group, wishes.stock, wishes.printer)
    return Printing(
        stock=stocks.stock_called(session, wishes.stock, group),
        prefix=prefix,
        start=wishes.start,
        level=wishes.level,
        x_mm=nudge.x_mm if nudge else 0.0,
        y_mm=nudge.y_mm if nudge else 0.0,
        scale=nudge.scale if nudge else 1.0,
    )


def nudge_of(session: AnySession, group: Group | None, stock: str, printer: str) -> Nudge | None:
    """How the group's printer misses on a stock, if somebody has measured it."""
    if group is None:
        return None
    is_it = (Nudge.group_id == group.id, Nudge.stock == stock, Nudge.printer == printer)
    return session.scalar(select(Nudge).where(*is_it))


def prefix_of(public_url: str) -> str:
    """What stands before the code in a symbol: in capitals, so that the QR stays small."""
    return f"{public_url}/I/".upper()


def too_small(stock: Stock, prefix: str, level: str) -> list[Reason]:
    """A warning when phones will hardly read the symbols on this stock."""
    layout = sheets.layout(stock.label_width_mm, stock.label_height_mm)
    modules = symbols.modules_for(f"{prefix}00000000", level)
    if sheets.is_readable(layout, modules):
        return []
    return [ModulesTooSmall(module_mm=sheets.module_mm(layout, modules))]


def wishes_of(batch: Batch) -> Wishes:
    """What was wished when the batch was printed."""
    return Wishes(**{**batch.options, "shows": tuple(batch.options["shows"])})


def codes_of(batch: Batch) -> list[str]:
    """The codes of a batch in their order; its labels are loaded."""
    return [label.code for label in batch.labels]


def _check(session: AnySession, group: Group | None, codes: Sequence[str], wishes: Wishes) -> None:
    if not codes:
        raise Refusal(NothingToPrint())
    if len(codes) * wishes.copies > MOST_LABELS:
        raise Refusal(TooManyLabels(most=MOST_LABELS))
    stock = stocks.stock_called(session, wishes.stock, group)
    list(sheets.slots(stock, 1, wishes.start))
