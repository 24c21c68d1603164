"""The demo's photos: drawn by what a thing is called."""

import csv

from toolshare.demo.drawings.drawing import HEIGHT, WIDTH, motif_of, photo_of
from toolshare.demo.drawings.indoors import INDOORS
from toolshare.demo.drawings.motifs import MOTIFS
from toolshare.demo.drawings.words import WORDS
from toolshare.demo.machines import TOOL_LIBRARY, things_of
from toolshare.demo.villages import CASTAGNETO, PONTE, VALLEY

ANYTHING = "toolbox"  # for what no word tells


def names() -> list[str]:
    """What everything in the demo is called."""
    with TOOL_LIBRARY.open(encoding="utf-8") as file:
        tools = [row["name"] for row in csv.DictReader(file)]
    machines = [thing.name for one in (VALLEY, CASTAGNETO, PONTE) for thing in things_of(one.slug)]
    return tools + machines


def test_every_word_leads_to_a_motif() -> None:
    assert set(WORDS.values()) | {ANYTHING} >= MOTIFS.keys() | INDOORS.keys()
    assert set(WORDS.values()) <= MOTIFS.keys() | INDOORS.keys()


def test_everything_has_a_picture_of_its_own_sort() -> None:
    drawn = {motif_of(name) for name in names()}
    assert ANYTHING not in drawn
    assert len(drawn) > 50


def test_a_picture_is_the_same_each_time() -> None:
    first = photo_of("Apple press, 60 l")
    assert (first.size, first.mode) == ((WIDTH, HEIGHT), "RGB")
    assert first.tobytes() == photo_of("Apple press, 60 l").tobytes()
    assert first.tobytes() != photo_of("Scythe").tobytes()
