"""Which groups a synthetic federation has, how large each is, and who in it has a known name.

The village is the same in a federation of any size: what its pages cost can be compared.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from toolshare.demo.federation.sizes import Size
from toolshare.inventory.search import folded
from toolshare.people.models import Role

WORDS = Path(__file__).with_name("words.toml")
STEP, SHIFT, WORD = 6364136223846793005, 1442695040888963407, 2**64
SOME = 100  # groups that there have to be for one of them to be large
ROOT = 1  # the id of the federation, if there is one
VILLAGE, LARGE = "trois-chenes", "grande-plaine"
SEVERAL = 4  # who belongs to several groups, by their number in the large one
# Where who is known by an address stands among the people of their group.
KNOWN = {
    VILLAGE: {0: "coordinator", 1: "steward", 2: "member"},
    LARGE: {0: "large", 3: "member-of-large", SEVERAL: "several"},
    "cuma-federation": {0: "federation"},
}


class Dice:
    """Dice of one's own, so that what happens here does not hang upon what happens elsewhere."""

    __slots__ = ("state",)

    def __init__(self, seed: int) -> None:
        self.state = (seed * STEP + SHIFT) % WORD
        self.roll(2)

    def roll(self, sides: int) -> int:
        """A number from 0, less than the sides (Knuth's linear congruential generator, MMIX)."""
        self.state = (self.state * STEP + SHIFT) % WORD
        return (self.state >> 33) % sides


@dataclass(slots=True)
class Cooperative:
    """A group: its people and things come by consecutive ids."""

    id: int
    seed: int
    name: str
    slug: str
    parent_id: int | None
    members: int
    things: int
    keeps_hours: bool  # or is open at any time
    first_person: int = 0

    @property
    def coordinator(self) -> int:
        """The id of who coordinates it."""
        return self.first_person

    @property
    def steward(self) -> int:
        """The id of who takes things back."""
        return self.first_person + 1

    def role_of(self, number: int) -> Role:
        """What somebody does there, by the order of who came first."""
        return {0: Role.COORDINATOR, 1: Role.STEWARD}.get(number, Role.MEMBER)


@dataclass(frozen=True)
class Words:
    """What names are put together of."""

    hills: list[str]
    departments: list[str]
    first_names: list[str]
    surnames: list[str]
    brands: list[str]
    places: list[str]
    machines: dict[str, list[str]]


def read_words() -> Words:
    """The words as the data beside this has them."""
    with WORDS.open("rb") as file:
        return Words(**tomllib.load(file))


def plan(size: Size, words: Words, seed: int) -> Iterator[Cooperative]:
    """Every group, parents first; the village in the middle of all co-operatives."""
    if size.groups > 1:
        yield _staffed(ROOT, seed, "Fédération des Cuma", "cuma-federation", None)
    for number in range(size.departments):
        named = words.departments[number % len(words.departments)]
        slug = f"cuma-departement-{number + 1}"
        yield _staffed(ROOT + 1 + number, seed, f"Cuma {named}", slug, ROOT)
    first = size.above + 1
    village = first + (size.groups - size.above) // 2
    for id in range(first, size.groups + 1):
        parent = _parent_of(id - first, size)
        if id == village:
            yield Cooperative(id, seed, "Cuma des Trois Chênes", VILLAGE, parent, 25, 21, True)
        elif id == village + 1 and size.groups >= SOME:
            yield Cooperative(
                id, seed + 1, "Cuma de la Grande Plaine", LARGE, parent, 1500, 900, True
            )
        else:
            yield _one_of_many(id, words, seed, parent)


def _parent_of(number: int, size: Size) -> int | None:
    """The department of a co-operative, or what stands in for one."""
    if size.departments:
        return ROOT + 1 + number % size.departments
    return ROOT if size.groups > 1 else None


def _staffed(id: int, seed: int, name: str, slug: str, parent_id: int | None) -> Cooperative:
    return Cooperative(id, seed + 1000 + id, name, slug, parent_id, 12, 10, keeps_hours=True)


def _one_of_many(id: int, words: Words, seed: int, parent_id: int | None) -> Cooperative:
    dice = Dice(seed + 1000 + id)
    name = f"Cuma {words.hills[dice.roll(len(words.hills))]} ({id})"
    members, things = 8 + dice.roll(35), 10 + dice.roll(22)
    return Cooperative(
        id, dice.state, name, f"cuma-{id}", parent_id, members, things, dice.roll(3) > 0
    )


def address_of(group: Cooperative, number: int, name: str, person_id: int) -> str:
    """The e-mail address of somebody by their number in the group they joined first."""
    known = KNOWN.get(group.slug, {}).get(number)
    if known is not None:
        return f"{known}@toolshare.example"
    return f"{folded(name).replace(' ', '.')}.{person_id}@cuma.example"
