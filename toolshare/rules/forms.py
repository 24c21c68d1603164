"""What people type about rules."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional
from wtforms.validators import Length as Longest
from wtforms.widgets import CheckboxInput, ListWidget

from toolshare.forms import Form, trimmed
from toolshare.inventory.forms import LinesField, line
from toolshare.rules.agreements import LONGEST_DRAWING
from toolshare.rules.lengths import Length
from toolshare.rules.parameters import Parameter
from toolshare.rules.values import (
    LONGEST_NAME,
    MOST_OF_A_UNIT,
    Choices,
    ClosedDay,
    Lengths,
    Names,
    Numbers,
    Regime,
    YesOrNo,
)

LONGEST_TEXT = 100_000
WORDS = {
    ClosedDay.NEXT: _("The next opening day"),
    ClosedDay.PREVIOUS: _("The opening day before"),
    ClosedDay.SAME_WEEKDAY: _("The same weekday of a later week"),
    Regime.IN_ORDER: _("In order of asking"),
    Regime.TURNS: _("In turns"),
}


class RuleForm(Form):
    """A rule's value, and why it is set."""

    why = line(_("Why"), 200, description=_("Members read this beside the rule."))

    @property
    def kept(self) -> Any:
        """The value that was typed, as JSON keeps it."""
        return self["value"].data


def _units(label: Any) -> IntegerField:
    return IntegerField(label, [InputRequired(), NumberRange(0, MOST_OF_A_UNIT)], default=0)


class LengthForm(RuleForm):
    """A length of time."""

    days = _units(_("Days"))
    hours = _units(_("Hours"))
    minutes = _units(_("Minutes"))

    @property
    def kept(self) -> dict[str, int]:
        """What was typed, without what is nothing."""
        typed = {name: self[name].data or 0 for name in vars(Length())}
        return {name: number for name, number in typed.items() if number}


class NumberForm(RuleForm):
    """A whole number."""

    value = IntegerField(_("Number"), [InputRequired()])


class ChoiceForm(RuleForm):
    """One of a few words."""

    value = RadioField(_("Choice"))


class YesOrNoForm(RuleForm):
    """Yes or no."""

    value = RadioField(
        _("Choice"), choices=[SelectChoice("yes", _("Yes")), SelectChoice("no", _("No"))]
    )

    @property
    def kept(self) -> bool:
        """Whether it is a yes."""
        return bool(self.value.data == "yes")


class NamesForm(RuleForm):
    """Names that anybody may think up."""

    value = LinesField(_("Names"), description=_("One on each line; all of them are needed."))


class KnownNamesForm(RuleForm):
    """Some of the names that there are."""

    value = SelectMultipleField(
        _("Names"),
        description=_("All that are ticked are needed."),
        option_widget=CheckboxInput(),
        widget=ListWidget(),
    )


FORMS: dict[type, type[RuleForm]] = {
    Lengths: LengthForm,
    Numbers: NumberForm,
    Choices: ChoiceForm,
    YesOrNo: YesOrNoForm,
    Names: NamesForm,
}


def form_for(
    parameter: Parameter,
    typed: MultiDict[str, str] | None = None,
    *,
    value: Any,
    why: str = "",
    names: Sequence[str] | None = None,
) -> RuleForm:
    """The form for a rule, filled with this value; `names` when only these can be chosen."""
    kind = KnownNamesForm if names is not None else FORMS[type(parameter.takes)]
    form = kind(typed, data=_filled(value) | {"why": why})
    field: Any = form._fields.get("value")
    if field is not None:
        field.label.text = gettext(parameter.called)
    if isinstance(parameter.takes, Choices):
        field.choices = [(word.value, WORDS[word]) for word in parameter.takes.among]
    elif names is not None:
        field.choices = [(name, name) for name in sorted({*names, *value})]
    return form


def _filled(value: Any) -> dict[str, Any]:
    if isinstance(value, Length):
        return vars(value)
    if isinstance(value, bool):
        return {"value": "yes" if value else "no"}
    return {"value": list(value) if isinstance(value, tuple) else value}


class AgreementForm(Form):
    """A text to accept."""

    name = line(
        _("Name"),
        LONGEST_NAME,
        DataRequired(),
        description=_("The same name as before makes a new version of it."),
    )
    text = TextAreaField(_("Text"), [DataRequired(), Longest(max=LONGEST_TEXT)], filters=[trimmed])


class AcceptanceForm(Form):
    """A name typed to say yes."""

    signed_as = line(
        _("Your name"),
        120,
        DataRequired(),
        description=_("By typing it you say that you have read this and accept it."),
    )
    signature = HiddenField(validators=[Longest(max=LONGEST_DRAWING)])


class CertificateForm(Form):
    """Something that somebody has learned."""

    name = line(
        _("Certificate"), LONGEST_NAME, DataRequired(), description=_("Like “Chainsaw course”.")
    )
    until = DateField(
        _("Until"), [Optional()], description=_("The last day. Empty: without an end.")
    )


class BirthdayForm(Form):
    """When somebody was born."""

    born_on = DateField(_("Date of birth"), [Optional()])
