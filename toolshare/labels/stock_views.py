"""Pages of stocks and printers: what labels are printed on, and how far a printer misses."""

from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.database import reading, transaction
from toolshare.gate import needs
from toolshare.labels import nudging, printing, queries, stocks
from toolshare.labels.documents import Document
from toolshare.labels.drawing import ruler_page
from toolshare.labels.forms import NudgeForm, StockForm
from toolshare.labels.printing import Wishes
from toolshare.labels.views import GROUP, as_file, prefix, room, stock_choices
from toolshare.people.models import Group, Role
from toolshare.people.signin import person_signed_in
from toolshare.refusals import Refusal


@room.get(f"{GROUP}/stocks")
@needs(Role.COORDINATOR)
def stocks_page(group: Group) -> ResponseReturnValue:
    """Every stock, the nudges of the group's printers, and a form for an own stock."""
    return show_stocks(group)


@room.post(f"{GROUP}/stocks")
@needs(Role.COORDINATOR)
def describe_stock(group: Group) -> ResponseReturnValue:
    """Adds a stock that the group has measured."""
    form = StockForm(request.form)
    if not form.validate():
        return show_stocks(group, stock=form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as records:
            nudging.describe(records, group, form.stock, by=person_signed_in(), now=clock.now())
    except Refusal as refusal:
        return show_stocks(group, stock=form, reasons=refusal.reasons), refusal.status
    flash(_("%(name)s is among the stocks now.", name=form.name.data), "success")
    return to_stocks(group)


@room.post(f"{GROUP}/nudges")
@needs(Role.COORDINATOR)
def nudge(group: Group) -> ResponseReturnValue:
    """Keeps how far a printer misses."""
    form = nudge_form(group)
    if not form.validate():
        return show_stocks(group, nudge=form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as records:
        nudging.nudge(
            records,
            group,
            form.stock.data,
            (form.printer.data or "").strip(),
            x_mm=form.x_mm.data or 0.0,
            y_mm=form.y_mm.data or 0.0,
            scale=form.scale.data or 1.0,
        )
    flash(_("Kept. Print the test page again to see whether it fits now."), "success")
    return to_stocks(group)


@room.get(f"{GROUP}/stocks/<stock_slug>/test.pdf")
@needs(Role.COORDINATOR)
def test_page(group: Group, stock_slug: str) -> ResponseReturnValue:
    """A page with outlines and a ruler, to find the nudge of a printer."""
    with reading() as records:
        wishes = Wishes(stock=stock_slug, printer=request.args.get("printer", ""))
        job = printing.printing(records, group, wishes, prefix=prefix())
        page = Document(ruler_page(job), "application/pdf", "pdf")
        return as_file(page, f"test-{stock_slug}")


def nudge_form(group: Group) -> NudgeForm:
    """The form with the group's stocks."""
    form = NudgeForm(request.form or None)
    form.stock.choices = stock_choices(group)
    return form


def show_stocks(
    group: Group,
    stock: StockForm | None = None,
    nudge: NudgeForm | None = None,
    reasons: Any = (),
) -> str:
    """The page of stocks, with forms as they came back."""
    with reading() as records:
        return render_template(
            "labels/stocks.html",
            group=group,
            stocks=stocks.all_of(records, group),
            nudges=queries.nudges_of(records, group),
            stock_form=stock or StockForm(),
            nudge_form=nudge or nudge_form(group),
            reasons=reasons,
        )


def to_stocks(group: Group) -> ResponseReturnValue:
    """Leads to the stocks."""
    return redirect(url_for("labels.stocks_page", slug=group.slug), HTTPStatus.SEE_OTHER)
