"""Every reason that a stocktake has to say no."""

from dataclasses import dataclass
from http import HTTPStatus

from toolshare.refusals import Reason, msgid


@dataclass(frozen=True)
class BeingCounted(Reason):
    """Another stocktake that is open counts some of the same things."""

    about: str
    says = msgid("“%(about)s” is being counted already, and some of the things are the same.")
    instead = msgid("Go on with that stocktake, or close it first.")


@dataclass(frozen=True)
class EverythingIsBeingCounted(Reason):
    """A stocktake of all that the group has is open."""

    says = msgid("Everything is being counted already.")
    instead = msgid("Go on with that stocktake, or close it first.")


@dataclass(frozen=True)
class StocktakeOver(Reason):
    """It was closed or given up, and takes no scans any more."""

    says = msgid("This stocktake is over.")
    instead = msgid("Ask a coordinator to undo its closing, or to open another one.")


@dataclass(frozen=True)
class TakenBackAlready(Reason):
    """Somebody took the same scan back before."""

    says = msgid("This scan was taken back already.")
    instead = msgid("Nothing is left to do: it counts for nothing.")


@dataclass(frozen=True)
class ScanOfAnother(Reason):
    """A steward takes their own scans back."""

    status = HTTPStatus.FORBIDDEN
    says = msgid("Somebody else made this scan.")
    instead = msgid("Ask them to take it back, or a coordinator.")


@dataclass(frozen=True)
class NotClosed(Reason):
    """There is no closing to undo."""

    says = msgid("This stocktake is not closed.")


@dataclass(frozen=True)
class ChangedMeanwhile(Reason):
    """Closing would do something else than the page says that somebody has read."""

    says = msgid("Something was scanned, lent or moved while you read: nothing was changed.")
    instead = msgid("Read again what closing would do now.")


@dataclass(frozen=True)
class CardsAreNotCounted(Reason):
    """A member's card."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code: str
    says = msgid("%(code)s is a member's card, and people are not counted.")
    instead = msgid("Scan the label on a thing, or on a place to say where you are.")


@dataclass(frozen=True)
class PlaceOfOthers(Reason):
    """The label of a place in another group."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code: str
    group: str
    says = msgid("%(code)s is a place of %(group)s.")
    instead = msgid("Scan the label of a place of your own group.")


@dataclass(frozen=True)
class PlaceOutside(Reason):
    """A place that this stocktake does not count."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    place: str
    about: str
    says = msgid("“%(place)s” is not in “%(about)s”, which is what you count.")
    instead = msgid("Scan the label of a place in it; what else stands there is another stocktake.")


@dataclass(frozen=True)
class NoSuchScope(Reason):
    """A place of another group, or a category that isn't there any more."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("There is no such place or category to count.")
    instead = msgid("Choose one from the list.")
