"""Pages of what is told: one's own choices, the link that ends a subject, a group's messages."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from toolshare import clock, letters, pushing
from toolshare.answers import done
from toolshare.database import db, reading, transaction
from toolshare.gate import needs, open_to_all
from toolshare.messages import browsers, choosing, queries
from toolshare.messages.choosing import NoSuchSubject, Subject
from toolshare.messages.forms import ChoicesForm, TellHereForm
from toolshare.messages.models import QUIET_FROM, QUIET_UNTIL
from toolshare.messages.wording import CALLED
from toolshare.people.models import Group, Person, Role
from toolshare.people.roles import current_memberships_of
from toolshare.people.signin import device_here, person_signed_in
from toolshare.records import AnySession
from toolshare.refusals import Refusal

room = Blueprint("messages", __name__)


@room.get("/account/messages")
def choices() -> ResponseReturnValue:
    """What one is told, and when not."""
    person = person_signed_in()
    with reading() as session:
        offered, chosen = _offered(session, person), choosing.choices_of(session, person)
        form = ChoicesForm(
            obj=chosen, wanted=[one.name for one in offered if one.name not in chosen.unwanted]
        )
        return _choices_page(form, offered)


@room.post("/account/messages")
def choose() -> ResponseReturnValue:
    """Sets what one is told."""
    form, person = ChoicesForm(request.form), person_signed_in()
    with transaction() as session:
        offered = _offered(session, person)
        _offer(form, offered)
        if not form.validate():
            return _choices_page(form, offered), HTTPStatus.UNPROCESSABLE_ENTITY
        choosing.choose(
            session,
            person,
            offered=offered,
            wanted=form.wanted.data or [],
            quiet_from=form.quiet_from.data or QUIET_FROM,
            quiet_until=form.quiet_until.data or QUIET_UNTIL,
            days_before=form.days_before.data or 1,
        )
    return done(url_for(".choices"), says=_("Saved."))


@room.get("/unsubscribe/<unwanted>")
@open_to_all
def unsubscribe(unwanted: str) -> ResponseReturnValue:
    """The button behind the link of a mail: opening it changes nothing, since scanners of mail do."""
    with reading() as session:
        _person, subject = _unwanted(session, unwanted)
        return render_template(
            "messages/unsubscribe.html", subject=subject, unwanted=unwanted, is_done=False
        )


@room.post("/unsubscribe/<unwanted>")
@open_to_all
def switch_off(unwanted: str) -> ResponseReturnValue:
    """Ends a subject, for who has the link; a mail program posts here by itself (RFC 8058)."""
    with transaction() as session:
        person, subject = _unwanted(session, unwanted)
        choosing.switch_off(session, person, subject)
    with reading():
        return render_template(
            "messages/unsubscribe.html", subject=subject, unwanted=unwanted, is_done=True
        )


@room.get("/groups/<slug>/messages")
@needs(Role.COORDINATOR)
def messages(group: Group) -> ResponseReturnValue:
    """Whether mail arrives: what waits, what could not be sent, and why."""
    with reading() as session:
        return render_template(
            "messages/messages.html",
            group=group,
            found=queries.messages_of(session, group, now=clock.now()),
            called=CALLED,
            is_set_up=current_app.config["CHOSEN"].mail_server is not None,
        )


def _offered(session: AnySession, person: Person) -> Sequence[Subject]:
    """What there is to hear for a person; for who belongs to nothing yet, as for a member."""
    own = current_memberships_of(session, person, clock.now())
    return choosing.subjects_for([one.role for one in own] or [Role.MEMBER])


def _offer(form: ChoicesForm, offered: Sequence[Subject]) -> None:
    form.wanted.choices = [SelectChoice(one.name, _(one.called)) for one in offered]


def _choices_page(form: ChoicesForm, offered: Sequence[Subject]) -> str:
    _offer(form, offered)
    chosen = current_app.config["CHOSEN"]
    key = pushing.public_key_of(chosen.secret_key)
    return render_template(
        "messages/choices.html",
        form=form,
        here_form=TellHereForm(),
        is_set_up=chosen.mail_server is not None,
        browsers=browsers.browsers_of(db.session, person_signed_in(), key=key),
        device_here=device_here(),
        push_key=key,
    )


def _unwanted(session: AnySession, token: str) -> tuple[Person, Subject]:
    """Whom the link wants to be told no more about what."""
    found = letters.unsubscribing(token)
    person = session.get(Person, found[0]) if found else None
    if found is None or person is None:
        raise Refusal(NoSuchSubject())
    return person, choosing.subject_named(found[1])
