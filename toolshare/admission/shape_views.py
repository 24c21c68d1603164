"""Where coordinators shape the page on which people ask to join."""

from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from toolshare import clock
from toolshare.admission import queries, shaping
from toolshare.admission.ask_forms import KINDS, JoinPageForm, QuestionForm
from toolshare.admission.models import Question
from toolshare.admission.views import room
from toolshare.database import reading, transaction
from toolshare.gate import needs
from toolshare.labels.symbols import symbol
from toolshare.people.models import Group, Person, Role
from toolshare.people.signin import person_signed_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal
from toolshare.rules import agreements

JOIN_PAGE = "/groups/<slug>/join-page"
QUESTIONS = f"{JOIN_PAGE}/questions"
QUESTION = f"{QUESTIONS}/<int:question_id>"


@room.get(JOIN_PAGE)
@needs(Role.COORDINATOR)
def join_page(group: Group) -> ResponseReturnValue:
    """What strangers read, and what they are asked."""
    return _shaping_page(group)


@room.post(JOIN_PAGE)
@needs(Role.COORDINATOR)
def shape_page(group: Group) -> ResponseReturnValue:
    """Opens or closes the page, and changes its words."""
    form = JoinPageForm(request.form)
    with reading() as session:
        _offer_agreements(session, group, form)
    if not form.validate():
        return _shaping_page(group, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as session:
        acts: dict[str, Any] = {"by": person_signed_in(), "now": clock.now()}
        shaping.shape_page(session, group, **form.data, **acts)
    return _saved(group)


@room.post(QUESTIONS)
@needs(Role.COORDINATOR)
def add_question(group: Group) -> ResponseReturnValue:
    """Asks one more thing."""
    form = QuestionForm(request.form)
    if not form.validate():
        return _shaping_page(group, question=form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            acts: dict[str, Any] = {"by": person_signed_in(), "now": clock.now()}
            shaping.add_question(session, group, form.asked, **acts)
    except Refusal as refusal:
        return _shaping_page(group, question=form, reasons=refusal.reasons), refusal.status
    return _saved(group)


@room.get(QUESTION)
@needs(Role.COORDINATOR)
def question(group: Group, question_id: int) -> ResponseReturnValue:
    """The form to word a question otherwise."""
    return _question_page(group, question_id)


@room.post(QUESTION)
@needs(Role.COORDINATOR)
def reword(group: Group, question_id: int) -> ResponseReturnValue:
    """Words a question otherwise."""
    form = QuestionForm(request.form)
    if not form.validate():
        return _question_page(group, question_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            found = _question(session, group, question_id)
            acts: dict[str, Any] = {"by": person_signed_in(), "now": clock.now()}
            shaping.reword(session, found, group, form.asked, **acts)
    except Refusal as refusal:
        return _question_page(group, question_id, form, refusal.reasons), refusal.status
    return _saved(group)


@room.post(f"{QUESTION}/removal")
@needs(Role.COORDINATOR)
def remove_question(group: Group, question_id: int) -> ResponseReturnValue:
    """Asks it no more."""
    return _done_to(shaping.remove, group, question_id)


@room.post(f"{QUESTION}/move-up")
@needs(Role.COORDINATOR)
def move_question_up(group: Group, question_id: int) -> ResponseReturnValue:
    """Asks it earlier."""
    return _done_to(shaping.move_up, group, question_id)


def _done_to(verb: Callable[..., None], group: Group, question_id: int) -> ResponseReturnValue:
    by: Person = person_signed_in()
    now: datetime = clock.now()
    with transaction() as session:
        verb(session, _question(session, group, question_id), group, by=by, now=now)
    return _saved(group)


def _question(session: AnySession, group: Group, question_id: int) -> Question:
    return queries.question_of(session, group, question_id) or abort(HTTPStatus.NOT_FOUND)


def _saved(group: Group) -> ResponseReturnValue:
    flash(_("Saved."), "success")
    return redirect(url_for("admission.join_page", slug=group.slug), HTTPStatus.SEE_OTHER)


def _offer_agreements(session: AnySession, group: Group, form: JoinPageForm) -> None:
    names = sorted({*agreements.in_force(session, group.id)})
    choices = [SelectChoice(name, name) for name in names]
    form.agreement.choices = [SelectChoice("", _("nothing")), *choices]


def _shaping_page(
    group: Group,
    form: JoinPageForm | None = None,
    *,
    question: QuestionForm | None = None,
    reasons: Sequence[Reason] = (),
) -> str:
    link = current_app.config["PUBLIC_URL"] + url_for("admission.join", slug=group.slug)
    with reading() as session:
        page = queries.join_page_of(session, group)
        form = form or JoinPageForm(obj=page)
        _offer_agreements(session, group, form)
        return render_template(
            "admission/join_page.html",
            group=group,
            page=page,
            form=form,
            questions=shaping.questions_of(session, group),
            kinds=KINDS,
            question=question or QuestionForm(),
            link=link,
            symbol=symbol("", link, "M"),
            reasons=reasons,
        )


def _question_page(
    group: Group,
    question_id: int,
    form: QuestionForm | None = None,
    reasons: Sequence[Reason] = (),
) -> str:
    with reading() as session:
        found = _question(session, group, question_id)
        known = {**vars(found), "kind": found.kind.value, "choices": "\n".join(found.choices)}
        return render_template(
            "admission/question.html",
            group=group,
            question_id=question_id,
            form=form or QuestionForm(data=known),
            reasons=reasons,
        )
