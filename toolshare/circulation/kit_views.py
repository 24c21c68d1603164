"""Pages of kits: the list of them, making one, and what is in one."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.answers import done
from toolshare.care.forms import ActForm, filled_in
from toolshare.circulation import kit_mending, kit_pages, kitting
from toolshare.circulation.forms import KitForm, PutInForm
from toolshare.circulation.views import room
from toolshare.database import db, reading, transaction
from toolshare.gate import needs, reads_labels
from toolshare.inventory import photos, places, queries
from toolshare.inventory.models import Item, KitPart, Photo
from toolshare.labels.scanning import item_behind, read_scan
from toolshare.laying import photos_sent
from toolshare.people.models import Group, Role
from toolshare.people.opening import today_in
from toolshare.people.roles import role_in
from toolshare.people.signin import person_signed_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal

KITS = "/groups/<slug>/inventory/kits"
PARTS = "/I/<kit_code>/contents"
PART = f"{PARTS}/<int:part_id>"


@room.get(KITS)
@needs(Role.STEWARD)
def kits(group: Group) -> ResponseReturnValue:
    """The group's kits, how many things each holds, and which are not complete."""
    by, now = person_signed_in(), clock.now()
    with reading() as session:
        found = kit_pages.kits_of(session, group, now=now)
        role = role_in(session, by, group, today=today_in(group, now))
        return render_template(
            "circulation/kits.html",
            group=group,
            kits=found,
            is_coordinator=role is Role.COORDINATOR,
        )


@room.get(f"{KITS}/new")
@needs(Role.COORDINATOR)
def new_kit(group: Group) -> ResponseReturnValue:
    """How a new kit is called, where it lives and what it looks like."""
    return _new_kit_page(group, KitForm())


@room.post(KITS)
@needs(Role.COORDINATOR)
def make_kit(group: Group) -> ResponseReturnValue:
    """Makes a kit, and leads to what is in it."""
    form = KitForm(request.form)
    if not form.validate():
        return _new_kit_page(group, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with photos_sent() as sent, transaction() as session:
            kit = _made(session, group, form, sent)
            flash(_("Now put in what belongs to it."), "success")
            url = url_for(".contents", kit_code=kit.code)
        return redirect(url, HTTPStatus.SEE_OTHER)
    except Refusal as refusal:
        return _new_kit_page(group, form, refusal.reasons), refusal.status


@room.get(PARTS)
@reads_labels
def contents(kit_code: str) -> ResponseReturnValue:
    """What is in a kit, for stewards."""
    words = request.args.get("words", "").strip()
    with reading() as session:
        kit = item_behind(session, read_scan(kit_code, ()))
        by, now = person_signed_in(), clock.now()
        page = kit_pages.contents_page(session, kit, words, by=by, now=now)
        return render_template("circulation/contents.html", page=page)


@room.post(PARTS)
def put_in(kit_code: str) -> ResponseReturnValue:
    """Puts in what was scanned, typed or picked."""
    form = filled_in(PutInForm, request.form)
    with transaction() as session:
        kit = item_behind(session, read_scan(kit_code, ()))
        item = item_behind(
            session, read_scan(form.code.data or "", current_app.config["CHOSEN"].hosts)
        )
        kitting.put_in(
            session,
            kit,
            item,
            by=person_signed_in(),
            now=clock.now(),
            quantity=form.quantity.data or 1,
            operation=form.act,
        )
        says = _("Put in: %(name)s.", name=item.kind.name)
    return done(url_for(".contents", kit_code=kit_code), says=says)


@room.post(f"{PART}/removal")
def take_out(kit_code: str, part_id: int) -> ResponseReturnValue:
    """Takes a thing, or all of a bin, out of a kit."""
    return _change(kit_code, part_id, kitting.take_out, _("Taken out: %(name)s."))


@room.post(f"{PART}/find")
def find_part(kit_code: str, part_id: int) -> ResponseReturnValue:
    """What was missing of a bin is in the kit again."""
    return _change(kit_code, part_id, kit_mending.found_again, _("Complete again: %(name)s."))


@room.post(f"{PART}/replacement")
def replace_part(kit_code: str, part_id: int) -> ResponseReturnValue:
    """What is missing of a bin is taken from it anew."""
    return _change(kit_code, part_id, kit_mending.replace, _("Filled up: %(name)s."))


def _change(
    kit_code: str, part_id: int, verb: Callable[..., KitPart], says: str
) -> ResponseReturnValue:
    form = filled_in(ActForm, request.form)
    with transaction() as session:
        kit = item_behind(session, read_scan(kit_code, ()))
        part = session.get(KitPart, part_id)
        if part is None or part.kit_id != kit.id:
            abort(HTTPStatus.NOT_FOUND)
        item = session.get_one(Item, part.item_id)
        verb(session, kit, item, by=person_signed_in(), now=clock.now(), operation=form.act)
        said = says % {"name": item.kind.name}
    return done(url_for(".contents", kit_code=kit_code), says=said)


def _made(session: AnySession, group: Group, form: KitForm, sent: Sequence[Photo]) -> Item:
    acts: dict[str, Any] = {"by": person_signed_in(), "now": clock.now()}
    place = places.at_path(session, group, form.place.data, **acts) if form.place.data else None
    kit = kitting.make(session, group, form.name.data or "", place, **acts)
    photos.keep_all(session, sent, kit.kind, **acts)
    return kit


def _new_kit_page(group: Group, form: KitForm, reasons: Sequence[Reason] = ()) -> str:
    with reading():
        found = queries.places_of(db.session, [group])
        return render_template(
            "circulation/new_kit.html", group=group, form=form, places=found, reasons=reasons
        )
