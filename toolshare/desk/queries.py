"""What the desk shows of what was done, in a bounded number of statements."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from toolshare.care.models import Inspection, Outage
from toolshare.circulation import terms
from toolshare.circulation.kits import Contents, contents_of_all
from toolshare.circulation.models import Handover, Loan, Taking
from toolshare.circulation.standing import STILL_OUT
from toolshare.desk.outcomes import OF_WHAT, UNDONE, Done, Outcome
from toolshare.inventory.models import Item, Kind
from toolshare.journal.models import Entry, Event
from toolshare.people.models import Group, Membership, Person
from toolshare.records import AnySession

MOST_LOANS = 50
A_DAY = timedelta(hours=24)
MINUTES = {Outcome.LENT: terms.VOID_MINUTES, Outcome.PASSED_ON: terms.VOID_MINUTES}


@dataclass(frozen=True)
class Answer:
    """What was done as it stands now, to which thing and for whom."""

    done: Done
    item: Item
    loan: Loan | None = None
    taking: Taking | None = None
    put: Entry | None = None  # what says where it was put
    is_off: bool = False  # out of service, or due for one
    may_be_undone: bool = False
    kit: Contents | None = None  # what is in it

    @property
    def had_before(self) -> Person | None:
        """Who has passed it on."""
        came_by = self.loan.came_by if self.loan else None
        return came_by.loan.borrower if came_by else None

    @property
    def place(self) -> str | None:
        """Where it was put, else where it belongs."""
        if self.put is not None:
            return str(self.put.details["place"])
        return self.item.place.path if self.item.place else None


@dataclass(frozen=True)
class _Known:
    """Records that answers are about, by their ids."""

    items: dict[str, Item]
    loans: dict[int, Loan]
    takings: dict[int, Taking]
    moves: Sequence[Entry]
    off: set[int]
    kits: dict[int, Contents]
    now: datetime


def answer_to(session: AnySession, done: Done, *, now: datetime) -> Answer:
    """What a scan did, as the desk shows it."""
    return answers_to(session, [done], now=now)[0]


def answers_to(session: AnySession, dones: Sequence[Done], *, now: datetime) -> list[Answer]:
    """What many scans did: in seven statements, and one more when there are kits among them."""
    if not dones:
        return []
    items = _items(session, {done.code for done in dones})
    ids = [item.id for item in items.values()]
    known = _Known(
        items,
        _loans(session, _ids(dones, Outcome.LENT, Outcome.PASSED_ON, Outcome.RETURNED)),
        _takings(session, _ids(dones, Outcome.TAKEN)),
        _moves(session, ids, now),
        _off(session, ids),
        _kits(session, items.values(), now),
        now,
    )
    return [
        replace(_answer(done, known), kit=known.kits.get(known.items[done.code].id))
        for done in dones
    ]


def out_with(session: AnySession, card: Membership, groups: Collection[Group]) -> Sequence[Loan]:
    """What the member of the card has out of these groups' things, due first comes first."""
    ours = [group.id for group in groups]
    return session.scalars(
        select(Loan)
        .join(Loan.item)
        .join(Item.kind)
        .join(Kind.group)
        .where(Loan.borrower_id == card.person_id, STILL_OUT, Kind.group_id.in_(ours))
        .options(contains_eager(Loan.item, Item.kind, Kind.group))
        .order_by(Loan.due_at, Loan.id)
        .limit(MOST_LOANS)
    ).all()


def _kits(session: AnySession, items: Iterable[Item], now: datetime) -> dict[int, Contents]:
    ids = [item.id for item in items if item.kind.is_kit]
    return contents_of_all(session, ids, now=now) if ids else {}


def _answer(done: Done, known: _Known) -> Answer:
    item, number = known.items[done.code], done.record_id or 0
    what = OF_WHAT.get(done.outcome, done.outcome)
    is_off = item.id in known.off or item.needs_service(known.now)
    if what is Outcome.PUT:
        return _put(Answer(done, item, is_off=is_off), known)
    if what is Outcome.TAKEN:
        return _taken(Answer(done, item, taking=known.takings[number]), known)
    if what in {Outcome.LENT, Outcome.PASSED_ON, Outcome.RETURNED}:
        loan = known.loans[number]
        answer = Answer(done, item, loan=loan, is_off=is_off)
        return (
            _returned(answer, loan, known)
            if what is Outcome.RETURNED
            else _lent(answer, loan, known)
        )
    return Answer(done, item, is_off=is_off)


def _lent(answer: Answer, loan: Loan, known: _Known) -> Answer:
    outcome = Outcome.PASSED_ON if loan.came_by else Outcome.LENT
    may = loan.is_out and _is_fresh(loan.borrowed_at, outcome, known)
    return _as_it_stands(answer, outcome, is_undone=loan.undone_at is not None, may=may)


def _returned(answer: Answer, loan: Loan, known: _Known) -> Answer:
    at = loan.returned_at
    along = next((one for one in reversed(known.moves) if one.loan_id == loan.id), None)
    may = at is not None and _is_fresh(at, Outcome.RETURNED, known)
    return _as_it_stands(
        replace(answer, put=along), Outcome.RETURNED, is_undone=at is None, may=may
    )


def _taken(answer: Answer, known: _Known) -> Answer:
    taking = known.takings[answer.done.record_id or 0]
    may = _is_fresh(taking.taken_at, Outcome.TAKEN, known)
    is_undone = taking.undone_at is not None
    return _as_it_stands(answer, Outcome.TAKEN, is_undone=is_undone, may=may)


def _put(answer: Answer, known: _Known) -> Answer:
    moves = [one for one in known.moves if one.item_id == answer.item.id]
    entry = next((one for one in moves if one.id == answer.done.record_id), None)
    if entry is None:
        return answer
    is_undone = any(one.details.get("undoes") == entry.id for one in moves)
    may = entry is moves[-1]
    return _as_it_stands(replace(answer, put=entry), Outcome.PUT, is_undone=is_undone, may=may)


def _as_it_stands(answer: Answer, outcome: Outcome, *, is_undone: bool, may: bool) -> Answer:
    done = replace(answer.done, outcome=UNDONE[outcome] if is_undone else outcome)
    return replace(answer, done=done, may_be_undone=may and not is_undone)


def _is_fresh(at: datetime, outcome: Outcome, known: _Known) -> bool:
    minutes = MINUTES.get(outcome, terms.UNDO_MINUTES)
    return terms.may_be_undone(at, now=known.now, minutes=minutes)


def _ids(dones: Iterable[Done], *outcomes: Outcome) -> list[int]:
    of_them = (done for done in dones if OF_WHAT.get(done.outcome, done.outcome) in outcomes)
    return [done.record_id for done in of_them if done.record_id is not None]


def _items(session: AnySession, codes: Collection[str]) -> dict[str, Item]:
    found = session.scalars(
        select(Item)
        .where(Item.code.in_(codes))
        .options(
            joinedload(Item.kind).joinedload(Kind.group),
            joinedload(Item.kind).selectinload(Kind.photos),
            joinedload(Item.place),
        )
    )
    return {item.code: item for item in found}


def _loans(session: AnySession, ids: Collection[int]) -> dict[int, Loan]:
    giver = joinedload(Loan.came_by).joinedload(Handover.loan).joinedload(Loan.borrower)
    found = session.scalars(
        select(Loan)
        .where(Loan.id.in_(ids))
        .options(joinedload(Loan.borrower), giver)
        .options(joinedload(Loan.inspection).joinedload(Inspection.photo))
    )
    return {loan.id: loan for loan in found}


def _takings(session: AnySession, ids: Collection[int]) -> dict[int, Taking]:
    found = session.scalars(
        select(Taking).where(Taking.id.in_(ids)).options(joinedload(Taking.taker))
    )
    return {taking.id: taking for taking in found}


def _moves(session: AnySession, item_ids: Collection[int], now: datetime) -> Sequence[Entry]:
    """Where these were put lately, in the order in which they were."""
    return session.scalars(
        select(Entry)
        .where(Entry.item_id.in_(item_ids), Entry.what == Event.ITEM_MOVED)
        .where(Entry.at > now - A_DAY)
        .order_by(Entry.id)
    ).all()


def _off(session: AnySession, item_ids: Collection[int]) -> set[int]:
    is_off = (Outage.item_id.in_(item_ids), Outage.ended_at.is_(None))
    return set(session.scalars(select(Outage.item_id).where(*is_off)))
