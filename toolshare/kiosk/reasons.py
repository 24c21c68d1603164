"""Every reason that only a kiosk has to say no."""

from dataclasses import dataclass
from http import HTTPStatus

from toolshare.people.throttling import TooManyWrongSignIns
from toolshare.refusals import Reason, msgid


@dataclass(frozen=True)
class NotAKiosk(Reason):
    """A page for the tablet of a shed, opened by any other browser."""

    status = HTTPStatus.NOT_FOUND
    says = msgid(
        "This page is for the tablet in a shed, and this device is none, or none any more."
    )
    instead = msgid("A coordinator sets one up under the settings of the group.")


@dataclass(frozen=True)
class PairingLinkNotGood(Reason):
    """The link was used, is too old, was replaced by a newer one, or never was."""

    status = HTTPStatus.GONE
    says = msgid("This link doesn't work any more: it works once, and for a quarter of an hour.")
    instead = msgid("A coordinator makes a new one under the settings of the group.")


@dataclass(frozen=True)
class KioskEnded(Reason):
    """It was ended, and is not begun again."""

    says = msgid("This kiosk was ended.")
    instead = msgid("Set up a new one.")


@dataclass(frozen=True)
class CardAndPinDontFit(Reason):
    """Whatever it is: who stands there can't tell whether the card, the PIN or the pause is why."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("Card and PIN don't fit together.")
    instead = msgid(
        "Try again. You set your PIN on your account page, where your card stands, too; "
        "if it still doesn't fit, ask a steward."
    )


@dataclass(frozen=True)
class TooManyWrongPins(TooManyWrongSignIns):
    """The card or the kiosk has to wait before the next try."""

    says = msgid("Too many PINs were wrong.")
    instead = msgid("Wait %(wait)s, then try again; or borrow with your own phone.")


@dataclass(frozen=True)
class CardFirst(Reason):
    """The label of a thing or a place, while nobody is served."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("That is the label of a thing or a place.")
    instead = msgid("Scan your card first, then the thing.")


@dataclass(frozen=True)
class SignedOut(Reason):
    """Nobody touched the tablet for a while, or somebody else is served by now."""

    says = msgid("You were signed out, and nothing was done.")
    instead = msgid("Scan your card, then the thing again.")


@dataclass(frozen=True)
class NotOfThisShed(Reason):
    """A thing of a group that has nothing to do with the kiosk's."""

    status = HTTPStatus.FORBIDDEN
    group: str
    says = msgid("It belongs to %(group)s, and this tablet lends for another group.")
    instead = msgid("Scan its label with your own phone.")


@dataclass(frozen=True)
class OnYourOwnPhone(Reason):
    """It takes more than a scan: the reading of a meter, or the parts of a kit one by one."""

    says = msgid("There is more to say about it than this tablet asks: a meter, or its parts.")
    instead = msgid("Scan its label with your own phone and do it there.")
