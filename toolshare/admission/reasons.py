"""Every reason that only admission has to say no."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from toolshare.people.throttling import TooManyWrongSignIns
from toolshare.refusals import Reason, msgid


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
