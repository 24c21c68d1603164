"""Every reason that only the desk has to say no."""

from dataclasses import dataclass
from http import HTTPStatus

from toolshare.refusals import Reason, msgid


@dataclass(frozen=True)
class DeskIsForStewards(Reason):
    """The person is a steward of no group today."""

    status = HTTPStatus.FORBIDDEN
    says = msgid("The desk is for stewards.")
    instead = msgid("Scan a thing to borrow it yourself.")


@dataclass(frozen=True)
class NotYourMember(Reason):
    """The card of a group that the steward doesn't serve; it gives no name away."""

    status = HTTPStatus.FORBIDDEN
    code: str
    says = msgid("The card %(code)s is of a group that you don't lend for.")
    instead = msgid("Ask for the card of a group that you are a steward of.")


@dataclass(frozen=True)
class NobodyToLendTo(Reason):
    """A thing is on the shelf, and no card was scanned before."""

    says = msgid("It is not out, so there is nothing to return.")
    instead = msgid("To lend it, scan a member's card first, then the thing again.")


@dataclass(frozen=True)
class NotYourPlace(Reason):
    """The label of a place in a group that the steward doesn't look after."""

    status = HTTPStatus.FORBIDDEN
    code: str
    says = msgid("The label %(code)s is on a place of a group that you are no steward of.")
    instead = msgid("Scan a place of a group that you are a steward of.")


@dataclass(frozen=True)
class NotForAList(Reason):
    """A place, where a list of things is collected."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("A list is lent or returned; this is the label of a place.")
    instead = msgid("To put things away, scan the place at the desk, then the things one by one.")


@dataclass(frozen=True)
class ListIsFull(Reason):
    """So many things that nobody keeps track of them."""

    most: int
    says = msgid("A list holds %(most)s things, and this one is full.")
    instead = msgid("Lend or return these first.")


@dataclass(frozen=True)
class ListIsEmpty(Reason):
    """Nothing was collected."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("There is nothing in the list.")
    instead = msgid("Scan the things first.")


@dataclass(frozen=True)
class ListHasChanged(Reason):
    """Something changed between the check and the press of the button."""

    name: str
    code: str
    says = msgid("Nothing was done: it can't be any more with %(name)s (%(code)s).")
    instead = msgid("What can't be is marked below. Take it off, or go on with the others.")
