"""Pages of labels: choose, preview, print, print again, stocks and printers."""

from http import HTTPStatus
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from toolshare import clock
from toolshare.circulation import availability
from toolshare.database import db, reading, transaction
from toolshare.gate import needs
from toolshare.inventory import table
from toolshare.inventory.forms import TableForm
from toolshare.inventory.table import Derived
from toolshare.labels import nudging, previewing, printing, queries, sheets, stocks
from toolshare.labels.composing import lacking, without_lacking
from toolshare.labels.drawing import ruler_page
from toolshare.labels.facing import faces_of
from toolshare.labels.forms import NudgeForm, PrintForm, StockForm
from toolshare.labels.models import Batch
from toolshare.labels.printing import CharactersLacking, Wishes
from toolshare.people.models import Group, Role
from toolshare.people.signin import person_signed_in
from toolshare.refusals import Reason, Refusal

room = Blueprint("labels", __name__)
GROUP = "/groups/<slug>/labels"
LAST_STOCK = "avery-l7160"


@room.get(GROUP)
@needs(Role.COORDINATOR)
def labels(group: Group) -> ResponseReturnValue:
    """What waits to be printed, and what was printed."""
    with reading() as records:
        return render_template(
            "labels/labels.html",
            group=group,
            unprinted=len(queries.codes_to_print(records, group, queries.UNPRINTED)),
            batches=queries.batches_of(records, group),
            stocks=stocks.all_of(records, group),
        )


@room.route(f"{GROUP}/new", methods=["GET", "POST"])
@needs(Role.COORDINATOR)
def new(group: Group) -> ResponseReturnValue:
    """Choose how to print, with page one as it will be; posting here only shows it again."""
    form = print_form(group)
    with reading():
        codes = chosen_codes(group)
        is_right = request.method == "GET" or "stock" not in request.form or form.validate()
        return render_template(
            "labels/new.html",
            group=group,
            form=form,
            codes=codes,
            which=request.values.get("which", ""),
            matching=TableForm(request.values).kept,
            **(preview(group, codes, form.wishes) if is_right and codes else NO_PREVIEW),
        ), HTTPStatus.OK if is_right else HTTPStatus.UNPROCESSABLE_ENTITY


@room.post(GROUP)
@needs(Role.COORDINATOR)
def print_labels(group: Group) -> ResponseReturnValue:
    """Prints: remembers the batch and leads to its PDF."""
    form = print_form(group)
    if not form.validate():
        return new(slug=group.slug)
    with transaction() as records:
        codes = chosen_codes(group)
        batch = printing.print_labels(
            records, group, codes, form.wishes, by=person_signed_in(), now=clock.now()
        )
        return to_batch(group, batch)


@room.get(f"{GROUP}/<int:batch_id>")
@needs(Role.COORDINATOR)
def batch(group: Group, batch_id: int) -> ResponseReturnValue:
    """A batch, its PDF, and one tap to print it again."""
    with reading() as records:
        found = batch_or_404(group, batch_id)
        wishes = printing.wishes_of(found)
        return render_template(
            "labels/batch.html",
            group=group,
            batch=found,
            wishes=wishes,
            stock=stocks.stock_called(records, found.stock, group),
        )


@room.get(f"{GROUP}/<int:batch_id>.pdf")
@needs(Role.COORDINATOR)
def batch_pdf(group: Group, batch_id: int) -> ResponseReturnValue:
    """The PDF of a batch."""
    with reading() as records:
        found = batch_or_404(group, batch_id)
        return as_pdf(
            printing.document(records, found, group, prefix=prefix()),
            f"labels-{group.slug}-{found.id}.pdf",
        )


@room.post(f"{GROUP}/<int:batch_id>/reprint")
@needs(Role.COORDINATOR)
def reprint(group: Group, batch_id: int) -> ResponseReturnValue:
    """Prints the same labels again, on a new sheet."""
    with transaction() as records:
        again = printing.print_again(
            records,
            batch_or_404(group, batch_id),
            group,
            by=person_signed_in(),
            now=clock.now(),
        )
        return to_batch(group, again)


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
        return as_pdf(ruler_page(job), f"test-{stock_slug}.pdf")


def prefix() -> str:
    """What stands before each code: from the settings alone, never from the request."""
    return printing.prefix_of(current_app.config["PUBLIC_URL"])


def print_form(group: Group) -> PrintForm:
    """The form with the group's stocks; filled from what came, else with what is usual."""
    posted = request.form if "stock" in request.form else None
    form = PrintForm(posted, stock=LAST_STOCK)
    form.stock.choices = stock_choices(group)
    return form


def nudge_form(group: Group) -> NudgeForm:
    """The form with the group's stocks."""
    form = NudgeForm(request.form or None)
    form.stock.choices = stock_choices(group)
    return form


def stock_choices(group: Group) -> list[Any]:
    """The stocks as choices."""
    known = stocks.all_of(db.session, group)
    return [SelectChoice(slug, stock.name) for slug, stock in known.items()]


def chosen_codes(group: Group) -> list[str]:
    """The codes of all that match in the inventory, or chosen one by one, else all of one sort."""
    if request.values.get("which") == table.MATCHING:
        known = Derived(availability.state_at(clock.now()), queries.has_label())
        return table.codes(db.session, group, TableForm(request.values).asked, known)
    if codes := request.values.getlist("code"):
        return queries.own_codes(db.session, group, list(dict.fromkeys(codes)))
    return queries.codes_to_print(db.session, group, request.values.get("which", queries.UNPRINTED))


NO_PREVIEW: dict[str, Any] = {"sheet": None, "pages": 0, "warnings": []}


def preview(group: Group, codes: list[str], wishes: Wishes) -> dict[str, Any]:
    """Page one, how many pages there are, and what to know before printing."""
    job = printing.printing(db.session, group, wishes, prefix=prefix())
    on_page = codes[: job.stock.per_page]
    faces = faces_of(db.session, codes, wishes.shows)
    shown = [
        without_lacking(face) for face in faces[: len(on_page)] for _copy in range(wishes.copies)
    ]
    sheet = previewing.first_page(shown, job, title=_("Page one as it will be printed"))
    count = sheets.pages(job.stock, len(codes) * wishes.copies, wishes.start)
    warnings = [*printing.too_small(job.stock, job.prefix, job.level), *lacking_in(faces)]
    return {"sheet": Markup(sheet), "pages": count, "warnings": warnings}  # noqa: S704 - escaped


def lacking_in(faces: list[Any]) -> list[Reason]:
    """A warning that names the characters that the font can't draw."""
    missing = lacking(faces)
    return [CharactersLacking(characters=" ".join(missing))] if missing else []


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


def batch_or_404(group: Group, batch_id: int) -> Batch:
    """The batch, if it is the group's."""
    found = queries.batch_of(db.session, group, batch_id)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def to_batch(group: Group, batch: Batch) -> ResponseReturnValue:
    """Leads to a batch."""
    return redirect(
        url_for("labels.batch", slug=group.slug, batch_id=batch.id), HTTPStatus.SEE_OTHER
    )


def to_stocks(group: Group) -> ResponseReturnValue:
    """Leads to the stocks."""
    return redirect(url_for("labels.stocks_page", slug=group.slug), HTTPStatus.SEE_OTHER)


def as_pdf(content: bytes, name: str) -> Response:
    """A PDF to look at or to keep."""
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
