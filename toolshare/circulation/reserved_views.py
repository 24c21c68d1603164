"""Pages of one reservation: how it stands, its answer, its end, another time, the shelf."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from toolshare import clock
from toolshare.answers import done, wants_json
from toolshare.care.forms import ActForm, filled_in
from toolshare.circulation import answering, calling_off, rescheduling
from toolshare.circulation import reservation_queries as queries
from toolshare.circulation.booking import NotFree
from toolshare.circulation.fitting import Span
from toolshare.circulation.promises import Reservation
from toolshare.circulation.reservation_forms import CallOffForm, MoveForm, typed_for
from toolshare.circulation.reservation_page import reservation_page
from toolshare.circulation.views import room
from toolshare.database import reading, transaction
from toolshare.people.opening import read_opening_times
from toolshare.people.signin import person_signed_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal

ONE = "/reservations/<int:reservation_id>"


@room.get(ONE)
def reservation(reservation_id: int) -> ResponseReturnValue:
    """One reservation: how it stands, and what can be done."""
    return _page(reservation_id)


@room.post(f"{ONE}/cancellation")
def cancel_reservation(reservation_id: int) -> ResponseReturnValue:
    """Takes back what was reserved."""
    form = filled_in(CallOffForm, request.form)
    with transaction() as session:
        calling_off.cancel(
            session,
            _found(session, reservation_id),
            by=person_signed_in(),
            now=clock.now(),
            why=form.why.data or "",
            for_weather=form.weather.data,
            operation=form.act,
        )
    says = _("Cancelled: it is free for others now.")
    return done(url_for(".reservation", reservation_id=reservation_id), says=says)


@room.post(f"{ONE}/approval")
def approve_reservation(reservation_id: int) -> ResponseReturnValue:
    """A steward says yes."""
    form = filled_in(ActForm, request.form)
    with transaction() as session:
        answering.approve(
            session,
            _found(session, reservation_id),
            by=person_signed_in(),
            now=clock.now(),
            operation=form.act,
        )
    return done(url_for(".reservation", reservation_id=reservation_id), says=_("Approved."))


@room.post(f"{ONE}/refusal")
def decline_reservation(reservation_id: int) -> ResponseReturnValue:
    """A steward says no, and why; what was typed comes back when that is missing."""
    form = filled_in(CallOffForm, request.form)
    try:
        with transaction() as session:
            answering.decline(
                session,
                _found(session, reservation_id),
                by=person_signed_in(),
                now=clock.now(),
                why=form.why.data or "",
                operation=form.act,
            )
    except Refusal as refusal:
        if wants_json() or refusal.status is not HTTPStatus.UNPROCESSABLE_ENTITY:
            raise
        return _page(reservation_id, against=refusal.reasons), refusal.status
    return done(url_for(".reservation", reservation_id=reservation_id), says=_("Declined."))


@room.post(f"{ONE}/units/<int:unit_id>/shelf")
def set_reserved_aside(reservation_id: int, unit_id: int) -> ResponseReturnValue:
    """A steward puts it on the shelf of what is ready."""
    form = filled_in(ActForm, request.form)
    with transaction() as session:
        calling_off.set_aside(
            session,
            _found(session, reservation_id),
            unit_id,
            by=person_signed_in(),
            now=clock.now(),
            operation=form.act,
        )
    says = _("Set aside: it waits on the shelf.")
    return done(url_for(".reservation", reservation_id=reservation_id), says=says)


@room.get(f"{ONE}/time")
def another_time(reservation_id: int) -> ResponseReturnValue:
    """To when it could be moved; with days it says whether that is possible."""
    if "from_day" not in request.args:
        return _time_page(reservation_id, None)
    form = MoveForm(request.args)
    if not form.validate():
        return _time_page(reservation_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with reading() as session:
        found = _found(session, reservation_id)
        span = form.span(read_opening_times(session, found.group))
        by, now = person_signed_in(), clock.now()
        weighing = rescheduling.weigh_move(session, found, span, by=by, now=now)
    return _time_page(reservation_id, form, weighing.reasons)


@room.post(f"{ONE}/time")
def move_reservation(reservation_id: int) -> ResponseReturnValue:
    """Moves it there, or says why not and changes nothing."""
    form = MoveForm(request.form)
    if not form.validate():
        return _time_page(reservation_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        says = _moved(reservation_id, form)
    except Refusal as refusal:
        if wants_json() or refusal.status is HTTPStatus.NOT_FOUND:
            raise
        return _time_page(reservation_id, form, refusal.reasons), refusal.status
    return done(url_for(".reservation", reservation_id=reservation_id), says=says)


def _moved(reservation_id: int, form: MoveForm) -> str:
    """Moves it, and gives what to say."""
    with transaction() as session:
        found = _found(session, reservation_id)
        moved = rescheduling.move(
            session,
            found,
            form.span(read_opening_times(session, found.group)),
            by=person_signed_in(),
            now=clock.now(),
            for_weather=form.weather.data,
            operation=form.act,
        )
        asked, kept = _("Moved: a steward will say yes or no."), _("Moved. It is kept for then.")
        says: str = asked if moved.is_requested else kept
    return says


def _found(session: AnySession, reservation_id: int) -> Reservation:
    found = queries.reservation_for(session, reservation_id, person_signed_in(), now=clock.now())
    return found.reservation


def _page(reservation_id: int, against: Sequence[Reason] = ()) -> str:
    """The page; `against` is why a steward can't say no like that."""
    with reading() as session:
        page = reservation_page(session, reservation_id, person_signed_in(), now=clock.now())
        windows = [(span, typed_for(page.group, span)) for span in page.windows]
        return render_template(
            "circulation/reservation.html",
            page=page,
            windows=windows,
            against=against,
            why=request.form.get("why", ""),
        )


def _time_page(
    reservation_id: int, form: MoveForm | None, against: Sequence[Reason] | None = None
) -> str:
    """The page to move it on; `against` is None until somebody asked for days."""
    with reading() as session:
        page = reservation_page(session, reservation_id, person_signed_in(), now=clock.now())
        group = read_opening_times(session, page.group)
        now_is = Span(page.reservation.from_at, page.reservation.until_at)
        free = [one.windows for one in against or () if isinstance(one, NotFree)]
        windows = free[0] if free else page.windows
        return render_template(
            "circulation/another_time.html",
            page=page,
            form=form or MoveForm(MultiDict(typed_for(group, now_is))),
            against=against,
            windows=[(span, typed_for(group, span)) for span in windows],
        )
