"""What people type about things."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    Field,
    IntegerField,
    SearchField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from toolshare.forms import Form, read_by, trimmed
from toolshare.inventory import cells, paths
from toolshare.inventory.models import Condition, Counting
from toolshare.inventory.table import Asked
from toolshare.records import LAST_ID

LAST_YEAR = 2100


def line(label: Any, most: int, *checks: Any, **more: Any) -> StringField:
    """A line of text that may be empty."""
    return StringField(label, [*checks, Length(max=most)], filters=[trimmed], **more)


def passage(label: Any, **more: Any) -> TextAreaField:
    """Some lines of text that may be empty."""
    return TextAreaField(label, [Length(max=20_000)], filters=[trimmed], **more)


class LinesField(TextAreaField):
    """A list of texts, one on each line."""

    def _value(self) -> str:
        return "\n".join(self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        """The lines that say something."""
        typed = valuelist[0].splitlines() if valuelist else []
        self.data = [one.strip() for one in typed if one.strip()]  # type: ignore[assignment]


def _read_paths(typed: str | list[str]) -> None:
    for path in typed if isinstance(typed, list) else [typed] * bool(typed):
        paths.tidy(path)


# A validator: each line is a path of names.
only_paths = read_by(_read_paths)


def only_links(_form: Form, field: Field) -> None:
    """Each line is a web address: nothing that a browser would run."""
    for link in field.data or []:
        if not cells.is_link(link):
            raise ValidationError(_("“%(link)s” is not a web address.", link=link[:80]))


def none_too_long(_form: Form, field: Field) -> None:
    """No line is longer than what a label or a list can show."""
    if any(len(one) > 200 for one in field.data or []):  # noqa: PLR2004
        raise ValidationError(_("Keep each line below 200 characters."))


def number(text: Any) -> int | None:
    """The number of a place in an address; None for every place. No number finds nothing."""
    return min(int(text), LAST_ID) if text not in (None, "") else None


class SearchForm(Form):
    """What is looked for among things."""

    words = SearchField(_("Search"), [Length(max=500)])
    category = SelectField(_("Category"))
    place = SelectField(_("Place"), coerce=number)
    page = IntegerField(_("Page"), default=1)


class CatalogueForm(SearchForm):
    """What is looked for in the catalogue."""

    group = SelectField(_("Group"))
    free = BooleanField(_("Free now"))


class DaysForm(Form):
    """The days for which something is to be free; one of them alone is a day by itself."""

    from_day = DateField(_("Free from"), [Optional()])
    until_day = DateField(_("Until"), [Optional()])

    earliest = date.min  # what is over before

    def validate_from_day(self, field: Field) -> None:
        """A day to come, and not further ahead than anybody plans."""
        if field.data and field.data < self.earliest:
            raise ValidationError(_("That day is over."))
        if field.data and field.data.year > LAST_YEAR:
            raise ValidationError(_("That is too far ahead."))

    def validate_until_day(self, field: Field) -> None:
        """The same, and not before the first."""
        self.validate_from_day(field)
        if self.from_day.data and field.data and field.data < self.from_day.data:
            raise ValidationError(_("It ends before it begins."))

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day that are asked about, when any are."""
        first = self.from_day.data or self.until_day.data
        last = self.until_day.data or first
        return (first, last) if first and last else None

    @property
    def typed(self) -> dict[str, str]:
        """The same for an address, whole; nothing when none are asked about."""
        known = zip(("from_day", "until_day"), self.days or (), strict=False)
        return {name: day.isoformat() for name, day in known}


class TableForm(SearchForm):
    """What is looked for in the inventory."""

    state = SelectField(
        _("State"),
        choices=[
            SelectChoice("", _("In stock")),
            SelectChoice("free", _("Free")),
            SelectChoice("out", _("Out")),
            SelectChoice("late", _("Late")),
            SelectChoice("dropped", _("Left in the shed")),
            SelectChoice("needs_check", _("Needs a check")),
            SelectChoice("in_repair", _("In repair")),
            SelectChoice("kept", _("Kept for somebody")),
            SelectChoice("in_kit", _("In a kit")),
            SelectChoice("missing", _("Missing")),
            SelectChoice("used_up", _("Used up")),
            SelectChoice("retired", _("Retired")),
        ],
    )
    unprinted = BooleanField(_("Without a label"))
    sort = StringField(_("Sorted by"), default="name")

    @property
    def asked(self) -> Asked:
        """What the form asks for."""
        return Asked(
            words=self.words.data or "",
            category=self.category.data or "",
            place_id=self.place.data,
            state=self.state.data or "",
            unprinted=self.unprinted.data,
            sort=self.sort.data or "name",
            page=self.page.data or 1,
        )

    @property
    def kept(self) -> dict[str, str]:
        """What has to ride along in an address or a form for the same rows in the same order."""
        asked = {
            "words": self.words.data,
            "category": self.category.data,
            "place": self.place.data,
            "state": self.state.data,
            "unprinted": "y" if self.unprinted.data else "",
            "sort": self.sort.data,
        }
        return {name: str(value) for name, value in asked.items() if value}


class SelectionForm(Form):
    """What to do with the things that were chosen; each act looks at its own field."""

    to = line(_("Move to"), 500, only_paths)
    why = line(_("Why it is retired"), 200, DataRequired(_("Say what was decided, and by whom.")))


class PlaceForm(Form):
    """Where a place is."""

    path = line(
        _("Place"),
        500,
        DataRequired(),
        only_paths,
        description=_("From the outermost in: Barn > North wall > Hook 12."),
    )


class KindForm(Form):
    """What a kind of thing is."""

    name = line(_("Name"), 200, DataRequired())
    other_names = line(_("Other names"), 500, description=_("What else people call it."))
    counting = SelectField(
        _("Counted"),
        choices=[
            SelectChoice(Counting.COUNTED.value, _("One by one: each has a label of its own")),
            SelectChoice(Counting.BULK.value, _("By number: one label on the bin")),
            SelectChoice(Counting.CONSUMABLE.value, _("Used up: taken, not lent")),
        ],
        default=Counting.COUNTED.value,
    )
    categories = LinesField(
        _("Categories"),
        [only_paths],
        description=_("One on each line, from the outermost in: Power tools > Saws."),
    )
    description = passage(_("Description"))
    brand = line(_("Brand"), 120)
    model = line(_("Model"), 120)
    size = line(_("Size"), 200)
    strength = line(_("Strength"), 200)
    power_source = line(_("Power source"), 120)
    meter = line(
        _("Meter counts"),
        20,
        description=_("If it has a meter: h, km, ha. It is read when the thing goes and comes."),
    )
    checkout_notice = passage(_("Notice"), description=_("Shown before it is borrowed."))
    parts = LinesField(
        _("Parts"),
        [none_too_long],
        description=_("What must come back with it, one on each line."),
    )
    service_days = IntegerField(
        _("Serviced every … days"),
        [Optional(), NumberRange(min=1, max=3_660)],
        description=_("365 is once a year. When it is due it is not lent before it was serviced."),
    )
    service_units = DecimalField(
        _("Serviced every … of its meter"),
        [Optional(), NumberRange(min=Decimal("0.1"), max=Decimal("9999999"))],
        places=1,
        description=_("So many hours, hectares or kilometres, whichever comes first."),
    )
    guide = passage(_("How to use it"))
    guide_links = LinesField(
        _("Links"), [only_links], description=_("Manuals and films, one address on each line.")
    )

    def validate_service_units(self, field: Field) -> None:
        """Only what has a meter is serviced by it."""
        if field.data and not self.meter.data:
            raise ValidationError(_("Say first what its meter counts."))


class ItemForm(Form):
    """One physical thing."""

    number = line(_("Inventory number"), 60)
    serial = line(_("Serial number"), 120)
    quantity = IntegerField(
        _("How many are in the bin"),
        [Optional(), NumberRange(min=0, max=1_000_000)],
        description=_("Empty for plenty. Things counted one by one have none."),
    )
    condition = SelectField(
        _("Condition"),
        choices=[
            SelectChoice(Condition.FINE.value, _("Fine")),
            SelectChoice(Condition.NEEDS_A_LOOK.value, _("Needs a look")),
            SelectChoice(Condition.BROKEN.value, _("Broken")),
        ],
        default=Condition.FINE.value,
    )
    place = line(
        _("Place"), 500, only_paths, description=_("From the outermost in: Barn > North wall.")
    )
    value = DecimalField(
        _("Value"), [Optional(), NumberRange(min=0, max=Decimal("9999999999"))], places=2
    )
    bought_on = DateField(_("Bought on"), [Optional()])
    donor = line(_("Given by"), 120)
    notes_for_members = passage(_("Notes for members"))
    notes_for_stewards = passage(_("Notes for stewards"))


class ThingForm(KindForm, ItemForm):
    """A kind and its first item, on one page."""
