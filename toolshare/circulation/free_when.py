"""When things are free together for as long as somebody needs them, without a day to guess."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from toolshare.circulation import booking, booking_rules, spans
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.blocks import what_is_ahead
from toolshare.circulation.fitting import Span
from toolshare.circulation.windows import Together, is_free
from toolshare.people.models import Group
from toolshare.people.opening import (
    end_of_opening_day,
    is_open_on,
    next_open_moment,
    next_opening_day,
    read_opening_times,
    today_in,
)
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid, msgids
from toolshare.rules.in_force import RulesInForce
from toolshare.rules.lengths import Length
from toolshare.rules.resolving import rules_for_many

SHOWN = 6
A_QUARTER = timedelta(minutes=15)
DAWN = datetime(2000, 1, 1, tzinfo=UTC)  # from which quarters of an hour are counted
ABOUT_LENGTH = (booking_rules.TooShort, booking_rules.TooLong)


@dataclass(frozen=True)
class NotFreeForSoLong(Reason):
    """All of it together is never free for that long, as far as anybody looks."""

    days: int
    says = msgids(
        "All of it together is not free for that long within %(days)s day.",
        "All of it together is not free for that long within %(days)s days.",
        by="days",
    )
    instead = msgid("Try a shorter time, fewer things, or a later day to begin from.")


@dataclass(frozen=True)
class Times:
    """The next spans in which all is free; without any, what speaks against it."""

    spans: Sequence[Span]
    reasons: Sequence[Reason] = ()


def free_when(
    session: AnySession,
    group: Group,
    wanted: Sequence[Wanted],
    length: Length,
    *,
    since: date,
    now: datetime,
) -> Times:
    """The next times from a day on at which all of these can be had for a length of days or hours.

    At most one begins on a day. Nobody has to move for it, and the rules allow it.
    """
    if reasons := booking.against_wanted(group, wanted):
        return Times((), reasons)
    kind_ids = [one.kind.id for one in wanted]
    rules = rules_for_many(session, read_opening_times(session, group), kind_ids)
    ahead = what_is_ahead(session, group, kind_ids, now=now)
    together = [Together(one, ahead[one.kind.id], rules[one.kind.id].turnaround) for one in wanted]
    asked = _Asked(group, length, together, list(rules.values()), now)
    first = max(since, today_in(group, now))
    found = list(islice(filter(None, map(asked.first_on, _opening_days(group, first))), SHOWN))
    return Times(found) if found else Times((), asked.why_not(first))


@dataclass(frozen=True)
class _Asked:
    """What is looked for, and what it depends on; the group has its opening times."""

    group: Group
    length: Length
    together: Sequence[Together]
    rules: Sequence[RulesInForce]
    now: datetime

    def first_on(self, day: date) -> Span | None:
        """The first span on a day in which all is free and that the rules allow."""
        good = (span for span in self.spans_on(day) if not self.against(span))
        return next((span for span in good if is_free(self.group, self.together, span)), None)

    def why_not(self, first: date) -> list[Reason]:
        """Whether the rules never allow the length, or it is never free."""
        spans_on_first = self.spans_on(next_opening_day(self.group, first))
        against = (one for span in spans_on_first for one in self.against(span))
        lengths = [one for one in against if isinstance(one, ABOUT_LENGTH)]
        return list(dict.fromkeys(lengths)) or [NotFreeForSoLong(days=spans.LOOK_AHEAD)]

    def spans_on(self, day: date) -> Iterator[Span]:
        """Spans of the length, or longer where the group is closed at its end, that begin on a day."""
        if not self.length.is_by_hours:
            last = next_opening_day(self.group, day + timedelta(days=self.length.days - 1))
            if self.now < end_of_opening_day(self.group, day):
                yield spans.of_days(self.group, day, last)
            return
        for begins in self._moments_of(day):
            ends = self.length.after(begins, self.group.time_zone)
            yield Span(begins, next_open_moment(self.group, ends))

    def against(self, span: Span) -> list[Reason]:
        """What the rules of these things and the calendar say against a span."""
        return [
            reason
            for one in self.rules
            for reason in booking_rules.reasons_against(self.group, one, span, now=self.now)
        ]

    def _moments_of(self, day: date) -> list[datetime]:
        """When something may begin on a day: when the group opens, and when something comes back."""
        whole = spans.of_days(self.group, day, day)
        blocks = (block for one in self.together for block in one.ahead.all_blocks)
        ends = {block.span.until_at for block in blocks if whole.from_at < block.span.until_at}
        soonest = self.now + -(self.now - DAWN) % A_QUARTER
        moments = {next_open_moment(self.group, max(at, soonest)) for at in (whole.from_at, *ends)}
        return sorted(at for at in moments if at < whole.until_at)


def _opening_days(group: Group, first: date) -> Iterator[date]:
    days = (first + timedelta(days=ahead) for ahead in range(spans.LOOK_AHEAD))
    return (day for day in days if is_open_on(group, day))
