"""Who in the demo waits for what: a long line for the chainsaws, and things that just came free."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from toolshare.circulation import asking, offering
from toolshare.circulation.promises import Hold, Offer
from toolshare.circulation.returning import ALL_IS_WELL
from toolshare.demo.almanac import LENDING_BEGAN
from toolshare.demo.stories import FOR_EVER, Stories
from toolshare.demo.villages import SAN_ROCCO, VALLEY, Village
from toolshare.inventory.models import Kind
from toolshare.people.models import Person
from toolshare.records import AnySession

CHAINSAW, LADDER = "Chainsaw, 45 cm", "1106"
A_MINUTE, AN_HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Had:
    """A chainsaw that somebody had this season, for so many days: in turns, less comes first."""

    who: str
    days_ago: int
    days: int


@dataclass(frozen=True)
class Waits:
    """Somebody who asked for a thing while every one of it was out."""

    village: Village
    thing: str
    who: str
    hours_ago: int
    paused: bool = False


@dataclass(frozen=True)
class CameFree:
    """A thing that came back just now, and who waited for it."""

    village: Village
    thing: str
    had: str
    who: str
    accepted: bool = False  # and set aside


HAD = (
    Had("nadia", 50, 1),
    Had("pietro", 40, 2),
    Had("member", 33, 3),
    Had("hanna", 28, 6),
)  # and Dario four days, before it touched a nail

# Both chainsaws have been out since the day before yesterday, and one for much longer.
WAITS = (
    Waits(VALLEY, CHAINSAW, "pietro", 36),
    Waits(VALLEY, CHAINSAW, "nadia", 30),
    Waits(VALLEY, CHAINSAW, "member", 27),
    Waits(VALLEY, CHAINSAW, "hanna", 16),
    Waits(VALLEY, CHAINSAW, "dario", 6),
    Waits(SAN_ROCCO, LADDER, "hanna", 120, paused=True),
    Waits(SAN_ROCCO, LADDER, "lucia", 70),
)

CAME_FREE = (
    CameFree(VALLEY, "Pressure washer", "leonardo", "member"),
    CameFree(SAN_ROCCO, "2035", "pietro", "amina", accepted=True),
)


@dataclass
class Waiting:
    """What happens while somebody waits in line."""

    session: AnySession
    kind: Kind
    person: Person
    hold: Hold = field(init=False)

    def begin(self, *, now: datetime) -> None:
        """They ask for it."""
        self.hold = asking.ask(self.session, self.kind, person=self.person, by=self.person, now=now)

    def pause(self, *, now: datetime) -> None:
        """They let others go first."""
        asking.pause(self.session, self.hold, by=self.person, now=now)

    def accept(self, *, now: datetime) -> None:
        """They take what is offered."""
        offering.accept(self.session, self._offer(), by=self.person, now=now)

    def set_aside(self, by: Person, *, now: datetime) -> None:
        """A steward lays it on the shelf of what is ready."""
        offering.set_aside(self.session, self._offer(), by=by, now=now)

    def _offer(self) -> Offer:
        is_open = (Offer.hold_id == self.hold.id, Offer.ended_at.is_(None))
        return self.session.scalars(select(Offer).where(*is_open)).one()


def tell(stories: Stories) -> None:
    """Notes it all in the diary."""
    for had in HAD:
        _had(stories, had)
    for one in stories.valley.things[VALLEY.slug][CHAINSAW]:
        stories.hold(one, stories.now - LENDING_BEGAN, stories.now)  # so that it is told in full
    for waits in WAITS:
        _waits(stories, waits)
    for came in CAME_FREE:
        _came_free(stories, came)


def _had(stories: Stories, had: Had) -> None:
    began = stories.almanac.on_or_before(VALLEY, had.days_ago)
    back = stories.almanac.on_or_before(VALLEY, had.days_ago - had.days)
    item = stories.one_of(VALLEY, CHAINSAW, began, back)
    stories.hold(item, began, back)
    lending, steward = stories.lending(VALLEY, item, had.who), stories.steward_of(VALLEY)
    stories.diary.note(began, lending.begin)
    stories.diary.note(back, lending.end, steward, ALL_IS_WELL)


def _waits(stories: Stories, waits: Waits) -> None:
    waiting = _waiting(stories, waits.village, waits.thing, waits.who)
    asked = stories.now - waits.hours_ago * AN_HOUR
    stories.diary.note(asked, waiting.begin)
    if waits.paused:
        stories.diary.note(asked + A_DAY, waiting.pause)


def _came_free(stories: Stories, came: CameFree) -> None:
    village, diary = came.village, stories.diary
    returned, *earlier = stories.almanac.back(village)
    began = next(at for at in earlier if at < returned - A_DAY)
    item = stories.one_of(village, came.thing, began)
    stories.hold(item, began, stories.now + FOR_EVER)
    lending, steward = stories.lending(village, item, came.had), stories.steward_of(village)
    waiting = _waiting(stories, village, came.thing, came.who)
    diary.note(began, lending.begin)
    diary.note(began + 6 * AN_HOUR, waiting.begin)
    diary.note(returned, lending.end, steward, ALL_IS_WELL)
    if came.accepted:
        diary.note(returned + 7 * A_MINUTE, waiting.accept)
        diary.note(returned + 15 * A_MINUTE, waiting.set_aside, steward)


def _waiting(stories: Stories, village: Village, thing: str, who: str) -> Waiting:
    kind = stories.valley.things[village.slug][thing][0].kind
    return Waiting(stories.session, kind, stories.valley.people[who])
