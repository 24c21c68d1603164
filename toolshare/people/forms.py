"""What people type about people and groups."""

from datetime import date
from typing import Any, cast

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    PasswordField,
    SearchField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from toolshare import wording
from toolshare.forms import Form, read_by, trimmed
from toolshare.people.accounts import Profile, known_phone
from toolshare.people.group_settings import Span, known_time_zone, spans_in
from toolshare.people.joining import known_email, known_slug
from toolshare.people.memberships import Standing
from toolshare.people.models import Role
from toolshare.people.queries import CURRENT, ENDED, PAUSED
from toolshare.wording import languages


def roles_to_choose() -> list[Any]:
    """The roles, as choices."""
    return [SelectChoice(role.value, wording.role(role)) for role in Role]


def languages_to_choose() -> list[Any]:
    """The languages that we speak, as choices."""
    return [SelectChoice(code, name) for code, name in languages()]


class SignInForm(Form):
    """E-mail and password, and where one was going."""

    email = EmailField(_("E-mail"), [InputRequired(), Length(max=254)])
    password = PasswordField(_("Password"), [InputRequired(), Length(max=1000)])
    next = HiddenField()


class NewPasswordForm(Form):
    """A password for the person behind a link."""

    password = PasswordField(_("New password"), [InputRequired()])


class AskForLinkForm(Form):
    """The address to which a link to sign in goes."""

    email = EmailField(
        _("E-mail"), [InputRequired(), Length(max=254), read_by(known_email)], filters=[trimmed]
    )


class NewAddressForm(Form):
    """The address with which one wants to sign in from now on."""

    email = EmailField(
        _("New e-mail address"),
        [InputRequired(), Length(max=254), read_by(known_email)],
        filters=[trimmed],
    )
    present = PasswordField(
        _("Present password"), [Length(max=1000)], description=_("Empty, if you have none.")
    )


class ChangePasswordForm(Form):
    """The present password and a new one."""

    present = PasswordField(_("Present password"), [InputRequired(), Length(max=1000)])
    password = PasswordField(_("New password"), [InputRequired()])


class PasskeyForm(Form):
    """What a new passkey is called, and what the device has answered."""

    name = StringField(
        _("Name"),
        [DataRequired(), Length(max=60)],
        filters=[trimmed],
        description=_("For yourself, to know it again: my phone."),
    )
    answer = HiddenField()


class AccountForm(Form):
    """What a person is called, the language that they read, and when they were born."""

    name = StringField(_("Name"), [DataRequired(), Length(max=120)], filters=[trimmed])
    language = SelectField(
        _("Language"), choices=lambda: [("", _("As the browser says")), *languages()]
    )
    born_on = DateField(
        _("Date of birth"),
        [Optional()],
        description=_("For things that are lent from an age only. Stewards can see it."),
    )
    phone = TelField(
        _("Phone"),
        [Optional(), Length(max=40), read_by(known_phone)],
        filters=[trimmed],
        description=_("Coordinators of your groups can see it."),
    )
    shows_phone = BooleanField(
        _("Show my phone to the next borrower"),
        description=_(
            "To who may take over what you are passing on, as long as you do. Nobody else."
        ),
    )

    @property
    def profile(self) -> Profile:
        """What was typed."""
        return Profile(
            name=self.name.data or "",
            language=self.language.data or None,
            phone=self.phone.data or "",
            shows_phone=bool(self.shows_phone.data),
        )


class PersonForm(Form):
    """Somebody who is to come into a group."""

    name = StringField(_("Name"), [DataRequired(), Length(max=120)], filters=[trimmed])
    email = EmailField(
        _("E-mail"), [DataRequired(), Length(max=254), read_by(known_email)], filters=[trimmed]
    )
    role = SelectField(_("Role"), choices=roles_to_choose)


class PeopleFilterForm(Form):
    """Which people of a group to show."""

    words = SearchField(_("Name or e-mail"))
    which = SelectField(
        _("Show"),
        choices=[
            SelectChoice(CURRENT, _("Everyone")),
            SelectChoice(Role.MEMBER.value, _("Members")),
            SelectChoice(Role.STEWARD.value, _("Stewards")),
            SelectChoice(Role.COORDINATOR.value, _("Coordinators")),
            SelectChoice(PAUSED, _("Paused")),
            SelectChoice(ENDED, _("Ended")),
        ],
        default=CURRENT,
    )


class StandingForm(Form):
    """What a person is to be in a group."""

    role = SelectField(_("Role"), choices=roles_to_choose)
    since = DateField(_("Since"), [InputRequired()])
    until = DateField(
        _("Until"),
        [Optional()],
        description=_(
            "The last day. Empty: without an end. What is reserved after it is called off; "
            "when it is over at once, so are places in line."
        ),
    )
    paused = BooleanField(_("Paused: borrows nothing for now"))
    why = StringField(
        _("Why paused"),
        [Length(max=200)],
        filters=[trimmed],
        description=_("The person reads this when borrowing."),
    )

    @property
    def standing(self) -> Standing:
        """The standing that was typed."""
        return Standing(
            role=Role(self.role.data),
            since=cast(date, self.since.data),
            until=self.until.data,
            paused=bool(self.paused.data),
            why=self.why.data or "",
        )


class GroupForm(Form):
    """What a group is called, and how it is reached."""

    name = StringField(_("Name"), [DataRequired(), Length(max=120)], filters=[trimmed])
    contact = TextAreaField(
        _("Contact"),
        [Length(max=2000)],
        filters=[trimmed],
        description=_("How to reach you. Whoever scans a label sees this."),
    )
    give_back = TextAreaField(
        _("How to give back"),
        [Length(max=2000)],
        filters=[trimmed],
        description=_("For members who return something and for strangers who found it."),
    )
    time_zone = StringField(
        _("Time zone"), [DataRequired(), read_by(known_time_zone)], filters=[trimmed]
    )
    language = SelectField(_("Language"), choices=languages_to_choose)


class OpeningHoursForm(Form):
    """The opening times of each weekday."""

    monday = StringField(_("Monday"), [Length(max=120), read_by(spans_in)])
    tuesday = StringField(_("Tuesday"), [Length(max=120), read_by(spans_in)])
    wednesday = StringField(_("Wednesday"), [Length(max=120), read_by(spans_in)])
    thursday = StringField(_("Thursday"), [Length(max=120), read_by(spans_in)])
    friday = StringField(_("Friday"), [Length(max=120), read_by(spans_in)])
    saturday = StringField(_("Saturday"), [Length(max=120), read_by(spans_in)])
    sunday = StringField(_("Sunday"), [Length(max=120), read_by(spans_in)])

    @property
    def week(self) -> dict[int, list[Span]]:
        """The spans that were typed for each weekday; 0 is Monday."""
        return {weekday: spans_in(field.data or "") for weekday, field in enumerate(self)}


class ClosedDateForm(Form):
    """A day on which the group is closed."""

    day = DateField(_("Day"), [InputRequired()])
    why = StringField(_("Why"), [Length(max=120)], filters=[trimmed])


class ChapterForm(Form):
    """A group to found under another."""

    name = StringField(_("Name"), [DataRequired(), Length(max=120)], filters=[trimmed])
    slug = StringField(
        _("Short name"),
        [DataRequired(), read_by(known_slug)],
        filters=[trimmed],
        description=_("It stands in addresses: small letters, digits and hyphens."),
    )
