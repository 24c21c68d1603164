"""What a coordinator says of a webhook."""

from flask import current_app
from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField, StringField, widgets
from wtforms.validators import DataRequired, Length

from toolshare.forms import Form, read_by, trimmed
from toolshare.reaching import LONGEST_ADDRESS
from toolshare.webhooks import naming
from toolshare.webhooks.events import MEANING, SUBJECTS


def _known_address(typed: str) -> str:
    may_be_private: bool = current_app.config["CHOSEN"].private_webhooks
    return naming.known_address(typed, may_be_private=may_be_private)


class WebhookForm(Form):
    """Where, and what."""

    address = StringField(
        _("Address"),
        [DataRequired(), Length(max=LONGEST_ADDRESS), read_by(_known_address)],
        filters=[trimmed],
        description=_("Like https://example.org/hook. It gets ids, never a name."),
    )
    events = SelectMultipleField(
        _("What is it told?"),
        [DataRequired(_("Choose at least one event."))],
        choices=lambda: {
            str(_(subject)): [
                (event, _(says)) for event, says in MEANING.items() if event.startswith(of)
            ]
            for subject, of in SUBJECTS.items()
        },
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )
