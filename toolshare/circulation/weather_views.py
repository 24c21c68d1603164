"""The page on which a steward moves all that depends on the weather, after a look at it."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from toolshare import clock
from toolshare.circulation.shifting import shift
from toolshare.circulation.views import room
from toolshare.circulation.weather import Plan, plan
from toolshare.circulation.weather_forms import RainForm
from toolshare.database import reading, transaction
from toolshare.gate import needs
from toolshare.people.models import Group, Role
from toolshare.people.opening import today_in
from toolshare.people.signin import person_signed_in
from toolshare.records import AnySession

A_WEEK = timedelta(days=6)
A_DAY = timedelta(days=1)


@room.get("/groups/<slug>/reservations/rain")
@needs(Role.STEWARD)
def rain(group: Group) -> ResponseReturnValue:
    """What would move and what would stay."""
    form = RainForm(request.args if "first" in request.args else None)
    if "first" not in request.args:
        tomorrow = today_in(group, clock.now()) + A_DAY
        form.first.data, form.last.data = tomorrow, tomorrow + A_WEEK
    elif not form.validate():
        return _page(group, form, None), HTTPStatus.UNPROCESSABLE_ENTITY
    with reading() as session:
        return _page(group, form, _plan(session, group, form))


@room.post("/groups/<slug>/reservations/rain")
@needs(Role.STEWARD)
def shift_for_rain(group: Group) -> ResponseReturnValue:
    """Moves what the preview has shown; the page that comes next offers to move it back."""
    form = RainForm(request.form)
    if not form.validate():
        return _page(group, form, None), HTTPStatus.UNPROCESSABLE_ENTITY
    (first, last), days = form.stretch(), int(form.days.data)
    with transaction() as session:
        moved = shift(
            session,
            group,
            first,
            last,
            days=days,
            by=person_signed_in(),
            now=clock.now(),
            only=form.named(),
            expected=form.seen.data or None,
            operation=form.act,
        )
        ids = ",".join(str(one.reservation.id) for one in moved)
    flash(ngettext("%(num)s booking moved.", "%(num)s bookings moved.", len(moved)), "success")
    undo: dict[str, Any] = {"slug": group.slug}
    if moved and not form.only.data:
        furthest = last + timedelta(days=days) + A_WEEK
        undo |= {"first": first, "last": furthest, "days": -days, "only": ids}
    return redirect(url_for(".rain", **undo), HTTPStatus.SEE_OTHER)


def _plan(session: AnySession, group: Group, form: RainForm) -> Plan:
    (first, last), days = form.stretch(), int(form.days.data)
    return plan(session, group, first, last, days=days, now=clock.now(), only=form.named())


def _page(group: Group, form: RainForm, shown: Plan | None) -> str:
    return render_template("circulation/rain.html", group=group, form=form, shown=shown)
