"""Which bookings a steward moves for the weather, and by how many days."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask_babel import lazy_gettext as _
from wtforms import DateField, Field, HiddenField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length

from toolshare.care.forms import ActForm

BY = [
    SelectChoice("1", _("A day later")),
    SelectChoice("2", _("Two days later")),
    SelectChoice("3", _("Three days later")),
    SelectChoice("-1", _("A day earlier")),
    SelectChoice("-2", _("Two days earlier")),
    SelectChoice("-3", _("Three days earlier")),
]
LONGEST = timedelta(days=31)
MOST_NAMED = 200


class RainForm(ActForm):
    """What begins on these days moves by so many; `seen` and `only` are of a preview."""

    first = DateField(_("What begins from"), [InputRequired()])
    last = DateField(_("Until"), [InputRequired()])
    days = SelectField(_("Move it"), choices=BY, default="1")
    seen = HiddenField(validators=[Length(max=16)])
    only = HiddenField(validators=[Length(max=MOST_NAMED * 11)])

    def validate_last(self, field: Field) -> None:
        """A stretch of bad weather, not a year."""
        first: date | None = self.first.data
        if first and field.data and not first <= field.data <= first + LONGEST:
            raise ValidationError(_("Choose a day after the first, within a month."))

    def stretch(self) -> tuple[date, date]:
        """The first and the last of the days."""
        if self.first.data is None or self.last.data is None:
            raise ValueError("the form is not filled in")
        return self.first.data, self.last.data

    def named(self) -> Sequence[int] | None:
        """The reservations that are meant, by their ids; None for all."""
        ids = [one for one in (self.only.data or "").split(",") if one.isascii() and one.isdigit()]
        return [int(one) for one in ids if len(one) < 10] or None  # noqa: PLR2004
