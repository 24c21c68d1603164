"""Pages of groups: the ones that one belongs to, their settings, opening hours, and chapters."""

from collections.abc import Sequence
from http import HTTPStatus
from zoneinfo import available_timezones

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.database import reading, transaction
from toolshare.gate import needs
from toolshare.people import group_settings, joining
from toolshare.people.forms import ChapterForm, ClosedDateForm, GroupForm, OpeningHoursForm
from toolshare.people.models import Group, Role
from toolshare.people.opening import today_in
from toolshare.people.roles import current_memberships_of, group_and_its_parents, role_in
from toolshare.people.signin import person_signed_in
from toolshare.people.views import room
from toolshare.refusals import Reason, Refusal

GROUP = "/groups/<slug>"


@room.get("/groups")
def groups() -> ResponseReturnValue:
    """The groups that one belongs to."""
    with reading() as records:
        memberships = current_memberships_of(records, person_signed_in(), clock.now())
        return render_template("people/groups.html", memberships=memberships)


@room.get(GROUP)
@needs(Role.MEMBER)
def group(group: Group) -> ResponseReturnValue:
    """A group: when it is open, how to reach it, how to give things back."""
    with reading() as records:
        today = today_in(group, clock.now())
        own = role_in(records, person_signed_in(), group, today=today)
        return render_template(
            "people/group.html",
            group=group,
            hours=OpeningHoursForm(data=_hours_of(group)),
            today=today,
            own=own,
            above=group_and_its_parents(records, group.id)[1:],
        )


@room.get(f"{GROUP}/settings")
@needs(Role.COORDINATOR)
def settings(group: Group) -> ResponseReturnValue:
    """What coordinators choose for the group."""
    return _settings_page(group)


@room.post(f"{GROUP}/settings")
@needs(Role.COORDINATOR)
def change_settings(group: Group) -> ResponseReturnValue:
    """Changes words and rules."""
    form = GroupForm(request.form)
    if not form.validate():
        return _settings_page(group, form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as records:
        group_settings.change_group(
            records, group, by=person_signed_in(), now=clock.now(), **form.data
        )
    return _saved(group)


@room.post(f"{GROUP}/opening-hours")
@needs(Role.COORDINATOR)
def set_opening_hours(group: Group) -> ResponseReturnValue:
    """Sets the opening times of every weekday."""
    hours = OpeningHoursForm(request.form)
    if not hours.validate():
        return _settings_page(group, hours=hours), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as records:
        group_settings.set_opening_hours(
            records, group, hours.week, by=person_signed_in(), now=clock.now()
        )
    return _saved(group)


@room.post(f"{GROUP}/closed-dates")
@needs(Role.COORDINATOR)
def close_on(group: Group) -> ResponseReturnValue:
    """Closes the group for a day."""
    closing = ClosedDateForm(request.form)
    if not closing.validate() or closing.day.data is None:
        return _settings_page(group, closing=closing), HTTPStatus.UNPROCESSABLE_ENTITY
    day, why = closing.day.data, closing.why.data or ""
    with transaction() as records:
        group_settings.close_on(records, group, day, why, by=person_signed_in(), now=clock.now())
    return _saved(group)


@room.post(f"{GROUP}/closed-dates/removal")
@needs(Role.COORDINATOR)
def open_again(group: Group) -> ResponseReturnValue:
    """Takes a day from the list of closed dates."""
    closing = ClosedDateForm(request.form)
    if not closing.validate() or closing.day.data is None:
        abort(HTTPStatus.BAD_REQUEST)
    day = closing.day.data
    with transaction() as records:
        group_settings.open_again(records, group, day, by=person_signed_in(), now=clock.now())
    return _saved(group)


@room.get(f"{GROUP}/chapters/new")
@needs(Role.COORDINATOR)
def new_chapter(group: Group) -> ResponseReturnValue:
    """The form to found a group under this one."""
    return _chapter_page(group, ChapterForm())


@room.post(f"{GROUP}/chapters")
@needs(Role.COORDINATOR)
def found_chapter(group: Group) -> ResponseReturnValue:
    """Founds a group under this one."""
    form = ChapterForm(request.form)
    name, slug = form.name.data or "", form.slug.data or ""
    if not form.validate():
        return _chapter_page(group, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as records:
            joining.found_chapter(
                records, group, name, slug, by=person_signed_in(), now=clock.now()
            )
    except Refusal as refusal:
        return _chapter_page(group, form, refusal.reasons), refusal.status
    flash(_("%(name)s is founded. You are its coordinator.", name=name), "success")
    return redirect(url_for("people.settings", slug=slug), HTTPStatus.SEE_OTHER)


def _chapter_page(group: Group, form: ChapterForm, reasons: Sequence[Reason] = ()) -> str:
    with reading():
        return render_template("people/new_chapter.html", group=group, form=form, reasons=reasons)


def _saved(group: Group) -> ResponseReturnValue:
    flash(_("Saved."), "success")
    return redirect(url_for("people.settings", slug=group.slug), HTTPStatus.SEE_OTHER)


def _settings_page(
    group: Group,
    *,
    form: GroupForm | None = None,
    hours: OpeningHoursForm | None = None,
    closing: ClosedDateForm | None = None,
) -> str:
    with reading():
        return render_template(
            "people/settings.html",
            group=group,
            form=form or GroupForm(obj=group),
            hours=hours or OpeningHoursForm(data=_hours_of(group)),
            closing=closing or ClosedDateForm(),
            time_zones=sorted(available_timezones()),
        )


def _hours_of(group: Group) -> dict[str, str]:
    return {
        field.name: group_settings.in_words(group.opening_hours, weekday)
        for weekday, field in enumerate(OpeningHoursForm())
    }
