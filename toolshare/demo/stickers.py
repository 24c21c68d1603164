"""The demo's batches of labels: most things have theirs, the newest wait."""

from datetime import datetime, timedelta

from toolshare.demo.founding import Valley
from toolshare.demo.villages import CASTAGNETO, PONTE, SAN_ROCCO, VALLEY, Village
from toolshare.labels import nudging, queries
from toolshare.labels.printing import Wishes, print_labels

PRINTER = "Laser in the town hall"
TALL, NARROW, ROLL = "avery-l7160", "avery-l7651", "dymo-30334"
A_WEEK = timedelta(days=7)
FIRST_SHEETS = 63  # three of 21
SECOND_SHEET = 36


def print_most(valley: Valley, *, now: datetime) -> None:
    """Prints the labels of most things, of San Rocco's places, and cards for its members."""
    for village, count in ((VALLEY, None), (CASTAGNETO, None), (PONTE, 4)):
        _print(valley, village, Wishes(ROLL), queries.ALL, slice(count), now=now)
    library = valley.groups[SAN_ROCCO.slug]
    nudging.nudge(valley.session, library, TALL, PRINTER, x_mm=0.5, y_mm=-1.0, scale=1.0)
    sheets = Wishes(TALL, printer=PRINTER)
    _print(valley, SAN_ROCCO, sheets, queries.ALL, slice(FIRST_SHEETS), now=now)
    places, cards, later = (now + A_WEEK + timedelta(minutes=after) for after in (0, 14, 40))
    _print(valley, SAN_ROCCO, Wishes(NARROW), queries.PLACES, slice(None), now=places)
    _print(valley, SAN_ROCCO, sheets, queries.CARDS, slice(None), now=cards)
    second = slice(FIRST_SHEETS, FIRST_SHEETS + SECOND_SHEET)
    _print(valley, SAN_ROCCO, sheets, queries.ALL, second, now=later)


def _print(
    valley: Valley,
    village: Village,
    wishes: Wishes,
    which: str,
    some: slice,
    *,
    now: datetime,
) -> None:
    group = valley.groups[village.slug]
    codes = queries.codes_to_print(valley.session, group, which)[some]
    print_labels(valley.session, group, codes, wishes, by=valley.head_of(village), now=now)
