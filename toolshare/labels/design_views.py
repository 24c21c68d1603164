"""The page where a group designs the labels of a stock, and sees them as it does."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from toolshare.database import db, reading, transaction
from toolshare.gate import needs
from toolshare.labels import designing, previewing, printing, queries, stocks
from toolshare.labels.composing import Face, left_out, without_lacking
from toolshare.labels.designs import USUAL, Design
from toolshare.labels.dots import label_box
from toolshare.labels.drawing import Printing
from toolshare.labels.facing import faces_of
from toolshare.labels.forms import DesignForm
from toolshare.labels.printing import LinesLeftOut, Wishes
from toolshare.labels.stocks import Stock
from toolshare.labels.views import GROUP, lacking_in, prefix, room
from toolshare.people.models import Group, Role
from toolshare.refusals import Reason

ADDRESS = f"{GROUP}/stocks/<stock_slug>/design"
EXAMPLE = "7K3M9QXA"
ANYWAY = "anyway"


@room.get(ADDRESS)
@needs(Role.COORDINATOR)
def design(group: Group, stock_slug: str) -> ResponseReturnValue:
    """What stands on a stock's labels, tried out as one types; nothing is kept."""
    with reading() as records:
        stock = stocks.stock_called(records, stock_slug, group)
        kept = designing.design_of(records, group, stock_slug)
        typed = request.args if "level" in request.args else None
        form = DesignForm(typed, data=asdict(kept))
        return show_design(group, stock, form, is_usual=kept == USUAL)


@room.post(ADDRESS)
@needs(Role.COORDINATOR)
def keep_design(group: Group, stock_slug: str) -> ResponseReturnValue:
    """Keeps the design, after a second yes when phones would hardly read it."""
    form = DesignForm(request.form)
    with transaction() as records:
        stock = stocks.stock_called(records, stock_slug, group)
        if not form.validate() or not may_be_kept(group, stock, form.design):
            page = show_design(group, stock, form, is_usual=False, asks=not form.errors)
            return page, HTTPStatus.UNPROCESSABLE_ENTITY
        designing.keep(records, group, stock_slug, form.design)
    flash(_("Kept. Labels on %(stock)s are printed so from now on.", stock=stock.name), "success")
    return to_design(group, stock_slug)


@room.post(f"{ADDRESS}/reset")
@needs(Role.COORDINATOR)
def reset_design(group: Group, stock_slug: str) -> ResponseReturnValue:
    """Makes the labels of a stock as they were before they were designed."""
    with transaction() as records:
        designing.forget(records, group, stock_slug)
    flash(_("The labels are as they were."), "success")
    return to_design(group, stock_slug)


def show_design(
    group: Group, stock: Stock, form: DesignForm, *, is_usual: bool, asks: bool = False
) -> str:
    """The form, with labels as it describes them; the usual ones while it has a mistake."""
    tried = form.design if form.validate() else USUAL
    return render_template(
        "labels/design.html",
        group=group,
        stock=stock,
        form=form,
        is_usual=is_usual,
        asks=asks,
        **tried_out(group, stock, tried),
    )


def tried_out(group: Group, stock: Stock, tried: Design) -> dict[str, Any]:
    """Labels of the group by this design, and what to know before it is kept."""
    job = printed_by(group, stock, tried)
    faces = examples(group, tried)
    title = _("A label as it will be printed")
    drawn = [previewing.one_label(without_lacking(face), job, title=title) for face in faces]
    lost = [line for face in faces for line in left_out(face, label_box(job), tried)]
    warnings = [*unreadable(job), *lacking_in(faces)]
    if lost:
        warnings.append(LinesLeftOut(lines=", ".join(dict.fromkeys(lost))))
    return {"labels": [Markup(svg) for svg in drawn], "warnings": warnings}  # noqa: S704 - escaped


def may_be_kept(group: Group, stock: Stock, wanted: Design) -> bool:
    """Whether phones read it, or somebody said that it is to be kept all the same."""
    return ANYWAY in request.form or not unreadable(printed_by(group, stock, wanted))


def unreadable(job: Printing) -> list[Reason]:
    """A warning when phones will hardly read the symbols, on paper or at the coarsest dots."""
    return printing.too_small(job) or (
        printing.too_small(job, printing.PNG) if job.stock.is_roll else []
    )


def printed_by(group: Group, stock: Stock, tried: Design) -> Printing:
    """A job by this design at the resolution that the group's printer had last."""
    last = queries.last_wishes(db.session, group, [stock.slug])
    wishes = Wishes(stock.slug, design=tried, dpi=last.dpi if last else Wishes(stock.slug).dpi)
    return printing.printing(db.session, group, wishes, prefix=prefix())


def examples(group: Group, tried: Design) -> list[Face]:
    """Labels of the group's own things, or of one that it might have."""
    if codes := queries.examples(db.session, group):
        return faces_of(db.session, codes, tried)
    about = (group.name if "group" in tried.shows else "", tried.line)
    return [Face(EXAMPLE, _("Wheelbarrow"), tuple(filter(None, about)))]


def to_design(group: Group, stock_slug: str) -> ResponseReturnValue:
    """Leads to the design of a stock."""
    address = url_for("labels.design", slug=group.slug, stock_slug=stock_slug)
    return redirect(address, HTTPStatus.SEE_OTHER)
