"""Tells how things came to stand as they do today, with dates that make sense today."""

from datetime import datetime, timedelta

from toolshare.care import outages
from toolshare.care.models import OutageReason
from toolshare.circulation import retiring, taking, terms
from toolshare.circulation.returning import ALL_IS_WELL
from toolshare.demo.almanac import JUST_NOW, Almanac
from toolshare.demo.founding import Valley
from toolshare.demo.lending import Diary, Lending, Visit
from toolshare.demo.present import (
    BACK,
    GONE,
    MISTAKES,
    OUT,
    TAKEN,
    Back,
    Due,
    Gone,
    Mistake,
    Out,
    Taken,
)
from toolshare.demo.villages import Village
from toolshare.inventory.models import Counting, Item
from toolshare.people.models import Person, Role
from toolshare.people.opening import read_opening_times
from toolshare.records import AnySession
from toolshare.rules.in_force import RulesInForce
from toolshare.rules.resolving import rules_for

FOR_EVER = timedelta(days=999)
A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)
LEFT_AND_NOT_FOUND = 3  # days ago
LONG_LATE = (8, 24)  # days
A_LOAN = 4  # days that something is out when it does not matter how long


class Stories:
    """Notes in the diary what the present says, and when each thing is taken by it."""

    def __init__(self, valley: Valley, diary: Diary, almanac: Almanac) -> None:
        self.valley, self.diary, self.almanac = valley, diary, almanac
        self.session, self.now = valley.session, almanac.now
        self.busy: dict[int, list[tuple[datetime, datetime]]] = {}
        self.borrowers: set[tuple[str, str]] = set()  # in which village, and who

    def tell(self) -> None:
        """Tells all; what stays as it is comes before what comes back."""
        for gone in GONE:
            self._gone(gone)
        for out in OUT:
            self._out(out)
        for back in BACK:
            self._back(back)
        for mistake in MISTAKES:
            self._mistake(mistake)
        for taken in TAKEN:
            self._taken(taken)

    def is_free(self, item: Item, since: datetime, until: datetime) -> bool:
        """Whether no story needs the thing in that time."""
        return all(until < begins or ends < since for begins, ends in self.busy.get(item.id, ()))

    def hold(self, item: Item, since: datetime, until: datetime) -> None:
        """Keeps a thing for a story."""
        if item.kind.counting is Counting.COUNTED:
            self.busy.setdefault(item.id, []).append((since, until))

    def steward_of(self, village: Village) -> Person:
        """Who stands at the counter that day."""
        helpers = [email for _, email, role in village.people if role is not Role.MEMBER]
        return self.valley.people[self.almanac.dice.choice(helpers).partition("@")[0]]

    def rules_of(self, item: Item) -> RulesInForce:
        """What holds for a thing."""
        return rules_for(
            self.session, group_id=item.kind.group_id, kind_id=item.kind_id, item_id=item.id
        )

    def lending(self, village: Village, item: Item, who: str, quantity: int = 1) -> Lending:
        """A loan that comes about for sure."""
        self.borrowers.add((village.slug, who))
        return Lending(*self._who_lends(village, item, who), quantity)

    def visit(self, village: Village, item: Item, who: str) -> Visit:
        """A loan that no story needs."""
        return Visit(*self._who_lends(village, item, who))

    def _who_lends(
        self, village: Village, item: Item, who: str
    ) -> tuple[AnySession, Item, Person, Person]:
        """The borrower by their own scan, or a steward when only they may lend."""
        borrower = self.valley.people[who]
        by = self.steward_of(village) if not self.rules_of(item).self_checkout else borrower
        return self.session, item, borrower, by

    def one_of(
        self, village: Village, thing: str, since: datetime, until: datetime | None = None
    ) -> Item:
        """One that no other story needs in that time, or ever from then on."""
        items = self.valley.things[village.slug][thing]
        until = until or self.now + FOR_EVER
        return next(one for one in items if self.is_free(one, since, until))

    def _out(self, out: Out) -> None:
        item = self.one_of(out.village, out.thing, self.now - timedelta(days=50))
        began = self._borrowed(out, item)
        lending = self.lending(out.village, item, out.who, out.quantity)
        if out.renewed:
            self.diary.note(began, lending.renew)
            began = self.almanac.on_or_before(
                out.village, (self.now - began).days + self.rules_of(item).loan_period.days - 2
            )
        self.diary.note(began, lending.begin)
        self._since_then(out, lending)
        self.hold(item, began, self.now + FOR_EVER)

    def _since_then(self, out: Out, lending: Lending) -> None:
        if out.left:
            days_ago = LEFT_AND_NOT_FOUND if out.not_found else 0
            self.diary.note(self.now - AN_HOUR - timedelta(days=days_ago), lending.leave, out.left)
        if out.not_found:
            looked = self.almanac.on_or_before(out.village, LEFT_AND_NOT_FOUND - 1)
            self.diary.note(looked, lending.miss, self.steward_of(out.village), out.not_found)
        if out.called_back:
            by = self.valley.head_of(out.village)
            self.diary.note(self.now - A_MINUTE, lending.call_back, by, out.called_back)

    def _borrowed(self, out: Out, item: Item) -> datetime:
        """When it was borrowed, or renewed, to be due as the story says."""
        group, rules = read_opening_times(self.session, item.kind.group), self.rules_of(item)
        days = [(at, terms.due_at(group, rules, now=at)) for at in self.almanac.back(out.village)]
        match out.due:
            case Due.LONG_AGO:
                late = timedelta(days=self.almanac.dice.randint(*LONG_LATE))
                return next(at for at, due in days if due < self.now - late)
            case Due.LATE:
                return next(at for at, due in days if due < self.now - JUST_NOW)
            case Due.SOON:
                return [at for at, due in days if due > self.now][-1]
            case Due.LATER:
                return days[0][0]

    def _back(self, back: Back) -> None:
        returned = self.almanac.on_or_before(back.village, back.days_ago)
        began = self.almanac.on_or_before(back.village, back.days_ago + A_LOAN)
        until = self.now + FOR_EVER
        if back.mended_after is not None:
            until = returned + timedelta(days=back.mended_after)
        item = self.one_of(back.village, back.thing, began, until)
        steward = self.steward_of(back.village)
        lending = self.lending(back.village, item, back.who)
        self.diary.note(began, lending.begin)
        self.diary.note(returned, lending.end, steward, back.findings)
        if back.mended_after is not None:
            self.diary.note(until, self._mend, item, steward)
        if back.in_repair:
            sent = returned + timedelta(hours=20)
            self.diary.note(sent, self._send_to_repair, item, steward, back.in_repair)
        self.hold(item, began, until)

    def _mend(self, item: Item, by: Person, *, now: datetime) -> None:
        outages.put_into_service(self.session, item, by=by, now=now)

    def _send_to_repair(self, item: Item, by: Person, note: str, *, now: datetime) -> None:
        outages.take_out_of_service(
            self.session, item, OutageReason.IN_REPAIR, by=by, note=note, now=now
        )

    def _gone(self, gone: Gone) -> None:
        at = self.almanac.on_or_before(gone.village, gone.days_ago)
        item = self.one_of(gone.village, gone.thing, at)
        if gone.reason is None:
            by = self.valley.head_of(gone.village)
            self.diary.note(at, retiring.retire, self.session, [item], by=by, why=gone.why)
        else:
            by = self.steward_of(gone.village)
            self.diary.note(at, self._lose, item, gone.reason, gone.why, by)
        self.hold(item, at, self.now + FOR_EVER)

    def _lose(
        self, item: Item, reason: OutageReason, note: str, by: Person, *, now: datetime
    ) -> None:
        outages.take_out_of_service(self.session, item, reason, by=by, now=now, note=note)

    def _taken(self, taken: Taken) -> None:
        at = self.almanac.on_or_before(taken.village, taken.days_ago)
        (item,) = self.valley.things[taken.village.slug][taken.thing]
        taker = self.valley.people[taken.who]
        self.diary.note(
            at, taking.take, self.session, item, taker=taker, by=taker, quantity=taken.quantity
        )

    def _mistake(self, mistake: Mistake) -> None:
        village, steward = mistake.village, self.steward_of(mistake.village)
        began = self.almanac.on_or_before(village, mistake.days_ago)
        noticed = began + timedelta(minutes=4)
        item = self.one_of(village, mistake.thing, began, noticed)
        lending = self.lending(village, item, mistake.who)
        self.hold(item, began, noticed)
        if not mistake.on_return:
            self.diary.note(began, lending.begin)
            self.diary.note(noticed, lending.undo)
            return
        borrowed = self.almanac.on_or_before(village, mistake.days_ago + A_LOAN // 2)
        back = self.almanac.on_or_before(village, mistake.days_ago - A_LOAN)
        self.hold(item, borrowed, back)
        self.diary.note(borrowed, lending.begin)
        self.diary.note(began, lending.end, steward, ALL_IS_WELL)
        self.diary.note(noticed, lending.undo_end, steward)
        self.diary.note(back, lending.end, steward, ALL_IS_WELL)
