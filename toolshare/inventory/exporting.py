"""Taking the inventory of a group out to a spreadsheet, which imports again to the same."""

from collections.abc import Iterable, Mapping

from toolshare import spreadsheets
from toolshare.inventory import cells
from toolshare.inventory.columns import COLUMNS
from toolshare.inventory.incoming import facts_of
from toolshare.inventory.models import Item


def export_items(items: Iterable[Item], states: Mapping[int, str]) -> str:
    """These items as CSV, one row each; `states` are how they stand, by id.

    The items come with kind, categories and place.
    """
    headings = [column.name for column in COLUMNS]
    return spreadsheets.write(headings, (_row(item, states[item.id]) for item in items))


def _row(item: Item, state: str) -> list[str]:
    facts = facts_of(item) | {
        "code": item.code,
        "state": state,
        "retired_at": item.retired_at,
        "retired_why": item.retired_why,
    }
    facts["categories"] = cells.written_paths(facts["categories"])
    return [cells.written(facts[column.name]) for column in COLUMNS]
