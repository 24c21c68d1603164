"""Pages that bring a spreadsheet into the inventory, and take one out."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from http import HTTPStatus
from io import BytesIO

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from toolshare import clock
from toolshare.care import outages
from toolshare.care.models import OutageReason
from toolshare.circulation import availability
from toolshare.database import db, reading, transaction
from toolshare.gate import needs
from toolshare.inventory import exporting, importing, queries, table
from toolshare.inventory.cells import State
from toolshare.inventory.columns import BY_NAME
from toolshare.inventory.importing import Outcome
from toolshare.inventory.models import Item
from toolshare.inventory.table_views import chosen_codes
from toolshare.inventory.views import room
from toolshare.people.models import Group, Role
from toolshare.people.signin import person_signed_in
from toolshare.refusals import Reason, Refusal

INVENTORY = "/groups/<slug>/inventory"
MOST_BYTES = 5_000_000


@room.get(f"{INVENTORY}/import")
@needs(Role.COORDINATOR)
def choose_file(group: Group) -> ResponseReturnValue:
    """The form to choose a spreadsheet."""
    return file_page(group)


@room.post(f"{INVENTORY}/import/preview")
@needs(Role.COORDINATOR)
def preview_import(group: Group) -> ResponseReturnValue:
    """What each column is taken for, and what each row would do; changes nothing."""
    try:
        return preview_page(group, uploaded(), request.form.getlist("column") or None)
    except Refusal as refusal:
        return file_page(group, refusal.reasons), refusal.status


@room.post(f"{INVENTORY}/import")
@needs(Role.COORDINATOR)
def import_items(group: Group) -> ResponseReturnValue:
    """Imports what was previewed, whose content the page has carried."""
    content, chosen = carried(), request.form.getlist("column")
    try:
        with transaction() as records:
            done = importing.import_items(
                records,
                group,
                content,
                chosen,
                skip_bad_rows="skip" in request.form,
                set_aside=set_aside,
                by=person_signed_in(),
                now=clock.now(),
            )
    except Refusal as refusal:
        return preview_page(group, content, chosen), refusal.status
    new, changed = done.count(Outcome.NEW), done.count(Outcome.CHANGES)
    flash(
        _(
            "%(came_in)s, %(changed)s.",
            came_in=ngettext("%(num)s thing came in", "%(num)s things came in", new),
            changed=ngettext("%(num)s changed", "%(num)s changed", changed),
        ),
        "success",
    )
    back = url_for("inventory.inventory", slug=group.slug)
    return redirect(back, HTTPStatus.SEE_OTHER)


@room.get(f"{INVENTORY}/export")
@needs(Role.COORDINATOR)
def export_items(group: Group) -> ResponseReturnValue:
    """The chosen things, or the whole inventory, as a CSV file with the mark of UTF-8."""
    with reading() as records:
        codes = chosen_codes(group)
        items = (
            table.items_with(records, group, codes) if codes else queries.items_of(records, group)
        )
        states = availability.states(records, [item.id for item in items], now=clock.now())
        content = exporting.export_items(items, states)
    return send_file(
        BytesIO(content.encode("utf-8-sig")),
        mimetype="text/csv",
        as_attachment=True,
        download_name=f"{group.slug}-inventory.csv",
    )


def file_page(group: Group, reasons: Sequence[Reason] = ()) -> str:
    """The page to choose a file, with what was wrong with the last one."""
    with reading():
        return render_template("inventory/choose_file.html", group=group, reasons=reasons)


def preview_page(group: Group, content: bytes, chosen: Sequence[str] | None) -> str:
    """The page that says what would happen; a mapping that can't be shows what is wrong with it."""
    with reading() as records:
        reasons: Sequence[Reason] = ()
        try:
            plan = importing.plan(records, group, content, chosen)
        except Refusal as refusal:
            plan, reasons = importing.read(content, chosen), refusal.reasons
        return render_template(
            "inventory/preview_import.html",
            group=group,
            plan=plan,
            reasons=reasons,
            columns={name: _(column.label) for name, column in BY_NAME.items()},
            content=b64encode(content).decode(),
        )


def uploaded() -> bytes:
    """The file that was sent, the rows that were pasted, or what the page has carried."""
    file, pasted = request.files.get("file"), request.form.get("pasted", "")
    if not file and not pasted:
        return carried()
    # A text field makes every end of a line two characters, those inside of cells too.
    content = file.read(MOST_BYTES + 1) if file else pasted.replace("\r\n", "\n").encode()
    if len(content) > MOST_BYTES:
        raise Refusal(importing.FileTooBig(megabytes=MOST_BYTES // 1_000_000))
    return content


def carried() -> bytes:
    """The file that the page has carried from its preview to its import."""
    try:
        content: bytes = b64decode(request.form.get("content", ""), validate=True)
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)
    return content


def set_aside(many: Sequence[tuple[Item, State]]) -> None:
    """Takes things out of service that come in so."""
    out = [(item, OutageReason(state)) for item, state in many]
    outages.arrive(db.session, out, by=person_signed_in(), now=clock.now())
