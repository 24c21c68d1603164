"""How a stocktake ends: what closing will do, closing, undoing it, giving up, and the report."""

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.answers import done
from toolshare.care.forms import ActForm, filled_in
from toolshare.database import reading, transaction
from toolshare.gate import needs
from toolshare.people.models import Group, Role
from toolshare.people.signin import person_signed_in
from toolshare.records import AnySession
from toolshare.refusals import Refusal
from toolshare.stocktake import beginning, closing, queries, reopening, reporting
from toolshare.stocktake.forms import ClosingForm
from toolshare.stocktake.models import Stocktake
from toolshare.stocktake.planning import plan_of
from toolshare.stocktake.reasons import ChangedMeanwhile, StocktakeOver
from toolshare.stocktake.reporting import Report
from toolshare.stocktake.tallying import tally
from toolshare.stocktake.views import ONE, room, stocktake_or_404, to_one
from toolshare.wording import day, moment

TYPES = {"csv": "text/csv", "pdf": "application/pdf"}


@room.get(f"{ONE}/closing")
@needs(Role.COORDINATOR)
def preview(group: Group, stocktake_id: int) -> ResponseReturnValue:
    """What closing would do."""
    with reading() as session:
        return preview_page(session, group, stocktake_or_404(session, group, stocktake_id))


@room.post(f"{ONE}/closing")
@needs(Role.COORDINATOR)
def close(group: Group, stocktake_id: int) -> ResponseReturnValue:
    """Closes the stocktake, if that still does what the page said."""
    form = filled_in(ClosingForm, request.form)
    try:
        with transaction() as session:
            closing.close(
                session,
                stocktake_or_404(session, group, stocktake_id),
                by=person_signed_in(),
                now=clock.now(),
                note=form.note.data or "",
                seal=form.seal.data or None,
                operation=form.act,
            )
    except Refusal as refusal:
        if ChangedMeanwhile() not in refusal.reasons:
            raise
        with reading() as session:
            found = stocktake_or_404(session, group, stocktake_id)
            return preview_page(session, group, found, refusal), refusal.status
    return done(to_one(group, stocktake_id), says=_("Closed. This is the report."))


@room.post(f"{ONE}/closing/undoing")
@needs(Role.COORDINATOR)
def undo_closing(group: Group, stocktake_id: int) -> ResponseReturnValue:
    """Takes back all that closing changed, and opens the stocktake again."""
    form = filled_in(ActForm, request.form)
    with transaction() as session:
        found = stocktake_or_404(session, group, stocktake_id)
        by, now = person_signed_in(), clock.now()
        reopening.undo_closing(session, found, by=by, now=now, operation=form.act)
    says = _("Undone: the stocktake is open again, with all that was seen.")
    return done(to_one(group, stocktake_id), says=says)


@room.post(f"{ONE}/giving-up")
@needs(Role.COORDINATOR)
def give_up(group: Group, stocktake_id: int) -> ResponseReturnValue:
    """Ends the stocktake without any consequence."""
    form = filled_in(ActForm, request.form)
    with transaction() as session:
        found = stocktake_or_404(session, group, stocktake_id)
        by, now = person_signed_in(), clock.now()
        beginning.give_up(session, found, by=by, now=now, operation=form.act)
    url = url_for("stocktake.stocktakes", slug=group.slug)
    return done(url, says=_("Given up: nothing was changed."))


@room.get(f"{ONE}/report.<any(csv, pdf):wished>")
@needs(Role.STEWARD)
def report_file(group: Group, stocktake_id: int, wished: str) -> ResponseReturnValue:
    """The report, or how far it has come, as a file."""
    with reading() as session:
        found = stocktake_or_404(session, group, stocktake_id)
        report = Report(
            found,
            queries.report_of(session, found),
            word=_,
            when=lambda at: moment(at, group.time_zone),
        )
        content = reporting.csv(report) if wished == "csv" else reporting.pdf(report)
        name = f"stocktake-{group.slug}-{found.opened_at:%Y-%m-%d}.{wished}"
    answer = Response(content, mimetype=TYPES[wished])
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def preview_page(
    session: AnySession, group: Group, found: Stocktake, refusal: Refusal | None = None
) -> str:
    """The page of what closing would do; refuses one that is over."""
    if not found.is_open:
        raise Refusal(StocktakeOver())
    so_far = tally(session, found)
    today = day(clock.now(), group.time_zone)
    about = found.about or _("Everything")
    return render_template(
        "stocktake/preview.html",
        group=group,
        stocktake=found,
        tally=so_far,
        plan=plan_of(so_far),
        note=request.form.get("note")
        or _("Stocktake of %(day)s: %(about)s", day=today, about=about),
        reasons=refusal.reasons if refusal else (),
    )
