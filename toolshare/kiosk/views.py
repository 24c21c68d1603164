"""The pages of the tablet itself: card, PIN, scan, done."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from toolshare import clock
from toolshare.answers import wants_json
from toolshare.care.forms import filled_in
from toolshare.database import reading, transaction
from toolshare.gate import at_kiosks, open_to_all, reads_labels
from toolshare.kiosk import pairing, queries, self_service, sitting, tablet
from toolshare.kiosk.forms import CardForm, PinForm, SittingForm, ThingForm
from toolshare.kiosk.models import Kiosk
from toolshare.kiosk.reasons import TooManyWrongPins
from toolshare.kiosk.self_service import Question
from toolshare.labels.scanning import read_scan
from toolshare.people import throttling
from toolshare.people.signin import sign_out
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal

room = Blueprint("kiosk", __name__)


@room.after_request
def keep_nothing(response: Response) -> Response:
    """Neither the history of the tablet nor a cache keeps what one of us has."""
    response.headers["Cache-Control"] = "no-store"
    return response


@room.get("/kiosk/pairing/<token>")
@open_to_all
def pairing_page(token: str) -> ResponseReturnValue:
    """Behind the link: what this tablet would become, and the button that does it."""
    with reading() as session:
        kiosk = pairing.kiosk_to_pair(session, token, now=clock.now())
        return render_template("kiosk/pairing_page.html", kiosk=kiosk, token=token)


@room.post("/kiosk/pairing/<token>")
@open_to_all
def pair(token: str) -> ResponseReturnValue:
    """Makes this tablet the kiosk."""
    with transaction() as session:
        ours = pairing.pair(session, token, now=clock.now())
    sign_out()
    return tablet.become(_to_the_start(), ours)


@room.get("/kiosk")
@at_kiosks
@reads_labels
def kiosk() -> ResponseReturnValue:
    """For who is served what they have and can do; else the field for a card."""
    return _page()


@room.post("/kiosk/cards")
@at_kiosks
@reads_labels
def show_card() -> ResponseReturnValue:
    """Asks for the PIN, whatever card it is."""
    try:
        code = _read(filled_in(CardForm, request.form).code.data)
        with reading() as session:
            sitting.refuse_other_labels(session, code)
    except Refusal as refusal:
        return _page(refusal.reasons), refusal.status
    return _pin_page(code)


@room.post("/kiosk/sittings")
@at_kiosks
@reads_labels
def begin() -> ResponseReturnValue:
    """Signs in by card and PIN."""
    code = ""
    try:
        form = filled_in(PinForm, request.form)
        code = _read(form.code.data)
        _begin(code, form.pin.data or "")
    except Refusal as refusal:
        page = _pin_page(code, refusal.reasons) if code else _page(refusal.reasons)
        return page, refusal.status
    return tablet.keep_being(_to_the_start())


@room.post("/kiosk/scans")
@at_kiosks
@reads_labels
def take_scan() -> ResponseReturnValue:
    """Borrows or gives back what was scanned."""
    try:
        form = filled_in(ThingForm, request.form)
        _stay(form)
        with transaction() as session:
            asked = _scan(session, form)
    except Refusal as refusal:
        return _page(refusal.reasons), refusal.status
    return _page(asked=asked) if asked else _to_the_start()


@room.post("/kiosk/loans/<int:loan_id>/undo")
@at_kiosks
@reads_labels
def undo(loan_id: int) -> ResponseReturnValue:
    """Takes off what who is served has just borrowed."""
    try:
        form = filled_in(SittingForm, request.form)
        _stay(form)
        with transaction() as session:
            kiosk, act = _act(session, form)
            self_service.undo(session, kiosk, loan_id, **act)
    except Refusal as refusal:
        return _page(refusal.reasons), refusal.status
    return _to_the_start()


@room.post("/kiosk/touches")
@at_kiosks
def stay() -> ResponseReturnValue:
    """Somebody touched the screen: who is served is there."""
    try:
        _stay(filled_in(SittingForm, request.form))
    except Refusal:
        return _to_the_start()
    return {"seconds": sitting.PATIENCE.seconds} if wants_json() else _to_the_start()


@room.post("/kiosk/ends")
@at_kiosks
def finish() -> ResponseReturnValue:
    """Signs out who is served."""
    form = filled_in(SittingForm, request.form)
    with transaction() as session:
        sitting.end(tablet.kiosk_here(session), form.sitting.data)
    return _to_the_start()


def _begin(code: str, pin: str) -> None:
    """Counts the try as wrong until it turns out right; PINs are weighed while nobody waits for us."""
    key, now = str(current_app.secret_key), clock.now()
    with transaction() as session:
        attempt = throttling.attempt_at(tablet.kiosk_here(session).id, code, key=key)
        throttling.count(session, attempt, now=now, reason=TooManyWrongPins)
    with reading() as session:
        kiosk = tablet.kiosk_here(session)
        card_id = sitting.card_with(session, kiosk, code, pin, now=now).id
    with transaction() as session:
        sitting.begin(tablet.kiosk_here(session), card_id, now=now)
        throttling.clear(session, attempt, now=now)


def _stay(form: SittingForm) -> None:
    """Whatever comes of it, who scans is there."""
    with transaction() as session:
        kiosk = tablet.kiosk_here(session)
        sitting.stay(session, kiosk, form.sitting.data, now=clock.now())


def _scan(session: AnySession, form: ThingForm) -> Question | None:
    kiosk, act = _act(session, form)
    code, quantity = _read(form.code.data), form.quantity.data
    return self_service.scan(session, kiosk, code, quantity=quantity, **act)


def _act(session: AnySession, form: SittingForm) -> tuple[Kiosk, dict[str, Any]]:
    """Where who is served does something, who that is, when, and the id by which it is done once."""
    kiosk, now = tablet.kiosk_here(session), clock.now()
    card = sitting.stay(session, kiosk, form.sitting.data, now=now)
    return kiosk, {"by": card.person, "now": now, "operation": form.act or uuid4()}


def _read(scanned: str | None) -> str:
    return read_scan(scanned or "", current_app.config["CHOSEN"].hosts)


def _to_the_start() -> Response:
    return make_response(redirect(url_for("kiosk.kiosk"), HTTPStatus.SEE_OTHER))


def _page(reasons: Sequence[Reason] = (), asked: Question | None = None) -> str:
    """What the tablet shows; `asked` is what a scan has left open."""
    now = clock.now()
    with reading() as session:
        ours = tablet.kiosk_here(session)
        page = queries.served_at(session, ours, now=now)
        if page is None:
            return render_template("kiosk/card.html", kiosk=ours, reasons=reasons)
        return render_template(
            "kiosk/kiosk.html",
            page=page,
            kiosk=ours,
            seconds=page.seconds_left,
            reasons=reasons,
            asked=asked,
            now=now,
        )


def _pin_page(code: str, reasons: Sequence[Reason] = ()) -> str:
    with reading() as session:
        ours = tablet.kiosk_here(session)
        seconds = sitting.PATIENCE.seconds
        return render_template(
            "kiosk/pin.html", kiosk=ours, code=code, reasons=reasons, seconds=seconds
        )
