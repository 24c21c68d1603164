"""Wrong sign-ins: counted per account and per address, and slowed down the more there are."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import ColumnElement, delete, func, or_, select

from toolshare.people.models import WrongSignIn
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

REMEMBERED = timedelta(days=1)
FREE_FOR_ACCOUNT = 5
FREE_FOR_ADDRESS = 30  # a whole village may come from behind one router
FIRST_WAIT = timedelta(seconds=10)  # doubles with each further wrong sign-in
LONGEST_WAIT = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class TooManyWrongSignIns(Reason):
    """The account or the address has to wait before the next try."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    wait: timedelta
    says = msgid("Too many sign-ins went wrong.")
    instead = msgid(
        "Wait %(wait)s, then try again. "
        "If you have forgotten your password, ask a coordinator for a link to set a new one."
    )


@dataclass(frozen=True)
class TooManyLinks(TooManyWrongSignIns):
    """So many links were asked for that the next one has to wait."""

    says = msgid("Many links were asked for already.")
    instead = msgid("Look into your mail, also where unwanted mail goes, or ask in %(wait)s again.")


@dataclass(frozen=True)
class Attempt:
    """A sign-in that is being tried: digests that can be counted and not be read."""

    account: str
    address: str

    @property
    def is_of_account(self) -> ColumnElement[bool]:
        """Which wrong sign-ins were to the same account."""
        return WrongSignIn.account == self.account

    @property
    def is_of_address(self) -> ColumnElement[bool]:
        """Which wrong sign-ins came from the same address."""
        return WrongSignIn.address == self.address


def attempt_of(email: str, address: str | None, *, key: str) -> Attempt:
    """The attempt to sign in with an e-mail, whether or not anyone has it, from an address."""
    return _attempt(f"account {_mailbox(email)}", f"address {_whole_household(address)}", key)


def attempt_to_get_link(email: str, address: str | None, *, key: str) -> Attempt:
    """The attempt to have a link sent to an e-mail, whether or not anyone has it, from an address."""
    return _attempt(f"link {_mailbox(email)}", f"link from {_whole_household(address)}", key)


def attempt_at(kiosk_id: int, card: str, *, key: str) -> Attempt:
    """The attempt to borrow at a kiosk with a card, whether or not anyone has it."""
    return _attempt(f"card {card}", f"kiosk {kiosk_id}", key)


def attempt_to_join(email: str, address: str | None, *, key: str) -> Attempt:
    """The attempt to make an account for an e-mail, from an address; apart from those to sign in."""
    return _attempt(f"joins {_mailbox(email)}", f"joins from {_whole_household(address)}", key)


def attempt_to_ask(email: str, address: str | None, *, key: str) -> Attempt:
    """The attempt to ask to join with an e-mail, from an address; apart from all others."""
    return _attempt(f"asks {_mailbox(email)}", f"asks from {_whole_household(address)}", key)


def attempt_with_token(token: str, address: str | None, *, key: str) -> Attempt:
    """The attempt of a program to be let in with a token; it keeps nobody from signing in."""
    return _attempt(f"token {token}", f"program {_whole_household(address)}", key)


def count(
    session: AnySession,
    attempt: Attempt,
    *,
    now: datetime,
    reason: type[TooManyWrongSignIns] = TooManyWrongSignIns,
) -> None:
    """Counts an attempt as wrong before its password is looked at; `clear` takes that back.

    So attempts made all at once are counted too. Refuses with 429 while there is a wait.
    """
    _lock(session, attempt)
    wait = max(
        _wait(session, attempt.is_of_account, FREE_FOR_ACCOUNT, now),
        _wait(session, attempt.is_of_address, FREE_FOR_ADDRESS, now),
    )
    if wait > timedelta():
        raise Refusal(reason(wait=_in_whole_minutes(wait)))
    session.add(WrongSignIn(account=attempt.account, address=attempt.address, at=now))


def clear(session: AnySession, attempt: Attempt, *, now: datetime) -> None:
    """Forgets the account's wrong sign-ins after a right one, and everybody's that are too old."""
    too_old = WrongSignIn.at < now - REMEMBERED
    session.execute(delete(WrongSignIn).where(or_(attempt.is_of_account, too_old)))


def _lock(session: AnySession, attempt: Attempt) -> None:
    counted = or_(attempt.is_of_account, attempt.is_of_address)
    session.execute(
        select(WrongSignIn.id).where(counted).order_by(WrongSignIn.id).with_for_update()
    )


def _wait(session: AnySession, counted: ColumnElement[bool], free: int, now: datetime) -> timedelta:
    """How long is left to wait: the wait begins with the last wrong sign-in."""
    statement = select(func.count(), func.max(WrongSignIn.at)).where(
        counted, WrongSignIn.at > now - REMEMBERED
    )
    wrong, last = session.execute(statement).one()
    if wrong < free:
        return timedelta()
    doublings = min(wrong - free, 20)
    left: timedelta = last + min(FIRST_WAIT * 2**doublings, LONGEST_WAIT) - now
    return left


def _in_whole_minutes(wait: timedelta) -> timedelta:
    return wait if wait < MINUTE else -(-wait // MINUTE) * MINUTE


def _attempt(account: str, address: str, key: str) -> Attempt:
    return Attempt(account=_digest(account, key), address=_digest(address, key))


def _mailbox(email: str) -> str:
    return email.strip().lower()


def _whole_household(address: str | None) -> str:
    """An IPv6 address stands for its network of 64 bits, which one household has to itself."""
    try:
        known = ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(known, IPv6Address):
        return str(ip_network((known, 64), strict=False))
    return str(known)


def _digest(text: str, key: str) -> str:
    return hmac.new(key.encode(), text.encode(), sha256).hexdigest()
