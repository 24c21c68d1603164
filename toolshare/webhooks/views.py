"""Pages on which coordinators name webhooks, try them out, and see what became of it."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.database import reading, transaction
from toolshare.gate import needs
from toolshare.people.models import Group, Role
from toolshare.people.signin import person_signed_in
from toolshare.refusals import Reason, Refusal
from toolshare.webhooks import naming
from toolshare.webhooks.events import MEANING
from toolshare.webhooks.forms import WebhookForm

room = Blueprint("webhooks", __name__)
HOOKS = "/groups/<slug>/webhooks"


@room.app_template_filter()
def event(name: str) -> str:
    """What an event is, in the reader's language."""
    return str(_(MEANING[name])) if name in MEANING else str(_("A test"))


@room.get(HOOKS)
@needs(Role.COORDINATOR)
def webhooks(group: Group) -> ResponseReturnValue:
    """The webhooks of the group, what became of the last deliveries, and the form for another."""
    return _page(group, WebhookForm())


@room.post(HOOKS)
@needs(Role.COORDINATOR)
def name_webhook(group: Group) -> ResponseReturnValue:
    """Tells an address from now on, and shows the secret that it needs, this once."""
    form = WebhookForm(request.form)
    if not form.validate():
        return _page(group, form), HTTPStatus.UNPROCESSABLE_ENTITY
    address, events = form.address.data or "", form.events.data or ()
    try:
        with transaction() as session:
            made = naming.name(
                session,
                group,
                address,
                events,
                by=person_signed_in(),
                now=clock.now(),
                may_be_private=current_app.config["CHOSEN"].private_webhooks,
            )
            secret = made.secret
    except Refusal as refusal:
        return _page(group, form, refusal.reasons), refusal.status
    return _secret_page(group, address, secret)


@room.post(f"{HOOKS}/<int:webhook_id>/test")
@needs(Role.COORDINATOR)
def try_webhook(group: Group, webhook_id: int) -> ResponseReturnValue:
    """Tells the address a test."""
    with transaction() as session:
        found = naming.webhook_of(session, group, webhook_id)
        naming.try_out(session, found, by=person_signed_in(), now=clock.now())
    return _back(group, _("A test is on its way: reload the page to see what becomes of it."))


@room.post(f"{HOOKS}/<int:webhook_id>/end")
@needs(Role.COORDINATOR)
def end_webhook(group: Group, webhook_id: int) -> ResponseReturnValue:
    """Tells the address nothing any more."""
    with transaction() as session:
        found = naming.webhook_of(session, group, webhook_id)
        naming.end(session, found, by=person_signed_in(), now=clock.now())
    return _back(group, _("Ended: it is told nothing any more."))


def _back(group: Group, says: str) -> ResponseReturnValue:
    flash(says, "success")
    return redirect(url_for(".webhooks", slug=group.slug), HTTPStatus.SEE_OTHER)


def _page(group: Group, form: WebhookForm, reasons: Sequence[Reason] = ()) -> str:
    with reading() as session:
        found = naming.told_of(session, group)
        return render_template(
            "webhooks/webhooks.html", group=group, form=form, found=found, reasons=reasons
        )


def _secret_page(group: Group, address: str, secret: str) -> ResponseReturnValue:
    with reading():
        page = render_template("webhooks/secret.html", group=group, address=address, secret=secret)
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer
