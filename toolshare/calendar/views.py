"""Pages of the calendar: the week board of a group, and a day at its shed."""

from datetime import date
from http import HTTPStatus

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from toolshare import clock
from toolshare.calendar import board, queries
from toolshare.database import reading
from toolshare.gate import needs
from toolshare.people.models import Group, Role
from toolshare.people.opening import today_in
from toolshare.people.roles import role_in
from toolshare.people.signin import person_signed_in

room = Blueprint("calendar", __name__)


@room.get("/groups/<slug>/board")
@needs(Role.MEMBER)
def week(group: Group) -> ResponseReturnValue:
    """How many of each kind are free on each day of a week."""
    now = clock.now()
    day = board.nearby(group, _day_in(request.args.get("day", "")) or today_in(group, now), now)
    words = request.args.get("words", "").strip()
    with reading() as session:
        found = board.week_board(
            session,
            group,
            day,
            now=now,
            words=words,
            page=request.args.get("page", 1, type=int),
        )
        own = role_in(session, person_signed_in(), group, today=today_in(group, now))
        return render_template(
            "calendar/week.html",
            group=group,
            board=found,
            words=words,
            is_steward=own is not None and own.covers(Role.STEWARD),
        )


@room.get("/groups/<slug>/board/<day>")
@needs(Role.STEWARD)
def day(group: Group, day: str) -> ResponseReturnValue:
    """Who fetches what on a day, and who brings back what."""
    known = _day_in(day)
    if known is None or known != board.nearby(group, known, clock.now()):
        abort(HTTPStatus.NOT_FOUND)
    with reading() as session:
        found = queries.day_at_the_shed(session, group, known)
        return render_template("calendar/day.html", group=group, day=known, found=found)


def _day_in(typed: str) -> date | None:
    """The day that is meant, if it is one."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
