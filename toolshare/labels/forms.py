"""What people type about labels."""

import re

from flask_babel import lazy_gettext as _
from wtforms import (
    FloatField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    widgets,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange

from toolshare.care.forms import ActForm
from toolshare.forms import Form
from toolshare.labels.designs import LONGEST_LINE, SYMBOL_PERCENTS, Design
from toolshare.labels.dots import RESOLUTIONS
from toolshare.labels.models import Cause
from toolshare.labels.printing import MOST_BLANKS, MOST_COPIES, PDF, PNG, ZPL, Wishes
from toolshare.labels.stocks import PAGES, ROLL, Stock

WHOLE, *PARTS = SYMBOL_PERCENTS


class PrintForm(Form):
    """How labels are to be printed."""

    stock = SelectField(_("Stock"), [InputRequired()])
    start = IntegerField(
        _("First label on the sheet"),
        [InputRequired(), NumberRange(min=1, max=1000)],
        default=1,
        description=_("Counted from the top left, row by row: for a sheet that is partly used."),
    )
    copies = IntegerField(
        _("Copies of each"), [InputRequired(), NumberRange(min=1, max=MOST_COPIES)], default=1
    )
    printer = StringField(
        _("Printer"),
        [Length(max=120)],
        description=_("Its name, when you have measured how far it misses."),
    )
    format = SelectField(
        _("File"),
        choices=[
            SelectChoice(PDF, _("PDF: any printer")),
            SelectChoice(PNG, _("PNG: a picture in the printer's own dots")),
            SelectChoice(ZPL, _("ZPL: Zebra and compatible printers")),
        ],
        default=PDF,
        description=_("PNG and ZPL are for printers with a roll."),
    )
    dpi = SelectField(
        _("Resolution of the printer"),
        choices=[SelectChoice(dpi, _("%(dpi)s dpi", dpi=dpi)) for dpi in RESOLUTIONS],
        coerce=int,
        default=300,
        description=_("For PNG and ZPL. It stands on the printer or in its manual."),
    )

    @property
    def wishes(self) -> Wishes:
        """What the form asks for."""
        return Wishes(
            stock=self.stock.data,
            start=self.start.data or 1,
            copies=self.copies.data or 1,
            printer=(self.printer.data or "").strip(),
            format=self.format.data,
            dpi=self.dpi.data,
        )


class BlankForm(PrintForm):
    """How many blank labels, and how they are to be printed."""

    count = IntegerField(
        _("How many labels"), [InputRequired(), NumberRange(min=1, max=MOST_BLANKS)], default=20
    )


class DesignForm(Form):
    """What stands on the labels of a stock."""

    name_lines = SelectField(
        _("Name"),
        choices=[
            SelectChoice(3, _("Up to three lines")),
            SelectChoice(2, _("Up to two lines")),
            SelectChoice(1, _("One line")),
            SelectChoice(0, _("No name")),
        ],
        coerce=int,
        default=3,
    )
    shows = SelectMultipleField(
        _("Below the name"),
        choices=[
            SelectChoice("group", _("Group")),
            SelectChoice("place", _("Place")),
            SelectChoice("serial", _("Serial number")),
            SelectChoice("number", _("Inventory number")),
            SelectChoice("brand", _("Brand and model")),
        ],
        default=["group", "place"],
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )
    line = StringField(
        _("A line of your own"),
        [Length(max=LONGEST_LINE)],
        filters=[lambda typed: " ".join((typed or "").split())],
        description=_("On every label: a telephone number, or who to bring it back to."),
    )
    code = SelectField(
        _("Code to read and to type"),
        choices=[
            SelectChoice("none", _("No code")),
            SelectChoice("small", _("Small")),
            SelectChoice("usual", _("Usual")),
            SelectChoice("large", _("Large")),
        ],
        default="usual",
    )
    symbol_percent = SelectField(
        _("QR code"),
        choices=[
            SelectChoice(WHOLE, _("As large as there is room")),
            *(SelectChoice(part, _("%(part)s percent of that", part=part)) for part in PARTS),
        ],
        coerce=int,
        default=100,
    )
    level = SelectField(
        _("Error correction"),
        choices=[
            SelectChoice("L", _("L: smallest")),
            SelectChoice("M", _("M: usual")),
            SelectChoice("Q", _("Q: for worn labels")),
            SelectChoice("H", _("H: for rough places")),
        ],
        default="M",
    )

    @property
    def design(self) -> Design:
        """The design that the form describes."""
        return Design(**{**self.data, "shows": tuple(self.shows.data or ())})


class NudgeForm(Form):
    """How far a printer misses."""

    stock = SelectField(_("Stock"), [InputRequired()])
    printer = StringField(_("Printer"), [Length(max=120)])
    x_mm = FloatField(
        _("To the right, mm"), [InputRequired(), NumberRange(min=-20, max=20)], default=0.0
    )
    y_mm = FloatField(_("Down, mm"), [InputRequired(), NumberRange(min=-20, max=20)], default=0.0)
    scale = FloatField(
        _("Scale"),
        [InputRequired(), NumberRange(min=0.9, max=1.1)],
        default=1.0,
        description=_("1 prints as it is; 1.01 makes everything one percent larger."),
    )


class StockForm(Form):
    """A stock that the group has measured."""

    name = StringField(_("Name"), [InputRequired(), Length(max=120)])
    page = SelectField(
        _("Page"),
        choices=[*(SelectChoice(page, page) for page in PAGES), SelectChoice(ROLL, _("Roll"))],
    )
    columns = IntegerField(_("Columns"), [InputRequired()], default=1)
    rows = IntegerField(_("Rows"), [InputRequired()], default=1)
    label_width_mm = FloatField(_("Width of a label, mm"), [InputRequired()])
    label_height_mm = FloatField(_("Height of a label, mm"), [InputRequired()])
    left_mm = FloatField(_("From the left edge, mm"), [InputRequired()], default=0.0)
    top_mm = FloatField(_("From the upper edge, mm"), [InputRequired()], default=0.0)
    gap_x_mm = FloatField(_("Gap between columns, mm"), [InputRequired()], default=0.0)
    gap_y_mm = FloatField(_("Gap between rows, mm"), [InputRequired()], default=0.0)

    @property
    def stock(self) -> Stock:
        """The stock that the form describes; its short name is made from its name."""
        described = {**self.data, "name": (self.name.data or "").strip()}
        return Stock(slug=slug_of(described["name"]), **described)


class ReplaceForm(ActForm):
    """Why a thing needs another label."""

    cause = StringField(_("What became of the old one?"), [AnyOf([Cause.LOST, Cause.WORN])])


class ClaimForm(ReplaceForm):
    """What a blank label is put on: the code that it wears now."""

    thing = StringField(_("On what?"), [InputRequired()])


def slug_of(name: str) -> str:
    """A short name for addresses and commands: "Own 3 by 8" becomes own-3-by-8."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "stock"
