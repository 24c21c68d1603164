"""What the scan page reads, in a bounded number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from http import HTTPStatus

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from toolshare.care.models import DamageReport, Outage
from toolshare.care.outages import open_outage
from toolshare.care.reports import open_reports
from toolshare.circulation import kits, renewing, terms
from toolshare.circulation.borrowing import Weighing, weigh
from toolshare.circulation.handovers import passed_to
from toolshare.circulation.history import Happening, history_of
from toolshare.circulation.kits import Contents, Holding
from toolshare.circulation.models import Handover, Loan, Taking
from toolshare.circulation.returning import open_loans_of
from toolshare.circulation.room import Room
from toolshare.circulation.standing import STILL_OUT
from toolshare.circulation.waiting import TurnHere, turn_here
from toolshare.inventory.joining import ITEM_KIND_GROUP, joined
from toolshare.inventory.models import Counting, Item, Photo, Place
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import read_opening_times, today_in
from toolshare.people.roles import role_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid

MOST_LOANS = 50
LAST_HAPPENINGS = 5


@dataclass(frozen=True)
class NoSuchHistory(Reason):
    """No item, or none whose history the person may see."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("There is no history for you here.")
    instead = msgid("The history of a thing is for members of its group.")


@dataclass(frozen=True)
class OwnLoan:
    """A loan as its borrower sees it."""

    loan: Loan
    is_late: bool
    against_renewing: Sequence[Reason]
    may_be_undone: bool


@dataclass(frozen=True)
class StewardsView:
    """What only stewards see of an item."""

    loans: Sequence[Loan]
    returned: Loan | None  # the last return, while it can be undone
    history: Sequence[Happening]


@dataclass(frozen=True)
class ItemPage:
    """An item as one person may see it; without a weighing the person is a stranger to it."""

    item: Item
    cover: Photo | None
    now: datetime
    weighing: Weighing | None = None
    role: Role | None = None
    own_loans: Sequence[OwnLoan] = ()
    taking: Taking | None = None  # the person's last one, while it can be undone
    outage: Outage | None = None
    reports: Sequence[DamageReport] = ()  # what people say is wrong with it
    passed_on: Handover | None = None  # to whoever is next in line, and that may be the reader
    stewards: StewardsView | None = None
    turn: TurnHere | None = None  # when it can't be just borrowed, or somebody waits for it
    kit: Contents | None = None  # what is in it
    holdings: Sequence[Holding] = ()  # the kits that it is in

    @property
    def group(self) -> Group:
        """Whose it is."""
        return self.item.kind.group

    @property
    def is_for_strangers(self) -> bool:
        """Whether the reader has nothing to do with the group, nor with the thing."""
        return not (self.weighing and self.weighing.membership) and not self.own_loans

    @property
    def is_off(self) -> bool:
        """Whether it is out of service, or due for one."""
        return self.outage is not None or self.item.needs_service(self.now)

    @property
    def reasons(self) -> Sequence[Reason]:
        """What speaks against the reader's borrowing it."""
        return self.weighing.reasons if self.weighing else ()

    @property
    def may_borrow(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons

    @property
    def shows_return(self) -> bool:
        """Whether the reader is a steward before a thing that is out."""
        return bool(self.stewards and self.stewards.loans)

    @property
    def waits_for_coordinator(self) -> bool:
        """Whether only a coordinator may take back what is out, and the reader is none."""
        loans = self.stewards.loans if self.stewards else ()
        in_dispute = bool(loans) and all(loan.is_in_dispute for loan in loans)
        return in_dispute and self.role is not Role.COORDINATOR

    @property
    def shows_reasons(self) -> bool:
        """Whether to say why not: not to who has it, nor to a steward who sees more of it."""
        seen = self.stewards and (self.stewards.loans or self.is_off)
        return not self.own_loans and not seen

    @cached_property
    def due_at(self) -> datetime | None:
        """Until when the reader would have it: not for as long when it is promised to another."""
        if self.room and self.room.until:
            return self.room.until
        rules = self.weighing and self.weighing.rules
        return terms.due_at(self.group, rules, now=self.now) if rules else None

    @property
    def room(self) -> Room | None:
        """What is promised of it ahead, if anything is."""
        return self.weighing.room if self.weighing else None

    @property
    def left(self) -> int | None:
        """How many the bin holds; None is plenty."""
        return self.weighing.standing.left_in(self.item) if self.weighing else None

    @property
    def is_counted(self) -> bool:
        """One by one, by a label of its own."""
        return self.item.kind.counting is Counting.COUNTED

    @property
    def may_be_reserved(self) -> bool:
        """Whether the reader may want to have this one, and no other, some other day."""
        is_member = self.weighing is not None and self.weighing.membership is not None
        is_alone = self.is_counted and not self.holdings
        return is_member and is_alone and self.item.retired_at is None

    @property
    def is_taken(self) -> bool:
        """Taken and used up, not lent."""
        return self.item.kind.counting is Counting.CONSUMABLE


_COVER = (
    select(Photo.id)
    .where(Photo.kind_id == Item.kind_id)
    .order_by(Photo.position, Photo.id)
    .limit(1)
    .correlate(Item)
    .scalar_subquery()
)
# Built once: every scan asks it.
_WITH_PLACE_AND_COVER = (
    ITEM_KIND_GROUP.add_columns(Place, Photo)
    .outerjoin(Item.place)
    .outerjoin(Photo, Photo.id == _COVER)
    .where(Item.code == bindparam("code"))
)


def item_page(
    session: AnySession, code: str, person: Person | None, *, now: datetime
) -> ItemPage | None:
    """What the page of the item with this code shows this person, if an item wears it."""
    found = session.execute(_WITH_PLACE_AND_COVER, {"code": code}).one_or_none()
    if found is None:
        return None
    *thing, place, cover = found
    item = joined(*thing)
    set_committed_value(item, "place", place)
    if person is None:
        return ItemPage(item, cover, now)
    read_opening_times(session, item.kind.group)
    weighing = weigh(session, item, by=person, now=now)
    role = _role(session, item, person, now)
    return ItemPage(
        item,
        cover,
        now,
        weighing,
        role,
        _own_loans(session, item, person, weighing, now),
        _last_taking(session, item, person, now),
        open_outage(session, item) if weighing.standing.outage else None,
        open_reports(session, item),
        _passed_on(session, item, person, weighing, now),
        _for_stewards(session, item, weighing, now) if role and role.covers(Role.STEWARD) else None,
        _turn(session, item, person, weighing, now),
        kits.contents_of(session, item, now=now) if item.kind.is_kit else None,
        kits.holdings_of(session, item) if weighing.standing.in_kits else (),
    )


def _turn(
    session: AnySession, item: Item, person: Person, weighing: Weighing, now: datetime
) -> TurnHere | None:
    """Of what is here, or with who looks at it, there is nothing to ask."""
    standing = weighing.standing
    is_away = standing.lent or standing.outage is not None
    if (is_away and standing.own_due_at is None) or standing.is_waited_for:
        return turn_here(session, item.kind, person, now=now, item=item)
    return None


def _role(session: AnySession, item: Item, person: Person, now: datetime) -> Role | None:
    group = item.kind.group
    return role_in(session, person, group, today=today_in(group, now))


def _own_loans(
    session: AnySession, item: Item, person: Person, weighing: Weighing, now: datetime
) -> Sequence[OwnLoan]:
    if weighing.standing.own_due_at is None:
        return ()
    loans = session.scalars(
        select(Loan)
        .where(Loan.item_id == item.id, Loan.borrower_id == person.id, STILL_OUT)
        .options(selectinload(Loan.renewals), joinedload(Loan.came_by))
        .options(joinedload(Loan.borrower), joinedload(Loan.item))
        .order_by(Loan.due_at, Loan.id)
        .limit(MOST_LOANS)
    )
    return [
        OwnLoan(
            loan,
            loan.is_late(now),
            renewing.reasons_against(session, loan, now=now),
            loan.came_by is None and terms.may_be_undone(loan.borrowed_at, now=now),
        )
        for loan in loans
    ]


def _passed_on(
    session: AnySession, item: Item, person: Person, weighing: Weighing, now: datetime
) -> Handover | None:
    is_with_another = weighing.standing.lent and weighing.standing.own_due_at is None
    if weighing.membership is None or not is_with_another:
        return None
    return passed_to(session, item, person, now=now)


def _last_taking(session: AnySession, item: Item, person: Person, now: datetime) -> Taking | None:
    if item.kind.counting is not Counting.CONSUMABLE:
        return None
    return session.scalar(
        select(Taking)
        .where(Taking.item_id == item.id, Taking.taker_id == person.id)
        .where(Taking.undone_at.is_(None), Taking.taken_at >= terms.undoable_since(now))
        .order_by(Taking.id.desc())
        .limit(1)
    )


def _for_stewards(
    session: AnySession, item: Item, weighing: Weighing, now: datetime
) -> StewardsView:
    standing = weighing.standing
    return StewardsView(
        open_loans_of(session, item, at_most=MOST_LOANS) if standing.lent else (),
        _last_return(session, item, now),
        history_of(session, item, with_names=True, at_most=LAST_HAPPENINGS),
    )


def _last_return(session: AnySession, item: Item, now: datetime) -> Loan | None:
    return session.scalar(
        select(Loan)
        .where(Loan.item_id == item.id, Loan.returned_at >= terms.undoable_since(now))
        .where(Loan.returned_to_id.is_not(None))  # what was passed on is with another
        .options(joinedload(Loan.borrower))
        .order_by(Loan.returned_at.desc(), Loan.id.desc())
        .limit(1)
    )
