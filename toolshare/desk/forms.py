"""What comes from the desk with a scan or a press of a button."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired, NumberRange, Optional

from toolshare.care.forms import ActForm
from toolshare.desk.counter import Outcome

MOST = 9_999
UNDOABLE = [Outcome.LENT, Outcome.TAKEN, Outcome.RETURNED]


class DeskForm(ActForm):
    """Any act at the desk: whom we serve goes along, so that the server needn't remember."""

    served = HiddenField(_("Card"), default="")


class ScanForm(DeskForm):
    """What was scanned or typed; of a bin, how many."""

    code = StringField(_("Code"), default="")
    quantity = IntegerField(_("How many"), [Optional(), NumberRange(1, MOST)])


class UndoForm(DeskForm):
    """What to undo: an outcome, and the loan or taking it had."""

    outcome = HiddenField(_("What"), [AnyOf([one.value for one in UNDOABLE])])
    record_id = IntegerField(_("Which"), [InputRequired(), NumberRange(1, 2**31 - 1)])
