"""Pages on which coordinators set up kiosks, and members their PIN."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.database import reading, transaction
from toolshare.gate import needs
from toolshare.kiosk import pairing, queries
from toolshare.kiosk.forms import KioskForm, NewPinForm
from toolshare.kiosk.models import Kiosk
from toolshare.kiosk.views import room
from toolshare.labels.symbols import symbol
from toolshare.people import pins
from toolshare.people.models import Group, Role
from toolshare.people.queries import membership_of
from toolshare.people.signin import person_signed_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal

KIOSKS = "/groups/<slug>/kiosks"


@room.get(KIOSKS)
@needs(Role.COORDINATOR)
def kiosks(group: Group) -> ResponseReturnValue:
    """The kiosks of the group, and the form to set one up."""
    return _kiosks_page(group, KioskForm())


@room.post(KIOSKS)
@needs(Role.COORDINATOR)
def set_up(group: Group) -> ResponseReturnValue:
    """Sets up a kiosk and shows the link for its tablet, once: only its digest is kept."""
    form = KioskForm(request.form)
    if not form.validate():
        return _kiosks_page(group, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as session:
        kiosk, token = pairing.set_up(
            session, group, form.name.data or "", by=person_signed_in(), now=clock.now()
        )
        name = kiosk.name
    return _link_page(group, name, token)


@room.post(f"{KIOSKS}/<int:kiosk_id>/pairing")
@needs(Role.COORDINATOR)
def give_link(group: Group, kiosk_id: int) -> ResponseReturnValue:
    """Shows a new link, for a new tablet or when the first came too late."""
    with transaction() as session:
        kiosk = _kiosk(session, group, kiosk_id)
        token = pairing.give_link(session, kiosk, by=person_signed_in(), now=clock.now())
        name = kiosk.name
    return _link_page(group, name, token)


@room.post(f"{KIOSKS}/<int:kiosk_id>/end")
@needs(Role.COORDINATOR)
def end(group: Group, kiosk_id: int) -> ResponseReturnValue:
    """Ends a kiosk at once."""
    with transaction() as session:
        kiosk = _kiosk(session, group, kiosk_id)
        pairing.end(session, kiosk, by=person_signed_in(), now=clock.now())
        says = _("Ended: %(name)s lends nothing any more.", name=kiosk.name)
    flash(says, "success")
    return redirect(url_for("kiosk.kiosks", slug=group.slug), HTTPStatus.SEE_OTHER)


@room.post("/groups/<slug>/people/<int:membership_id>/pin/removal")
@needs(Role.COORDINATOR)
def remove_pin_of(group: Group, membership_id: int) -> ResponseReturnValue:
    """Removes somebody's PIN, which nobody can read."""
    with transaction() as session:
        membership = membership_of(session, group, membership_id) or abort(HTTPStatus.NOT_FOUND)
        pins.remove_pin(
            session, membership.person, by=person_signed_in(), now=clock.now(), group=group
        )
    flash(_("The PIN is removed."), "success")
    place = url_for("people.person", slug=group.slug, membership_id=membership_id)
    return redirect(place, HTTPStatus.SEE_OTHER)


@room.get("/account/pin")
def pin() -> ResponseReturnValue:
    """The form to set one's PIN."""
    return _pin_page(NewPinForm())


@room.post("/account/pin")
def set_pin() -> ResponseReturnValue:
    """Sets one's PIN."""
    form = NewPinForm(request.form)
    if not form.validate():
        return _pin_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            pins.set_pin(session, person_signed_in(), form.pin.data or "", now=clock.now())
    except Refusal as refusal:
        return _pin_page(form, refusal.reasons), refusal.status
    flash(_("Your PIN is set."), "success")
    return redirect(url_for("people.account"), HTTPStatus.SEE_OTHER)


@room.post("/account/pin/removal")
def remove_pin() -> ResponseReturnValue:
    """Removes one's own PIN."""
    person = person_signed_in()
    with transaction() as session:
        pins.remove_pin(session, person, by=person, now=clock.now())
    flash(_("Your PIN is removed."), "success")
    return redirect(url_for("people.account"), HTTPStatus.SEE_OTHER)


def _kiosk(session: AnySession, group: Group, kiosk_id: int) -> Kiosk:
    return pairing.kiosk_of(session, group, kiosk_id) or abort(HTTPStatus.NOT_FOUND)


def _kiosks_page(group: Group, form: KioskForm) -> str:
    with reading() as session:
        found = queries.kiosks_of(session, group)
        return render_template("kiosk/kiosks.html", group=group, form=form, kiosks=found)


def _link_page(group: Group, name: str, token: str) -> str:
    link = current_app.config["PUBLIC_URL"] + url_for("kiosk.pairing_page", token=token)
    with reading():
        return render_template(
            "kiosk/link.html", group=group, name=name, link=link, symbol=symbol("", link, "M")
        )


def _pin_page(form: NewPinForm, reasons: Sequence[Reason] = ()) -> str:
    with reading():
        return render_template("kiosk/pin_of_account.html", form=form, reasons=reasons)
