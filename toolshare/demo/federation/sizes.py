"""How large a synthetic federation is: a word, or how many groups there are."""

from dataclasses import dataclass
from http import HTTPStatus

from toolshare.refusals import Reason, Refusal, msgid

WORDS = {"village": 1, "department": 125, "federation": 12_000}
IN_A_DEPARTMENT = 125  # groups, with its own
SMALLEST_TREE = 3  # groups
MOST = 50_000


@dataclass(frozen=True)
class NoSuchSize(Reason):
    """Neither a word nor a number that says how many groups there are to be."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    given: str
    most: int = MOST
    says = msgid("“%(given)s” is no size.")
    instead = msgid("Say village, department or federation, or how many groups: 1 to %(most)s.")


@dataclass(frozen=True)
class Size:
    """So many groups: one by itself, or a tree of federation, departments and co-operatives."""

    groups: int

    @property
    def departments(self) -> int:
        """How many groups stand between the federation and its co-operatives."""
        return -(-self.groups // IN_A_DEPARTMENT) if self.groups >= SMALLEST_TREE else 0

    @property
    def above(self) -> int:
        """How many groups are no co-operative."""
        return self.departments + (self.groups > 1)


def read_size(given: str) -> Size:
    """The size that a word or a number names; refuses any other."""
    if given in WORDS:
        return Size(WORDS[given])
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= MOST):
        raise Refusal(NoSuchSize(given=given))
    return Size(int(given))
