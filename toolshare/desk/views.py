"""The start, the field for any scan, and the desk."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from toolshare import clock
from toolshare.admission.queries import groups_that_can_be_asked
from toolshare.care.forms import AnyForm, filled_in
from toolshare.circulation.forms import CONDITIONS, keep_photo_of, not_there
from toolshare.database import reading, transaction
from toolshare.desk import counter, queries, serving, sitting
from toolshare.desk import home as start
from toolshare.desk.forms import LookForm, ScanForm, UndoForm
from toolshare.desk.outcomes import Done, Outcome
from toolshare.gate import open_to_all, reads_labels
from toolshare.inventory.models import Photo
from toolshare.labels.scanning import read_scan
from toolshare.laying import photos_sent
from toolshare.offline.queries import waiting_in
from toolshare.people.models import Membership
from toolshare.people.signin import current_person, person_signed_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal

room = Blueprint("desk", __name__)
TURNS = {Outcome.SERVING, Outcome.PUTTING}
Photos = Sequence[Photo]  # that came along


@room.get("/")
@open_to_all
def home() -> ResponseReturnValue:
    """The start: what one has and can have; for strangers, what this is and whose."""
    person, now = current_person(), clock.now()
    with reading() as session:
        if person is None:
            return render_template(
                "desk/welcome.html",
                groups=start.groups_here(session),
                can_be_asked=groups_that_can_be_asked(session),
            )
        return render_template(
            "desk/home.html", home=start.home_of(session, person, now=now), now=now
        )


@room.get("/scan")
@reads_labels
def scan() -> ResponseReturnValue:
    """One field, which leads to whatever was scanned or typed."""
    typed = request.args.get("code")
    if typed is None:
        return render_template("desk/scan.html", typed="", reasons=())
    try:
        code = _read(typed)
    except Refusal as refusal:
        page = render_template("desk/scan.html", typed=typed, reasons=refusal.reasons)
        return page, refusal.status
    return redirect(url_for("circulation.scan", code=code), HTTPStatus.SEE_OTHER)


@room.get("/desk")
@reads_labels
def desk() -> ResponseReturnValue:
    """Scan after scan: a card or a place, things to lend or to put there, things that come back."""
    return _desk_page(request.args.get("served", ""))


@room.post("/desk/scans")
@reads_labels
def take_scan() -> ResponseReturnValue:
    """Does what the scan means."""

    def act(session: AnySession, form: ScanForm, _sent: Photos) -> Done:
        return counter.scan(
            session,
            _read(form.code.data or ""),
            by=person_signed_in(),
            now=clock.now(),
            served=form.served.data or "",
            quantity=form.quantity.data,
            operation=form.act,
        )

    return _answered(ScanForm, act)


@room.post("/desk/undoings")
@reads_labels
def undo() -> ResponseReturnValue:
    """Undoes what a scan did."""

    def act(session: AnySession, form: UndoForm, _sent: Photos) -> Done:
        return counter.undo(
            session,
            Outcome(form.outcome.data or ""),
            form.record_id.data or 0,
            by=person_signed_in(),
            now=clock.now(),
            operation=form.act,
        )

    return _answered(UndoForm, act)


@room.post("/desk/checks")
@reads_labels
def ask_for_a_check() -> ResponseReturnValue:
    """Puts aside what came back and needs a look."""

    def act(session: AnySession, form: ScanForm, _sent: Photos) -> Done:
        return counter.ask_for_a_check(
            session,
            _read(form.code.data or ""),
            by=person_signed_in(),
            now=clock.now(),
            operation=form.act,
        )

    return _answered(ScanForm, act)


@room.post("/desk/findings")
@reads_labels
def look_over() -> ResponseReturnValue:
    """Says how a thing is that has come back, with a photo."""

    def act(session: AnySession, form: LookForm, sent: Photos) -> Done:
        person, now = person_signed_in(), clock.now()
        loan = counter.look_over(
            session,
            form.loan.data or 0,
            form.findings(),
            not_there(request.form),
            by=person,
            now=now,
            operation=form.act,
            meter=form.meter.data,
        )
        keep_photo_of(session, loan, sent, by=person, now=now)
        return Done(Outcome.RETURNED, loan.item.code, loan.id)

    return _answered(LookForm, act)


def _read(scanned: str) -> str:
    return read_scan(scanned, current_app.config["CHOSEN"].hosts)


def _answered(
    kind: type[AnyForm], act: Callable[[AnySession, AnyForm, Photos], Done]
) -> ResponseReturnValue:
    """The desk with an answer on top.

    It is shown without a redirect: an answer is no place to come back to, and sent again it does
    nothing twice.
    """
    served = request.form.get("served", "")
    try:
        form = filled_in(kind, request.form)
        with photos_sent() as sent, transaction() as session:
            serving.groups_served(session, person_signed_in(), now=clock.now())
            done = act(session, form, sent)
    except Refusal as refusal:
        return _desk_page(served, reasons=refusal.reasons), refusal.status
    return _desk_page(done.code if done.outcome in TURNS else served, done)


def _desk_page(served: str, done: Done | None = None, reasons: Sequence[Reason] = ()) -> str:
    with reading() as session:
        person, now = person_signed_in(), clock.now()
        groups = serving.groups_served(session, person, now=now)
        to = _turned_to(session, served)
        card = to if isinstance(to, Membership) else None
        shown = done if done is not None and done.outcome not in TURNS else None
        is_whole = "latest" not in request.values
        return render_template(
            "desk/desk.html",
            to=to,
            card=card,
            has_out=queries.out_with(session, card, groups) if card else (),
            answer=queries.answer_to(session, shown, now=now) if shown else None,
            lines=sitting.lines_of(session, person, now=now, but=shown) if is_whole else (),
            exceptions=waiting_in(session, groups) if is_whole else (),
            reasons=reasons,
            conditions=CONDITIONS,
            scanned=request.form.get("code", ""),
            now=now,
        )


def _turned_to(session: AnySession, served: str) -> serving.Turned | None:
    """Whom or where the desk is turned to; a card that can't be served any more is put away."""
    try:
        return serving.turned_to(session, served, by=person_signed_in(), now=clock.now())
    except Refusal:
        return None
