"""For programs: loans, what is done about them, and what is taken for good."""

from decimal import Decimal
from http import HTTPStatus

from sqlalchemy import ColumnElement

from toolshare import clock
from toolshare.care.inspecting import Findings
from toolshare.circulation import borrowing, dropping_off, finding, listings, renewing
from toolshare.circulation import taking as taking_away
from toolshare.circulation.kit_returns import take_back
from toolshare.circulation.models import Loan
from toolshare.database import db, reading
from toolshare.inventory.models import Item, Kind
from toolshare.labels.scanning import item_behind, read_scan
from toolshare.people.entering import group_for
from toolshare.people.models import Group, Person, Role
from toolshare.people.signin import person_signed_in
from toolshare.programs import asked, showing, told
from toolshare.programs import reading as read
from toolshare.programs.api_views import API, Act, acting, page_of, speaks
from toolshare.programs.catalogue_views import hosts
from toolshare.programs.scopes import Scope
from toolshare.programs.views import room

LOANS = f"{API}/loans"
CREATED = HTTPStatus.CREATED


@room.get(LOANS)
@speaks(Scope.LOANS_READ, told.Loans)
def loans(query: asked.SoughtLoans) -> told.Loans:
    """One's own loans; as a steward those of what the named group owns."""
    with reading() as session:
        which = [_whose(query.group), *read.is_open(query.open)]
        rows = read.loans(session, *which, after=query.after, at_most=query.limit + 1)
        page = page_of(rows, query, lambda loan: loan.id)
        shown = [showing.loan(loan, clock.now()) for loan in page["rows"]]
        return told.Loans(results=shown, next=page["next"])


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
        item = item_of(act, json.code)
        begun = borrowing.borrow(
            act.session,
            item,
            borrower=for_whom(act, item.kind.group, json.to),
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
        item = item_of(act, json.code)
        taker = for_whom(act, item.kind.group, json.to)
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


def item_of(act: Act, code: str) -> Item:
    """The thing that wears a code, as it was typed or scanned."""
    return item_behind(act.session, read_scan(code, hosts()))


def for_whom(act: Act, group: Group, typed: str) -> Person:
    """Oneself, or the member that a steward means."""
    if not typed.strip():
        return act.by
    return finding.the_member(act.session, group, typed.strip(), by=act.by, now=act.now)


def group_served(slug: str) -> Group:
    """The group with this short name, if the token's owner is a steward of it."""
    return group_for(db.session, slug, person_signed_in(), Role.STEWARD, now=clock.now())


def _whose(slug: str | None) -> ColumnElement[bool]:
    if slug is None:
        return Loan.borrower_id == person_signed_in().id
    return Kind.group_id == group_served(slug).id


def _told(found: Loan) -> told.LoanTold:
    """A loan as it is now."""
    return showing.loan(read.loans(db.session, Loan.id == found.id)[0], clock.now())


def _meter(read_off: float | None) -> Decimal | None:
    return None if read_off is None else Decimal(str(read_off))
