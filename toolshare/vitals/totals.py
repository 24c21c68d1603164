"""What the database says of itself in numbers: what happened, what waits to be sent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from toolshare.journal.models import Entry
from toolshare.outbox.models import Message
from toolshare.records import AnySession

# Longer than anybody writes: an entry with a smaller id may be committed after one with a larger.
SETTLED_AFTER = timedelta(minutes=10)
# A process that begins reads no more entries than these, however long the journal is.
A_VOLUME = 250_000


@dataclass
class Tally:
    """How often each event stands in the newest volume of the journal, without reading all each time.

    A volume is so many ids: in the first, which most installations never fill, these are all
    entries. With the next one all counts begin anew, as counters may; what is asked of them is how fast
    they grow. Entries up to `counted_to` are counted for good. All who ask are told the same,
    whichever process they ask: one that told less would look as if it had begun anew.
    """

    volume: int = A_VOLUME
    counts: dict[str, int] = field(default_factory=dict)
    begun_at: int = 0
    counted_to: int = 0
    seen: int = 0
    seen_at: datetime | None = None

    def of(self, session: AnySession, *, now: datetime) -> dict[str, int]:
        """The counts as they are now."""
        newest = session.scalar(select(func.max(Entry.id))) or 0
        self._open(newest - newest % self.volume)
        if self.seen_at is not None and now - self.seen_at >= SETTLED_AFTER:
            self.counts = _added(self.counts, _events(session, self.counted_to, self.seen))
            self.counted_to, self.seen_at = self.seen, None
        if self.seen_at is None:
            self.seen, self.seen_at = newest, now
        return _added(self.counts, _events(session, self.counted_to))

    def _open(self, begins: int) -> None:
        """Leaves what stands in the volumes before this one."""
        if begins > self.begun_at:
            self.begun_at = self.counted_to = begins
            self.counts, self.seen_at = {}, None


@dataclass(frozen=True)
class Waiting:
    """How many messages should have been sent by now, and since when the oldest waits."""

    messages: int
    since: datetime | None


@dataclass(frozen=True, eq=False)
class Totals(Collector):
    """Numbers for Prometheus, of the whole installation."""

    events: Mapping[str, int]
    waiting: Waiting
    backup_age: timedelta | None
    now: datetime

    def collect(self) -> Iterator[Metric]:
        """Each number under its name."""
        about = GaugeMetricFamily("toolshare_version", "The version that runs.", labels=["version"])
        about.add_metric([version("toolshare")], 1)
        yield about
        happened = CounterMetricFamily(
            "toolshare_journal_entries", "What happened, as the journal has it.", labels=["event"]
        )
        for event, times in sorted(self.events.items()):
            happened.add_metric([event], times)
        yield happened
        since = self.now - self.waiting.since if self.waiting.since else timedelta()
        yield _gauge("messages_waiting", "Messages that are due.", self.waiting.messages)
        yield _gauge("oldest_message_seconds", "How long the first of them waits.", since)
        if self.backup_age is not None:
            yield _gauge("newest_backup_seconds", "How old the newest backup is.", self.backup_age)


def waiting(session: AnySession, *, now: datetime) -> Waiting:
    """What is due in the outbox."""
    asked = select(func.count(), func.min(Message.send_at))
    due = asked.where(Message.ended_at.is_(None), Message.send_at <= now)
    messages, since = session.execute(due).one()
    return Waiting(messages, since)


def _events(session: AnySession, after: int, until: int | None = None) -> dict[str, int]:
    counted = select(Entry.what, func.count()).where(Entry.id > after).group_by(Entry.what)
    if until is not None:
        counted = counted.where(Entry.id <= until)
    return {str(what): times for what, times in session.execute(counted)}


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {what: one.get(what, 0) + other.get(what, 0) for what in one.keys() | other.keys()}


def _gauge(name: str, about: str, value: int | timedelta) -> Metric:
    number = value.total_seconds() if isinstance(value, timedelta) else value
    return GaugeMetricFamily(f"toolshare_{name}", about, number)
