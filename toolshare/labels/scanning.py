"""The one resolver: from whatever was scanned or typed to the thing that wears the code."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import joinedload

from toolshare.codes import alphabet
from toolshare.codes.models import Code, Wearer
from toolshare.inventory.joining import ITEM_KIND_GROUP, joined
from toolshare.inventory.models import Item, Kind, Place
from toolshare.labels.models import Batch, BatchLabel, Cause, FormerCode
from toolshare.labels.wearing import Wears
from toolshare.people.models import Group, Membership
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

LONGEST_SCAN = 2_000
PATH = "I"
DEFAULT_PORTS = {"http": ":80", "https": ":443"}

_ITEM_BEHIND = ITEM_KIND_GROUP.where(Item.code == bindparam("code"))
_ITEM_WITH_ID = ITEM_KIND_GROUP.where(Item.id == bindparam("item_id"))


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


@dataclass(frozen=True)
class CardLost(Reason):
    """A card that its member has lost; it gives no name away."""

    code: str
    says = msgid("The card %(code)s was reported lost and replaced: nothing is lent on it.")
    instead = msgid("Keep it, and ask for the member's new card.")


@dataclass(frozen=True)
class StillBlank(Reason):
    """A label that was printed ahead, and is on nothing yet."""

    status = HTTPStatus.NOT_FOUND
    code: str
    group: str
    says = msgid("The label %(code)s of %(group)s is on nothing yet.")
    instead = msgid("Scan it with Scan or with your phone's camera, and say what it is on.")


@dataclass(frozen=True)
class Blank:
    """A label that was printed ahead, and the group that printed it."""

    code: str
    group: Group


@dataclass(frozen=True)
class LostCard:
    """A membership whose card of that code was reported lost."""

    membership: Membership


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
    """The item, place or card that wears a code or wore it, with what its page shows of it.

    Refuses a code that nothing ever wore, be it printed, and a card that was reported lost.
    """
    found = anything_behind(session, code)
    if isinstance(found, LostCard):
        raise Refusal(CardLost(code=code))
    if isinstance(found, Blank):
        raise Refusal(StillBlank(code=code, group=found.group.name))
    return found


def anything_behind(session: AnySession, code: str) -> Wears | LostCard | Blank:
    """The same, blank labels, and cards that were reported lost: for pages that say so.

    What wears another code by now is found, too: then its own code is not the one that was asked.
    """
    wearer = session.scalar(select(Code.wearer).where(Code.code == code))
    if wearer is None:
        found: Wears | LostCard | Blank | None = _blank(session, code)
    else:
        found = _wearing(session, wearer, code) or _once_wearing(session, wearer, code)
    if found is None:
        raise Refusal(UnknownCode(code=code))
    return found


def item_behind(session: AnySession, code: str) -> Item:
    """The item that wears a code or wore it, with its kind and group.

    Refuses the code of anything else.
    """
    item = _item(session, _ITEM_BEHIND, code=code)
    if item is not None:
        return item
    found = what_is_behind(session, code)
    if not isinstance(found, Item):
        raise Refusal(NotAnItem(code=code))
    return found


def _wearing(session: AnySession, wearer: Wearer, code: str) -> Wears | None:
    if wearer is Wearer.ITEM:
        return _item(session, _ITEM_BEHIND, code=code)
    if wearer is Wearer.PLACE:
        return _place(session, Place.code == code)
    return _card(session, Membership.code == code)


def _once_wearing(session: AnySession, wearer: Wearer, code: str) -> Wears | LostCard | None:
    former = session.scalar(select(FormerCode).where(FormerCode.code == code))
    if former is None:
        return None
    if wearer is Wearer.ITEM:
        return _item(session, _ITEM_WITH_ID, item_id=former.item_id)
    if wearer is Wearer.PLACE:
        return _place(session, Place.id == former.place_id)
    card = _card(session, Membership.id == former.membership_id)
    return LostCard(card) if card and former.cause is Cause.LOST else card


def _blank(session: AnySession, code: str) -> Blank | None:
    """Blank is what was printed and is worn by nothing; whose it is, its batch says."""
    group = session.scalar(
        select(Group)
        .join(Batch, Batch.group_id == Group.id)
        .join(BatchLabel, BatchLabel.batch_id == Batch.id)
        .where(BatchLabel.code == code)
        .order_by(Batch.id)
        .limit(1)
    )
    return Blank(code, group) if group else None


def _item(
    session: AnySession, statement: Select[Item, Kind, Group], **which: str | int | None
) -> Item | None:
    found = session.execute(statement, which).one_or_none()
    return joined(*found) if found else None


def _place(session: AnySession, which: ColumnElement[bool]) -> Place | None:
    return session.scalar(select(Place).where(which).options(joinedload(Place.group)))


def _card(session: AnySession, which: ColumnElement[bool]) -> Membership | None:
    whose = (joinedload(Membership.person), joinedload(Membership.group))
    return session.scalar(select(Membership).where(which).options(*whose))


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
