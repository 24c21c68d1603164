"""Pages of taking turns: one's own, the line for a kind, the shelf, and what is pressed on them."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.answers import done
from toolshare.care.forms import filled_in
from toolshare.circulation import asking, finding, offering, waiting
from toolshare.circulation.forms import AskForm, TurnForm
from toolshare.circulation.views import room
from toolshare.database import reading, transaction
from toolshare.gate import is_our_own_path, needs
from toolshare.inventory.models import Kind
from toolshare.labels.scanning import item_behind, read_scan
from toolshare.people.models import Group, Role
from toolshare.people.signin import person_signed_in
from toolshare.records import AnySession


@room.get("/holds")
def my_turns() -> ResponseReturnValue:
    """What one waits for, and what is offered to one now."""
    with reading() as session:
        turns = waiting.my_turns(session, person_signed_in(), now=clock.now())
        return render_template("circulation/my_turns.html", turns=turns)


@room.get("/catalogue/<int:kind_id>/line")
def line(kind_id: int) -> ResponseReturnValue:
    """Who waits for a kind, in which order and why; names only for stewards."""
    with reading() as session:
        kind = _kind_or_404(session, kind_id)
        page = waiting.line_page(session, kind, person_signed_in(), now=clock.now())
        return render_template("circulation/line.html", page=page)


@room.get("/groups/<slug>/ready")
@needs(Role.STEWARD)
def shelf(group: Group) -> ResponseReturnValue:
    """What is kept for who waited in line, and what is waited for."""
    with reading() as session:
        found = waiting.shelf_of(session, group, now=clock.now())
        return render_template("circulation/shelf.html", group=group, shelf=found)


@room.post("/catalogue/<int:kind_id>/holds")
def ask(kind_id: int) -> ResponseReturnValue:
    """Puts oneself in line, or as a steward a member."""
    form = filled_in(AskForm, request.form)
    by, now = person_signed_in(), clock.now()
    with transaction() as session:
        kind = _kind_or_404(session, kind_id)
        typed, code = form.to.data, form.code.data
        person = finding.the_member(session, kind.group, typed, by=by, now=now) if typed else by
        hold = asking.ask(
            session,
            kind,
            person=person,
            by=by,
            now=now,
            item=item_behind(session, read_scan(code, ())) if code else None,
            need_by=form.need_by.data,
            operation=form.act,
        )
        hold_id = hold.id
    return done(_back(form), says=_("In line: it is offered in turn."), hold=hold_id)


@room.post("/holds/<int:hold_id>/pause")
def pause_hold(hold_id: int) -> ResponseReturnValue:
    """Lets others go first for now."""
    return _act_on_hold(asking.pause, hold_id, _("Paused: the place in line stays."))


@room.post("/holds/<int:hold_id>/resumption")
def resume_hold(hold_id: int) -> ResponseReturnValue:
    """Waits again."""
    return _act_on_hold(asking.resume, hold_id, _("In line again, in the same place."))


@room.post("/holds/<int:hold_id>/withdrawal")
def withdraw_hold(hold_id: int) -> ResponseReturnValue:
    """Gives a place in line up."""
    return _act_on_hold(asking.withdraw, hold_id, _("The place in line is given up."))


@room.post("/offers/<int:offer_id>/acceptance")
def accept_offer(offer_id: int) -> ResponseReturnValue:
    """Keeps what is offered."""
    return _act_on_offer(offering.accept, offer_id, _("Accepted: it is kept for pickup."))


@room.post("/offers/<int:offer_id>/pass")
def pass_offer_on(offer_id: int) -> ResponseReturnValue:
    """Lets the next in line have it."""
    return _act_on_offer(offering.pass_on, offer_id, _("Passed on to the next in line."))


@room.post("/offers/<int:offer_id>/set-aside")
def set_offer_aside(offer_id: int) -> ResponseReturnValue:
    """Puts it on the shelf of what is ready."""
    return _act_on_offer(offering.set_aside, offer_id, _("Set aside: it is ready."))


def _act_on_hold(verb: Callable[..., Any], hold_id: int, says: str) -> ResponseReturnValue:
    form, by, now = filled_in(TurnForm, request.form), person_signed_in(), clock.now()
    with transaction() as session:
        hold = waiting.hold_for(session, hold_id, by, now=now)
        verb(session, hold, by=by, now=now, operation=form.act)
    return done(_back(form), says=says)


def _act_on_offer(verb: Callable[..., Any], offer_id: int, says: str) -> ResponseReturnValue:
    form, by, now = filled_in(TurnForm, request.form), person_signed_in(), clock.now()
    with transaction() as session:
        offer = waiting.offer_for(session, offer_id, by, now=now)
        verb(session, offer, by=by, now=now, operation=form.act)
    return done(_back(form), says=says)


def _back(form: TurnForm) -> str:
    """Where the button stood."""
    path = form.back.data or ""
    return path if is_our_own_path(path) else url_for(".my_turns")


def _kind_or_404(session: AnySession, kind_id: int) -> Kind:
    kind = waiting.kind_with_group(session, kind_id)
    if kind is None:
        abort(HTTPStatus.NOT_FOUND)
    return kind
