"""What is typed to invite people, and by who comes in."""

from datetime import date
from typing import cast

from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    EmailField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from toolshare.admission.inviting import Terms
from toolshare.forms import Form, read_by, trimmed
from toolshare.people.forms import roles_to_choose
from toolshare.people.joining import known_email
from toolshare.people.models import Role

MOST_USES = 10_000


class InvitationForm(Form):
    """As what an invitation takes people in, until when and how often."""

    note = StringField(
        _("What for?"),
        [Length(max=120)],
        filters=[trimmed],
        description=_("Like “Assembly in May”. Only coordinators read it."),
    )
    until = DateField(_("Until"), [InputRequired()], description=_("The last day."))
    most_uses = IntegerField(
        _("How often?"),
        [Optional(), NumberRange(1, MOST_USES)],
        description=_("How many people may come in with it. Empty: as many as like."),
    )
    role = SelectField(
        _("As what?"),
        choices=roles_to_choose,
        description=_("A link that makes a steward or coordinator works once."),
    )

    @property
    def terms(self) -> Terms:
        """The terms that were typed."""
        return Terms(
            until=cast(date, self.until.data),
            role=Role(self.role.data),
            most_uses=self.most_uses.data,
            note=self.note.data or "",
        )


class NewAccountForm(Form):
    """Who comes in without an account."""

    name = StringField(_("Name"), [DataRequired(), Length(max=120)], filters=[trimmed])
    email = EmailField(
        _("E-mail"), [DataRequired(), Length(max=254), read_by(known_email)], filters=[trimmed]
    )
    password = PasswordField(
        _("Password"),
        [InputRequired(), Length(max=1000)],
        description=_(
            "At least 10 characters: three or four words in a row are easy to keep in mind."
        ),
    )


class HouseholdForm(Form):
    """In which household somebody belongs."""

    household = SelectField(_("Household"), choices=[])
    name = StringField(
        _("Name of a new one"),
        [Length(max=120)],
        filters=[trimmed],
        description=_("Like “Conti, Via del Forno”. Empty: the person's own name."),
    )
