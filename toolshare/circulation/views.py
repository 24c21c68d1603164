"""Pages of circulation: the scan page, what is pressed on it, and lists of loans."""

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _  # worded when others may write again

from toolshare import clock
from toolshare.answers import done
from toolshare.care.forms import ActForm, NoteForm, filled_in
from toolshare.circulation import (
    borrowing,
    finding,
    forms,
    history,
    listings,
    places,
    queries,
    renewing,
    taking,
    undoing,
)
from toolshare.circulation.at_hand import MOST_AT_ONCE
from toolshare.circulation.kit_returns import take_back
from toolshare.circulation.models import Loan
from toolshare.circulation.overview import Shown
from toolshare.circulation.overview import overview as overview_of
from toolshare.database import may_lag, reading, transaction
from toolshare.gate import needs, open_to_all
from toolshare.inventory.models import Counting, Item, Place
from toolshare.labels.blanks import blank_page
from toolshare.labels.scanning import Blank, LostCard, anything_behind, item_behind, read_scan
from toolshare.laying import photos_sent
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.signin import current_person, person_signed_in
from toolshare.records import AnySession
from toolshare.refusals import Refusal
from toolshare.wording import until

room = Blueprint("circulation", __name__)


@room.app_template_global()
def new_operation() -> str:
    """An id for one act, so that pressing twice does it once."""
    return str(uuid4())


@room.app_template_global()
def most_at_once() -> int:
    """How many of a bin may be lent, taken or brought back by one act."""
    return MOST_AT_ONCE


@room.route("/i/<path:rest>", methods=["GET", "POST"])
@open_to_all
def lower_case(rest: str) -> ResponseReturnValue:
    """Labels are in capitals; whoever types one need not be."""
    return redirect(f"/I/{rest}", HTTPStatus.PERMANENT_REDIRECT)


@room.get("/I/<code>")
@open_to_all
def scan(code: str) -> ResponseReturnValue:
    """What is behind a label, as far as it is the reader's business."""
    written = read_scan(code, ())
    if written != code:
        return redirect(url_for(".scan", code=written), HTTPStatus.PERMANENT_REDIRECT)
    person, now = current_person(), clock.now()
    with reading() as session:
        page = queries.item_page(session, code, person, now=now)
        if page is None:
            return _by_another_label(session, code, person)
        return _page_of_item(page, code)


@room.get("/I/<code>/history")
def item_history(code: str) -> ResponseReturnValue:
    """What happened to an item; stewards see who."""
    person, now = person_signed_in(), clock.now()
    with reading() as session:
        page = queries.item_page(session, read_scan(code, ()), person, now=now)
        if page is None or page.is_for_strangers:
            raise Refusal(queries.NoSuchHistory())
        lines = history.history_of(session, page.item, with_names=page.stewards is not None)
        return render_template("circulation/item_history.html", page=page, lines=lines)


@room.get("/I/<code>/borrowers")
def borrowers(code: str) -> ResponseReturnValue:
    """The members whom a steward may mean, each with a button to lend to them."""
    typed = request.args.get("to", "").strip()
    with reading() as session:
        item = item_behind(session, read_scan(code, ()))
        found = finding.members_like(
            session, item.kind.group, typed, by=person_signed_in(), now=clock.now()
        )
        return render_template("circulation/borrowers.html", item=item, found=found, typed=typed)


@room.post("/I/<code>/loan")
def borrow(code: str) -> ResponseReturnValue:
    """Borrows, or takes what is used up; a steward does it for a member, too."""
    form = filled_in(forms.LoanForm, request.form)
    person = person_signed_in()
    with transaction() as session:
        item = item_behind(session, read_scan(code, ()))
        borrower = _borrower(session, item, person, form.to.data)
        if item.kind.counting is Counting.CONSUMABLE:
            answer = _take(session, item, borrower, person, form)
        else:
            answer = _lend(session, item, borrower, person, form)
    return done(url_for(".scan", code=code), **answer)


@room.post("/I/<code>/return")
def give_back(code: str) -> ResponseReturnValue:
    """A steward takes a thing back, and says how it came."""
    form = filled_in(forms.ReturnForm, request.form)
    with photos_sent() as sent, transaction() as session:
        person, now = person_signed_in(), clock.now()
        item = item_behind(session, read_scan(code, ()))
        loan = take_back(
            session,
            item,
            forms.not_there(request.form),
            by=person,
            now=now,
            findings=form.findings(),
            loan=session.get(Loan, form.loan.data) if form.loan.data else None,
            quantity=form.quantity.data,
            meter=form.meter.data,
            operation=form.act,
        )
        forms.keep_photo_of(session, loan, sent, by=person, now=now)
        answer = {"says": _("Returned: %(name)s.", name=item.kind.name), "loan": loan.id}
    return done(url_for(".scan", code=code), **answer)


@room.get("/loans")
def my_loans() -> ResponseReturnValue:
    """What one has, until when, and what one had lately."""
    now = clock.now()
    with reading() as session:
        loans = listings.my_loans(session, person_signed_in(), now=now)
        at_home = listings.loans_at_home(session, person_signed_in(), now=now)
        return render_template("circulation/my_loans.html", loans=loans, at_home=at_home)


@room.post("/loans/<int:loan_id>/renewals")
def renew(loan_id: int) -> ResponseReturnValue:
    """Asks for a later due date; a steward says why, when the rules give none."""
    form = filled_in(NoteForm, request.form)
    with transaction() as session:
        person, now = person_signed_in(), clock.now()
        loan = listings.loan_for(session, loan_id, person, now=now)
        note = form.note.data or ""
        loan = renewing.renew(session, loan, by=person, now=now, note=note, operation=form.act)
        code, until = loan.item.code, _until(loan)
        answer = {"says": _("Renewed until %(until)s.", until=until), **_facts(loan)}
    return done(_back_to(code), **answer)


@room.post("/loans/<int:loan_id>/undo")
def undo(loan_id: int) -> ResponseReturnValue:
    """Takes back a loan or a return that was a mistake."""
    form = filled_in(forms.UndoForm, request.form)
    person, now = person_signed_in(), clock.now()
    is_return = form.what.data == "return"
    verb = undoing.undo_return if is_return else undoing.undo_borrowing
    says = _("Undone: it is out again.") if is_return else _("Undone: you have not borrowed it.")
    with transaction() as session:
        loan = listings.loan_for(session, loan_id, person, now=now)
        loan = verb(session, loan, by=person, now=now, operation=form.act)
        code, answer = loan.item.code, {"says": says, **_facts(loan)}
    return done(_back_to(code), **answer)


@room.post("/takings/<int:taking_id>/undo")
def put_back(taking_id: int) -> ResponseReturnValue:
    """Puts back what was taken by mistake."""
    form = filled_in(ActForm, request.form)
    with transaction() as session:
        person, now = person_signed_in(), clock.now()
        taken = listings.taking_for(session, taking_id, person, now=now)
        taken = taking.put_back(session, taken, by=person, now=now, operation=form.act)
        code = taken.item.code
    return done(_back_to(code), says=_("Undone: put back into the bin."))


@room.get("/groups/<slug>/overview")
@needs(Role.STEWARD)
def overview(group: Group) -> ResponseReturnValue:
    """What of the group's things is not on the shelf, and who has it."""
    asked, now = request.args.get("show"), clock.now()
    shown = Shown(asked) if asked in set(Shown) else None
    page = request.args.get("page", 1, type=int)
    with reading() as session:
        with may_lag():
            found = overview_of(session, group, shown, page=page, now=now)
        return render_template("circulation/overview.html", group=group, overview=found, now=now)


def _page_of_item(page: queries.ItemPage, scanned: str) -> str:
    template = "found" if page.is_for_strangers else "scan"
    return render_template(
        f"circulation/{template}.html", page=page, scanned=scanned, conditions=forms.CONDITIONS
    )


def _by_another_label(session: AnySession, code: str, person: Person | None) -> ResponseReturnValue:
    """The page of a place, of a card, of a blank label, or of an item that wears another one."""
    found, now = anything_behind(session, code), clock.now()
    match found:
        case Place():
            place = places.place_page(session, found, person, now=now)
            return render_template("circulation/place.html", page=place, scanned=code)
        case Membership():
            card = places.card_page(session, found, person, now=now)
            return render_template("circulation/card.html", page=card, scanned=code)
        case LostCard():
            card = places.card_page(session, found.membership, person, now=now)
            return render_template("circulation/lost_card.html", page=card)
        case Blank():
            words = request.args.get("words", "").strip()
            blank = blank_page(session, found, person, words, now=now)
            return render_template("circulation/blank.html", page=blank)
        case Item():
            page = queries.item_page(session, found.code, person, now=now)
            if page is not None:
                return _page_of_item(page, code)
    raise LookupError(f"nothing can be shown of what wears {code}")


def _borrower(session: AnySession, item: Item, person: Person, typed: str | None) -> Person:
    if not typed:
        return person
    return finding.the_member(session, item.kind.group, typed, by=person, now=clock.now())


def _lend(
    session: AnySession, item: Item, borrower: Person, by: Person, form: forms.LoanForm
) -> dict[str, Any]:
    loan = borrowing.borrow(
        session,
        item,
        borrower=borrower,
        by=by,
        now=clock.now(),
        quantity=form.quantity.data or 1,
        meter=form.meter.data,
        operation=form.act,
    )
    facts = {"name": item.kind.name, "until": _until(loan)}
    if borrower.id == by.id:
        return {"says": _("Borrowed: %(name)s is yours until %(until)s.", **facts), **_facts(loan)}
    facts |= {"person": borrower.name}
    return {"says": _("Lent: %(person)s has %(name)s until %(until)s.", **facts), **_facts(loan)}


def _take(
    session: AnySession, item: Item, taker: Person, by: Person, form: forms.LoanForm
) -> dict[str, Any]:
    taken = taking.take(
        session,
        item,
        taker=taker,
        by=by,
        now=clock.now(),
        quantity=form.quantity.data or 1,
        operation=form.act,
    )
    facts = {"name": item.kind.name, "quantity": taken.quantity}
    return {"says": _("Taken: %(quantity)s × %(name)s.", **facts), "taking": taken.id}


def _until(loan: Loan) -> LazyString:
    return LazyString(until, loan.due_at, loan.item.kind.group.time_zone)


def _facts(loan: Loan) -> dict[str, Any]:
    return {"loan": loan.id, "code": loan.item.code, "due_at": loan.due_at.isoformat()}


def _back_to(code: str) -> str:
    """Where the button stood: in the list of loans, else on the item's page."""
    return url_for(".my_loans") if "list" in request.form else url_for(".scan", code=code)
