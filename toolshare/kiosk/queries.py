"""What the kiosk's pages read, in a bounded number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from toolshare.circulation import terms
from toolshare.circulation.models import Loan
from toolshare.desk.queries import out_with
from toolshare.inventory.models import Item, Kind
from toolshare.journal.models import Entry, Event
from toolshare.kiosk import sitting
from toolshare.kiosk.models import Kiosk
from toolshare.people import roles
from toolshare.people.models import Group, Person
from toolshare.records import AnySession

MOST_KIOSKS = 50
MOST_ACTS = 40
ACTS = (
    *(Event.BORROWED, Event.TAKEN, Event.RETURNED, Event.DROPPED_OFF),
    Event.BORROWING_UNDONE,
)


@dataclass(frozen=True)
class Act:
    """What was done in this sitting, to what; of what was borrowed, until when."""

    entry: Entry
    item: Item
    loan: Loan | None

    @property
    def due_at(self) -> datetime:
        """Until when it is borrowed."""
        return datetime.fromisoformat(self.entry.details["due_at"])

    def may_be_undone(self, now: datetime) -> bool:
        """Whether it was borrowed a moment ago and is still with who is served."""
        if self.entry.what != Event.BORROWED or self.loan is None:
            return False
        return self.loan.is_with_borrower and terms.may_be_undone(self.loan.borrowed_at, now=now)


@dataclass(frozen=True)
class Served:
    """Who stands at the tablet, what they have, what they have done here, and how long they may wait."""

    kiosk: Kiosk
    person: Person
    loans: Sequence[Loan]
    acts: Sequence[Act]
    seconds_left: int

    @property
    def first_name(self) -> str:
        """By which they are greeted: others may stand beside them."""
        return self.person.name.split()[0]


def served_at(session: AnySession, kiosk: Kiosk, *, now: datetime) -> Served | None:
    """Whom the kiosk serves, if it serves anybody; what they have elsewhere is not its business."""
    card = sitting.served(session, kiosk, now=now)
    if card is None:
        return None
    ours = roles.group_and_its_parents(session, kiosk.group_id)
    return Served(
        kiosk,
        card.person,
        out_with(session, card, ours),
        _acts(session, kiosk, card.person),
        sitting.seconds_left(kiosk, now=now),
    )


def kiosks_of(session: AnySession, group: Group) -> Sequence[Kiosk]:
    """The kiosks of a group that were not ended."""
    return session.scalars(
        select(Kiosk)
        .where(Kiosk.group_id == group.id, Kiosk.ended_at.is_(None))
        .order_by(Kiosk.name, Kiosk.id)
        .limit(MOST_KIOSKS)
    ).all()


def _acts(session: AnySession, kiosk: Kiosk, person: Person) -> list[Act]:
    """Newest first; what the person does elsewhere meanwhile is left out."""
    found = session.execute(
        select(Entry, Item, Loan)
        .join(Item, Entry.item_id == Item.id)
        .outerjoin(Loan, Entry.loan_id == Loan.id)
        .join(Item.kind)
        .join(Kind.group)
        .where(Entry.by_id == person.id, Entry.at >= kiosk.began_at, Entry.what.in_(ACTS))
        .options(contains_eager(Item.kind, Kind.group))
        .options(contains_eager(Item.kind).selectinload(Kind.photos))
        .order_by(Entry.id.desc())
        .limit(MOST_ACTS)
    )
    return [Act(*row) for row in found if row[0].details.get("kiosk_id") == kiosk.id]
