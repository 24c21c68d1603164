"""Pages of stocktakes: which there are, and the one that is being counted, scan after scan."""

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.answers import done, wants_json
from toolshare.care.forms import ActForm, filled_in
from toolshare.database import reading, transaction
from toolshare.gate import needs, reads_labels
from toolshare.inventory.models import Category, Place
from toolshare.labels.scanning import read_scan
from toolshare.people.models import Group, Role
from toolshare.people.signin import person_signed_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal
from toolshare.stocktake import queries, seeing
from toolshare.stocktake.beginning import open_stocktake
from toolshare.stocktake.findings import Shown, Tally
from toolshare.stocktake.forms import CATEGORY, PLACE, ListForm, ScopeForm, SightingForm
from toolshare.stocktake.models import Stocktake
from toolshare.stocktake.reasons import NoSuchScope
from toolshare.stocktake.reporting import words_of
from toolshare.stocktake.seeing import Scanned

room = Blueprint("stocktake", __name__)
GROUP = "/groups/<slug>/stocktakes"
ONE = f"{GROUP}/<int:stocktake_id>"


@room.get(GROUP)
@needs(Role.STEWARD)
def stocktakes(group: Group) -> ResponseReturnValue:
    """The stocktakes that are open, those of the past, and for coordinators how to begin one."""
    with reading() as session:
        return render_template(
            "stocktake/stocktakes.html",
            group=group,
            found=queries.stocktakes_of(session, group),
            scopes=queries.scopes_of(session, group),
            may_begin=seeing.is_coordinator(session, group, person_signed_in(), now=clock.now()),
        )


@room.post(GROUP)
@needs(Role.COORDINATOR)
def begin(group: Group) -> ResponseReturnValue:
    """Opens a stocktake."""
    form = filled_in(ScopeForm, request.form)
    with transaction() as session:
        scope = scope_in(session, group, form)
        begun = open_stocktake(
            session,
            group,
            place=scope if isinstance(scope, Place) else None,
            category=scope if isinstance(scope, Category) else None,
            by=person_signed_in(),
            now=clock.now(),
            operation=form.act,
        )
        stocktake_id = begun.id
    return done(to_one(group, stocktake_id), says=_("Now scan: several people can at once."))


@room.get(ONE)
@needs(Role.STEWARD)
@reads_labels
def stocktake(group: Group, stocktake_id: int) -> ResponseReturnValue:
    """A stocktake: scanning and what was found so far, or the report of one that is over."""
    with reading() as session:
        if wants_json():
            return {"state": queries.state_of(session, group)}
        return page_of(session, group, stocktake_or_404(session, group, stocktake_id))


@room.post(f"{ONE}/sightings")
@needs(Role.STEWARD)
@reads_labels
def take_scan(group: Group, stocktake_id: int) -> ResponseReturnValue:
    """Notes what was seen; sent again it is noted once."""
    try:
        form = filled_in(SightingForm, request.form)
        with transaction() as session:
            scanned = seeing.see(
                session,
                stocktake_or_404(session, group, stocktake_id),
                read_scan(form.code.data or "", current_app.config["CHOSEN"].hosts),
                by=person_signed_in(),
                now=clock.now(),
                here=form.served.data or "",
                counted=form.counted.data,
                operation=form.act,
            )
    except Refusal as refusal:
        return refused(group, stocktake_id, refusal)
    return answered(group, stocktake_id, scanned)


@room.post(f"{ONE}/sightings/<int:sighting_id>/undoing")
@needs(Role.STEWARD)
@reads_labels
def take_back(group: Group, stocktake_id: int, sighting_id: int) -> ResponseReturnValue:
    """Forgets a scan that was a mistake."""
    try:
        form = filled_in(ActForm, request.form)
        with transaction() as session:
            found = stocktake_or_404(session, group, stocktake_id)
            sighting = queries.sighting_of(session, found, sighting_id)
            sighting = sighting or abort(HTTPStatus.NOT_FOUND)
            by, now = person_signed_in(), clock.now()
            seeing.take_back(session, sighting, by=by, now=now, operation=form.act)
            scanned = Scanned(sighting.code, sighting.id)
    except Refusal as refusal:
        return refused(group, stocktake_id, refusal)
    return answered(group, stocktake_id, scanned)


def scope_in(session: AnySession, group: Group, form: ScopeForm) -> Place | Category | None:
    """The place or category that was chosen, if any; refuses what is none of the group's."""
    if form.sort not in {PLACE, CATEGORY}:
        return None
    scopes = queries.scopes_of(session, group)
    known = scopes.places if form.sort == PLACE else scopes.categories
    for one in known:
        if one.id == form.number:
            return one
    raise Refusal(NoSuchScope())


def stocktake_or_404(session: AnySession, group: Group, stocktake_id: int) -> Stocktake:
    """The stocktake, if it is the group's."""
    found = queries.stocktake_of(session, group, stocktake_id)
    return found or abort(HTTPStatus.NOT_FOUND)


def answered(group: Group, stocktake_id: int, scanned: Scanned) -> ResponseReturnValue:
    """The page with an answer on top, without a redirect: sent again it notes nothing twice."""
    here = scanned.code if scanned.is_place else request.form.get("served", "")
    with reading() as session:
        found = stocktake_or_404(session, group, stocktake_id)
        return page_of(session, group, found, here=here, scanned=scanned)


def refused(group: Group, stocktake_id: int, refusal: Refusal) -> ResponseReturnValue:
    """The page with a refusal on top."""
    here = request.form.get("served", "")
    with reading() as session:
        found = stocktake_or_404(session, group, stocktake_id)
        page = page_of(session, group, found, here=here, reasons=refusal.reasons)
        return page, refusal.status


def page_of(
    session: AnySession,
    group: Group,
    found: Stocktake,
    *,
    here: str | None = None,
    scanned: Scanned | None = None,
    reasons: Sequence[Reason] = (),
) -> str:
    """The page of a stocktake, with what was just scanned or refused."""
    person, now = person_signed_in(), clock.now()
    coordinates = seeing.is_coordinator(session, group, person, now=now)
    listed = ListForm(request.values)
    report = queries.report_of(session, found) if found.given_up_at is None else Tally()
    template = "stocktake.html" if found.is_open else "report.html"
    chosen = here if here is not None else request.args.get("here", "")
    place = seeing.place_we_are_in(session, found, chosen) if found.is_open else None
    return render_template(
        f"stocktake/{template}",
        group=group,
        stocktake=found,
        tally=report,
        shown=listed.shown or first_list(report),
        here=place,
        address=partial(to_one, group, found.id, here=place.code if place else None),
        along=listed.along,
        places=queries.scopes_of(session, group).places if found.is_open else (),
        answer=queries.answer_to(session, found, scanned) if scanned else None,
        reasons=reasons,
        page=listed.page.data or 1,
        may_close=coordinates,
        typed=request.form.get("code", ""),
        scans=queries.newest_scans(session, found, person, of_all=coordinates)
        if found.is_open
        else None,
        left=queries.left_of_undone(session, found) if found.is_open else (),
        state=queries.state_of(session, group),
        words=words_of(found),
    )


def first_list(report: Tally) -> Shown:
    """The first list that has something in it: what needs somebody comes first."""
    return next((one for one in Shown if report.counts[one]), Shown.TO_SEE)


def to_one(group: Group, stocktake_id: int, **more: Any) -> str:
    """The address of a stocktake; with the place that one is in and the list, if they are given."""
    return url_for("stocktake.stocktake", slug=group.slug, stocktake_id=stocktake_id, **more)
