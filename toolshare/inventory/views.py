"""Pages of the inventory that everyone in a network sees: the catalogue, kinds, photos."""

from datetime import date, datetime
from http import HTTPStatus
from io import BytesIO

from flask import Blueprint, abort, current_app, redirect, render_template, request, send_file
from flask import url_for as url
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select

from toolshare import clock
from toolshare.circulation import availability
from toolshare.circulation.free_then import kinds_free_then
from toolshare.circulation.waiting import turn_here
from toolshare.database import db, may_lag, reading
from toolshare.gate import open_to_all
from toolshare.inventory import photos, portraits, queries
from toolshare.inventory.forms import CatalogueForm, DaysForm, SearchForm
from toolshare.inventory.models import Kind, Photo
from toolshare.inventory.search import Sought
from toolshare.labels import scanning
from toolshare.people import roles
from toolshare.people.models import Group, Role
from toolshare.people.opening import read_opening_times_of_all, today_in
from toolshare.people.signin import current_person, person_signed_in
from toolshare.records import AnySession
from toolshare.refusals import Refusal
from toolshare.shelves import Away

room = Blueprint("inventory", __name__)
FOR_EVER = 31_536_000  # seconds; a photo's name changes with the photo


@room.get("/catalogue")
def catalogue() -> ResponseReturnValue:
    """What there is, to search and to filter; a code or a scanned label leads to its thing."""
    form, days = CatalogueForm(request.args), DaysForm(request.args)
    if code := code_in(form.words.data or ""):
        return redirect(url("circulation.scan", code=code))
    with reading() as records:
        groups, now = groups_in_reach(), clock.now()
        with may_lag():
            page = catalogue_page(records, form, days, groups, now)
            free = availability.free_counts(records, [kind.id for kind in page.kinds], now=now)
        return render_template(
            "inventory/catalogue.html", form=form, days=days, found=page, free=free
        )


def catalogue_page(
    records: AnySession, form: CatalogueForm, days: DaysForm, groups: list[Group], now: datetime
) -> queries.PageOfKinds:
    """What there is of these groups, as the filters ask for it."""
    days.earliest = min((today_in(group, now) for group in groups), default=now.date())
    among = [availability.kinds_free_at(now)] if form.free.data else []
    if days.validate() and days.days:
        among.append(free_then(records, groups, days.days, now))
    offer_choices(records, form, groups)
    return queries.catalogue(records, sought(form, groups), page=form.page.data or 1, among=among)


@room.get("/catalogue/<int:kind_id>")
def kind(kind_id: int) -> ResponseReturnValue:
    """A kind: what it is, how to use it, its items and how each stands."""
    days = DaysForm(request.args)
    with reading() as records:
        found = kind_or_404(kind_id)
        item_ids = [item.id for item in found.items]
        return render_template(
            "inventory/kind.html",
            kind=found,
            days=days.typed if days.validate() else {},
            states=availability.states(records, item_ids, now=clock.now()),
            here=turn_here(records, found, person_signed_in(), now=clock.now()),
            is_coordinator=has_role(found.group, Role.COORDINATOR),
        )


@room.get("/photos/<name>-<int:width>.webp")
@open_to_all
def photo(name: str, width: int) -> ResponseReturnValue:
    """A photo: of a kind for everyone, of damage for the stewards of its group."""
    with reading() as records:
        found = queries.photo_called(records, name)
        if found is None or width not in photos.WIDTHS or not may_see(found):
            abort(HTTPStatus.NOT_FOUND)
        is_public = found.kind_id is not None
    content = content_of(photos.file_name(name, width))
    response = send_file(BytesIO(content), mimetype="image/webp", etag=f"{name}-{width}")
    whose = "public" if is_public else "private"
    response.headers["Cache-Control"] = f"{whose}, max-age={FOR_EVER}, immutable"
    return response


def content_of(file: str) -> bytes:
    """What is in the file of a photo."""
    try:
        content = current_app.config["CHOSEN"].shelf.get(file)
    except Away:
        abort(HTTPStatus.SERVICE_UNAVAILABLE)
    if content is None:
        abort(HTTPStatus.NOT_FOUND)
    return bytes(content)


def free_then(
    records: AnySession, groups: list[Group], days: tuple[date, date], now: datetime
) -> Select[int]:
    """The ids of what is free on these days, of what the reader may see."""
    open_when = read_opening_times_of_all(records, groups)
    return kinds_free_then(records, open_when, *days, now=now)


def groups_in_reach() -> list[Group]:
    """The groups whose things the reader may see, own ones first."""
    return roles.network_of(db.session, person_signed_in(), now=clock.now())


def offer_choices(session: AnySession, form: SearchForm, groups: list[Group]) -> None:
    """What can be chosen in the form: every category, these groups and their places."""
    several = len(groups) > 1
    form.category.choices = [
        ("", _("All categories")),
        *((path, path) for path in queries.category_paths(session)),
    ]
    form.place.choices = [("", _("All places"))] + [
        (str(place.id), f"{place.path} ({place.group.name})" if several else place.path)
        for place in queries.places_of(session, groups)
    ]
    if isinstance(form, CatalogueForm):
        form.group.choices = [
            ("", _("All groups")),
            *((group.slug, group.name) for group in groups),
        ]


def kind_or_404(kind_id: int) -> Kind:
    """The kind, if it belongs to a group in the reader's reach."""
    found = queries.kind_among(db.session, kind_id, groups_in_reach())
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def has_role(group: Group, role: Role) -> bool:
    """Whether the reader has this role in the group today."""
    person = current_person()
    if person is None:
        return False
    own = roles.role_in(db.session, person, group, today=today_in(group, clock.now()))
    return own is not None and own.covers(role)


def may_see(found: Photo) -> bool:
    """Everyone sees what a thing looks like; damage and portraits are the stewards' business."""
    if found.kind_id is not None:
        return True
    if found.person_id is not None:
        return portraits.may_see(db.session, found, current_person(), now=clock.now())
    return has_role(db.session.get_one(Group, found.group_id), Role.STEWARD)


def sought(form: CatalogueForm, groups: list[Group]) -> Sought:
    """What the form asks for, within the groups in reach."""
    within = [group.id for group in groups]
    chosen = [group.id for group in groups if group.slug == form.group.data]
    return Sought(
        words=form.words.data or "",
        group_ids=chosen or within,
        category=form.category.data or "",
        place_id=form.place.data,
    )


def code_in(words: str) -> str | None:
    """The code in what was typed, if it is one that something wears."""
    hosts = (current_app.config["CHOSEN"].public_host, *current_app.config["CHOSEN"].former_hosts)
    try:
        code = scanning.read_scan(words, hosts)
        with reading() as records:
            scanning.what_is_behind(records, code)
    except Refusal:
        return None
    return code
