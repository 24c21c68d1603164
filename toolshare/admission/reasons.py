"""Every reason that only admission has to say no."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from toolshare.people.throttling import TooManyWrongSignIns
from toolshare.refusals import Reason, msgid, msgids


@dataclass(frozen=True)
class InvitationNotGood(Reason):
    """It was revoked, used up, is over, or never was: who opens it can't tell which."""

    status = HTTPStatus.GONE
    says = msgid("This invitation doesn't work any more.")
    instead = msgid("Ask who gave it to you for a new one.")


@dataclass(frozen=True)
class OnlyOnceForARole(Reason):
    """A link that makes stewards, for more than one of them."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("A link that makes somebody a steward or coordinator works once.")
    instead = msgid("Let it work once, or invite members and change their role afterwards.")


@dataclass(frozen=True)
class OverAlready(Reason):
    """The last day is in the past, or too far away."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    first: date
    last: date
    says = msgid("An invitation works for a year at most, and today at least.")
    instead = msgid("Choose a last day from %(first)s to %(last)s.")


@dataclass(frozen=True)
class HasAnAccount(Reason):
    """The e-mail address belongs to an account."""

    says = msgid("There is an account with this e-mail address.")
    instead = msgid("If it is yours, sign in: you come back here and join with one button.")


@dataclass(frozen=True)
class MembershipIsOver(Reason):
    """The person was a member before; who ended that has to say that it begins again."""

    group: str
    says = msgid("Your membership in %(group)s has ended, or has not begun yet.")
    instead = msgid("Ask a coordinator of the group to let it begin again.")


@dataclass(frozen=True)
class TooManyTries(TooManyWrongSignIns):
    """The address has to wait before the next try to make an account."""

    says = msgid("Too many tries to make an account went wrong.")
    instead = msgid("Wait %(wait)s, then try again.")


@dataclass(frozen=True)
class NobodyAsksHere(Reason):
    """There is no such group, or its page is closed: a stranger can't tell which."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("Nobody asks to join at this address.")
    instead = msgid("Ask somebody of the group for an invitation.")


@dataclass(frozen=True)
class InAlready(Reason):
    """Who is signed in is a member."""

    group: str
    says = msgid("You are in %(group)s already.")


@dataclass(frozen=True)
class TooManyWait(Reason):
    """More requests than coordinators can look at wait for an answer."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    says = msgid("Too many requests wait for an answer here.")
    instead = msgid("Try again in some days, or ask a coordinator in person.")


@dataclass(frozen=True)
class TooManyRequests(TooManyWrongSignIns):
    """The address has to wait before it asks again."""

    says = msgid("Too many requests to join came from here.")
    instead = msgid("Wait %(wait)s, then try again.")


@dataclass(frozen=True)
class NoSuchAgreementHere(Reason):
    """The page should ask for an agreement that nobody has published."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    name: str
    says = msgid("There is no agreement “%(name)s”.")
    instead = msgid("Publish it first, under the rules of the group.")


@dataclass(frozen=True)
class NoChoice(Reason):
    """A question to choose from, with too few answers, too many, or two that are the same."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("A choice needs 2 to 20 answers, each another.")
    instead = msgid("Write one on each line.")


@dataclass(frozen=True)
class QuestionsEnough(Reason):
    """As many questions as anybody answers."""

    most: int
    says = msgid("There are %(most)s questions already.")
    instead = msgid("Remove one first.")


@dataclass(frozen=True)
class AnsweredAlready(Reason):
    """Another coordinator was first."""

    name: str
    says = msgid("The request of %(name)s is answered already.")


@dataclass(frozen=True)
class WhyMissing(Reason):
    """A no without a reason, which the person would wonder about."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    name: str
    says = msgid("There is no reason for the no.")
    instead = msgid("Write a few words; %(name)s reads them.")


@dataclass(frozen=True)
class LastDayGone(Reason):
    """A membership that would end before it begins."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("The membership would end before it begins.")
    instead = msgid("Choose a last day from today on, or none.")


@dataclass(frozen=True)
class NotTogether(Reason):
    """The reader has no household, or the other person is not in it: they can't tell which."""

    says = msgid("You share no household with this person, or any more.")
    instead = msgid("Look at your household.")


@dataclass(frozen=True)
class StillOut(Reason):
    """Who leaves has something that belongs to the group, or to one above it."""

    number: int
    says = msgids(
        "You have %(number)s thing that has to come back first.",
        "You have %(number)s things that have to come back first.",
        by="number",
    )
    instead = msgid("Bring it back; what you left in the shed, a steward takes back first.")


@dataclass(frozen=True)
class ConfirmationNotGood(Reason):
    """The link was used, is too old, or never was."""

    status = HTTPStatus.GONE
    says = msgid("This link doesn't work any more: it works once, and for a day.")
    instead = msgid("Open the invitation again, and make the account once more.")
