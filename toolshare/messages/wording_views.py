"""Pages on which a group puts its messages into words of its own, and sees them before they count."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock, letters
from toolshare.database import reading, transaction
from toolshare.gate import needs
from toolshare.messages import rewording
from toolshare.messages.forms import WordingForm
from toolshare.messages.views import room
from toolshare.messages.wording import CALLED
from toolshare.outbox.models import Topic
from toolshare.people.models import Group, Role
from toolshare.people.signin import person_signed_in
from toolshare.refusals import Reason, Refusal

WORDINGS = "/groups/<slug>/messages/wordings"
ONE = f"{WORDINGS}/<topic>"


@room.get(WORDINGS)
@needs(Role.COORDINATOR)
def wordings(group: Group) -> ResponseReturnValue:
    """What can be put into other words, and what is."""
    with reading() as session:
        return render_template(
            "messages/wordings.html",
            group=group,
            topics=[(topic, CALLED[topic]) for topic in rewording.OF_GROUPS],
            own=rewording.own_topics(session, group),
        )


@room.get(ONE)
@needs(Role.COORDINATOR)
def wording(group: Group, topic: str) -> ResponseReturnValue:
    """How it is said now, to be changed."""
    known = rewording.topic_named(topic)
    with reading() as session:
        said = rewording.own_wording(session, group, known, group.language)
        usual = letters.with_braces(known, group)
        form = WordingForm(
            subject=said.subject if said else usual.subject, text=said.text if said else usual.text
        )
        return _page(group, known, form, is_own=said is not None)


@room.post(ONE)
@needs(Role.COORDINATOR)
def reword(group: Group, topic: str) -> ResponseReturnValue:
    """Keeps the words, or shows what comes of them; what can't be filled in is not kept."""
    known, form = rewording.topic_named(topic), WordingForm(request.form)
    if not form.validate():
        return _again(group, known, form), HTTPStatus.UNPROCESSABLE_ENTITY
    subject, text = form.subject.data or "", form.text.data or ""
    if "preview" in request.form:
        return _again(group, known, form, rewording.reasons_against(known, subject, text))
    try:
        with transaction() as session:
            words = {"subject": subject, "text": text}
            rewording.reword(session, group, known, **words, by=person_signed_in(), now=clock.now())
    except Refusal as refusal:
        return _again(group, known, form, refusal.reasons), refusal.status
    flash(_("Saved. From now on it is said so."), "success")
    return redirect(_address(group, known), HTTPStatus.SEE_OTHER)


@room.post(f"{ONE}/usual")
@needs(Role.COORDINATOR)
def say_as_usual(group: Group, topic: str) -> ResponseReturnValue:
    """Goes back to the usual words."""
    known = rewording.topic_named(topic)
    with transaction() as session:
        rewording.say_as_usual(session, group, known, by=person_signed_in(), now=clock.now())
    flash(_("It is said in the usual words again."), "success")
    return redirect(_address(group, known), HTTPStatus.SEE_OTHER)


def _address(group: Group, topic: Topic) -> str:
    return url_for(".wording", slug=group.slug, topic=topic.value)


def _again(group: Group, topic: Topic, form: WordingForm, reasons: Sequence[Reason] = ()) -> str:
    with reading() as session:
        is_own = rewording.own_wording(session, group, topic, group.language) is not None
        return _page(group, topic, form, is_own=is_own, reasons=reasons)


def _page(
    group: Group,
    topic: Topic,
    form: WordingForm,
    *,
    is_own: bool,
    reasons: Sequence[Reason] = (),
) -> str:
    subject, text = form.subject.data or "", form.text.data or ""
    is_good = not rewording.reasons_against(topic, subject, text)
    preview = letters.preview(group, subject, text, now=clock.now()) if is_good else None
    return render_template(
        "messages/wording.html",
        group=group,
        topic=topic,
        called=CALLED[topic],
        form=form,
        fields=rewording.fields_of(topic),
        is_own=is_own,
        reasons=reasons,
        preview=preview,
    )
