"""What a person says when they make a token for a program."""

from datetime import timedelta

from flask_babel import lazy_gettext as _
from wtforms import SelectField, SelectMultipleField, StringField, widgets
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length

from toolshare.forms import Form, trimmed
from toolshare.programs.scopes import MEANING, Scope


class TokenForm(Form):
    """What the program is called, what it may do, and for how long."""

    name = StringField(
        _("What is it for?"),
        [DataRequired(), Length(max=60)],
        filters=[trimmed],
        description=_("Like “Screen in the shop window”: you will know it again in the list."),
    )
    scopes = SelectMultipleField(
        _("What may it do?"),
        choices=lambda: [(scope.value, _(says)) for scope, says in MEANING.items()],
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
        description=_("Never more than you may yourself. Choose as little as it needs."),
    )
    days = SelectField(
        _("How long does it work?"),
        choices=[
            SelectChoice("30", _("A month")),
            SelectChoice("90", _("Three months")),
            SelectChoice("365", _("A year")),
        ],
        default="90",
    )

    @property
    def chosen(self) -> list[Scope]:
        """The scopes that were chosen."""
        return [Scope(one) for one in self.scopes.data or ()]

    @property
    def lasting(self) -> timedelta:
        """For how long it is to work."""
        return timedelta(days=int(self.days.data))
