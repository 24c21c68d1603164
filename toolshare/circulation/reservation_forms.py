"""What a person says when they reserve: what, how many, from when until when."""

from collections.abc import Iterable
from datetime import date, datetime, time

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.validators import Length as OfLength

from toolshare.care.forms import ActForm
from toolshare.circulation import spans
from toolshare.circulation.at_hand import MOST_AT_ONCE
from toolshare.circulation.fitting import Span
from toolshare.forms import Form
from toolshare.people.models import Group
from toolshare.people.opening import local_time, on_the_clock
from toolshare.records import LAST_ID
from toolshare.rules.lengths import Length

MOST_KINDS = 20
LAST_YEAR = 2100
LONGEST = 120  # days or hours


class SpanForm(ActForm):
    """From when until when: whole days, or from one time of day until another."""

    from_day = DateField(_("From"), [InputRequired()])
    until_day = DateField(_("Until"), [InputRequired()])
    from_time = TimeField(_("From what time"), [Optional()])
    until_time = TimeField(_("Until what time"), [Optional()])

    def validate_until_day(self, field: Field) -> None:
        """No calendar goes on for ever."""
        if field.data and field.data.year > LAST_YEAR:
            raise ValidationError(_("That is too far ahead."))

    def validate_from_time(self, _field: Field) -> None:
        """Both times, or whole days."""
        if not self.until_time.raw_data or not self.until_time.raw_data[0]:
            raise ValidationError(_("Give both times, or none for whole days."))

    def validate_until_time(self, _field: Field) -> None:
        """Both times, or whole days."""
        if not self.from_time.raw_data or not self.from_time.raw_data[0]:
            raise ValidationError(_("Give both times, or none for whole days."))

    def span(self, group: Group) -> Span:
        """The span that is meant; whole days without times. The group has its opening times."""
        first, last = self.from_day.data, self.until_day.data
        if first is None or last is None:
            raise ValueError("the form is not filled in")
        if self.from_time.data is None or self.until_time.data is None:
            return spans.of_days(group, first, last)
        return Span(
            _moment(group, first, self.from_time.data), _moment(group, last, self.until_time.data)
        )


class ReservationForm(SpanForm):
    """From when until when, and what the stewards should know."""

    note = TextAreaField(_("Note for the stewards"), [OfLength(max=2000)])
    weather_flexible = BooleanField(_("It depends on the weather: it may be moved by a day"))
    to = StringField(_("For whom"), [OfLength(max=200)])


class MoveForm(SpanForm):
    """To when a reservation is moved, and whether the weather is to blame."""

    weather = BooleanField(_("Because of the weather: it does not count as late"))


class WhenForm(Form):
    """For how long somebody needs something, when they ask when it is free."""

    length = IntegerField(_("For how long"), [InputRequired(), NumberRange(1, LONGEST)])
    unit = SelectField(
        _("Days or hours"),
        choices=[SelectChoice("days", _("days")), SelectChoice("hours", _("hours"))],
        default="days",
    )

    @property
    def wanted(self) -> Length:
        """The length that is meant; of nothing typed one day."""
        number = self.length.data or 1
        return Length(hours=number) if self.unit.data == "hours" else Length(days=number)


class CallOffForm(ActForm):
    """Why a reservation is not to be, and whether the weather is to blame."""

    why = StringField(_("Why"), [OfLength(max=200)])
    weather = BooleanField(_("Because of the weather"))


def kind_ids_in(sent: MultiDict[str, str]) -> list[int]:
    """Which kinds are meant; what is no number is none of them."""
    ids = [int(one) for one in sent.getlist("kind") if one.isascii() and one.isdigit()]
    return list(dict.fromkeys(one for one in ids if one <= LAST_ID))[:MOST_KINDS]


def quantity_of(kind_id: int, sent: MultiDict[str, str]) -> int:
    """How many of a kind are meant; one unless it was said."""
    typed = sent.get(f"quantity-{kind_id}", "1").strip()
    quantity = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0  # noqa: PLR2004
    return quantity if 1 <= quantity <= MOST_AT_ONCE else 0


def codes_in(kind_ids: Iterable[int], sent: MultiDict[str, str]) -> dict[int, str]:
    """Of which kinds one certain item is meant and no other, and its code as it was typed."""
    typed = {kind_id: sent.get(f"only-{kind_id}", "").strip() for kind_id in kind_ids}
    return {kind_id: code for kind_id, code in typed.items() if code}


def typed_for(group: Group, span: Span) -> dict[str, str]:
    """What the form holds when it means this span."""
    first, last = spans.days_of(group, span)
    days = {"from_day": first.isoformat(), "until_day": last.isoformat()}
    if spans.is_of_whole_days(group, span):
        return days
    begins, ends = (local_time(group, moment) for moment in span)
    times = {"from_time": f"{begins:%H:%M}", "until_time": f"{ends:%H:%M}"}
    return days | times | {"until_day": ends.date().isoformat()}  # midnight is of the day after


def _moment(group: Group, day: date, at: time) -> datetime:
    return on_the_clock(group, datetime.combine(day, at))
