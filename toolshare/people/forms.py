"""What people type about people."""

from flask_babel import lazy_gettext as _
from wtforms import EmailField, Form, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length


class SignInForm(Form):
    """E-mail and password, and where one was going."""

    email = EmailField(_("E-mail"), [InputRequired(), Length(max=254)])
    password = PasswordField(_("Password"), [InputRequired(), Length(max=1000)])
    next = HiddenField()
