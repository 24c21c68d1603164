"""Who lives in the demo: a federation, its three villages, and the people in them."""

from dataclasses import dataclass, field
from datetime import time

from toolshare.people.models import Role

MEMBER, STEWARD, COORDINATOR = Role.MEMBER, Role.STEWARD, Role.COORDINATOR
PASSWORD = "toolshare-demo"  # noqa: S105 - it is printed on purpose

Hours = dict[int, list[tuple[time, time]]]  # weekday, 0 is Monday: from, to


@dataclass(frozen=True)
class Village:
    """A group of the demo."""

    slug: str
    name: str
    contact: str
    give_back: str
    hours: Hours
    closed: dict[tuple[int, int], str] = field(default_factory=dict)  # month, day: why
    people: tuple[tuple[str, str, Role], ...] = ()


VALLEY = Village(
    slug="valle-del-fenaio",
    name="Valle del Fenaio",
    contact="Machine shed on the provincial road, km 4. Ring Bruno: +39 0575 555 014.",
    give_back="Bring it to the machine shed, or call Bruno and he fetches it with the trailer.",
    hours={
        **{day: [(time(6, 30), time(9, 0)), (time(17, 0), time(19, 30))] for day in range(6)},
        6: [(time(7, 0), time(9, 0))],
    },
    people=(
        ("Caterina Bellandi", "coordinator@toolshare.example", COORDINATOR),
        ("Bruno Sartini", "bruno@toolshare.example", STEWARD),
    ),
)

SAN_ROCCO = Village(
    slug="san-rocco",
    name="San Rocco Tool Library",
    contact="Old dairy, Via del Forno 3, San Rocco. tools@sanrocco.example",
    give_back="There is a green drop box beside the door of the old dairy, open day and night.",
    hours={
        1: [(time(16, 0), time(19, 0))],
        3: [(time(16, 0), time(19, 0))],
        5: [(time(9, 0), time(12, 30))],
    },
    closed={
        (8, 15): "Ferragosto",
        (12, 24): "Christmas Eve",
        (12, 26): "Saint Stephen",
    },
    people=(
        ("Caterina Bellandi", "coordinator@toolshare.example", COORDINATOR),
        ("Sandro Nuti", "steward@toolshare.example", STEWARD),
        ("Ilaria Conti", "ilaria@toolshare.example", STEWARD),
        ("Marta Lippi", "member@toolshare.example", MEMBER),
        ("Giulio Ferri", "giulio@toolshare.example", MEMBER),
        ("Amina Haddad", "amina@toolshare.example", MEMBER),
        ("Pietro Vanni", "pietro@toolshare.example", MEMBER),
        ("Lucia Baldi", "lucia@toolshare.example", MEMBER),
        ("Tommaso Neri", "tommaso@toolshare.example", MEMBER),
        ("Hanna Weiss", "hanna@toolshare.example", MEMBER),
        ("Samuel Okafor", "samuel@toolshare.example", MEMBER),
        ("Nonna Ersilia Pucci", "ersilia@toolshare.example", MEMBER),
        ("Davide Moretti", "davide@toolshare.example", MEMBER),
    ),
)

CASTAGNETO = Village(
    slug="castagneto-alto",
    name="Castagneto Alto",
    contact="Chestnut barn behind the church. Ask for Rosa.",
    give_back="Hang it on the barn door, or leave it with Rosa at the bakery.",
    hours={day: [(time(7, 0), time(12, 0))] for day in range(6)},
    people=(
        ("Rosa Giannini", "rosa@toolshare.example", COORDINATOR),
        ("Elio Giannini", "elio@toolshare.example", STEWARD),
        ("Fabrizio Cecchi", "fabrizio@toolshare.example", MEMBER),
        ("Teresa Landi", "teresa@toolshare.example", MEMBER),
        ("Youssef Amrani", "youssef@toolshare.example", MEMBER),
        ("Beatrice Salvi", "beatrice@toolshare.example", MEMBER),
        ("Oreste Mannini", "oreste@toolshare.example", MEMBER),
    ),
)

PONTE = Village(
    slug="ponte-al-mulino",
    name="Ponte al Mulino",
    contact="The mill, ground floor. Key at the bar Centrale.",
    give_back="The bar Centrale keeps it for us until seven in the evening.",
    hours={0: [(time(17, 0), time(20, 0))], 4: [(time(17, 0), time(20, 0))]},
    people=(
        ("Matteo Fabbri", "matteo@toolshare.example", COORDINATOR),
        ("Chiara Fabbri", "chiara@toolshare.example", STEWARD),
        ("Dario Pieri", "dario@toolshare.example", MEMBER),
        ("Emma Lombardi", "emma@toolshare.example", MEMBER),
        ("Nadia Petrescu", "nadia@toolshare.example", MEMBER),
        ("Ugo Bandini", "ugo@toolshare.example", MEMBER),
        ("Francesca Tani", "francesca@toolshare.example", MEMBER),
        ("Leonardo Grassi", "leonardo@toolshare.example", MEMBER),
    ),
)

VILLAGES = (SAN_ROCCO, CASTAGNETO, PONTE)

SIGN_INS = (
    ("member", "member@toolshare.example", "Marta Lippi, a member in San Rocco"),
    ("steward", "steward@toolshare.example", "Sandro Nuti, a steward in San Rocco"),
    (
        "coordinator",
        "coordinator@toolshare.example",
        "Caterina Bellandi, who coordinates the valley",
    ),
)

PAUSED = ("tommaso@toolshare.example", "Moved to the coast until spring")
ENDED = "davide@toolshare.example"
