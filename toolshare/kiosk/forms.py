"""What is typed at a kiosk, and to set one up."""

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from toolshare.care.forms import ActForm
from toolshare.circulation.at_hand import MOST_AT_ONCE
from toolshare.forms import Form, trimmed
from toolshare.records import LAST_ID


class CardForm(Form):
    """The card that was scanned or typed."""

    code = StringField(_("Card"), [InputRequired(), Length(max=2_000)])


class PinForm(CardForm):
    """The card, carried along, and the PIN."""

    pin = StringField(_("PIN"), [InputRequired(), Length(max=100)])


class SittingForm(ActForm):
    """In whose sitting it was pressed: a page that was left open does nothing for the next one."""

    sitting = IntegerField(_("Sitting"), [Optional(), NumberRange(0, LAST_ID)])


class ThingForm(SittingForm):
    """What was scanned or typed; of a bin, how many."""

    code = StringField(_("Code"), [InputRequired(), Length(max=2_000)])
    quantity = IntegerField(_("How many"), [Optional(), NumberRange(1, MOST_AT_ONCE)])


class KioskForm(Form):
    """Where the tablet stands."""

    name = StringField(
        _("Where does it stand?"),
        [DataRequired(), Length(max=60)],
        filters=[trimmed],
        description=_("Like “Tablet by the door”. Stewards read it where things were left."),
    )


class NewPinForm(Form):
    """A PIN to set."""

    pin = PasswordField(
        _("New PIN"),
        [InputRequired(), Length(max=100)],
        description=_("4 to 8 digits. Nobody can read it afterwards, you neither."),
    )
