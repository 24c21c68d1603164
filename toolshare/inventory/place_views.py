"""Pages of the places where a group's things live."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.database import db, reading, transaction
from toolshare.gate import needs
from toolshare.inventory import places as tree
from toolshare.inventory import queries
from toolshare.inventory.forms import PlaceForm
from toolshare.inventory.models import Place
from toolshare.inventory.views import room
from toolshare.people.models import Group, Role
from toolshare.people.signin import person_signed_in
from toolshare.refusals import Reason, Refusal

GROUP = "/groups/<slug>/inventory/places"


@room.get(GROUP)
@needs(Role.COORDINATOR)
def places(group: Group) -> ResponseReturnValue:
    """The group's place tree, and a form for one more."""
    return places_page(group, PlaceForm())


@room.post(GROUP)
@needs(Role.COORDINATOR)
def add_place(group: Group) -> ResponseReturnValue:
    """Adds a place, and those around it that are not there yet."""
    form = PlaceForm(request.form)
    if not form.validate():
        return places_page(group, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as records:
        place = tree.at_path(
            records, group, form.path.data or "", by=person_signed_in(), now=clock.now()
        )
        flash(_("%(path)s is a place now.", path=place.path), "success")
    return to_places(group)


@room.get(f"{GROUP}/<int:place_id>/edit")
@needs(Role.COORDINATOR)
def edit_place(group: Group, place_id: int) -> ResponseReturnValue:
    """The form to rename or move a place."""
    with reading():
        place = place_or_404(group, place_id)
        return place_page(place, PlaceForm(data={"path": place.path}))


@room.post(f"{GROUP}/<int:place_id>")
@needs(Role.COORDINATOR)
def change_place(group: Group, place_id: int) -> ResponseReturnValue:
    """Renames or moves a place with all that is in it."""
    form = PlaceForm(request.form)
    if not form.validate():
        with reading():
            place = place_or_404(group, place_id)
            return place_page(place, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as records:
            place = place_or_404(group, place_id)
            path = form.path.data or ""
            tree.rename(records, place, path, by=person_signed_in(), now=clock.now())
    except Refusal as refusal:
        with reading():
            place = place_or_404(group, place_id)
            return place_page(place, form, refusal.reasons), refusal.status
    flash(_("Saved. Its label stays right."), "success")
    return to_places(group)


def places_page(group: Group, form: PlaceForm) -> str:
    """The page of all places."""
    with reading() as records:
        found = queries.places_with_counts(records, group)
        return render_template("inventory/places.html", group=group, form=form, places=found)


def place_page(place: Place, form: PlaceForm, reasons: Sequence[Reason] = ()) -> str:
    """The page to change a place."""
    return render_template(
        "inventory/edit_place.html", group=place.group, place=place, form=form, reasons=reasons
    )


def place_or_404(group: Group, place_id: int) -> Place:
    """The place, if it is the group's."""
    return queries.place_of(db.session, group, place_id) or abort(HTTPStatus.NOT_FOUND)


def to_places(group: Group) -> ResponseReturnValue:
    """Leads to the places."""
    return redirect(url_for("inventory.places", slug=group.slug), HTTPStatus.SEE_OTHER)
