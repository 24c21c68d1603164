"""What comes from the desk with a scan or a press of a button."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, HiddenField, IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired, NumberRange, Optional

from toolshare.care.forms import ActForm
from toolshare.circulation.at_hand import MOST_AT_ONCE
from toolshare.circulation.forms import ReturnForm
from toolshare.desk.outcomes import UNDONE
from toolshare.records import LAST_ID


class DeskForm(ActForm):
    """Any act at the desk: whom we serve goes along, so that the server needn't remember.

    `latest` is sent by a page that has the list already and wants the latest answer alone.
    """

    served = HiddenField(_("Card or place"), default="")
    latest = HiddenField(_("Latest"), default="")


class ScanForm(DeskForm):
    """What was scanned or typed; of a bin, how many."""

    code = StringField(_("Code"), default="")
    quantity = IntegerField(_("How many"), [Optional(), NumberRange(1, MOST_AT_ONCE)])


class LookForm(DeskForm, ReturnForm):
    """How a thing is that has just come back; `loan` is the one that ended."""


class ListForm(DeskForm):
    """A list that is collected: its codes, those that stay behind, and until when it is wished."""

    codes = HiddenField(_("List"), default="")
    rest = HiddenField(_("Others"), default="")
    until = DateField(_("Until"), [Optional()])


class CollectForm(ListForm, ScanForm):
    """What was scanned for the list, or is taken off it; of a bin, how many."""

    remove = HiddenField(_("Take off"), default="")


class UndoForm(DeskForm):
    """What to undo: an outcome, and the loan, taking or entry it had."""

    outcome = HiddenField(_("What"), [AnyOf([one.value for one in UNDONE])])
    record_id = IntegerField(_("Which"), [InputRequired(), NumberRange(1, LAST_ID)])
