"""Every reason against lending, returning, renewing or undoing."""

from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus

from toolshare.refusals import Reason, msgid, msgids


@dataclass(frozen=True)
class NotAMember(Reason):
    """The person belongs neither to the group nor to one of its villages."""

    status = HTTPStatus.FORBIDDEN
    name: str
    group: str
    says = msgid("%(name)s is not a member of %(group)s.")
    instead = msgid("Ask %(group)s how to join.")


@dataclass(frozen=True)
class MembershipPaused(Reason):
    """The membership is paused."""

    name: str
    group: str
    says = msgid("The membership of %(name)s in %(group)s is paused.")
    instead = msgid("Talk to a coordinator of %(group)s.")


@dataclass(frozen=True)
class MembershipEnded(Reason):
    """The membership has ended."""

    name: str
    group: str
    says = msgid("The membership of %(name)s in %(group)s has ended.")
    instead = msgid("A coordinator of %(group)s can renew it.")


@dataclass(frozen=True)
class MembershipNotBegun(Reason):
    """The membership begins later."""

    name: str
    group: str
    since: date
    says = msgid("The membership of %(name)s in %(group)s begins on %(since)s.")
    instead = msgid("Come back then.")


@dataclass(frozen=True)
class AtTheLimit(Reason):
    """The borrower has as many open loans as the group allows."""

    limit: int
    group: str
    says = msgids(
        "%(limit)s thing of %(group)s is out already, and that is the limit.",
        "%(limit)s things of %(group)s are out already, and that is the limit.",
        by="limit",
    )
    instead = msgid("Bring one back first.")


@dataclass(frozen=True)
class LentByStewardsOnly(Reason):
    """Members can't borrow this by themselves."""

    says = msgid("A steward lends this one.")
    instead = msgid("Ask a steward to lend it to you.")


@dataclass(frozen=True)
class Rests(Reason):
    """It came back, and has its turnaround."""

    until: datetime
    time_zone: str
    says = msgid("It came back and rests until %(until)s, for cleaning and a check.")
    instead = msgid("Come back then, or look for another one in the catalogue.")


@dataclass(frozen=True)
class Out(Reason):
    """Somebody has it; the page says until when, never who."""

    due_at: datetime
    time_zone: str
    says = msgid("It is out until %(due_at)s.")
    instead = msgid("Come back then, or look for another one in the catalogue.")


@dataclass(frozen=True)
class Late(Reason):
    """Somebody has it and should have brought it back."""

    due_at: datetime
    time_zone: str
    says = msgid("It is out and was due on %(due_at)s.")
    instead = msgid("Ask a steward when it will be back.")


@dataclass(frozen=True)
class JustBorrowed(Reason):
    """Somebody was faster by a blink."""

    says = msgid("Somebody else has borrowed it just now.")
    instead = msgid("Look for another one in the catalogue.")


@dataclass(frozen=True)
class YouHaveIt(Reason):
    """The borrower has it already."""

    due_at: datetime
    time_zone: str
    says = msgid("It is out with you already, until %(due_at)s.")


@dataclass(frozen=True)
class NeedsCheck(Reason):
    """A steward has to look at it first."""

    says = msgid("A steward has to check it first.")
    instead = msgid("Leave it here: stewards put it back into service on its page.")


@dataclass(frozen=True)
class InRepair(Reason):
    """It is being repaired."""

    says = msgid("It is in repair.")
    instead = msgid("Look for another one in the catalogue.")


@dataclass(frozen=True)
class Missing(Reason):
    """Nobody knew where it is, until now."""

    says = msgid("It was reported missing.")
    instead = msgid("If you have it before you, give it to a steward: that would be good news.")


@dataclass(frozen=True)
class Retired(Reason):
    """It is not lent any more."""

    says = msgid("It is retired and not lent any more.")
    instead = msgid("Look for another one in the catalogue.")


@dataclass(frozen=True)
class NotEnough(Reason):
    """The bin holds fewer than were asked for."""

    left: int
    says = msgids("Only %(left)s is left.", "Only %(left)s are left.", by="left")
    instead = msgid("Take fewer.")


@dataclass(frozen=True)
class NoneLeft(Reason):
    """The bin is empty."""

    says = msgid("None are left.")
    instead = msgid("Tell a steward, so that more are bought.")


@dataclass(frozen=True)
class WrongQuantity(Reason):
    """A quantity that makes no sense for this thing."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("That quantity is not possible.")
    instead = msgid("Give a whole number from 1 up; a thing counted one by one is 1.")


@dataclass(frozen=True)
class ConsumablesAreTaken(Reason):
    """A consumable does not come back, so there is no loan of it."""

    says = msgid("This is used up: it is taken, not lent.")
    instead = msgid("Take what you need.")


@dataclass(frozen=True)
class OnlyConsumablesAreTaken(Reason):
    """A thing that comes back is lent."""

    says = msgid("This comes back: it is lent, not taken.")
    instead = msgid("Borrow it.")


@dataclass(frozen=True)
class NotOut(Reason):
    """Nobody has it, as far as the journal knows."""

    says = msgid("It is not out.")
    instead = msgid("Put it back in its place.")


@dataclass(frozen=True)
class NotThatMany(Reason):
    """More come back than are out."""

    out: int
    says = msgids(
        "Only %(out)s of these is out on this loan.",
        "Only %(out)s of these are out on this loan.",
        by="out",
    )
    instead = msgid("Count again.")


@dataclass(frozen=True)
class SeveralHaveSome(Reason):
    """More than one loan of a bin is open."""

    says = msgid("Several people have some of these.")
    instead = msgid("Choose whose come back.")


@dataclass(frozen=True)
class NotYours(Reason):
    """Somebody else's loan."""

    status = HTTPStatus.FORBIDDEN
    says = msgid("This is not your loan.")
    instead = msgid("Ask a steward.")


@dataclass(frozen=True)
class TooLateToUndo(Reason):
    """The minutes for undoing have passed."""

    minutes: int
    says = msgid("This can be undone for %(minutes)s minutes only.")
    instead = msgid("Ask a steward to log a return.")


@dataclass(frozen=True)
class TooLateToPutBack(Reason):
    """The minutes for undoing a taking have passed."""

    minutes: int
    says = msgid("This can be undone for %(minutes)s minutes only.")
    instead = msgid("Put it back into the bin and tell a steward how many.")


@dataclass(frozen=True)
class TooLateToUndoReturn(Reason):
    """The minutes for undoing a return have passed."""

    minutes: int
    says = msgid("A return can be undone for %(minutes)s minutes only.")
    instead = msgid("Lend it again, if it is still out there.")


@dataclass(frozen=True)
class NothingToUndo(Reason):
    """It was undone, or something else came after."""

    says = msgid("There is nothing to undo here any more.")
    instead = msgid("Look at the item's page: it says what holds now.")
