"""The columns of an inventory's spreadsheet: ours, and what other programs call theirs."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import String

from toolshare.codes import alphabet
from toolshare.inventory import cells
from toolshare.inventory.models import Item, Kind
from toolshare.refusals import msgid

LEFT_OUT = ""
KEPT_AS_NOTE = "note"  # any number of columns can be kept so
LONGEST_TEXT = 20_000
# What a policy of Circulate says is two facts of ours.
BY_POLICY = ("counting", "lent_by_stewards_only")


@dataclass(frozen=True)
class Column:
    """A column that we know: its name in our own files, what it is called, how its cells read.

    `also` are the names that myTurn, Snipe-IT, Lend Engine, Circulate and people give it, in the
    order of how sure they are.
    """

    name: str
    label: str
    read: Callable[[str], Any]
    also: tuple[str, ...] = ()


def _text(record: type[Kind | Item], name: str, label: str, *also: str) -> Column:
    of = record.__table__.c[name].type
    most = of.length if isinstance(of, String) and of.length else LONGEST_TEXT
    return Column(name, label, cells.text(most), also)


OF_KIND = (
    _text(Kind, "name", msgid("Name"), "item name", "asset name", "title", "tool", "item"),
    _text(Kind, "other_names", msgid("Other names"), "keywords", "aliases", "also known as"),
    _text(Kind, "brand", msgid("Brand"), "manufacturer", "make"),
    _text(Kind, "model", msgid("Model"), "model no", "model number", "model name"),
    _text(Kind, "size", msgid("Size"), "dimensions"),
    _text(Kind, "strength", msgid("Strength"), "power", "capacity"),
    _text(Kind, "power_source", msgid("Power source"), "powered by"),
    _text(Kind, "meter", msgid("Meter counts"), "usage unit"),
    Column("counting", msgid("Counted"), cells.counting, ("counted", "stock type")),
    Column(
        "categories",
        msgid("Categories"),
        cells.some_paths,
        ("category", "item type", "item types", "tool type", "tags", "group"),
    ),
    _text(Kind, "description", msgid("Description"), "long description", "short description"),
    _text(
        Kind,
        "checkout_notice",
        msgid("Notice"),
        *("warnings", "checkout warning", "safety notes", "care information"),
    ),
    Column("parts", msgid("Parts"), cells.lines, ("components", "accessories", "attachments")),
    _text(Kind, "guide", msgid("How to use it"), "instructions", "user guide"),
    Column("guide_links", msgid("Links"), cells.links, ("manual", "manual url", "url", "link")),
    Column("loan_days", msgid("Loan period in days"), cells.days, ("loan period",)),
    Column("lent_by_stewards_only", msgid("Only stewards lend it"), cells.yes_or_no),
)
OF_ITEM = (
    Column(
        "number",
        msgid("Inventory number"),
        cells.short_text(60),
        ("inventory number", "asset tag", "item id", "item number", "sku", "barcode", "id"),
    ),
    _text(Item, "serial", msgid("Serial number"), "serial number", "serial no"),
    Column(
        "quantity", msgid("How many are in the bin"), cells.whole_number, ("qty", "stock", "count")
    ),
    Column("condition", msgid("Condition"), cells.condition, ("item condition",)),
    Column(
        "place",
        msgid("Place"),
        cells.one_path,
        ("location", "default location", "home location", "location code", "shelf", "bin"),
    ),
    Column(
        "value",
        msgid("Value"),
        cells.amount,
        (
            "value rrp",
            "replacement value",
            "item value",
            "purchase cost",
            "price paid",
            "cost",
            "price",
        ),
    ),
    Column(
        "bought_on",
        msgid("Bought on"),
        cells.day,
        ("purchase date", "purchased", "date purchased", "date acquired", "bought"),
    ),
    _text(Item, "donor", msgid("Given by"), "donated by", "given by", "donor name"),
    _text(Item, "notes_for_members", msgid("Notes for members"), "public notes"),
    _text(
        Item,
        "notes_for_stewards",
        msgid("Notes for stewards"),
        *(
            "notes",
            "asset notes",
            "admin notes",
            "staff notes",
            "private notes",
            "internal notes",
            "comments",
        ),
    ),
    Column(
        "added_at",
        msgid("Added"),
        cells.moment,
        ("created at", "added on", "date created", "date added", "created"),
    ),
)
CODE = Column("code", msgid("Code on the label"), alphabet.read)
STATE = Column("state", msgid("State"), cells.state, ("status", "item status", "status label"))
RETIRED_AT = Column("retired_at", msgid("Retired"), cells.moment)
RETIRED_WHY = _text(Item, "retired_why", msgid("Why it is retired"))
POLICY = Column("policy", msgid("Policy (Circulate)"), cells.counting)

COLUMNS = (CODE, OF_ITEM[0], *OF_KIND, *OF_ITEM[1:], STATE, RETIRED_AT, RETIRED_WHY)
BY_NAME = {column.name: column for column in (*COLUMNS, POLICY)}


def guess(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """What each column of a file most likely is: a column's name, or LEFT_OUT.

    A column called "code" is ours only when it holds our codes; else it is their number. Two with
    one heading are taken for the same: only people know which is meant.
    """
    folded = [_folded(heading) for heading in headings]
    found = [LEFT_OUT] * len(headings)
    holds_codes = partial(_holds_codes, rows)
    for column in BY_NAME.values():
        names = [_folded(column.name), *column.also]
        at = next((folded.index(name) for name in names if _is_free(name, folded, found)), None)
        if at is not None and (column is not CODE or holds_codes(at)):
            _take(column.name, at, folded, found)
    if "number" not in found and _is_free("code", folded, found):
        _take("number", folded.index("code"), folded, found)
    return found


def _take(name: str, at: int, folded: list[str], found: list[str]) -> None:
    found[:] = [
        name if one == folded[at] else so_far for one, so_far in zip(folded, found, strict=True)
    ]


def _is_free(name: str, folded: list[str], found: list[str]) -> bool:
    return name in folded and found[folded.index(name)] == LEFT_OUT


def _holds_codes(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Whether most of the cells are: a slip of the pen in one is no reason to doubt the others."""
    typed = [row[at] for row in rows if row[at].strip()]
    return 2 * sum(alphabet.is_sound(alphabet.read(cell)) for cell in typed) >= len(typed)


def _folded(heading: str) -> str:
    return " ".join(re.findall(r"\w+", heading.casefold().replace("_", " ")))
