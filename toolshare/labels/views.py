"""Pages of labels: choose, preview, print, print again."""

from collections.abc import Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
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
from toolshare.labels import previewing, printing, queries, sheets, stocks
from toolshare.labels.composing import lacking, without_lacking
from toolshare.labels.documents import Document, document
from toolshare.labels.facing import faces_of
from toolshare.labels.forms import PrintForm
from toolshare.labels.models import Batch
from toolshare.labels.printing import CharactersLacking, Wishes
from toolshare.people.models import Group, Role
from toolshare.people.opening import today_in
from toolshare.people.roles import role_in
from toolshare.people.signin import person_signed_in
from toolshare.refusals import Reason, Refusal, refuse_if

room = Blueprint("labels", __name__)
GROUP = "/groups/<slug>/labels"
FIRST_STOCK = "avery-l7160"
SHOWN = ("application/pdf", "image/png")  # by any browser


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
@needs(Role.STEWARD)
def new(group: Group) -> ResponseReturnValue:
    """Choose how to print, with page one as it will be; posting here only shows it again."""
    form = print_form(group)
    is_right = request.method == "GET" or "stock" not in request.form or form.validate()
    with reading():
        return show_form(group, form, is_right=is_right)


@room.post(GROUP)
@needs(Role.STEWARD)
def print_labels(group: Group) -> ResponseReturnValue:
    """Prints: remembers the batch and leads to its page."""
    form = print_form(group)
    if not form.validate():
        return new(slug=group.slug)
    try:
        with transaction():
            return to_batch(group, remember(group, chosen_codes(group), form.wishes))
    except Refusal as refusal:
        with reading():
            return show_form(group, form, reasons=refusal.reasons)


@room.post(f"{GROUP}/of/<code>")
@needs(Role.STEWARD)
def print_one(group: Group, code: str) -> ResponseReturnValue:
    """Prints one label on the group's roll as the last one; asks how when there was none."""
    with transaction() as records:
        codes = queries.own_codes(records, group, [code]) or abort(HTTPStatus.NOT_FOUND)
        rolls = [slug for slug, stock in stocks.all_of(records, group).items() if stock.is_roll]
        last = queries.last_wishes(records, group, rolls)
        if last is not None:
            return to_file(group, remember(group, codes, last))
    return redirect(url_for("labels.new", slug=group.slug, code=code), HTTPStatus.SEE_OTHER)


@room.get(f"{GROUP}/<int:batch_id>")
@needs(Role.STEWARD)
def batch(group: Group, batch_id: int) -> ResponseReturnValue:
    """A batch, its files, and one tap to print it again."""
    with reading() as records:
        found = batch_or_404(group, batch_id)
        return render_template(
            "labels/batch.html",
            group=group,
            batch=found,
            is_outdated=found.host not in ("", current_app.config["CHOSEN"].public_host),
            wishes=printing.wishes_of(found),
            stock=stocks.stock_called(records, found.stock, group),
            is_coordinator=may_choose_all(group),
            files=files_of_formats(),
            steps=first_steps(),
        )


@room.get(f"{GROUP}/<int:batch_id>.<any({', '.join(printing.FORMATS)}):wished>")
@needs(Role.STEWARD)
def batch_file(group: Group, batch_id: int, wished: str) -> ResponseReturnValue:
    """A batch as a file to print."""
    with reading() as records:
        found = batch_or_404(group, batch_id)
        before = found.prefix or prefix()
        file = document(records, found, group, prefix=before, wished=wished)
        return as_file(file, f"labels-{group.slug}-{found.id}")


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
            prefix=prefix(),
        )
        return to_batch(group, again)


def prefix() -> str:
    """What stands before each code: from the settings alone, never from the request."""
    return printing.prefix_of(current_app.config["PUBLIC_URL"])


def print_form(group: Group) -> PrintForm:
    """The form with the group's stocks; filled from what came, else with what is usual."""
    posted = request.form if "stock" in request.form else None
    known = stocks.all_of(db.session, group)
    last = queries.last_wishes(db.session, group, known) or Wishes(FIRST_STOCK)
    form = PrintForm(posted, data=asdict(last))
    form.stock.choices = stock_choices(group)
    return form


def stock_choices(group: Group) -> list[Any]:
    """The stocks as choices."""
    known = stocks.all_of(db.session, group)
    return [SelectChoice(slug, stock.name) for slug, stock in known.items()]


def chosen_codes(group: Group) -> list[str]:
    """The codes that were chosen one by one, else all that match in the inventory or of one sort.

    Whole sorts are for coordinators: a steward's choice is what they name.
    """
    which = request.values.get("which", "")
    codes = request.values.getlist("code")
    if codes and which != table.MATCHING:
        return queries.own_codes(db.session, group, list(dict.fromkeys(codes)))
    if not may_choose_all(group):
        return []
    if which == table.MATCHING:
        known = Derived(availability.state_at(clock.now()), queries.has_label())
        return table.codes(db.session, group, TableForm(request.values).asked, known)
    return queries.codes_to_print(db.session, group, which or queries.UNPRINTED)


def may_choose_all(group: Group) -> bool:
    """Whether the reader prints whole sorts, too."""
    today = today_in(group, clock.now())
    own = role_in(db.session, person_signed_in(), group, today=today)
    return own is not None and own.covers(Role.COORDINATOR)


def remember(group: Group, codes: list[str], wishes: Wishes) -> Batch:
    """Prints these codes as the reader wishes."""
    by, now = person_signed_in(), clock.now()
    return printing.print_labels(db.session, group, codes, wishes, by=by, now=now, prefix=prefix())


def show_form(
    group: Group, form: PrintForm, *, is_right: bool = True, reasons: Sequence[Reason] = ()
) -> ResponseReturnValue:
    """The form with page one as it will be printed, or with what speaks against it."""
    codes, seen = chosen_codes(group), NO_PREVIEW
    if is_right and codes and not reasons:
        try:
            seen = preview(group, codes, form.wishes)
        except Refusal as refusal:
            reasons = refusal.reasons
    page = render_template(
        "labels/new.html",
        group=group,
        form=form,
        codes=codes,
        which=request.values.get("which", ""),
        matching=TableForm(request.values).kept,
        is_coordinator=may_choose_all(group),
        stocks=stocks.all_of(db.session, group),
        **(seen | ({"warnings": reasons} if reasons else {})),
    )
    is_wrong = reasons or not is_right
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK


NO_PREVIEW: dict[str, Any] = {"sheet": None, "pages": 0, "warnings": []}


def preview(group: Group, codes: list[str], wishes: Wishes) -> dict[str, Any]:
    """Page one, how many pages there are, and what to know before printing."""
    job = printing.printing(db.session, group, wishes, prefix=prefix())
    on_page = codes[: job.stock.per_page]
    faces = faces_of(db.session, codes, job.design)
    shown = [
        without_lacking(face) for face in faces[: len(on_page)] for _copy in range(wishes.copies)
    ]
    labels = len(codes) * wishes.copies
    refuse_if(printing.reasons_against(job, wishes.format, labels))
    sheet = previewing.first_page(shown, job, title=_("Page one as it will be printed"))
    count = sheets.pages(job.stock, labels, job.start)
    warnings = [*printing.too_small(job, wishes.format), *lacking_in(faces)]
    return {"sheet": Markup(sheet), "pages": count, "warnings": warnings}  # noqa: S704 - escaped


def lacking_in(faces: list[Any]) -> list[Reason]:
    """A warning that names the characters that the font can't draw."""
    missing = lacking(faces)
    return [CharactersLacking(characters=" ".join(missing))] if missing else []


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


def to_file(group: Group, batch: Batch) -> ResponseReturnValue:
    """Leads to the file of a batch, in the format that was wished for."""
    wished = printing.wishes_of(batch).format
    address = url_for("labels.batch_file", slug=group.slug, batch_id=batch.id, wished=wished)
    return redirect(address, HTTPStatus.SEE_OTHER)


def files_of_formats() -> dict[str, str]:
    """What leads to the file in each format."""
    return {
        printing.PDF: _("Open the PDF"),
        printing.PNG: _("Get the PNG"),
        printing.ZPL: _("Get the ZPL file"),
    }


def first_steps() -> dict[str, str]:
    """What to do with the file in each format."""
    return {
        printing.PDF: _("Open the PDF and print it at 100 percent, without “fit to page”."),
        printing.PNG: _("Print the picture in its own size: not scaled, not smoothed."),
        printing.ZPL: _("Send the file to the printer as it is: raw, without a driver's pages."),
    }


def as_file(document: Document, name: str) -> Response:
    """A file: to look at when browsers show it, else to keep."""
    response = Response(document.content, mimetype=document.mimetype)
    way = "inline" if document.mimetype in SHOWN else "attachment"
    response.headers["Content-Disposition"] = f'{way}; filename="{name}.{document.ending}"'
    return response
