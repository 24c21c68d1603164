"""A scan that is told late, and reading one from what a device has sent."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from toolshare.care.inspecting import Findings
from toolshare.circulation import at_hand
from toolshare.inventory.models import Condition
from toolshare.labels.scanning import read_scan
from toolshare.offline.models import Act
from toolshare.offline.reasons import NoScans, NotAScan, UnknownCard
from toolshare.people.models import Person
from toolshare.refusals import Reason, Refusal

MOST_AT_ONCE = 100
LONGEST_NOTE = 2_000
LAST_IN_LINE = 2**31
YEARS = range(1970, 2200)  # that a device's clock may show
Read = TypeVar("Read")


@dataclass(frozen=True)
class Scan:
    """Something that was done and is told late: by a device without a signal, or on paper.

    `against` is what already speaks against it when it is read. Without a `borrower` it is for
    whoever tells it, unless it was done `on_unknown_card`: then nobody knows for whom.
    """

    operation: UUID
    act: Act | None
    code: str
    at: datetime | None
    borrower: Person | None = None
    on_unknown_card: bool = False
    quantity: int | None = None
    condition: Condition = Condition.FINE
    note: str = ""
    sequence: int = LAST_IN_LINE
    sent: Any = None  # as it came
    against: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Sent:
    """What a device has sent: its scans, how far its clock is behind, and who made them."""

    device: str
    scans: list[Any]
    behind: timedelta
    person: Any = None


@dataclass
class Reader:
    """Reads one scan, and collects what can't be read of it."""

    sent: Mapping[str, Any]
    against: list[Reason] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def read(self, name: str, reading: Callable[[Any], Read], otherwise: Read) -> Read:
        """One fact of the scan, else what stands for it."""
        try:
            return reading(self.sent.get(name))
        except Refusal as refusal:
            self.against += refusal.reasons
        except (TypeError, ValueError):
            self.unread.append(name)
        return otherwise

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What speaks against doing what was read."""
        unread = [NotAScan(what=", ".join(self.unread))] if self.unread else []
        return (*unread, *self.against)


def read_body(body: bytes, *, now: datetime) -> Sent:
    """What a device has sent; refuses what is no list of scans."""
    try:
        sent = json.loads(body, parse_constant=_refuse)
        device, scans = _uuid(sent["device"]), sent["scans"]
        behind = now - _moment(sent["sent_at"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refusal(NoScans(what="JSON, device, scans, sent_at")) from None
    if not isinstance(scans, list):
        raise Refusal(NoScans(what="scans"))
    if len(scans) > MOST_AT_ONCE:
        raise Refusal(NoScans(what=f"{len(scans)} > {MOST_AT_ONCE}"))
    return Sent(str(device), scans, behind, sent.get("person"))


def read_scans(
    sent: Sent, *, hosts: tuple[str, ...], cards: Mapping[str, Person], now: datetime
) -> list[Scan]:
    """The scans that a device has sent, as they came; `cards` are by their digests."""
    return [_read(one, sent, hosts, cards, now) for one in sent.scans]


def findings_in(sent: Any) -> Findings:
    """How the thing came, as far as that can be read in what was sent."""
    known = Reader(sent if isinstance(sent, dict) else {})
    return Findings(condition=known.read(*CONDITION), note=known.read(*NOTE))


def in_sequence(scans: list[Scan]) -> list[Scan]:
    """In the order in which the device made them."""
    return sorted(scans, key=lambda scan: scan.sequence)


def _read(
    one: Any, sent: Sent, hosts: tuple[str, ...], cards: Mapping[str, Person], now: datetime
) -> Scan:
    known = Reader(one if isinstance(one, dict) else {})
    borrower = known.read("card", lambda card: _whose(card, cards), None)
    return Scan(
        operation=known.read("operation", _uuid, _made_up(sent.device, one)),
        act=known.read("act", Act, None),
        code=known.read("code", lambda code: read_scan(_text(code), hosts), ""),
        at=known.read("at", lambda at: min(_moment(at) + sent.behind, now), None),
        borrower=borrower,
        on_unknown_card=borrower is None and known.sent.get("card") is not None,
        quantity=known.read("quantity", _quantity, None),
        condition=known.read(*CONDITION),
        note=known.read(*NOTE),
        sequence=known.read("sequence", lambda number: _whole(number, LAST_IN_LINE), LAST_IN_LINE),
        sent=one,
        against=known.reasons,
    )


def _made_up(device: str, one: Any) -> UUID:
    """An operation for what has none: the same when the same is sent again."""
    return uuid5(NAMESPACE_URL, device + json.dumps(one, sort_keys=True))


def _whose(card: Any, cards: Mapping[str, Person]) -> Person | None:
    if card is None:
        return None
    if card not in cards:
        raise Refusal(UnknownCard())
    return cards[card]


def _quantity(number: Any) -> int | None:
    return None if number is None else _whole(number, at_hand.MOST_AT_ONCE)


def _whole(number: Any, most: int) -> int:
    if type(number) is not int or not 1 <= number <= most:
        raise ValueError(number)
    return number


def _uuid(text: Any) -> UUID:
    return UUID(_text(text))


def _text(text: Any, longest: int = LONGEST_NOTE) -> str:
    """Text that every database can keep."""
    if not isinstance(text, str) or len(text) > longest or "\0" in text:
        raise ValueError(text)
    text.encode()
    return text


def _moment(text: Any) -> datetime:
    at = datetime.fromisoformat(_text(text))
    if at.tzinfo is None or at.year not in YEARS:
        raise ValueError(text)
    return at.astimezone(UTC)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


CONDITION = ("condition", lambda word: Condition(word or "fine"), Condition.FINE)
NOTE = ("note", lambda note: _text(note or "", LONGEST_NOTE), "")
