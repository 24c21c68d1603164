"""A list that is collected, checked, and lent or returned as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self
from uuid import uuid4

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from toolshare import clock
from toolshare.answers import done
from toolshare.care.forms import filled_in
from toolshare.circulation.models import Loan
from toolshare.database import reading, transaction
from toolshare.desk import collecting, serving
from toolshare.desk import reasons as why
from toolshare.desk.collecting import Line, Wanted
from toolshare.desk.forms import CollectForm, ListForm
from toolshare.desk.views import room
from toolshare.gate import reads_labels
from toolshare.inventory.models import Place
from toolshare.labels.scanning import read_scan, what_is_behind
from toolshare.people.models import Membership, Person
from toolshare.people.signin import person_signed_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal
from toolshare.wording import until


@dataclass(frozen=True)
class Asked:
    """What the page carries along, and what came of the scan."""

    wanted: Wanted
    served: str = ""
    until: date | None = None
    latest: str = ""  # the code of the thing that was scanned
    was_there: bool = False
    reasons: Sequence[Reason] = ()

    @classmethod
    def by(cls, form: ListForm) -> Self:
        """What a form has sent: the whole list, with what would stay behind."""
        text = f"{form.codes.data or ''} {form.rest.data or ''}"
        return cls(collecting.read(text), form.served.data or "", form.until.data)


@room.get("/desk/list")
@reads_labels
def collect() -> ResponseReturnValue:
    """The list as it stands, with what was scanned for it; nothing is written."""
    with reading() as session:
        serving.groups_served(session, person_signed_in(), now=clock.now())
        try:
            form = filled_in(CollectForm, request.args)
        except Refusal as refusal:
            codes = collecting.read(request.args.get("codes", ""))
            return _page(session, Asked(codes, reasons=refusal.reasons)), refusal.status
        asked = Asked.by(form)
        try:
            return _page(session, _with_scan(session, asked, form))
        except Refusal as refusal:
            return _page(session, replace(asked, reasons=refusal.reasons)), refusal.status


@room.post("/desk/list/loans")
@reads_labels
def lend_list() -> ResponseReturnValue:
    """Lends all of the list to the member, or nothing."""
    form = filled_in(ListForm, request.form)
    person, now = person_signed_in(), clock.now()
    try:
        with transaction() as session:
            serving.groups_served(session, person, now=now)
            served = form.served.data or ""
            borrower = serving.card_we_serve(session, served, by=person, now=now).person
            number, cut_short = collecting.lend_all(
                session,
                collecting.read(form.codes.data or ""),
                borrower,
                by=person,
                now=now,
                wished=form.until.data,
                operation=form.act or uuid4(),
            )
            says = ngettext(
                "%(num)s thing is lent to %(person)s.",
                "%(num)s things are lent to %(person)s.",
                number,
                person=borrower.name,
            )
            if cut_short:
                says += " " + _(
                    "No longer, by the rules or for what is reserved: %(until)s.",
                    until=_ends(cut_short),
                )
    except Refusal as refusal:
        return _refused(form, refusal)
    return done(_what_is_left(form), says=says, number=number)


@room.post("/desk/list/returns")
@reads_labels
def return_list() -> ResponseReturnValue:
    """Takes all of the list back, or nothing."""
    form = filled_in(ListForm, request.form)
    person, now = person_signed_in(), clock.now()
    try:
        with transaction() as session:
            serving.groups_served(session, person, now=now)
            wanted = collecting.read(form.codes.data or "")
            act = form.act or uuid4()
            number = collecting.return_all(session, wanted, by=person, now=now, operation=act)
    except Refusal as refusal:
        return _refused(form, refusal)
    says = ngettext("%(num)s thing is back.", "%(num)s things are back.", number)
    return done(_what_is_left(form), says=says, number=number)


def _with_scan(session: AnySession, asked: Asked, form: CollectForm) -> Asked:
    """The list without what is taken off it, and with what was scanned."""
    wanted = {code: many for code, many in asked.wanted.items() if code != form.remove.data}
    asked = replace(asked, wanted=wanted)
    if not form.code.data:
        return asked
    code = read_scan(form.code.data, current_app.config["CHOSEN"].hosts)
    found = what_is_behind(session, code)
    if isinstance(found, Place):
        raise Refusal(why.NotForAList())
    if isinstance(found, Membership):
        serving.refuse_to_turn(session, found, by=person_signed_in(), now=clock.now())
        return replace(asked, served=found.code)
    was_there = found.code in wanted and not form.quantity.data
    wanted = collecting.add(wanted, found, form.quantity.data)
    return replace(asked, wanted=wanted, latest=found.code, was_there=was_there)


def _page(session: AnySession, asked: Asked) -> str:
    person, now = person_signed_in(), clock.now()
    card = _card(session, asked.served, person)
    lines = _lines(session, asked, card, person)
    can = {line.item.code for line in lines if not line.reasons}
    good = {code: many for code, many in asked.wanted.items() if code in can}
    rest = {code: many for code, many in asked.wanted.items() if code not in can}
    return render_template(
        "desk/collect.html",
        asked=asked,
        card=card,
        lines=lines,
        latest=next((line for line in lines if line.item.code == asked.latest), None),
        codes=collecting.written(asked.wanted),
        good=collecting.written(good),
        rest=collecting.written(rest),
        number=len(good),
        scanned=request.values.get("code", ""),
        now=now,
    )


def _lines(
    session: AnySession, asked: Asked, card: Membership | None, person: Person
) -> list[Line]:
    now = clock.now()
    if card is None:
        return collecting.to_return(session, asked.wanted, by=person, now=now)
    wished = asked.until
    return collecting.to_lend(session, asked.wanted, card.person, by=person, now=now, wished=wished)


def _card(session: AnySession, served: str, person: Person) -> Membership | None:
    """The card that is served; one that can't be served any more is put away."""
    try:
        return serving.card_we_serve(session, served, by=person, now=clock.now())
    except Refusal:
        return None


def _ends(loans: Sequence[Loan]) -> str:
    """Which of them end when."""
    ends = (
        _(
            "%(thing)s until %(day)s",
            thing=loan.item.kind.name,
            day=until(loan.due_at, loan.item.kind.group.time_zone),
        )
        for loan in loans
    )
    return "; ".join(ends)


def _refused(form: ListForm, refusal: Refusal) -> ResponseReturnValue:
    """The list again, checked anew: what can't be done any more is marked."""
    with reading() as session:
        serving.groups_served(session, person_signed_in(), now=clock.now())
        page = _page(session, replace(Asked.by(form), reasons=refusal.reasons))
        return page, refusal.status


def _what_is_left(form: ListForm) -> str:
    """The desk, or the list with what stayed behind."""
    if not form.rest.data:
        return url_for(".desk")
    served, until = form.served.data, form.until.data
    return url_for(".collect", codes=form.rest.data, served=served, until=until)
