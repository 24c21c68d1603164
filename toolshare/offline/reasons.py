"""Every reason that only what is told late has to say no, and how reasons are kept."""

from dataclasses import astuple, dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from toolshare.people.models import Role
from toolshare.refusals import OneOrMany, Reason, msgid, msgids


@dataclass(frozen=True)
class InSomeKit(Reason):
    """It is lent with its kit; which one that is, the device does not know."""

    says = msgid("It is part of a kit.")
    instead = msgid("Borrow the kit, or ask a steward to take it out.")


@dataclass(frozen=True)
class NoScans(Reason):
    """What was sent is no list of scans."""

    status = HTTPStatus.BAD_REQUEST
    what: str
    says = msgid("This is no list of scans: %(what)s.")
    instead = msgid("Load the page again while there is a signal, then send them once more.")


@dataclass(frozen=True)
class NobodysScans(Reason):
    """Who sends them belongs, and belonged, to no group."""

    status = HTTPStatus.FORBIDDEN
    says = msgid("You belong to no group, so nobody could look at what you scanned.")
    instead = msgid("Ask a coordinator to add you, then send it again.")


@dataclass(frozen=True)
class MadeByAnother(Reason):
    """Somebody else is signed in by now on the device where they wait."""

    status = HTTPStatus.UNAUTHORIZED
    says = msgid("Somebody else made these scans.")
    instead = msgid("They wait on the device until that person signs in on it.")


@dataclass(frozen=True)
class NotAScan(Reason):
    """A scan of which something can't be read."""

    what: str
    says = msgid("This is no scan that can be read: %(what)s.")


@dataclass(frozen=True)
class UnknownCard(Reason):
    """A card of nobody whom the steward may lend to."""

    says = msgid("The card is of nobody whom you lend to.")
    instead = msgid("Ask who has it, and for which group.")


@dataclass(frozen=True)
class NotYet(Reason):
    """A time that is still to come."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("This time is still to come.")
    instead = msgid("Look at the day above, and at the time.")


@dataclass(frozen=True)
class ChangedSince(Reason):
    """When this was scanned, the thing was not yet as it is known now."""

    at: datetime
    time_zone: str
    says = msgid("Something else happened to it after that, at %(at)s.")
    instead = msgid("Find out who has it.")


@dataclass(frozen=True)
class LentSince(Reason):
    """It came back before it was lent: from an earlier borrower, or the clock was wrong."""

    at: datetime
    time_zone: str
    says = msgid("It was lent again after that, at %(at)s, and is out.")
    instead = msgid("If it lies in the shed, take it back.")


@dataclass(frozen=True)
class Kept(Reason):
    """A device knows no more than that."""

    says = msgid("It is kept for somebody, or rests after it came back.")
    instead = msgid("Look for another one.")


@dataclass(frozen=True)
class CheckedLater(Reason):
    """Who may use it depends on certificates, age or agreements, which no device knows."""

    says = msgid("Who may use this is looked up, and there is no signal for that.")
    instead = msgid("Ask a steward.")


@dataclass(frozen=True)
class TooLongAgo(Reason):
    """A loan that nobody has told of for a month."""

    days: int
    says = msgids(
        "This was more than %(days)s day ago.",
        "This was more than %(days)s days ago.",
        by="days",
    )
    instead = msgid("Find out who has it.")


@dataclass(frozen=True)
class Fault(Reason):
    """A mistake of the program; what it was stands in its log."""

    says = msgid("The program made a mistake when it tried to do this.")
    instead = msgid("Do it by hand, and tell whoever looks after the program.")


@dataclass(frozen=True)
class SettledAlready(Reason):
    """Another steward was faster."""

    says = msgid("This is settled already.")
    instead = msgid("Read what was said to it.")


@dataclass(frozen=True)
class NothingToDo(Reason):
    """The exception is not of that sort, or nobody knows which thing it is about."""

    says = msgid("There is nothing to do about this but to say how it was settled.")


@dataclass(frozen=True)
class NotSentYet(Reason):
    """A photo of something that was not sent, or by somebody else."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("What this photo is of has not been sent.")
    instead = msgid("Send what was scanned first.")


@dataclass(frozen=True)
class NoPhotoNeeded(Reason):
    """A photo of something of which none is kept."""

    says = msgid("Of this no photo is kept.")


class Remembered(Reason):
    """A reason that was kept, to be worded anew for whoever reads it."""

    def __init__(self, says: str | OneOrMany, instead: str, facts: dict[str, Any]) -> None:
        vars(self).update(facts, says=says, instead=instead)


def as_kept(reason: Reason) -> dict[str, Any]:
    """A reason as JSON keeps it."""
    facts = {name: _kept(fact) for name, fact in vars(reason).items()}
    says = astuple(reason.says) if isinstance(reason.says, OneOrMany) else reason.says
    return {"says": says, "instead": reason.instead, "facts": facts}


def as_known(kept: dict[str, Any]) -> Reason:
    """The reason that was kept."""
    facts = {name: _known(fact) for name, fact in kept["facts"].items()}
    says = kept["says"] if isinstance(kept["says"], str) else OneOrMany(*kept["says"])
    return Remembered(says, kept["instead"], facts)


def _kept(fact: Any) -> Any:
    if isinstance(fact, datetime):
        return {"moment": fact.isoformat()}
    if isinstance(fact, Role):
        return {"role": fact.value}
    return fact if isinstance(fact, int) else str(fact)


def _known(fact: Any) -> Any:
    match fact:
        case {"moment": moment}:
            return datetime.fromisoformat(moment)
        case {"role": role}:
            return Role(role)
    return fact
