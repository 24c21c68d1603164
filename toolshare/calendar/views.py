"""Pages of the calendar: the week board of a group, a day at its shed, the month of a kind."""

from datetime import date
from http import HTTPStatus

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from toolshare import clock
from toolshare.calendar import board, days, queries
from toolshare.calendar import month as months
from toolshare.circulation.eligibility import is_steward, membership_of
from toolshare.circulation.reservation_queries import kinds_to_reserve
from toolshare.database import may_lag, reading
from toolshare.gate import for_borrowers, needs
from toolshare.inventory.models import Counting
from toolshare.people.models import Group, Role
from toolshare.people.opening import today_in
from toolshare.people.roles import role_in
from toolshare.people.signin import person_signed_in
from toolshare.wording import first_weekday

room = Blueprint("calendar", __name__)


@room.get("/groups/<slug>/board")
@for_borrowers
def week(group: Group) -> ResponseReturnValue:
    """How many of each kind are free on each of seven days, from today on unless a day is asked for."""
    now = clock.now()
    day = days.nearby(group, _day_in(request.args.get("day", "")) or today_in(group, now), now)
    words = request.args.get("words", "").strip()
    with reading() as session:
        own = role_in(session, person_signed_in(), group, today=today_in(group, now))
        with may_lag():
            found = board.week_board(
                session,
                group,
                day,
                now=now,
                words=words,
                page=request.args.get("page", 1, type=int),
            )
        return render_template(
            "calendar/week.html",
            group=group,
            board=found,
            month=f"{day:%Y-%m}",
            words=words,
            is_steward=own is not None and own.covers(Role.STEWARD),
        )


@room.get("/groups/<slug>/board/<day>")
@needs(Role.STEWARD)
def day(group: Group, day: str) -> ResponseReturnValue:
    """Who fetches what on a day, and who brings back what."""
    known = _day_in(day)
    if known is None or known != days.nearby(group, known, clock.now()):
        abort(HTTPStatus.NOT_FOUND)
    with reading() as session:
        found = queries.day_at_the_shed(session, group, known)
        return render_template("calendar/day.html", group=group, day=known, found=found)


@room.get("/catalogue/<int:kind_id>/calendar")
def month(kind_id: int) -> ResponseReturnValue:
    """How many of a kind are free on each day of a month; for who may see the kind."""
    person, now = person_signed_in(), clock.now()
    with reading() as session:
        kinds = kinds_to_reserve(session, [kind_id], person, now=now)
        if not kinds or kinds[0].counting is Counting.CONSUMABLE:
            abort(HTTPStatus.NOT_FOUND)
        kind, group = kinds[0], kinds[0].group
        for_stewards = is_steward(session, person, group, now=now)
        with may_lag():
            found = months.month_of(
                session,
                kind,
                _day_in(f"{request.args.get('month', '')}-01") or today_in(group, now),
                reader=person,
                for_stewards=for_stewards,
                first_weekday=first_weekday(),
                now=now,
            )
        return render_template(
            "calendar/month.html",
            kind=kind,
            group=group,
            month=found,
            may_borrow=membership_of(session, person, group, now=now) is not None,
        )


def _day_in(typed: str) -> date | None:
    """The day that is meant, if it is one."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
