"""Households: who shares a membership with whom, for themselves and for coordinators."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from toolshare import clock
from toolshare.admission import inviting
from toolshare.admission.forms import HouseholdForm
from toolshare.admission.reasons import NotTogether
from toolshare.admission.views import link_page, room
from toolshare.database import reading, transaction
from toolshare.gate import needs
from toolshare.people import households
from toolshare.people.models import Group, Household, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.people.queries import membership_of
from toolshare.people.roles import membership_in
from toolshare.people.signin import person_signed_in
from toolshare.records import LAST_ID, AnySession
from toolshare.refusals import Reason, Refusal

OWN = "/groups/<slug>/household"
OF_PERSON = "/groups/<slug>/people/<int:membership_id>/household"


@room.get(OWN)
@needs(Role.MEMBER)
def household(group: Group) -> ResponseReturnValue:
    """With whom one shares a membership; its first invites."""
    with reading() as session:
        person = person_signed_in()
        shared = _own(session, group, person)
        return render_template(
            "admission/household.html",
            group=group,
            household=shared,
            members=households.members_of(session, shared.id) if shared else (),
            may_change=_may_change(session, group, shared, person),
        )


@room.post(f"{OWN}/invitations")
@needs(Role.MEMBER)
def invite_home(group: Group) -> ResponseReturnValue:
    """Makes a link for one more person, and shows it once."""
    person, now = person_signed_in(), clock.now()
    with transaction() as session:
        shared = _own(session, group, person)
        if shared is None:
            raise Refusal(NotTogether())
        made, token = inviting.invite_home(session, shared, by=person, now=now)
        made_id = made.id
    return link_page(group, made_id, token, back=url_for("admission.household", slug=group.slug))


@room.post(f"{OWN}/removals")
@needs(Role.MEMBER)
def take_out(group: Group) -> ResponseReturnValue:
    """Lets somebody of one's household stand alone again, or oneself."""
    with transaction() as session:
        person, now = person_signed_in(), clock.now()
        shared = _own(session, group, person)
        named = request.form.get("membership", 0, int)
        gone = membership_of(session, group, named) if 0 < named <= LAST_ID else None
        if shared is None or gone is None or gone.household_id != shared.id:
            raise Refusal(NotTogether())
        households.take_out(session, gone, by=person, now=now)
    return _saved(url_for("admission.household", slug=group.slug))


@room.get(OF_PERSON)
@needs(Role.COORDINATOR)
def household_of(group: Group, membership_id: int) -> ResponseReturnValue:
    """With whom a member shares a membership, for coordinators."""
    return _page_of(group, membership_id)


@room.post(OF_PERSON)
@needs(Role.COORDINATOR)
def put_in_household(group: Group, membership_id: int) -> ResponseReturnValue:
    """Puts a member into a household that there is, or makes one."""
    form = HouseholdForm(request.form)
    with reading() as session:
        _offer(session, group, form)
    if not form.validate():
        return _page_of(group, membership_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            _put_in(session, group, _membership(session, group, membership_id), form)
    except Refusal as refusal:
        return _page_of(group, membership_id, form, refusal.reasons), refusal.status
    return _saved_of(group, membership_id)


@room.post(f"{OF_PERSON}/removal")
@needs(Role.COORDINATOR)
def take_out_of_household(group: Group, membership_id: int) -> ResponseReturnValue:
    """Lets a member stand alone again."""
    with transaction() as session:
        membership = _membership(session, group, membership_id)
        households.take_out(session, membership, by=person_signed_in(), now=clock.now())
    return _saved_of(group, membership_id)


def _put_in(session: AnySession, group: Group, membership: Membership, form: HouseholdForm) -> None:
    by, now, chosen = person_signed_in(), clock.now(), form.household.data or ""
    if not chosen:
        name = form.name.data or membership.person.name
        households.found_household(session, membership, name, by=by, now=now)
        return
    there = households.household_of(session, group, int(chosen)) or abort(HTTPStatus.NOT_FOUND)
    households.put_in(session, membership, there, by=by, now=now)


def _own(session: AnySession, group: Group, person: Person) -> Household | None:
    own = membership_in(session, person, group)
    if own is None or own.household_id is None:
        return None
    return households.household_of(session, group, own.household_id)


def _may_change(
    session: AnySession, group: Group, shared: Household | None, person: Person
) -> bool:
    if shared is None:
        return False
    return households.may_change(session, shared.id, group, person, now=clock.now())


def _membership(session: AnySession, group: Group, membership_id: int) -> Membership:
    return membership_of(session, group, membership_id) or abort(HTTPStatus.NOT_FOUND)


def _offer(session: AnySession, group: Group, form: HouseholdForm) -> None:
    there = households.households_in(session, group, today=today_in(group, clock.now()))
    choices = [SelectChoice(str(one.id), one.name) for one in there]
    form.household.choices = [SelectChoice("", _("A new one")), *choices]


def _saved(place: str) -> ResponseReturnValue:
    flash(_("Saved."), "success")
    return redirect(place, HTTPStatus.SEE_OTHER)


def _saved_of(group: Group, membership_id: int) -> ResponseReturnValue:
    return _saved(url_for("admission.household_of", slug=group.slug, membership_id=membership_id))


def _page_of(
    group: Group,
    membership_id: int,
    form: HouseholdForm | None = None,
    reasons: Sequence[Reason] = (),
) -> str:
    with reading() as session:
        membership, form = _membership(session, group, membership_id), form or HouseholdForm()
        shared = membership.household_id
        _offer(session, group, form)
        return render_template(
            "admission/household_of.html",
            group=group,
            membership=membership,
            household=households.household_of(session, group, shared) if shared else None,
            members=households.members_of(session, shared) if shared else (),
            form=form,
            reasons=reasons,
        )
