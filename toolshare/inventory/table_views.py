"""The coordinators' table of a group's inventory, and what is done with the things chosen in it."""

from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from toolshare import clock
from toolshare.circulation import availability, retiring
from toolshare.database import db, may_lag, reading, transaction
from toolshare.gate import needs
from toolshare.inventory import places, stocking, table
from toolshare.inventory.forms import SelectionForm, TableForm
from toolshare.inventory.models import Item
from toolshare.inventory.table import MATCHING, Derived, NothingChosen
from toolshare.inventory.views import has_role, offer_choices, room
from toolshare.labels.queries import has_label
from toolshare.people.models import Group, Role
from toolshare.people.signin import person_signed_in
from toolshare.refusals import Refusal

GROUP = "/groups/<slug>/inventory"


@room.get(GROUP)
@needs(Role.STEWARD)
def inventory(group: Group) -> ResponseReturnValue:
    """The items of the group, to search, filter, sort and choose from."""
    return table_page(group, SelectionForm())


@room.post(f"{GROUP}/move")
@needs(Role.COORDINATOR)
def move(group: Group) -> ResponseReturnValue:
    """Gives the chosen things another home, made if it is new."""
    form = SelectionForm(request.form)
    if not form.to.validate(form):
        return table_page(group, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as records:
        by, now = person_signed_in(), clock.now()
        items = chosen_items(group)
        to = places.at_path(records, group, form.to.data, by=by, now=now) if form.to.data else None
        stocking.move(records, items, to, by=by, now=now)
        flash(
            ngettext("%(num)s thing moved.", "%(num)s things moved.", len(items)),
            "success",
        )
    return to_table(group)


@room.post(f"{GROUP}/retirements")
@needs(Role.COORDINATOR)
def retire(group: Group) -> ResponseReturnValue:
    """Takes the chosen things out of stock for good; refuses when somebody has one of them."""
    form = SelectionForm(request.form)
    if not form.why.validate(form):
        return table_page(group, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as records:
        retired = retiring.retire(
            records,
            chosen_items(group),
            by=person_signed_in(),
            now=clock.now(),
            why=form.why.data or "",
        )
        flash(ngettext("%(num)s thing retired.", "%(num)s things retired.", retired), "success")
    return to_table(group)


def table_page(group: Group, selection: SelectionForm) -> str:
    """The table as the filters in the address or in the form ask for it."""
    form = TableForm(request.values)
    with reading() as records:
        is_coordinator = has_role(group, Role.COORDINATOR)
        with may_lag():
            offer_choices(records, form, [group])
            found = table.page_of(records, group, form.asked, derived())
        shown = {row.item.code for row in found.rows}
        chosen = list(dict.fromkeys(request.values.getlist("code")))
        return render_template(
            "inventory/inventory.html",
            group=group,
            form=form,
            selection=selection,
            found=found,
            chosen=chosen,
            all_that_match=request.values.get("which") == MATCHING,
            elsewhere=[code for code in chosen if code not in shown],
            is_coordinator=is_coordinator,
        )


def derived() -> Derived:
    """What circulation and labels know about an item, as columns of the table."""
    return Derived(state=availability.state_at(clock.now()), has_label=has_label())


def chosen_codes(group: Group) -> list[str]:
    """The codes that were ticked, or those of all that match."""
    if request.values.get("which") == MATCHING:
        return table.codes(db.session, group, TableForm(request.values).asked, derived())
    return list(dict.fromkeys(request.values.getlist("code")))


def chosen_items(group: Group) -> list[Item]:
    """The items that were ticked, or all that match; refuses when that is none."""
    items = table.items_with(db.session, group, chosen_codes(group))
    if not items:
        raise Refusal(NothingChosen())
    return items


def to_table(group: Group) -> ResponseReturnValue:
    """Leads back to the table, with the same filters."""
    kept: dict[str, Any] = dict(TableForm(request.form).kept)
    back = url_for("inventory.inventory", slug=group.slug, **kept)
    return redirect(back, HTTPStatus.SEE_OTHER)
