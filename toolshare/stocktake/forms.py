"""What comes from the pages of stocktakes."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional, Regexp

from toolshare.care.forms import LONGEST_NOTE, ActForm
from toolshare.forms import Form
from toolshare.stocktake.findings import Shown

MOST = 999_999
EVERYTHING, PLACE, CATEGORY = "everything", "place", "category"


class ScopeForm(ActForm):
    """What is to be counted: everything, or a place or category by its number."""

    scope = StringField(
        _("What is counted"), [Regexp(rf"({EVERYTHING}|({PLACE}|{CATEGORY})-\d{{1,9}})$")]
    )

    @property
    def sort(self) -> str:
        """Everything, a place or a category."""
        return (self.scope.data or "").partition("-")[0]

    @property
    def number(self) -> int:
        """Which one."""
        return int((self.scope.data or "").partition("-")[2] or 0)


class ListForm(Form):
    """Which list is looked at, and which page of it."""

    show = StringField(_("List"))
    page = IntegerField(_("Page"), default=1)

    @property
    def shown(self) -> Shown | None:
        """The list that was asked for, if there is such a one."""
        return next((one for one in Shown if one.value == self.show.data), None)

    @property
    def along(self) -> dict[str, str]:
        """What a form of the page takes along, so that the same list stays in sight."""
        show = {"show": self.shown.value} if self.shown else {}
        return show | ({"page": str(self.page.data)} if (self.page.data or 1) > 1 else {})


class SightingForm(ActForm):
    """What was scanned or typed, where; of a bin, how many are there."""

    served = HiddenField(_("Place"), default="")
    code = StringField(_("Code"), default="")
    counted = IntegerField(_("How many are there?"), [Optional(), NumberRange(0, MOST)])


class ClosingForm(ActForm):
    """What somebody has read that closing does, and what they note about it."""

    seal = HiddenField(_("What closing does"), [Length(max=40)])
    note = TextAreaField(_("Note"), [Length(max=LONGEST_NOTE)], filters=[lambda text: text or ""])
