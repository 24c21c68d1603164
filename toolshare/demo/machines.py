"""What the demo's groups own, read from the data beside it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from toolshare.inventory.models import Counting

DATA = Path(__file__).parent / "data"
TOOL_LIBRARY = DATA / "tool-library-items.csv"


@dataclass(frozen=True)
class Thing:
    """A kind of the demo with its units; of a bin, `units` is how much is in it."""

    name: str
    category: str
    place: str
    description: str
    brand: str = ""
    model: str = ""
    power_source: str = ""
    strength: str = ""
    size: str = ""
    other_names: str = ""
    meter: str = ""  # what it counts
    service_days: int | None = None
    service_units: int | None = None  # of what the meter counts
    checkout_notice: str = ""
    guide: str = ""
    parts: tuple[str, ...] = ()
    loan_days: int | None = None
    by_stewards: bool = False
    units: int = 1
    counting: str = Counting.COUNTED
    value: int | None = None  # euro, for each unit


def things_of(slug: str) -> list[Thing]:
    """What a group owns, as the data says."""
    with (DATA / "machines.toml").open("rb") as file:
        return [Thing(**thing) for thing in tomllib.load(file)[slug]]
