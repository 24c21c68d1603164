"""Paths of names from the root of a tree down: "Barn > North wall > Hook 12"."""

from dataclasses import dataclass
from http import HTTPStatus

from toolshare.refusals import Reason, Refusal, msgid

ARROW = " > "
LONGEST_NAME, LONGEST_PATH = 120, 500


@dataclass(frozen=True)
class BadPath(Reason):
    """A path with an empty or an overlong name in it."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    path: str
    says = msgid("“%(path)s” is no path.")
    instead = msgid("Write names from the outermost in, with > between them: Barn > North wall.")


def tidy(path: str) -> str:
    """The path with single spaces and one way to write its arrows; refuses what is no path."""
    names = [" ".join(name.split()) for name in path.split(">")]
    tidied = ARROW.join(names)
    if not all(names) or max(map(len, names)) > LONGEST_NAME or len(tidied) > LONGEST_PATH:
        raise Refusal(BadPath(path=path[:80]))
    return tidied


def steps(path: str) -> list[str]:
    """The paths on the way: "A", "A > B", "A > B > C"."""
    names = path.split(ARROW)
    return [ARROW.join(names[: length + 1]) for length in range(len(names))]


def last_name(path: str) -> str:
    """The innermost name."""
    return path.rsplit(ARROW, 1)[-1]
