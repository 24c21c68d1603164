"""A machine of the demo that went from farm to farm before it came back to the shed."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from toolshare.circulation import handing_over
from toolshare.circulation.models import Handover
from toolshare.circulation.returning import ALL_IS_WELL
from toolshare.demo.lending import Lending
from toolshare.demo.stories import A_MINUTE, Stories
from toolshare.demo.villages import VALLEY
from toolshare.people.models import Person

MACHINE = "Walking tractor"
DAYS_AGO = 32
HOURS_AT_FIRST, HOURS_EACH = Decimal("411.5"), Decimal("3.2")  # what the meter shows
FARMS = ("teresa", "dario", "nadia")
NOTE = "The left tyre wants some air."


@dataclass
class Passing:
    """What happens to one handover."""

    giver: Lending
    taker: Lending
    steward: Person
    meter: Decimal
    handover: Handover = field(init=False)

    def begin(self, *, now: datetime) -> None:
        """The borrower says how it is."""
        self.handover = handing_over.begin(
            self.giver.session,
            self.giver.loan,
            by=self.giver.borrower,
            now=now,
            note=NOTE,
            meter=self.meter,
        )

    def consent(self, *, now: datetime) -> None:
        """A steward lets it go to who asked on the phone."""
        handing_over.consent(self.giver.session, self.handover, by=self.steward, now=now)

    def accept(self, *, now: datetime) -> None:
        """The next one takes it as it is."""
        self.taker.loan = handing_over.accept(
            self.taker.session, self.handover, by=self.taker.borrower, now=now, meter=self.meter
        )


def tell(stories: Stories) -> None:
    """Notes the way of the machine in the diary: a day with each."""
    days = [stories.almanac.on_or_before(VALLEY, DAYS_AGO - number) for number in range(4)]
    item = stories.one_of(VALLEY, MACHINE, days[0], days[-1])
    stories.hold(item, days[0], days[-1])
    first, *others = (stories.lending(VALLEY, item, who) for who in FARMS)
    first.meter_before = HOURS_AT_FIRST
    stories.diary.note(days[0], first.begin)
    last = first
    for number, taker in enumerate(others, 1):
        meter = HOURS_AT_FIRST + number * HOURS_EACH
        passing = Passing(last, taker, stories.steward_of(VALLEY), meter)
        stories.diary.note(days[number], passing.begin)
        stories.diary.note(days[number] + 4 * A_MINUTE, passing.consent)
        stories.diary.note(days[number] + 6 * A_MINUTE, passing.accept)
        last = taker
    last.meter_after = HOURS_AT_FIRST + len(FARMS) * HOURS_EACH
    stories.diary.note(days[-1], last.end, stories.steward_of(VALLEY), ALL_IS_WELL)
