"""What a steward says who settles an exception."""

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import AnyOf

from toolshare.care.forms import NoteForm
from toolshare.offline.models import Settlement


class SettleForm(NoteForm):
    """How it was settled, and what there is to say about it."""

    how = StringField(_("How"), [AnyOf([*Settlement])], default=Settlement.SETTLED)
