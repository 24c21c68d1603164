"""What a steward says who settles an exception, and what is typed in from a day sheet."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional

from toolshare.care.forms import LONGEST_NOTE, ActForm, NoteForm
from toolshare.circulation.at_hand import MOST_AT_ONCE
from toolshare.circulation.forms import CONDITIONS
from toolshare.forms import Form
from toolshare.offline.models import Act, Settlement

LINES, MOST_LINES = 12, 60
LONGEST_CODE, LONGEST_NAME = 2_000, 320


class SettleForm(NoteForm):
    """How it was settled, and what there is to say about it."""

    how = StringField(_("How"), [AnyOf([*Settlement])], default=Settlement.SETTLED)


class LineForm(ActForm):
    """A line of a day sheet; one in which nothing was typed is none."""

    operation = HiddenField(_("Operation"), default=lambda: str(uuid4()))
    what = SelectField(
        _("What"),
        choices=[SelectChoice(Act.RETURN, _("Came back")), SelectChoice(Act.LEND, _("Lent"))],
    )
    at = TimeField(_("At"))
    code = StringField(_("Code of the thing"), [Length(max=LONGEST_CODE)])
    quantity = IntegerField(_("How many"), [Optional(), NumberRange(1, MOST_AT_ONCE)])
    who = StringField(_("To whom"), [Length(max=LONGEST_NAME)])
    condition = SelectField(
        _("How is it?"), choices=[SelectChoice(*one) for one in CONDITIONS.items()]
    )
    note = StringField(_("Note"), [Length(max=LONGEST_NOTE)])

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in it."""
        typed = (self.at, self.code, self.quantity, self.who, self.note)
        return not any((one.raw_data or [""])[0] for one in typed)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """An empty line is right; in any other a time and a code stand, and who has what was lent."""
        if self.is_empty:
            return True
        is_right = super().validate(extra_validators)
        lacking = [field for field in self._needed if not (field.raw_data or [""])[0]]
        for field in lacking:
            field.errors = [_("This is missing.")]
        return is_right and not lacking

    @property
    def _needed(self) -> list[Field]:
        who = [self.who] if self.what.data == Act.LEND else []
        return [self.at, self.code, *who]


class DaySheetForm(Form):
    """A day, and the lines that were written on its sheet."""

    on = DateField(_("Written on"), [InputRequired()])
    lines = FieldList(FormField(LineForm), _("Rows"), min_entries=LINES, max_entries=MOST_LINES)

    @property
    def written(self) -> list[LineForm]:
        """The lines in which something stands."""
        return [line.form for line in self.lines if not line.form.is_empty]
