"""Printing labels: what is wished, what stands on each, and the batch that remembers it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import select

from toolshare.codes import register
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.labels import dots, sheets, stocks, symbols
from toolshare.labels.designing import design_from, design_of
from toolshare.labels.designs import USUAL, Design
from toolshare.labels.drawing import Printing
from toolshare.labels.models import Batch, BatchLabel, Nudge
from toolshare.labels.outdated import worn_now
from toolshare.labels.sheets import Layout
from toolshare.people.models import Group, Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid, refuse_if

PDF, PNG, ZPL = FORMATS = ("pdf", "png", "zpl")
MOST_LABELS = 10_000
MOST = {PDF: MOST_LABELS, PNG: 500, ZPL: MOST_LABELS}  # a picture takes a hundred times as long
MOST_COPIES = 50
MOST_BLANKS = 1_000


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
    says = msgid("The QR codes come out fine: %(module_mm)s mm a square; phones want 0.35.")
    instead = msgid("Take a bigger stock, a shorter address, or a lower error correction.")


@dataclass(frozen=True)
class CharactersLacking(Reason):
    """Characters that the font can't draw are left out."""

    characters: str
    says = msgid("The font has no %(characters)s: they are left out.")
    instead = msgid("Print all the same, or write the names without them.")


@dataclass(frozen=True)
class LinesLeftOut(Reason):
    """What was to stand on the labels has no room there."""

    lines: str
    says = msgid("There is no room for: %(lines)s.")
    instead = msgid("Show less below the name, a smaller symbol or code, or take a bigger stock.")


@dataclass(frozen=True)
class Wishes:
    """How a batch is to be printed: as the group designed it, unless another design is given.

    The resolution matters for PNG and ZPL.
    """

    stock: str
    start: int = 1
    copies: int = 1
    printer: str = ""
    format: str = PDF
    dpi: int = 300
    design: Design | None = None


def print_labels(
    session: AnySession,
    group: Group | None,
    codes: Sequence[str],
    wishes: Wishes,
    *,
    by: Person | None,
    now: datetime,
    prefix: str = "",
) -> Batch:
    """Remembers a batch, with all that is needed to draw it now and again.

    Refuses an empty or an overlong batch, an unknown stock, a start that is not on the sheet, and
    dots for a sheet or too coarse for the symbols; `prefix` is what stands before each code.
    """
    job = printing(session, group, wishes, prefix=prefix)
    _check(job, codes, wishes)
    batch = Batch(
        group_id=group.id if group else None,
        printed_at=now,
        by_id=by.id if by else None,
        stock=wishes.stock,
        options=asdict(replace(wishes, design=job.design)),
        prefix=prefix or None,
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


def print_blanks(
    session: AnySession,
    group: Group,
    count: int,
    wishes: Wishes,
    *,
    by: Person,
    now: datetime,
    prefix: str = "",
) -> Batch:
    """Prints so many labels ahead, with codes that nothing wears until they are claimed."""
    refuse_if([] if 0 < count <= MOST_BLANKS else [TooManyLabels(most=MOST_BLANKS)])
    codes = register.draw_many(session, None, count, now=now)
    return print_labels(session, group, codes, wishes, by=by, now=now, prefix=prefix)


def print_again(
    session: AnySession,
    batch: Batch,
    group: Group,
    *,
    by: Person,
    now: datetime,
    prefix: str = "",
) -> Batch:
    """The same labels on a new sheet, as they are designed now; `batch` has its labels loaded.

    What has another code by now gets a label with that one.
    """
    again = replace(wishes_of(batch), start=1, design=None)
    codes = worn_now(session, codes_of(batch))
    return print_labels(session, group, codes, again, by=by, now=now, prefix=prefix)


def printing(session: AnySession, group: Group | None, wishes: Wishes, *, prefix: str) -> Printing:
    """The wishes with the stock that they name and the nudge of their printer."""
    nudge = nudge_of(session, group, wishes.stock, wishes.printer)
    stock = stocks.stock_called(session, wishes.stock, group)
    return Printing(
        stock=stock,
        prefix=prefix,
        start=1 if stock.is_roll else wishes.start,
        design=wishes.design or design_of(session, group, wishes.stock),
        dpi=wishes.dpi,
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


def too_small(job: Printing, wished: str = PDF) -> list[Reason]:
    """A warning when phones will hardly read the symbols on this stock, in whole dots or not."""
    layout, modules = _layout(job), _modules(job)
    module_mm = sheets.module_mm(layout, modules)
    if wished != PDF:
        module = dots.module_dots(layout.symbol, modules, job.dpi)
        module_mm = module / dots.dots_per_mm(job.dpi)
    is_small = module_mm < sheets.SMALLEST_MODULE_MM
    return [ModulesTooSmall(module_mm=module_mm)] if is_small else []


def reasons_against(job: Printing, wished: str, labels: int) -> list[Reason]:
    """Why so many labels can't be printed in a format."""
    if labels > MOST[wished]:
        return [TooManyLabels(most=MOST[wished])]
    if wished == PDF:
        return []
    return dots.reasons_against(job, _modules(job), _layout(job).symbol)


def wishes_of(batch: Batch) -> Wishes:
    """What was wished when the batch was printed; older ones name what they show one by one."""
    kept = dict(batch.options)
    older = {name: kept.pop(name) for name in ("level", "shows") if name in kept}
    design = design_from(kept.pop("design", None) or asdict(USUAL) | older)
    return Wishes(**kept, design=design)


def codes_of(batch: Batch) -> list[str]:
    """The codes of a batch in their order; its labels are loaded."""
    return [label.code for label in batch.labels]


def _check(job: Printing, codes: Sequence[str], wishes: Wishes) -> None:
    if not codes:
        raise Refusal(NothingToPrint())
    refuse_if(reasons_against(job, wishes.format, len(codes) * wishes.copies))
    list(sheets.slots(job.stock, 1, job.start))


def _modules(job: Printing) -> int:
    return symbols.modules_for(f"{job.prefix}00000000", job.level)


def _layout(job: Printing) -> Layout:
    share = job.design.symbol_percent / 100
    return sheets.layout(job.stock.label_width_mm, job.stock.label_height_mm, share)
