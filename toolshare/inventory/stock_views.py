"""Pages with which coordinators stock the inventory: things, kinds, items, photos."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.circulation import recounting, retiring, servicing
from toolshare.codes.models import Wearer
from toolshare.database import db, reading, transaction
from toolshare.gate import needs
from toolshare.inventory import categories, photos, places, queries, stocking
from toolshare.inventory.forms import ItemForm, KindForm, ThingForm
from toolshare.inventory.models import Category, Counting, Item, Kind, Photo, Place
from toolshare.inventory.views import room
from toolshare.labels.claiming import claim_for_new
from toolshare.labels.scanning import read_scan
from toolshare.laying import needed, photos_sent
from toolshare.people.models import Group, Role
from toolshare.people.signin import person_signed_in
from toolshare.refusals import Reason, Refusal

GROUP = "/groups/<slug>/inventory"
OF_KIND = tuple(name for name in KindForm()._fields if name != "categories")
OF_ITEM = tuple(name for name in ItemForm()._fields if name != "place")


@room.get(f"{GROUP}/things/new")
@needs(Role.COORDINATOR)
def new_thing(group: Group) -> ResponseReturnValue:
    """The form for a thing: what it is, and this one of it."""
    return thing_page(group, ThingForm())


@room.post(f"{GROUP}/things")
@needs(Role.COORDINATOR)
def add_thing(group: Group) -> ResponseReturnValue:
    """Adds a kind with its first item and its photos."""
    form = ThingForm(request.form)
    if not form.validate():
        return thing_page(group, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with photos_sent(most=None) as sent, transaction() as records:
            by, now = person_signed_in(), clock.now()
            traits = traits_of(form, OF_KIND) | {"categories": categories_in(form)}
            kind = stocking.add_kind(records, group, by=by, now=now, **traits)
            add_first(kind, form)
            servicing.plan_anew(records, kind, by=by, now=now)
            photos.keep_all(records, sent, kind, by=by, now=now)
            return saved(kind, _("%(name)s is in the inventory.", name=kind.name))
    except Refusal as refusal:
        return thing_page(group, form, refusal.reasons), refusal.status


@room.get(f"{GROUP}/kinds/<int:kind_id>/edit")
@needs(Role.COORDINATOR)
def edit_kind(group: Group, kind_id: int) -> ResponseReturnValue:
    """The form to change what a kind is, and its photos."""
    with reading():
        kind = kind_or_404(group, kind_id)
        paths = [category.path for category in kind.categories]
        return kind_page(kind, KindForm(data=facts(kind, OF_KIND) | {"categories": paths}))


@room.post(f"{GROUP}/kinds/<int:kind_id>")
@needs(Role.COORDINATOR)
def change_kind(group: Group, kind_id: int) -> ResponseReturnValue:
    """Changes what a kind is."""
    form = KindForm(request.form)
    if not form.validate():
        with reading():
            return kind_page(kind_or_404(group, kind_id), form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as records:
        kind = kind_or_404(group, kind_id)
        traits = traits_of(form, OF_KIND) | {"categories": categories_in(form)}
        recounting.refuse_while_out(records, kind, Counting(form.counting.data))
        by, now = person_signed_in(), clock.now()
        stocking.change_kind(records, kind, by=by, now=now, **traits)
        servicing.plan_anew(records, kind, by=by, now=now)
        return saved(kind, _("Saved."))


@room.post(f"{GROUP}/kinds/<int:kind_id>/items")
@needs(Role.COORDINATOR)
def add_another(group: Group, kind_id: int) -> ResponseReturnValue:
    """Adds one more item of a kind, with one tap; its own facts can follow."""
    with transaction() as records:
        kind = kind_or_404(group, kind_id)
        item = stocking.add_item(records, kind, by=person_signed_in(), now=clock.now())
        flash(_("One more is in the inventory: say here what is special about it."), "success")
        return redirect(
            url_for("inventory.edit_item", slug=group.slug, item_id=item.id), HTTPStatus.SEE_OTHER
        )


@room.get(f"{GROUP}/items/<int:item_id>/edit")
@needs(Role.COORDINATOR)
def edit_item(group: Group, item_id: int) -> ResponseReturnValue:
    """The form to change the facts of one item."""
    with reading():
        item = item_or_404(group, item_id)
        place = item.place.path if item.place else ""
        return item_page(group, item, ItemForm(data=facts(item, OF_ITEM) | {"place": place}))


@room.post(f"{GROUP}/items/<int:item_id>")
@needs(Role.COORDINATOR)
def change_item(group: Group, item_id: int) -> ResponseReturnValue:
    """Changes the facts of one item."""
    form = ItemForm(request.form)
    if not form.validate():
        with reading():
            item = item_or_404(group, item_id)
            return item_page(group, item, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as records:
        item = item_or_404(group, item_id)
        traits = item_traits(group, form)
        stocking.change_item(records, item, by=person_signed_in(), now=clock.now(), **traits)
        return saved(item.kind, _("Saved."))


@room.post(f"{GROUP}/items/<int:item_id>/stock")
@needs(Role.COORDINATOR)
def put_back(group: Group, item_id: int) -> ResponseReturnValue:
    """Takes a retired item into stock again."""
    with transaction() as records:
        item = item_or_404(group, item_id)
        retiring.put_back(records, item, by=person_signed_in(), now=clock.now())
        return saved(item.kind, _("%(name)s is in stock again.", name=item.kind.name))


@room.post(f"{GROUP}/kinds/<int:kind_id>/photos")
@needs(Role.COORDINATOR)
def add_photos(group: Group, kind_id: int) -> ResponseReturnValue:
    """Adds photos to a kind: all of them, or none when one is no picture."""
    with photos_sent(most=None) as sent, transaction() as records:
        kind = kind_or_404(group, kind_id)
        photos.keep_all(records, needed(sent), kind, by=person_signed_in(), now=clock.now())
        return to_kind_form(kind)


@room.post(f"{GROUP}/kinds/<int:kind_id>/photos/<int:photo_id>/cover")
@needs(Role.COORDINATOR)
def make_cover(group: Group, kind_id: int, photo_id: int) -> ResponseReturnValue:
    """Shows this photo first."""
    with transaction():
        kind = kind_or_404(group, kind_id)
        photos.make_cover(kind.photos, photo_of(kind, photo_id))
        return to_kind_form(kind)


@room.post(f"{GROUP}/kinds/<int:kind_id>/photos/<int:photo_id>/removal")
@needs(Role.COORDINATOR)
def remove_photo(group: Group, kind_id: int, photo_id: int) -> ResponseReturnValue:
    """Takes a photo away."""
    with transaction() as records:
        kind = kind_or_404(group, kind_id)
        photo = photo_of(kind, photo_id)
        photos.remove(records, kind, photo, group=group, by=person_signed_in(), now=clock.now())
        name, answer = photo.name, to_kind_form(kind)
    photos.erase(current_app.config["CHOSEN"].shelf, name)
    return answer


def add_first(kind: Kind, form: ThingForm) -> None:
    """Adds the first item of a kind, with the blank label that was scanned or with a new code."""
    by, now, traits = person_signed_in(), clock.now(), item_traits(kind.group, form)
    if label := request.form.get("label"):
        code = read_scan(label, ())
        claim_for_new(db.session, code, kind.group, Wearer.ITEM, by=by, now=now)
        stocking.add_items(db.session, [(kind, {"code": code, **traits})], by=by, now=now)
    else:
        stocking.add_item(db.session, kind, by=by, now=now, **traits)


def thing_page(group: Group, form: ThingForm, reasons: Sequence[Reason] = ()) -> str:
    """The page of a new thing, with what people have called places and categories so far."""
    with reading() as records:
        return render_template(
            "inventory/new_thing.html",
            group=group,
            form=form,
            reasons=reasons,
            label=request.values.get("label", ""),
            categories=queries.category_paths(records),
            places=queries.places_of(records, [group]),
        )


def kind_page(kind: Kind, form: KindForm) -> str:
    """The page to change a kind."""
    return render_template("inventory/edit_kind.html", group=kind.group, kind=kind, form=form)


def item_page(group: Group, item: Item, form: ItemForm) -> str:
    """The page to change an item."""
    found = queries.places_of(db.session, [group])
    return render_template(
        "inventory/edit_item.html", group=group, item=item, form=form, places=found
    )


def facts(record: Kind | Item, names: Sequence[str]) -> dict[str, Any]:
    """What is known of a record, for its form."""
    return {name: getattr(record, name) for name in names}


def traits_of(form: KindForm | ItemForm, names: Sequence[str]) -> dict[str, Any]:
    """What was typed into these fields."""
    return {name: form[name].data for name in names}


def item_traits(group: Group, form: ItemForm) -> dict[str, Any]:
    """What was typed about an item, with its place found or made."""
    return traits_of(form, OF_ITEM) | {"place": place_in(group, form)}


def categories_in(form: KindForm) -> list[Category]:
    """The categories that were typed, found or made."""
    return list(categories.at_paths(db.session, form.categories.data or []).values())


def place_in(group: Group, form: ItemForm) -> Place | None:
    """The place that was typed, found or made."""
    if not form.place.data:
        return None
    return places.at_path(
        db.session, group, form.place.data, by=person_signed_in(), now=clock.now()
    )


def kind_or_404(group: Group, kind_id: int) -> Kind:
    """The kind, if it is the group's."""
    return queries.kind_among(db.session, kind_id, [group]) or abort(HTTPStatus.NOT_FOUND)


def item_or_404(group: Group, item_id: int) -> Item:
    """The item, if it is the group's."""
    return queries.item_of(db.session, group, item_id) or abort(HTTPStatus.NOT_FOUND)


def photo_of(kind: Kind, photo_id: int) -> Photo:
    """The kind's photo with this id."""
    found = (photo for photo in kind.photos if photo.id == photo_id)
    return next(found, None) or abort(HTTPStatus.NOT_FOUND)


def saved(kind: Kind, said: str) -> ResponseReturnValue:
    """Says what happened and leads to the kind."""
    flash(said, "success")
    return redirect(url_for("inventory.kind", kind_id=kind.id), HTTPStatus.SEE_OTHER)


def to_kind_form(kind: Kind) -> ResponseReturnValue:
    """Leads to the form of a kind."""
    return redirect(
        url_for("inventory.edit_kind", slug=kind.group.slug, kind_id=kind.id),
        HTTPStatus.SEE_OTHER,
    )
