"""The day sheet: printed for a day without a signal, and typed in when there is one again."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import TypeVar
from uuid import uuid4

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Field

from toolshare import clock
from toolshare.circulation import finding
from toolshare.database import reading
from toolshare.gate import needs
from toolshare.inventory.models import Condition
from toolshare.labels.views import prefix
from toolshare.offline import day_paper, written
from toolshare.offline.day_sheet import day_sheet_of
from toolshare.offline.forms import DaySheetForm, LineForm
from toolshare.offline.models import Act
from toolshare.offline.scans import Scan
from toolshare.offline.views import hosts, room, take_in
from toolshare.people.models import Group, Role
from toolshare.people.opening import today_in
from toolshare.people.signin import person_signed_in
from toolshare.records import AnySession
from toolshare.refusals import Refusal
from toolshare.wording import instead, says, until, whole_day

Read = TypeVar("Read")


@room.get("/groups/<slug>/day-sheet")
@needs(Role.STEWARD)
def day_sheet(group: Group) -> ResponseReturnValue:
    """Where the sheet is printed, and what was written on it typed in."""
    return _page(group, _empty(today_in(group, clock.now())))


@room.get("/groups/<slug>/day-sheet.pdf")
@needs(Role.STEWARD)
def print_day_sheet(group: Group) -> ResponseReturnValue:
    """The sheet of today."""
    with reading() as session:
        sheet = day_sheet_of(session, group, now=clock.now())
        words = day_paper.Words(
            title=_("Day sheet, %(day)s", day=whole_day(sheet.day)),
            group=group.name,
            word=_,
            until=lambda loan: _("until %(until)s", until=until(loan.due_at, group.time_zone)),
        )
        answer = Response(day_paper.pdf(sheet, words, prefix=prefix()), mimetype="application/pdf")
    name = f"day-sheet-{group.slug}-{sheet.day}.pdf"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@room.post("/groups/<slug>/day-sheet")
@needs(Role.STEWARD)
def type_in(group: Group) -> ResponseReturnValue:
    """Takes in what was written; nothing of it while any line can't be understood."""
    form, now = DaySheetForm(request.form), clock.now()
    scans: list[Scan] = []
    if form.validate():
        with reading() as session:
            read = [_read(session, group, form, line, now) for line in form.written]
        scans = [scan for scan in read if scan is not None]
    if form.errors or len(scans) < len(form.written):
        return _page(group, form), HTTPStatus.UNPROCESSABLE_ENTITY
    in_order = sorted(scans, key=lambda scan: scan.at or now)
    return _page(group, _empty(form.on.data), [take_in(scan) for scan in in_order])


def _read(
    session: AnySession, group: Group, form: DaySheetForm, line: LineForm, now: datetime
) -> Scan | None:
    """A line as a scan; nothing when a part of it can't be understood, which the part then says."""
    by, code, who = person_signed_in(), line.code.data or "", line.who.data or ""
    day, time = form.on.data or now.date(), line.at.data or now.time()
    at = _understood(line.at, lambda: written.moment_of(group, day, time, now=now))
    item = _understood(
        line.code,
        lambda: written.thing_of(session, group, code, hosts=hosts(), by=by, now=now),
    )
    borrower = _understood(
        line.who, lambda: finding.the_member(session, group, who, by=by, now=now) if who else by
    )
    if at is None or item is None or borrower is None:
        return None
    return Scan(
        operation=line.act or uuid4(),
        act=Act(line.what.data),
        code=item.code,
        at=at,
        borrower=borrower if who else None,
        quantity=line.quantity.data,
        condition=Condition(line.condition.data),
        note=line.note.data or "",
        sent={"on paper": {name: str(typed) for name, typed in line.data.items()}},
    )


def _understood(field: Field, read: Callable[[], Read]) -> Read | None:
    try:
        return read()
    except Refusal as refusal:
        field.errors = [f"{says(one)} {instead(one)}".strip() for one in refusal.reasons]
        return None


def _empty(day: object) -> DaySheetForm:
    return DaySheetForm(data={"on": day})


def _page(group: Group, form: DaySheetForm, answers: list[dict[str, str]] | None = None) -> str:
    return render_template(
        "offline/day_sheet.html", group=group, form=form, answers=answers or (), now=clock.now()
    )
