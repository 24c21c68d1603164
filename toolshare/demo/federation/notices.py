"""What people were told of due dates, and coordinators of each week, as far as it is still known."""

from datetime import date, timedelta

from toolshare.demo.federation.cooperatives import Cooperative
from toolshare.demo.federation.ledgers import MessageRow
from toolshare.demo.federation.pouring import Pouring
from toolshare.demo.federation.settling import Thing
from toolshare.demo.federation.visits import A_DAY, Almanac, Turn
from toolshare.messages.reminding import what_to_tell
from toolshare.outbox.models import Topic
from toolshare.privacy.models import USUAL_DAYS

MORNING = 7 * 60  # minutes
A_WEEK = 7


class Notices:
    """Messages that were sent; the oldest have gone."""

    def __init__(self, pouring: Pouring, almanac: Almanac, now: int) -> None:
        self.pouring, self.almanac, self.now = pouring, almanac, now
        self.today = (now - MORNING) // A_DAY  # the last day of which all was told
        self.known: set[str] = set()

    def tell(self, thing: Thing, turn: Turn) -> None:
        """All that was told of one loan, each thing once."""
        borrowed, due_on = (
            turn.begins // A_DAY,
            turn.due_on if turn.renewal_id else turn.first_due_on,
        )
        last = min(turn.back // A_DAY, self.today)
        for today in range(max(due_on - 1, self.today - USUAL_DAYS), last + 1):
            due = date.fromisoformat(self.almanac.days[due_on])
            days = (self._day(borrowed), due, self._day(today))
            if (told := what_to_tell(*days, days_before=1)) is not None:
                topic, facts = told
                whom = f"{turn.who} {thing.group.id} {due}"
                once = f"{topic} {facts.get('stage', '')} {whom}"
                self._send(topic, turn.who, thing.group.id, once, today)

    def tell_of_weeks(self, group: Cooperative) -> None:
        """The digests that the coordinator of a group was sent."""
        monday = self.today - self._day(self.today).weekday()
        for day in range(monday, self.today - USUAL_DAYS, -A_WEEK):
            year, week, _ = self._day(day).isocalendar()
            once = f"{Topic.DIGEST} {year}-{week} {group.coordinator} {group.id}"
            self._send(Topic.DIGEST, group.coordinator, group.id, once, day)

    def _send(self, topic: Topic, person_id: int, group_id: int, once: str, day: int) -> None:
        if once in self.known:
            return
        self.known.add(once)
        number, at = self.pouring.new_id(MessageRow), self.almanac.text(day * A_DAY + MORNING)
        self.pouring.add(MessageRow(number, topic, person_id, group_id, once, at, at, at))

    def _day(self, number: int) -> date:
        return self.almanac.began + timedelta(days=number)
