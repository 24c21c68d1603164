"""Pages on which coordinators see to the people of their group."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from http import HTTPStatus
from io import BytesIO

from flask import abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from toolshare import clock
from toolshare.admission import leaving
from toolshare.database import db, reading, transaction
from toolshare.gate import needs
from toolshare.inventory import portraits
from toolshare.people import (
    exporting,
    importing,
    joining,
    memberships,
    password_links,
    queries,
    signin,
)
from toolshare.people.forms import PeopleFilterForm, PersonForm, StandingForm
from toolshare.people.models import Group, Membership, Role
from toolshare.people.opening import today_in
from toolshare.people.signin import person_signed_in
from toolshare.people.views import room
from toolshare.refusals import Reason, Refusal

PEOPLE = "/groups/<slug>/people"
PERSON = f"{PEOPLE}/<int:membership_id>"
MOST_BYTES = 350_000  # of a file; the page carries it in a field, of which Flask takes 500,000


@room.get(PEOPLE)
@needs(Role.COORDINATOR)
def people(group: Group) -> ResponseReturnValue:
    """The people of the group."""
    form = PeopleFilterForm(request.args)
    with reading() as records:
        found = queries.people_of(
            records,
            group,
            words=form.words.data or "",
            which=form.which.data or queries.CURRENT,
            page=request.args.get("page", 1, int),
            today=today_in(group, clock.now()),
        )
        return render_template("people/people.html", group=group, form=form, found=found)


@room.get(f"{PEOPLE}/new")
@needs(Role.COORDINATOR)
def new_person(group: Group) -> ResponseReturnValue:
    """The form to add somebody."""
    return _new_person_page(group, PersonForm())


@room.post(PEOPLE)
@needs(Role.COORDINATOR)
def add_person(group: Group) -> ResponseReturnValue:
    """Adds somebody, then offers to give a password link."""
    form = PersonForm(request.form)
    if not form.validate():
        return _new_person_page(group, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as records:
            joined = joining.join(
                records,
                group,
                name=form.name.data or "",
                email=form.email.data or "",
                role=Role(form.role.data),
                by=person_signed_in(),
                now=clock.now(),
            )
    except Refusal as refusal:
        return _new_person_page(group, form, refusal.reasons), refusal.status
    flash(_("%(name)s is in %(group)s.", name=form.name.data, group=group.name), "success")
    return _to_person(group, joined.id)


@room.get(PERSON)
@needs(Role.COORDINATOR)
def person(group: Group, membership_id: int) -> ResponseReturnValue:
    """What somebody is in the group."""
    return _person_page(group, membership_id)


@room.post(PERSON)
@needs(Role.COORDINATOR)
def change_person(group: Group, membership_id: int) -> ResponseReturnValue:
    """Changes role, since, until and pause."""
    form = StandingForm(request.form)
    if not form.validate():
        return _person_page(group, membership_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as records:
            membership = _membership(group, membership_id)
            leaving.change(
                records, membership, form.standing, by=person_signed_in(), now=clock.now()
            )
        signin.stay_signed_in()
    except Refusal as refusal:
        return _person_page(group, membership_id, form, refusal.reasons), refusal.status
    flash(_("Saved."), "success")
    return _to_person(group, membership_id)


@room.post(f"{PERSON}/password-link")
@needs(Role.COORDINATOR)
def give_password_link(group: Group, membership_id: int) -> ResponseReturnValue:
    """Makes a password link and shows it, once: only its digest is kept."""
    with transaction() as records:
        known = _membership(group, membership_id).person
        token = password_links.give_link(records, known, by=person_signed_in(), now=clock.now())
    with reading():
        return render_template(
            "people/password_link.html",
            group=group,
            membership=_membership(group, membership_id),
            link=current_app.config["PUBLIC_URL"] + url_for("people.set_password", token=token),
        )


@room.get(f"{PEOPLE}.csv")
@needs(Role.COORDINATOR)
def export_people(group: Group) -> ResponseReturnValue:
    """The people as a CSV file, with the mark by which Excel knows UTF-8."""
    with reading() as records:
        content = exporting.export_people(records, group, now=clock.now())
    return send_file(
        BytesIO(content.encode("utf-8-sig")),
        mimetype="text/csv",
        as_attachment=True,
        download_name=f"{group.slug}-people.csv",
    )


@room.get(f"{PEOPLE}/import")
@needs(Role.COORDINATOR)
def choose_file(group: Group) -> ResponseReturnValue:
    """The form to choose a file to import."""
    return _file_page(group)


@room.post(f"{PEOPLE}/import/preview")
@needs(Role.COORDINATOR)
def preview_import(group: Group) -> ResponseReturnValue:
    """What importing the file would do; changes nothing."""
    try:
        content = _uploaded()
        with reading() as records:
            steps = importing.plan(records, group, content, now=clock.now())
            return render_template(
                "people/preview_import.html",
                group=group,
                steps=steps,
                content=b64encode(content).decode(),
            )
    except Refusal as refusal:
        return _file_page(group, refusal.reasons), refusal.status


@room.post(f"{PEOPLE}/import")
@needs(Role.COORDINATOR)
def import_people(group: Group) -> ResponseReturnValue:
    """Imports what was previewed, whose content the page has carried."""
    try:
        content = b64decode(request.form.get("content", ""), validate=True)
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)
    try:
        with transaction() as records:
            steps = importing.import_people(
                records, group, content, by=person_signed_in(), now=clock.now()
            )
        signin.stay_signed_in()
    except Refusal as refusal:
        return _file_page(group, refusal.reasons), refusal.status
    flash(
        ngettext("%(num)s person is imported.", "%(num)s people are imported.", len(steps)),
        "success",
    )
    return redirect(url_for("people.people", slug=group.slug), HTTPStatus.SEE_OTHER)


def _uploaded() -> bytes:
    file = request.files.get("file")
    content = file.read(MOST_BYTES + 1) if file else b""
    if len(content) > MOST_BYTES:
        raise Refusal(importing.FileTooBig())
    return content


def _file_page(group: Group, reasons: Sequence[Reason] = ()) -> str:
    with reading():
        return render_template("people/choose_file.html", group=group, reasons=reasons)


def _membership(group: Group, membership_id: int) -> Membership:
    """Somebody's membership in this group; there is no way to those of another."""
    return queries.membership_of(db.session, group, membership_id) or abort(HTTPStatus.NOT_FOUND)


def _to_person(group: Group, membership_id: int) -> ResponseReturnValue:
    place = url_for("people.person", slug=group.slug, membership_id=membership_id)
    return redirect(place, HTTPStatus.SEE_OTHER)


def _new_person_page(group: Group, form: PersonForm, reasons: Sequence[Reason] = ()) -> str:
    with reading():
        return render_template("people/new_person.html", group=group, form=form, reasons=reasons)


def _person_page(
    group: Group,
    membership_id: int,
    form: StandingForm | None = None,
    reasons: Sequence[Reason] = (),
) -> str:
    with reading():
        membership = _membership(group, membership_id)
        return render_template(
            "people/person.html",
            group=group,
            membership=membership,
            portrait=portraits.portrait_of(db.session, membership.person),
            form=form or StandingForm(obj=memberships.standing_of(membership)),
            reasons=reasons,
        )
