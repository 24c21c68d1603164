"""What a person chooses about what they are told."""

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from toolshare.forms import Form
from toolshare.messages.models import MOST_DAYS

LONGEST_SUBJECT = 200
LONGEST_TEXT = 5_000


class ChoicesForm(Form):
    """Which subjects, and when not."""

    wanted = SelectMultipleField(
        _("Tell me"),
        widget=ListWidget(),
        option_widget=CheckboxInput(),
        description=_(
            "What keeps your account safe, what is late and what is called back is told in any case."
        ),
    )
    days_before = IntegerField(
        _("How many days before something is due"), [InputRequired(), NumberRange(1, MOST_DAYS)]
    )
    quiet_from = TimeField(
        _("Quiet from"),
        [InputRequired()],
        description=_(
            "What comes up meanwhile waits until the quiet is over. The same time twice: never quiet."
        ),
    )
    quiet_until = TimeField(_("Quiet until"), [InputRequired()])


class TellHereForm(Form):
    """Where a browser is reached, as it says itself, and how much it may show."""

    subscription = HiddenField()
    shows_what = BooleanField(
        _("Show what it is about"),
        description=_(
            "Whoever sees the screen of this device can read it then, locked or not. Otherwise it only says "
            "that there is something to read."
        ),
    )


class WordingForm(Form):
    """A message in a group's own words."""

    subject = StringField(_("Subject"), [InputRequired(), Length(max=LONGEST_SUBJECT)])
    text = TextAreaField(
        _("Text"),
        [InputRequired(), Length(max=LONGEST_TEXT)],
        description=_(
            "An empty line ends a paragraph; a line that begins with “- ” is one of a list. Hello, the "
            "button and the name of your group are added."
        ),
    )
