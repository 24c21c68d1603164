"""What a person says with an act: its id, why a thing is out of service, a note."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    DecimalField,
    Field,
    FileField,
    HiddenField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import AnyOf, Length, NumberRange, Optional

from toolshare.care.models import OutageReason
from toolshare.forms import Form
from toolshare.refusals import Reason, Refusal, msgid

AnyForm = TypeVar("AnyForm", bound=Form)
LONGEST_NOTE = 2_000
MOST_READ = 99_999_999_999
REASONS = {
    OutageReason.NEEDS_CHECK: _("Needs a check"),
    OutageReason.IN_REPAIR: _("In repair"),
    OutageReason.MISSING: _("Missing"),
}


@dataclass(frozen=True)
class NotUnderstood(Reason):
    """A field that holds what it can't hold."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    field: str
    error: str
    says = msgid("%(field)s: %(error)s")
    instead = msgid("Go back and put it right.")


class ActForm(Form):
    """Any act: its page has given it an id, so that pressing twice does it once."""

    operation = HiddenField(_("Operation"))
    act: UUID | None = None

    def validate_operation(self, field: Field) -> None:
        """The id is a UUID; a client that has none leaves it out."""
        try:
            self.act = UUID(field.data) if field.data else None
        except ValueError:
            raise ValidationError(_("This is not a UUID.")) from None


class NoteForm(ActForm):
    """An act, and what there is to say about it."""

    note = TextAreaField(_("Note"), [Length(max=LONGEST_NOTE)], filters=[lambda text: text or ""])


class DayForm(ActForm):
    """The day by whose end a thing should be in service again; empty when nobody knows."""

    expected_on = DateField(_("Expected back in service on"), [Optional()])


class OutageForm(NoteForm, DayForm):
    """Why a thing can't be lent."""

    reason = StringField(_("What is the matter?"), [AnyOf(REASONS)])


class ServiceForm(NoteForm):
    """What the meter reads of a thing that was serviced, if it has one."""

    meter = DecimalField(_("Meter"), [Optional(), NumberRange(0, MOST_READ)])


class DamageForm(NoteForm):
    """What is wrong with a thing, and whether it can be used all the same."""

    usable = StringField(_("Can it still be used safely?"), [AnyOf(["yes", "no"])])
    photo = FileField(_("Photo"))


def filled_in(kind: type[AnyForm], sent: MultiDict[str, Any]) -> AnyForm:
    """The form as it was sent; a field that was not sent keeps its default.

    Refuses what no page of ours would send.
    """
    form = kind(sent)
    if not form.validate():
        raise Refusal(*(_not_understood(field) for field in form if field.errors))
    return form


def _not_understood(field: Field) -> NotUnderstood:
    return NotUnderstood(field=str(field.label.text), error=" ".join(map(str, field.errors)))
