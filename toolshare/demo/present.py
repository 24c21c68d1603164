"""How things stand in the demo today: what is out, with whom, and what can't be lent.

Who is late by long has borrowed nothing since.
"""

from dataclasses import dataclass
from enum import Enum, auto

from toolshare.care.inspecting import Findings
from toolshare.care.models import OutageReason
from toolshare.demo.villages import CASTAGNETO, PONTE, SAN_ROCCO, VALLEY, Village
from toolshare.inventory.models import Condition


class Due(Enum):
    """Until when something is lent, seen from today."""

    LONG_AGO = auto()
    LATE = auto()  # since the last opening day
    SOON = auto()  # at the next opening day
    LATER = auto()


@dataclass(frozen=True)
class Out:
    """Something that is out: a thing by its number or name, and with whom."""

    village: Village
    thing: str
    who: str
    due: Due = Due.LATER
    quantity: int = 1
    renewed: bool = False
    left: str = ""  # where it was left, for a steward to find
    not_found: str = ""  # what the steward said who looked for it there
    called_back: str = ""  # why a coordinator needs it


@dataclass(frozen=True)
class Back:
    """Something that came back not as it should be, and what was done about it since."""

    village: Village
    thing: str
    who: str
    days_ago: int
    findings: Findings
    mended_after: int | None = None  # days
    in_repair: str = ""  # what the steward wrote


@dataclass(frozen=True)
class Gone:
    """Something that nobody can find, or that nobody will mend."""

    village: Village
    thing: str
    days_ago: int
    why: str
    reason: OutageReason | None = None  # else it is retired


@dataclass(frozen=True)
class Taken:
    """Something that was used up."""

    village: Village
    thing: str
    who: str
    days_ago: int
    quantity: int


@dataclass(frozen=True)
class Mistake:
    """The wrong thing was scanned, and that was undone in time."""

    village: Village
    thing: str
    who: str
    days_ago: int
    on_return: bool = False


OUT = (
    Out(SAN_ROCCO, "1622", "member", Due.SOON),
    Out(SAN_ROCCO, "1313", "member", Due.LATE),
    Out(SAN_ROCCO, "1827", "member", renewed=True),
    Out(VALLEY, "Apple press, 60 l", "member", Due.SOON),
    Out(SAN_ROCCO, "2018", "giulio", Due.LONG_AGO),
    Out(SAN_ROCCO, "1687", "ilaria"),
    Out(SAN_ROCCO, "1747", "amina", Due.SOON),
    Out(SAN_ROCCO, "1895", "amina", Due.SOON, left="In the drop box beside the door"),
    Out(SAN_ROCCO, "2153", "pietro"),
    Out(SAN_ROCCO, "2161", "lucia", Due.SOON, renewed=True),
    Out(SAN_ROCCO, "1353", "lucia"),
    Out(SAN_ROCCO, "1809", "hanna"),
    Out(SAN_ROCCO, "1813", "hanna"),
    Out(SAN_ROCCO, "1106", "samuel", Due.LONG_AGO),
    Out(SAN_ROCCO, "1529", "amina"),
    Out(SAN_ROCCO, "1470", "ersilia", renewed=True),
    Out(SAN_ROCCO, "144", "ersilia", Due.LATE),
    Out(SAN_ROCCO, "196", "hanna", Due.SOON),
    Out(SAN_ROCCO, "196", "ilaria"),
    Out(VALLEY, "Log splitter, 12 t", "pietro"),
    Out(VALLEY, "Tractor, 45 hp", "fabrizio"),
    Out(VALLEY, "Walking tractor", "teresa", Due.SOON, left="Under the lean-to, tank is full"),
    Out(VALLEY, "Chainsaw, 45 cm", "ugo", Due.LONG_AGO),
    Out(VALLEY, "Chainsaw, 45 cm", "oreste", Due.SOON),
    Out(VALLEY, "Manure spreader, 4 t", "dario", Due.LATE),
    Out(VALLEY, "Scythe", "youssef"),
    Out(VALLEY, "Scythe", "teresa", Due.SOON),
    Out(VALLEY, "Hay rake, wooden", "youssef"),
    Out(VALLEY, "Hay rake, wooden", "emma"),
    Out(VALLEY, "Crates, stackable", "beatrice", Due.SOON, quantity=60),
    Out(VALLEY, "Crates, stackable", "nadia", quantity=45),
    Out(VALLEY, "Generator, 3 kW", "rosa", called_back="The pump house has no power."),
    Out(
        *(VALLEY, "Peavey for turning logs", "giulio", Due.LATE),
        left="Against the wall of the saw shed",
        not_found="Looked behind the shed too: it is not there.",
    ),
    Out(VALLEY, "Brush cutter", "matteo", Due.LATE),
    Out(CASTAGNETO, "Marquee, 6 × 12 m", "beatrice"),
    Out(CASTAGNETO, "Trestle tables", "beatrice", quantity=10),
    Out(CASTAGNETO, "Benches", "beatrice", quantity=20),
    Out(CASTAGNETO, "Benches", "oreste", Due.LATE, quantity=4),
    Out(PONTE, "Ladder, 3 × 9 rungs", "ugo", Due.LONG_AGO),
    Out(PONTE, "Ladder, 3 × 9 rungs", "francesca", Due.SOON),
    Out(PONTE, "Wheelbarrow", "emma"),
    Out(PONTE, "Acrow props", "leonardo", quantity=12),
    Out(PONTE, "Scaffold tower, 6 m", "francesca"),
)


def worn(note: str, *missing: str) -> Findings:
    """It needs a look."""
    return Findings(Condition.NEEDS_A_LOOK, missing, note)


def broken(note: str) -> Findings:
    """It does not work."""
    return Findings(Condition.BROKEN, note=note)


BACK = (
    Back(SAN_ROCCO, "2104", "pietro", 3, worn("The guard springs back slowly.")),
    Back(SAN_ROCCO, "1899", "amina", 6, broken("Smoked after ten minutes, smells of burnt dust.")),
    Back(SAN_ROCCO, "1907", "hanna", 5, worn("Only eight sockets in the case.")),
    Back(
        *(SAN_ROCCO, "1847", "lucia", 19, broken("The blade clamp does not hold any more.")),
        in_repair="With Matteo at the mill, who has the spring.",
    ),
    Back(SAN_ROCCO, "2114", "lucia", 33, worn("Blade is dull."), mended_after=5),
    Back(SAN_ROCCO, "1178", "hanna", 26, worn("Handle loose."), mended_after=2),
    Back(VALLEY, "Brush cutter", "emma", 2, worn("No face shield came with it.", "Face shield")),
    Back(VALLEY, "Chainsaw, 45 cm", "dario", 12, worn("Chain touched a nail."), mended_after=1),
    Back(
        *(VALLEY, "Walking tractor", "francesca", 9, broken("The clutch cable has snapped.")),
        in_repair="Cable is ordered; Bruno fits it on Saturday.",
    ),
    Back(CASTAGNETO, "String lights, 50 m", "youssef", 8, worn("Four bulbs dark."), mended_after=2),
    Back(PONTE, "Concrete mixer", "leonardo", 15, worn("Came back with a skin of concrete in it.")),
)

GONE = (
    Gone(SAN_ROCCO, "2073", 24, "Not on its hook at the count.", OutageReason.MISSING),
    Gone(VALLEY, "Hay fork", 40, "Left on the upper meadow in July?", OutageReason.MISSING),
    Gone(PONTE, "Wheelbarrow", 30, "Frame rusted through; the wheel is kept as a spare."),
    Gone(VALLEY, "Saw horse", 61, "Went under the tractor."),
)

TAKEN = (
    Taken(VALLEY, "Baling twine", "dario", 66, 6),
    Taken(VALLEY, "Baling twine", "fabrizio", 41, 4),
    Taken(VALLEY, "Baling twine", "youssef", 18, 3),
    Taken(VALLEY, "Fence posts, chestnut", "teresa", 52, 40),
    Taken(VALLEY, "Fence posts, chestnut", "leonardo", 11, 24),
    Taken(VALLEY, "Fence posts, chestnut", "member", 4, 6),
)

MISTAKES = (
    Mistake(SAN_ROCCO, "2104", "amina", 22),
    Mistake(VALLEY, "Hay fork", "emma", 5),
    Mistake(SAN_ROCCO, "1997", "member", 13, on_return=True),
)
