"""Forms about what is known of people."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, IntegerField, PasswordField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from toolshare.forms import Form
from toolshare.privacy.models import MOST_DAYS


class RetentionForm(Form):
    """For how long a group knows who had what."""

    days = IntegerField(
        _("Days"),
        [Optional(), NumberRange(1, MOST_DAYS)],
        description=_("Counted from the day on which a thing came back; usually 90."),
    )
    never = BooleanField(_("Never forget"))

    @property
    def chosen(self) -> int | None:
        """The days that were typed; None for never, and 0 when nothing was said."""
        return None if self.never.data else self.days.data or 0


class FarewellForm(Form):
    """Who asks shows that they are who is signed in."""

    proof = PasswordField(
        _("Your password"),
        [InputRequired(), Length(max=1000)],
        description=_("If you have none, type your e-mail address."),
    )
