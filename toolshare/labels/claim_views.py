"""Pages of blank labels: printing them ahead, and putting one on something that is there."""

from collections.abc import Sequence
from dataclasses import asdict
from http import HTTPStatus

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.answers import done
from toolshare.care.forms import filled_in
from toolshare.database import db, reading, transaction
from toolshare.gate import needs
from toolshare.labels import claiming, printing, queries, stocks
from toolshare.labels.forms import BlankForm, ClaimForm
from toolshare.labels.models import Cause
from toolshare.labels.printing import Wishes
from toolshare.labels.scanning import read_scan, what_is_behind
from toolshare.labels.views import FIRST_STOCK, GROUP, prefix, room, stock_choices, to_batch
from toolshare.labels.wearing import name_of
from toolshare.people.models import Group, Role
from toolshare.people.signin import person_signed_in
from toolshare.refusals import Reason, Refusal


@room.get(f"{GROUP}/blanks/new")
@needs(Role.COORDINATOR)
def new_blanks(group: Group) -> ResponseReturnValue:
    """How many blank labels, and how they are to be printed."""
    with reading():
        return blanks_page(group, blank_form(group))


@room.post(f"{GROUP}/blanks")
@needs(Role.COORDINATOR)
def print_blanks(group: Group) -> ResponseReturnValue:
    """Prints labels ahead, with codes that nothing wears yet."""
    form = blank_form(group)
    if not form.validate():
        with reading():
            return blanks_page(group, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as records:
            batch = printing.print_blanks(
                records,
                group,
                form.count.data or 0,
                form.wishes,
                by=person_signed_in(),
                now=clock.now(),
                prefix=prefix(),
            )
            return to_batch(group, batch)
    except Refusal as refusal:
        with reading():
            return blanks_page(group, form, refusal.reasons), refusal.status


@room.post("/I/<code>/claims")
def claim(code: str) -> ResponseReturnValue:
    """Puts a blank label on something that is there."""
    form = filled_in(ClaimForm, request.form)
    blank = read_scan(code, ())
    with transaction() as session:
        thing = claiming.claim(
            session,
            blank,
            what_is_behind(session, read_scan(form.thing.data or "", ())),
            Cause(form.cause.data or ""),
            by=person_signed_in(),
            now=clock.now(),
            operation=form.act,
        )
        name = name_of(thing)
    says = _("This label is on %(name)s now. If it has an old one, take that off.", name=name)
    return done(url_for("circulation.scan", code=blank), says=says, code=blank)


def blank_form(group: Group) -> BlankForm:
    """The form with the group's stocks; filled from what came, else as it was printed last."""
    known = stocks.all_of(db.session, group)
    last = queries.last_wishes(db.session, group, known) or Wishes(FIRST_STOCK)
    form = BlankForm(request.form or None, data=asdict(last))
    form.stock.choices = stock_choices(group)
    return form


def blanks_page(group: Group, form: BlankForm, reasons: Sequence[Reason] = ()) -> str:
    """The page with the form."""
    return render_template("labels/blanks.html", group=group, form=form, reasons=reasons)
