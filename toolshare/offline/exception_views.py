"""The page of exceptions: what was scanned without a signal and could not be done."""

from http import HTTPStatus

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from toolshare import clock
from toolshare.answers import done
from toolshare.care.forms import filled_in
from toolshare.database import reading, transaction
from toolshare.gate import needs
from toolshare.offline import settling
from toolshare.offline.forms import SettleForm
from toolshare.offline.models import ExceptionalScan, Settlement
from toolshare.offline.queries import exceptions_of
from toolshare.offline.views import room
from toolshare.people.models import Group, Role
from toolshare.people.signin import person_signed_in
from toolshare.records import AnySession


@room.get("/groups/<slug>/exceptions")
@needs(Role.STEWARD)
def exceptions(group: Group) -> ResponseReturnValue:
    """What waits for a steward, why, and what was settled."""
    with reading() as session:
        found = exceptions_of(session, group, now=clock.now())
        return render_template("offline/exceptions.html", group=group, found=found)


@room.post("/groups/<slug>/exceptions/<int:exception_id>/settlement")
@needs(Role.STEWARD)
def settle(group: Group, exception_id: int) -> ResponseReturnValue:
    """Settles one, with a note; lends it or takes it back after all, if that is asked for."""
    form = filled_in(SettleForm, request.form)
    slug, how = group.slug, Settlement(form.how.data or "")
    with transaction() as session:
        settling.settle(
            session,
            _found(session, slug, exception_id),
            how,
            by=person_signed_in(),
            now=clock.now(),
            note=form.note.data or "",
            operation=form.act,
        )
    says = {
        Settlement.SETTLED: _("Settled."),
        Settlement.LENT: _("Lent, as it happened."),
        Settlement.RETURNED: _("Taken back, as it happened."),
    }
    return done(url_for(".exceptions", slug=slug), says=says[how])


def _found(session: AnySession, slug: str, exception_id: int) -> ExceptionalScan:
    its = select(ExceptionalScan).join(ExceptionalScan.group)
    which = (ExceptionalScan.id == exception_id, Group.slug == slug)
    return session.scalar(its.where(*which)) or abort(HTTPStatus.NOT_FOUND)
