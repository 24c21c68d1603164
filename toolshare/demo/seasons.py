"""The demo's past: who came by on which day, and what they took home for a while."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from toolshare.care.inspecting import Findings
from toolshare.care.models import Outage
from toolshare.demo.almanac import LENDING_BEGAN, Almanac
from toolshare.demo.founding import Valley
from toolshare.demo.stories import Stories
from toolshare.demo.villages import CASTAGNETO, ENDED, PAUSED, PONTE, SAN_ROCCO, VALLEY, Village
from toolshare.inventory.models import Counting, Item

# Who comes on a day that a village is open: so many of a hundred times.
BUSTLE = {SAN_ROCCO.slug: 170, VALLEY.slug: 45, CASTAGNETO.slug: 12, PONTE.slug: 35}
KEPT_FOR = (1, 2, 3, 4, 5, 5, 7, 7, 7, 9, 12)  # days
REMARKS = (
    "Came back cleaner than it went out.",
    "Sharpened it, no charge.",
    "Lent with the small parts in the tin.",
    "Oiled.",
    "Battery charged.",
)
LEFT_BEFORE = timedelta(days=60)


def tell(valley: Valley, stories: Stories, almanac: Almanac) -> None:
    """Notes the loans of four months, day by day, around what the stories need."""
    first = LENDING_BEGAN.days
    for village in (VALLEY, SAN_ROCCO, CASTAGNETO, PONTE):
        shelf = Shelf(valley, village, stories, almanac)
        for moment in reversed(list(almanac.back(village, first))):
            for minutes in shelf.visits():
                shelf.lend(moment + minutes)


class Shelf:
    """What can be borrowed in a village, and who does."""

    def __init__(
        self, valley: Valley, village: Village, stories: Stories, almanac: Almanac
    ) -> None:
        self.village, self.stories = village, stories
        self.almanac, self.dice = almanac, almanac.dice
        owned = [item for items in valley.things[village.slug].values() for item in items]
        stopped = set(valley.session.scalars(select(Outage.item_id)))
        self.items = [item for item in owned if may_be_lent(item) and item.id not in stopped]
        self.liked = [self.dice.choice((1, 1, 2, 3, 6)) for _ in self.items]

    def visits(self) -> Iterator[timedelta]:
        """How long after the first the next ones come by that day."""
        some, chance = divmod(BUSTLE[self.village.slug], 100)
        for number in range(some + (self.dice.random() * 100 < chance)):
            yield timedelta(minutes=2 * number)

    def lend(self, moment: datetime) -> None:
        """Somebody takes something home and brings it back some days later."""
        (item,) = self.dice.choices(self.items, self.liked)
        who = self._somebody(moment)
        back = self.almanac.on_or_after(self.village, moment + self._kept(item, who))
        if back is None or not self.stories.is_free(item, moment, back):
            return
        self.stories.hold(item, moment, back)
        lending = self.stories.visit(self.village, item, who)
        note = self.dice.choice(REMARKS) if self.dice.random() < 1 / 8 else ""
        steward = self.stories.steward_of(self.village)
        self.stories.diary.note(moment, lending.begin)
        self.stories.diary.note(back, lending.end, steward, Findings(note=note))

    def _kept(self, item: Item, who: str) -> timedelta:
        """How long somebody keeps a thing: whom a story needs is never late, and may borrow."""
        kept = timedelta(days=self.dice.choice(KEPT_FOR))
        period = self.stories.rules_of(item).loan_period
        if period.is_by_hours:
            return timedelta(hours=period.hours)
        is_needed = (self.village.slug, who) in self.stories.borrowers
        return min(kept, timedelta(days=period.days, hours=-12)) if is_needed else kept

    def _somebody(self, moment: datetime) -> str:
        gone = {PAUSED[0], ENDED} if moment > self.almanac.now - LEFT_BEFORE else set()
        villages = (SAN_ROCCO, CASTAGNETO, PONTE) if self.village is VALLEY else (self.village,)
        who = [email for one in villages for _, email, _ in one.people if email not in gone]
        return self.dice.choice(who).partition("@")[0]


def may_be_lent(item: Item) -> bool:
    """Whether it is one thing that the group still has."""
    return item.kind.counting is Counting.COUNTED and item.retired_at is None
