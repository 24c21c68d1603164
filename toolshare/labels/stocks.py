"""The stocks that labels are printed on, in millimetres, each checked to fit its page."""

import csv
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path

from sqlalchemy import select

from toolshare.labels.models import OwnStock
from toolshare.people.models import Group
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid, refuse_if

DATA = Path(__file__).parent / "data" / "label-stocks.csv"
PAGES = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}  # ISO 216; ANSI/ASME Y14.1 A
ROLL = "roll"
SLACK_MM = 0.05  # the data is rounded to hundredths
LENGTHS = ("label_width_mm", "label_height_mm", "left_mm", "top_mm", "gap_x_mm", "gap_y_mm")


@dataclass(frozen=True)
class TooWide(Reason):
    """The columns don't fit on the page."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    overflow_mm: float
    page: str
    says = msgid("The columns run %(overflow_mm)s mm over the right edge of %(page)s.")
    instead = msgid("Measure the label's width, the left margin and the gap again.")


@dataclass(frozen=True)
class TooHigh(Reason):
    """The rows don't fit on the page."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    overflow_mm: float
    page: str
    says = msgid("The rows run %(overflow_mm)s mm over the lower edge of %(page)s.")
    instead = msgid("Measure the label's height, the top margin and the gap again.")


@dataclass(frozen=True)
class NotASize(Reason):
    """A length or a count that no label has."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    field: str
    says = msgid("“%(field)s” is not a size that a label can have.")
    instead = msgid("Give lengths in mm, and at least one column and row.")


@dataclass(frozen=True)
class OneByOne(Reason):
    """Columns, rows or margins on a roll, where each label is a page of its own."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("A roll has one label after another: one column, one row, no margins or gaps.")
    instead = msgid("Give the size of a label alone.")


@dataclass(frozen=True)
class UnknownStock(Reason):
    """A stock that nobody has described."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug: str
    says = msgid("There is no stock called “%(slug)s”.")
    instead = msgid("Choose one of the list, or describe your own.")


@dataclass(frozen=True)
class SlugTaken(Reason):
    """A stock with this short name is there already."""

    slug: str
    says = msgid("There is a stock called “%(slug)s” already.")
    instead = msgid("Give yours another name.")


@dataclass(frozen=True)
class Stock:
    """A product with labels on it: a sheet with its grid, or a roll with one label after another."""

    slug: str
    name: str
    page: str
    columns: int
    rows: int
    label_width_mm: float
    label_height_mm: float
    left_mm: float = 0.0
    top_mm: float = 0.0
    gap_x_mm: float = 0.0
    gap_y_mm: float = 0.0

    @property
    def is_roll(self) -> bool:
        """Whether each label is a page of its own."""
        return self.page == ROLL

    @property
    def per_page(self) -> int:
        """How many labels a page has."""
        return self.columns * self.rows

    @property
    def page_size_mm(self) -> tuple[float, float]:
        """Width and height of a page."""
        return (self.label_width_mm, self.label_height_mm) if self.is_roll else PAGES[self.page]


def catalogue() -> dict[str, Stock]:
    """The stocks that Toolshare knows, by slug; a copy of the data that was checked once."""
    return dict(_catalogue())


def all_of(session: AnySession, group: Group | None) -> dict[str, Stock]:
    """The known stocks and the group's own, by slug."""
    own = (
        select(OwnStock).where(OwnStock.group_id == group.id).order_by(OwnStock.name)
        if group
        else None
    )
    described = (
        {row.slug: _from_row(row) for row in session.scalars(own)} if own is not None else {}
    )
    return catalogue() | described


def stock_called(session: AnySession, slug: str, group: Group | None) -> Stock:
    """The stock with this slug; refuses one that nobody has described."""
    found = all_of(session, group).get(slug)
    if found is None:
        raise Refusal(UnknownStock(slug=slug[:60]))
    return found


def check(stock: Stock) -> Stock:
    """The stock itself; refuses a grid that does not fit its page, with the overflow in mm."""
    refuse_if(list(_nonsense(stock)))
    refuse_if(_beside(stock) if stock.is_roll else _overflow(stock))
    return stock


@cache
def _catalogue() -> dict[str, Stock]:
    with DATA.open(encoding="utf-8", newline="") as file:
        stocks = [check(_from_csv(row)) for row in csv.DictReader(file)]
    return {stock.slug: stock for stock in stocks}


def _from_csv(row: dict[str, str]) -> Stock:
    return Stock(
        row["slug"],
        row["name"],
        row["page"],
        int(row["columns"]),
        int(row["rows"]),
        *(float(row[name]) for name in LENGTHS),
    )


def _from_row(row: OwnStock) -> Stock:
    lengths = [getattr(row, name) for name in LENGTHS]
    return Stock(row.slug, row.name, row.page, row.columns, row.rows, *lengths)


def _nonsense(stock: Stock) -> list[Reason]:
    wrong = [name for name in ("columns", "rows") if getattr(stock, name) < 1]
    wrong += [name for name in LENGTHS[:2] if not 0 < getattr(stock, name) <= 1_000]  # noqa: PLR2004
    wrong += [name for name in LENGTHS[2:] if not 0 <= getattr(stock, name) <= 1_000]  # noqa: PLR2004
    if stock.page not in {*PAGES, ROLL}:
        wrong.append("page")
    return [NotASize(field=name) for name in wrong]


def _beside(stock: Stock) -> list[Reason]:
    has_margins = any(getattr(stock, name) for name in LENGTHS[2:])
    return [OneByOne()] if has_margins or stock.per_page > 1 else []


def _overflow(stock: Stock) -> list[Reason]:
    width, height = stock.page_size_mm
    columns, rows = stock.columns, stock.rows
    right = stock.left_mm + columns * stock.label_width_mm + (columns - 1) * stock.gap_x_mm
    bottom = stock.top_mm + rows * stock.label_height_mm + (rows - 1) * stock.gap_y_mm
    over: list[Reason] = []
    if right > width + SLACK_MM:
        over.append(TooWide(overflow_mm=round(right - width, 2), page=stock.page))
    if bottom > height + SLACK_MM:
        over.append(TooHigh(overflow_mm=round(bottom - height, 2), page=stock.page))
    return over
