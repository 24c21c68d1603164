"""Where anybody asks to join a group, and where its coordinators answer."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from toolshare import clock
from toolshare.admission import asking, deciding, queries, shaping
from toolshare.admission.ask_forms import AskForm, DeclineForm, PlaceForm, form_of
from toolshare.admission.models import JoinPage, JoinRequest
from toolshare.admission.reasons import TooManyRequests
from toolshare.admission.views import room
from toolshare.database import reading, transaction
from toolshare.gate import needs, open_to_all
from toolshare.people import throttling
from toolshare.people.models import Group, Role
from toolshare.people.signin import current_person, person_signed_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal

JOIN = "/groups/<slug>/join"
REQUESTS = "/groups/<slug>/requests"
REQUEST = f"{REQUESTS}/<int:request_id>"


@room.get(JOIN)
@open_to_all
def join(slug: str) -> ResponseReturnValue:
    """What the group is, and the form to ask."""
    return _join_page(slug)


@room.post(JOIN)
@open_to_all
def ask(slug: str) -> ResponseReturnValue:
    """Leaves a request; whoever asks hears the same."""
    by, now = current_person(), clock.now()
    with reading() as session:
        form = _form(session, asking.page_open_at(session, slug), is_sent=True)
        if not form.validate():
            return _join_page(slug, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        _count(form)
        with transaction() as session:
            page = asking.page_open_at(session, slug)
            said = form.said(shaping.questions_of(session, page.group), str(get_locale()))
            asking.ask(session, page, said, by=by, now=now)
    except Refusal as refusal:
        return _join_page(slug, form, refusal.reasons), refusal.status
    return redirect(url_for("admission.asked", slug=slug), HTTPStatus.SEE_OTHER)


@room.get(f"{JOIN}/asked")
@open_to_all
def asked(slug: str) -> ResponseReturnValue:
    """What happens next."""
    with reading() as session:
        page = asking.page_open_at(session, slug)
        return render_template("admission/asked.html", group=page.group)


@room.get(REQUESTS)
@needs(Role.COORDINATOR)
def requests(group: Group) -> ResponseReturnValue:
    """Who asks to join, and what became of those who did."""
    with reading() as session:
        found = queries.requests_of(session, group)
        page = queries.join_page_of(session, group)
        is_open = page is not None and page.is_open
        return render_template("admission/requests.html", group=group, found=found, is_open=is_open)


@room.get(REQUEST)
@needs(Role.COORDINATOR)
def join_request(group: Group, request_id: int) -> ResponseReturnValue:
    """What somebody answered, and the two ways to answer."""
    return _request_page(group, request_id)


@room.post(f"{REQUEST}/approval")
@needs(Role.COORDINATOR)
def approve(group: Group, request_id: int) -> ResponseReturnValue:
    """Takes somebody in."""
    form = PlaceForm(request.form)
    if not form.validate():
        return _request_page(group, request_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            found = _request(session, group, request_id)
            by, now = person_signed_in(), clock.now()
            joined = deciding.approve(session, found, form.place, by=by, now=now)
            membership_id, name = joined.id, found.name
    except Refusal as refusal:
        return _request_page(group, request_id, form, reasons=refusal.reasons), refusal.status
    flash(_("%(name)s is in %(group)s.", name=name, group=group.name), "success")
    place = url_for("people.person", slug=group.slug, membership_id=membership_id)
    return redirect(place, HTTPStatus.SEE_OTHER)


@room.post(f"{REQUEST}/decline")
@needs(Role.COORDINATOR)
def decline(group: Group, request_id: int) -> ResponseReturnValue:
    """Says no."""
    form = DeclineForm(request.form)
    if not form.validate():
        return _request_page(group, request_id, no=form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            found, because = _request(session, group, request_id), form.why.data or ""
            deciding.decline(session, found, because, by=person_signed_in(), now=clock.now())
    except Refusal as refusal:
        return _request_page(group, request_id, no=form, reasons=refusal.reasons), refusal.status
    flash(_("Declined. The person is told why."), "success")
    return redirect(url_for("admission.requests", slug=group.slug), HTTPStatus.SEE_OTHER)


def _count(form: AskForm) -> None:
    """Counts each request, whatever comes of it."""
    key, email = str(current_app.secret_key), form.email.data or ""
    attempt = throttling.attempt_to_ask(email, request.remote_addr, key=key)
    with transaction() as session:
        throttling.count(session, attempt, now=clock.now(), reason=TooManyRequests)


def _form(session: AnySession, page: JoinPage, *, is_sent: bool = False) -> AskForm:
    """The group's form; who is signed in need not say who they are."""
    questions = shaping.questions_of(session, page.group)
    agreement, person = asking.agreement_to_sign(session, page), current_person()
    form = form_of(questions, agreement, request.form if is_sent else None)
    if person is not None:
        form.name.data, form.email.data = person.name, person.email
        form.name.raw_data, form.email.raw_data = [person.name], [person.email]
    return form


def _join_page(slug: str, form: AskForm | None = None, reasons: Sequence[Reason] = ()) -> str:
    with reading() as session:
        page, person = asking.page_open_at(session, slug), current_person()
        is_in = person and asking.is_member(session, person, page.group, now=clock.now())
        return render_template(
            "admission/join.html",
            page=page,
            group=page.group,
            agreement=asking.agreement_to_sign(session, page),
            is_in=is_in,
            form=form or _form(session, page),
            reasons=reasons,
        )


def _request(session: AnySession, group: Group, request_id: int) -> JoinRequest:
    return queries.request_of(session, group, request_id) or abort(HTTPStatus.NOT_FOUND)


def _request_page(
    group: Group,
    request_id: int,
    form: PlaceForm | None = None,
    *,
    no: DeclineForm | None = None,
    reasons: Sequence[Reason] = (),
) -> str:
    with reading() as session:
        return render_template(
            "admission/join_request.html",
            group=group,
            one=_request(session, group, request_id),
            form=form or PlaceForm(),
            no=no or DeclineForm(),
            reasons=reasons,
        )
