"""Every reason that only programs are given."""

from dataclasses import dataclass
from http import HTTPStatus

from toolshare.people.throttling import TooManyWrongSignIns
from toolshare.refusals import Reason, msgid


@dataclass(frozen=True)
class TokenNeeded(Reason):
    """A request without a token; a session of a browser doesn't count here."""

    status = HTTPStatus.UNAUTHORIZED
    says = msgid("A token is needed here.")
    instead = msgid("Make one on your account page, and send it as “Authorization: Bearer …”.")


@dataclass(frozen=True)
class TokenNotGood(Reason):
    """It was never made, was revoked, has expired or ended with its person's sessions."""

    status = HTTPStatus.UNAUTHORIZED
    says = msgid("This token doesn't work, or not any more.")
    instead = msgid("Make another one on your account page.")


@dataclass(frozen=True)
class ScopeNeeded(Reason):
    """The token was not made for this."""

    status = HTTPStatus.FORBIDDEN
    scope: str
    says = msgid("This token is not for %(scope)s.")
    instead = msgid("Make another one that is.")


@dataclass(frozen=True)
class TooManyWrongTokens(TooManyWrongSignIns):
    """Wrong tokens come again and again from the same place, or the same one does."""

    says = msgid("Too many tokens were wrong.")
    instead = msgid("Wait %(wait)s, then send another one. Wrong ones are not looked at till then.")


@dataclass(frozen=True)
class TooManyTokens(Reason):
    """As many tokens as one person needs."""

    most: int
    says = msgid("You have %(most)s tokens already.")
    instead = msgid("Revoke one that you don't use.")


@dataclass(frozen=True)
class NoScope(Reason):
    """A token that would be good for nothing."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("Nothing was chosen that the program may do.")
    instead = msgid("Choose at least one.")


@dataclass(frozen=True)
class NoSuchToken(Reason):
    """There is none, or it is somebody else's: nobody learns which."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("There is no such token of yours.")
    instead = msgid("Look at the list of your tokens.")


@dataclass(frozen=True)
class SpanEndsFirst(Reason):
    """A span that ends before it begins."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("The end is not after the beginning.")
    instead = msgid("Say from when until when, in this order.")


@dataclass(frozen=True)
class NothingLikeThat(Reason):
    """A kind that there isn't, or that is none of the person's business; or the same twice."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("Not all of these kinds are there for you, or one stands there twice.")
    instead = msgid("Look at /api/v1/kinds, and name each kind once.")
