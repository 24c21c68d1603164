"""For programs: loans, what is done about them, and what is taken for good."""

from decimal import Decimal

from toolshare import clock
from toolshare.care.inspecting import Findings
from toolshare.circulation import borrowing, dropping_off, listings, renewing
from toolshare.circulation import taking as taking_away
from toolshare.circulation.kit_returns import take_back
from toolshare.circulation.models import Loan
from toolshare.database import db, reading
from toolshare.inventory.models import Kind
from toolshare.people.signin import person_signed_in
from toolshare.programs import asked, showing, told
from toolshare.programs import reading as read
from toolshare.programs.api_views import API, CREATED, acting, page_of, speaks, whose
from toolshare.programs.scopes import Scope
from toolshare.programs.views import room

LOANS = f"{API}/loans"


@room.get(LOANS)
@speaks(Scope.LOANS_READ, told.Loans)
def loans(query: asked.SoughtLoans) -> told.Loans:
    """One's own loans; as a steward those of what the named group owns."""
    with reading() as session:
        which = whose(query.group, Loan.borrower_id, Kind.group_id)
        found = read.loans(session, which, *read.is_open(query.open), **query.and_one_more)
        page, following = page_of(found, query)
        shown = [showing.loan(loan, clock.now()) for loan in page]
        return told.Loans(results=shown, next=following)


@room.get(f"{LOANS}/<int:loan_id>")
@speaks(Scope.LOANS_READ, told.LoanTold)
def loan(loan_id: int, query: asked.Nothing) -> told.LoanTold:  # noqa: ARG001
    """One loan, for its borrower and for stewards of the thing's group."""
    with reading() as session:
        now = clock.now()
        found = listings.loan_for(session, loan_id, person_signed_in(), now=now)
        return _told(found)


@room.post(LOANS)
@speaks(Scope.LOANS_WRITE, told.LoanTold, CREATED)
def borrow(json: asked.Borrowing) -> told.LoanTold:
    """Borrows; as a steward lends to a member."""
    with acting() as act:
        item = act.item(json.code)
        begun = borrowing.borrow(
            act.session,
            item,
            borrower=act.for_whom(item.kind.group, json.to),
            quantity=json.quantity,
            wished=json.until,
            meter=_meter(json.meter),
            **act.facts,
        )
        return _told(begun)


@room.post(f"{API}/takings")
@speaks(Scope.LOANS_WRITE, told.TakingTold, CREATED)
def take(json: asked.Taking) -> told.TakingTold:
    """Takes some of what is used up; as a steward for a member."""
    with acting() as act:
        item = act.item(json.code)
        taker = act.for_whom(item.kind.group, json.to)
        taken = taking_away.take(
            act.session, item, taker=taker, quantity=json.quantity, **act.facts
        )
        return showing.taking(taken)


@room.post(f"{LOANS}/<int:loan_id>/renewals")
@speaks(Scope.LOANS_WRITE, told.LoanTold, CREATED)
def renew(loan_id: int, json: asked.Renewing) -> told.LoanTold:
    """Asks for a later due date."""
    with acting() as act:
        found = listings.loan_for(act.session, loan_id, act.by, now=act.now)
        return _told(renewing.renew(act.session, found, note=json.note, **act.facts))


@room.post(f"{LOANS}/<int:loan_id>/return")
@speaks(Scope.LOANS_WRITE, told.LoanTold, CREATED)
def give_back(loan_id: int, json: asked.Returning) -> told.LoanTold:
    """A steward takes it back, and says how it came."""
    with acting() as act:
        found = listings.loan_for(act.session, loan_id, act.by, now=act.now)
        findings = Findings(json.condition, json.missing_parts, json.note)
        ended = take_back(
            act.session,
            found.item,
            {},
            findings=findings,
            loan=found,
            quantity=json.quantity,
            meter=_meter(json.meter),
            **act.facts,
        )
        return _told(ended)


@room.post(f"{LOANS}/<int:loan_id>/drop-off")
@speaks(Scope.LOANS_WRITE, told.LoanTold, CREATED)
def drop_off(loan_id: int, json: asked.DroppingOff) -> told.LoanTold:
    """The borrower has left it in the shed."""
    with acting() as act:
        found = listings.loan_for(act.session, loan_id, act.by, now=act.now)
        return _told(dropping_off.drop_off(act.session, found, where=json.where, **act.facts))


def _told(found: Loan) -> told.LoanTold:
    """A loan as it is now."""
    return showing.loan(read.loans(db.session, Loan.id == found.id)[0], clock.now())


def _meter(read_off: float | None) -> Decimal | None:
    return None if read_off is None else Decimal(str(read_off))
