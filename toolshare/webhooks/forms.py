"""What a coordinator says of a webhook."""

from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField, StringField, widgets
from wtforms.validators import DataRequired, Length

from toolshare.inventory.forms import trimmed
from toolshare.reaching import LONGEST_ADDRESS
from toolshare.webhooks.events import MEANING, SUBJECTS
from toolshare.wording import Form


class WebhookForm(Form):
    """Where, and what."""

    address = StringField(
        _("Address"),
        [DataRequired(), Length(max=LONGEST_ADDRESS)],
        filters=[trimmed],
        description=_("Like https://example.org/hook. It gets ids, never a name."),
    )
    events = SelectMultipleField(
        _("What is it told?"),
        choices=lambda: {
            str(_(subject)): [
                (event, _(says)) for event, says in MEANING.items() if event.startswith(of)
            ]
            for subject, of in SUBJECTS.items()
        },
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )
