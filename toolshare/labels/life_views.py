"""Pages of one thing's labels: their history, and a new one for what is lost or worn."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.answers import done
from toolshare.care.forms import ActForm, filled_in
from toolshare.database import reading, transaction
from toolshare.labels import replacing, stocks
from toolshare.labels.forms import ReplaceForm
from toolshare.labels.life import life_of
from toolshare.labels.models import Cause
from toolshare.labels.scanning import read_scan, what_is_behind
from toolshare.labels.views import room
from toolshare.labels.wearing import group_of, name_of, require_steward
from toolshare.people.signin import person_signed_in


@room.get("/I/<code>/labels")
def life(code: str) -> ResponseReturnValue:
    """What became of each label of a thing, a place or a card, and a way to replace it."""
    with reading() as session:
        thing = what_is_behind(session, read_scan(code, ()))
        require_steward(session, thing, by=person_signed_in(), now=clock.now())
        group = group_of(thing)
        return render_template(
            "labels/life.html",
            group=group,
            thing=thing,
            name=name_of(thing),
            life=life_of(session, thing),
            stocks=stocks.all_of(session, group),
        )


@room.post("/I/<code>/replacements")
def replace(code: str) -> ResponseReturnValue:
    """Gives what wears the label another one."""
    form = filled_in(ReplaceForm, request.form)
    with transaction() as session:
        thing = replacing.replace(
            session,
            read_scan(code, ()),
            Cause(form.cause.data or ""),
            by=person_signed_in(),
            now=clock.now(),
            operation=form.act,
        )
        new, name = thing.code, name_of(thing)
    says = _("%(name)s has a new label. Print it, and stick it on.", name=name)
    return done(url_for(".life", code=new), says=says, code=new)


@room.post("/account/cards/<code>/loss")
def report_lost(code: str) -> ResponseReturnValue:
    """Somebody has lost their own card: nothing is lent on it any more."""
    form = filled_in(ActForm, request.form)
    with transaction() as session:
        replacing.replace(
            session,
            read_scan(code, ()),
            Cause.LOST,
            by=person_signed_in(),
            now=clock.now(),
            operation=form.act,
        )
    says = _("Nothing is lent on the lost card any more. A steward prints your new one.")
    return done(url_for("people.account"), says=says)
