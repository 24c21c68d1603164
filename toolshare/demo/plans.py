"""What the demo's people have reserved: for the weeks ahead, and what became of it in the past."""

from dataclasses import dataclass
from enum import Enum, auto

from toolshare.demo.villages import CASTAGNETO, PONTE, SAN_ROCCO, VALLEY, Village


class Becomes(Enum):
    """What becomes of a reservation."""

    STANDS = auto()
    DECLINED = auto()
    CANCELLED = auto()
    READY = auto()  # set aside, on the shelf
    FETCHED = auto()
    MISSED = auto()
    EXPIRED = auto()  # nobody said yes or no


@dataclass(frozen=True)
class Plan:
    """Things by number or name that somebody reserves together, each with how many.

    `begins` is in so many days, before 0 in the past; 0 is the next day on which it can be fetched.
    It goes over to the next opening day, and so does the last of its `days`.
    """

    village: Village
    things: dict[str, int]
    who: str
    begins: int
    days: int = 1
    made: int = 5  # days before it begins, or before today
    becomes: Becomes = Becomes.STANDS
    approved: bool = False
    weather_flexible: bool = False
    note: str = ""  # of the person; of who declines or cancels, why


DIGGER = {"Post-hole digger, petrol": 1}

PLANS = (
    Plan(VALLEY, {"Tipping trailer, 3 t": 1}, "member", 0, 2, becomes=Becomes.READY),
    Plan(VALLEY, {"Generator, 3 kW": 1}, "member", 10, 3, made=2, note="For the open-air cinema"),
    Plan(VALLEY, {"Brush cutter": 1}, "member", -52, 2, becomes=Becomes.FETCHED),
    Plan(VALLEY, {"Tipping trailer, 3 t": 1}, "member", -38, 2, becomes=Becomes.FETCHED),
    Plan(VALLEY, {"Water pump, petrol": 1}, "member", -24, 1, becomes=Becomes.MISSED),
    Plan(
        *(VALLEY, {"Tractor, 45 hp": 1, "Seed drill, 2.5 m": 1}, "teresa", 6, 2, 4),
        approved=True,
        note="Clover on the long terrace",
    ),
    Plan(VALLEY, {"Tractor, 45 hp": 1}, "youssef", 12, 2, 1, note="Logs from the upper wood"),
    Plan(
        *(VALLEY, {"Tractor, 45 hp": 1}, "dario", 9, 1, 4, Becomes.DECLINED),
        note="Both are at the inspection that day.",
    ),
    Plan(VALLEY, {"Tractor, 45 hp": 1}, "dario", -8, 1, 4, Becomes.EXPIRED),
    Plan(
        *(VALLEY, {"Tractor, 45 hp": 1, "Seed drill, 2.5 m": 1}, "fabrizio", -45, 2, 9),
        approved=True,
        becomes=Becomes.FETCHED,
        note="Green manure below the chapel",
    ),
    Plan(VALLEY, {"Manure spreader, 4 t": 1}, "fabrizio", 1, 2, 6),  # who has it is late
    Plan(VALLEY, DIGGER, "fabrizio", 3, 1, 6, weather_flexible=True, note="Fence by the spring"),
    Plan(VALLEY, DIGGER, "youssef", 4, 1, 5, weather_flexible=True),
    Plan(VALLEY, DIGGER, "nadia", 5, 1, 5, weather_flexible=True, note="Posts for the pergola"),
    Plan(VALLEY, DIGGER, "leonardo", 6, 1, 3, weather_flexible=True),
    Plan(
        *(VALLEY, {"Water pump, petrol": 1}, "emma", 8, 2, 4, Becomes.CANCELLED),
        note="The well is full again.",
    ),
    Plan(SAN_ROCCO, {"2197": 1}, "lucia", 0, 3, becomes=Becomes.READY),
    Plan(SAN_ROCCO, {"1710": 1, "1107": 1}, "hanna", 5, 6, 3, note="Shelves for the school"),
    Plan(
        CASTAGNETO,
        {"Marquee, 6 × 12 m": 1, "Trestle tables": 12, "Benches": 24},
        *("fabrizio", 9, 3, 12),
        note="Ersilia turns ninety",
    ),
    Plan(
        CASTAGNETO,
        {"Trestle tables": 8, "Benches": 16, "Copper pot, 80 l": 1},
        *("youssef", 16, 2, 6),
        note="Feast of the well",
    ),
    Plan(PONTE, {"Wheelbarrow": 2, "Lime plaster trowels": 1}, "nadia", 8, 5, 2),
)
