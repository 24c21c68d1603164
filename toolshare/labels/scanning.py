"""The one resolver: from whatever was scanned or typed to the thing that wears the code."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from toolshare.codes import alphabet
from toolshare.codes.models import Code, Wearer
from toolshare.inventory.joining import ITEM_KIND_GROUP, joined
from toolshare.inventory.models import Item, Place
from toolshare.people.models import Membership
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

LONGEST_SCAN = 2_000
PATH = "I"
DEFAULT_PORTS = {"http": ":80", "https": ":443"}

Wears = Item | Place | Membership

_ITEM_BEHIND = ITEM_KIND_GROUP.where(Item.code == bindparam("code"))


@dataclass(frozen=True)
class NothingScanned(Reason):
    """An empty field."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("There is no code here.")
    instead = msgid("Scan a label, or type the eight characters under its QR code.")


@dataclass(frozen=True)
class ForeignAddress(Reason):
    """The QR code of somebody else."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    host: str
    says = msgid("This label is not one of ours: it leads to %(host)s.")
    instead = msgid("Scan the label that this network has put on the thing.")


@dataclass(frozen=True)
class NoItemAddress(Reason):
    """Our own host, but not the address of a label."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("This is an address of ours, but not that of a label.")
    instead = msgid("Scan the label on the thing, or type the eight characters under its QR code.")


@dataclass(frozen=True)
class NotACode(Reason):
    """Characters that are no code of ours."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("This is not a code: a code has eight letters and digits.")
    instead = msgid("Scan the label, or type the eight characters under its QR code.")


@dataclass(frozen=True)
class MisreadCode(Reason):
    """The check character says that one of the characters is wrong."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code: str
    says = msgid("%(code)s was misread or mistyped: one of its characters is wrong.")
    instead = msgid("Look at the label again and compare each character.")


@dataclass(frozen=True)
class UnknownCode(Reason):
    """A sound code that nothing wears."""

    status = HTTPStatus.NOT_FOUND
    code: str
    says = msgid("Nothing here wears the code %(code)s.")
    instead = msgid("Show the label to a steward: it may belong to another network.")


@dataclass(frozen=True)
class NotAnItem(Reason):
    """The code of a place or a card where one of an item is needed."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code: str
    says = msgid("%(code)s is on a place or a card, not on a thing.")
    instead = msgid("Scan the label on the thing itself.")


def read_scan(scanned: str, hosts: Sequence[str]) -> str:
    """The code in what was scanned or typed; `hosts` are ours, present and former.

    Refuses an address that is not ours, what is no code, and a code that was misread; each
    refusal says which of these it was.
    """
    scanned = scanned.strip()
    if not scanned:
        raise Refusal(NothingScanned())
    if len(scanned) > LONGEST_SCAN:
        raise Refusal(NotACode())
    code = alphabet.read(_code_in_address(scanned, hosts) if "/" in scanned else scanned)
    if not alphabet.is_written_right(code):
        raise Refusal(NotACode())
    if not alphabet.is_sound(code):
        raise Refusal(MisreadCode(code=code))
    return code


def what_is_behind(session: AnySession, code: str) -> Wears:
    """The item, place or card that wears a code, with what its page shows of it.

    Refuses a code that nothing wears.
    """
    wearer = session.scalar(select(Code.wearer).where(Code.code == code))
    found = _find(session, wearer, code) if wearer else None
    if found is None:
        raise Refusal(UnknownCode(code=code))
    return found


def item_behind(session: AnySession, code: str) -> Item:
    """The item that wears a code, with its kind and group.

    Refuses the code of anything else.
    """
    found = session.execute(_ITEM_BEHIND, {"code": code}).one_or_none()
    if found is None:
        what_is_behind(session, code)
        raise Refusal(NotAnItem(code=code))
    return joined(*found)


def _find(session: AnySession, wearer: Wearer, code: str) -> Wears | None:
    match wearer:
        case Wearer.ITEM:
            return item_behind(session, code)
        case Wearer.PLACE:
            return session.scalar(
                select(Place).where(Place.code == code).options(joinedload(Place.group))
            )
        case Wearer.CARD:
            return session.scalar(
                select(Membership)
                .where(Membership.code == code)
                .options(joinedload(Membership.person), joinedload(Membership.group))
            )


def _code_in_address(scanned: str, hosts: Sequence[str]) -> str:
    """The code in `HTTPS://HOST/I/CODE`, with or without its scheme, in any case."""
    host, path = _host_and_path(scanned)
    if host not in hosts:
        raise Refusal(ForeignAddress(host=host) if host else NotACode())
    steps = [step for step in path.split("/") if step]
    if len(steps) < 2 or steps[0].upper() != PATH:  # noqa: PLR2004 - /I/CODE, and what follows it
        raise Refusal(NoItemAddress())
    return unquote(steps[1])


def _host_and_path(scanned: str) -> tuple[str, str]:
    address = scanned if "//" in scanned else f"//{scanned}"
    try:
        parts = urlsplit(address)
    except ValueError:
        raise Refusal(NotACode()) from None
    return parts.netloc.lower().removesuffix(DEFAULT_PORTS.get(parts.scheme, "")), parts.path
