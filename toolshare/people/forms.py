"""What people type about people."""

from flask_babel import lazy_gettext as _
from wtforms import EmailField, Form, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from toolshare.wording import languages


def trimmed(text: str | None) -> str | None:
    """Without spaces around it."""
    return text.strip() if text else text


class SignInForm(Form):
    """E-mail and password, and where one was going."""

    email = EmailField(_("E-mail"), [InputRequired(), Length(max=254)])
    password = PasswordField(_("Password"), [InputRequired(), Length(max=1000)])
    next = HiddenField()


class NewPasswordForm(Form):
    """A password for the person behind a link."""

    password = PasswordField(_("New password"), [InputRequired()])


class ChangePasswordForm(Form):
    """The present password and a new one."""

    present = PasswordField(_("Present password"), [InputRequired(), Length(max=1000)])
    password = PasswordField(_("New password"), [InputRequired()])


class AccountForm(Form):
    """What a person is called, and the language that they read."""

    name = StringField(_("Name"), [DataRequired(), Length(max=120)], filters=[trimmed])
    language = SelectField(
        _("Language"), choices=lambda: [("", _("As the browser says")), *languages()]
    )
