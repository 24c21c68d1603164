"""The form that a group shapes for who asks to join, and what coordinators type to shape and answer it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length, Optional, StopValidation

from toolshare.admission.asking import Said
from toolshare.admission.deciding import Place
from toolshare.admission.models import Question, QuestionKind
from toolshare.admission.shaping import Asked
from toolshare.forms import Form, read_by, trimmed
from toolshare.people.forms import roles_to_choose
from toolshare.people.joining import known_email
from toolshare.people.models import Role
from toolshare.rules.agreements import LONGEST_DRAWING
from toolshare.rules.models import Agreement

LONGEST_ANSWER, LONGEST_TEXT = 200, 4_000
YES_OR_NO = [SelectChoice("yes", _("Yes")), SelectChoice("no", _("No"))]
KINDS = {
    QuestionKind.SHORT: _("one line"),
    QuestionKind.LONG: _("several lines"),
    QuestionKind.YES_OR_NO: _("yes or no"),
    QuestionKind.CHOICE: _("one of these"),
}


class AskForm(Form):
    """Who asks to join; its questions are added to it."""

    name = StringField(_("Your name"), [DataRequired(), Length(max=120)], filters=[trimmed])
    email = EmailField(
        _("Your e-mail address"),
        [DataRequired(), Length(max=254), read_by(known_email)],
        filters=[trimmed],
        description=_("The answer comes there."),
    )

    def said(self, questions: Sequence[Question], language: str) -> Said:
        """What was typed, with the questions as they stood."""
        answers = ((one, self[name_of(one)]) for one in questions)
        signed = {one: self.data.get(one) or "" for one in ("signed_as", "signature")}
        return Said(
            name=self.name.data or "",
            email=self.email.data or "",
            answers=[(one.text, in_words(field)) for one, field in answers],
            agreement_id=self.data.get("agreement_id"),
            language=language,
            **signed,
        )


def name_of(question: Question) -> str:
    """What the field of a question is called."""
    return f"question_{question.id}"


def in_words(field: Field) -> str:
    """An answer as it is kept."""
    if isinstance(field, SelectField):
        chosen = [one[1] for one in field.iter_choices() if one[0] == field.data]
        return str(*chosen) if field.data else ""
    return field.data or ""


def form_of(
    questions: Sequence[Question],
    agreement: Agreement | None,
    typed: MultiDict[str, str] | None = None,
    **known: Any,
) -> AskForm:
    """The form of a group's page, with what was typed into it."""
    fields = {name_of(one): field_of(one) for one in questions}
    if agreement is not None:
        fields |= signing_fields()
        known |= {"agreement_id": agreement.id}
    shaped: type[AskForm] = type("ShapedForm", (AskForm,), fields)
    return shaped(typed, **known)


def field_of(question: Question) -> Field:
    """The field in which a question is answered."""
    needed = [DataRequired() if question.is_required else Optional()]
    if question.kind is QuestionKind.SHORT:
        return StringField(question.text, [*needed, Length(max=LONGEST_ANSWER)], filters=[trimmed])
    if question.kind is QuestionKind.LONG:
        return TextAreaField(question.text, [*needed, Length(max=LONGEST_TEXT)], filters=[trimmed])
    choices = [SelectChoice(choice, choice) for choice in question.choices]
    if question.kind is QuestionKind.YES_OR_NO:
        choices = [*YES_OR_NO]
    nothing = _("Choose") if question.is_required else _("No answer")
    return SelectField(question.text, needed, choices=[SelectChoice("", nothing), *choices])


class UnlessDrawn(Optional):
    """May be left empty by who draws their name instead; so it is not called optional."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {"unless_drawn": True}

    def __call__(self, form: Any, field: Field) -> None:
        """Neither typed nor drawn: it is not signed."""
        if not field.data and not form["signature"].data:
            raise StopValidation(_("Sign by typing your name, or by hand below."))
        super().__call__(form, field)


def signing_fields() -> dict[str, Field]:
    """The fields by which an agreement is signed: a typed name, or a drawn one."""
    return {
        "agreement_id": HiddenField(filters=[whole_number]),
        "signed_as": StringField(
            _("Sign with your name"),
            [UnlessDrawn(), Length(max=120)],
            filters=[trimmed],
            description=_("Typing it says that you have read this and accept it."),
        ),
        "signature": HiddenField(validators=[Length(max=LONGEST_DRAWING)]),
    }


def whole_number(typed: Any) -> int | None:
    """A number that a page carries, or nothing."""
    text = str(typed)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004


class JoinPageForm(Form):
    """Whether people ask to join by a page, and what it says."""

    is_open = BooleanField(_("Whoever likes may ask to join"))
    about = TextAreaField(
        _("What you are"),
        [Length(max=4000)],
        filters=[trimmed],
        description=_("Strangers read it: what you share, whom it is for, what it costs."),
    )
    agreement = SelectField(_("To be signed"), choices=[])


class QuestionForm(Form):
    """A question for those who ask to join."""

    text = StringField(_("Question"), [DataRequired(), Length(max=200)], filters=[trimmed])
    kind = SelectField(
        _("Answered with"), choices=[SelectChoice(one.value, word) for one, word in KINDS.items()]
    )
    choices = TextAreaField(
        _("Answers to choose from"),
        [Length(max=2500)],
        filters=[trimmed],
        description=_("One on each line."),
    )
    is_required = BooleanField(_("Has to be answered"))

    def validate_choices(self, field: Field) -> None:
        """Each fits into a line."""
        if any(len(line) > LONGEST_ANSWER // 2 for line in lines_of(field.data)):
            raise ValidationError(_("Each answer has at most 100 characters."))

    @property
    def asked(self) -> Asked:
        """The question that was typed."""
        kind = QuestionKind(self.kind.data)
        choices = lines_of(self.choices.data) if kind is QuestionKind.CHOICE else []
        return Asked(self.text.data or "", kind, choices, bool(self.is_required.data))


def lines_of(typed: str | None) -> list[str]:
    """The lines that hold something."""
    return [line.strip() for line in (typed or "").splitlines() if line.strip()]


class PlaceForm(Form):
    """As what somebody is taken in."""

    role = SelectField(_("Role"), choices=roles_to_choose)
    until = DateField(
        _("Until"), [Optional()], description=_("The last day. Empty: without an end.")
    )

    @property
    def place(self) -> Place:
        """The place that was chosen."""
        until: date | None = self.until.data
        return Place(Role(self.role.data), until)


class DeclineForm(Form):
    """Why not."""

    why = TextAreaField(
        _("Why not"),
        [DataRequired(), Length(max=500)],
        filters=[trimmed],
        description=_("The person reads it."),
    )
