"""What comes with a press of a button: how many, for whom, how it came back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FileField,
    HiddenField,
    IntegerField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional

from toolshare.care.forms import LONGEST_NOTE, ActForm, NoteForm, filled_in
from toolshare.care.inspecting import Findings
from toolshare.care.models import Inspection
from toolshare.circulation import metering
from toolshare.circulation.at_hand import MOST_AT_ONCE
from toolshare.circulation.models import Loan
from toolshare.forms import Form, trimmed
from toolshare.inventory import photos
from toolshare.inventory.forms import only_paths
from toolshare.inventory.models import Condition, Photo
from toolshare.people.models import Person
from toolshare.records import LAST_ID, AnySession

CONDITIONS = {
    Condition.FINE: _("Fine"),
    Condition.NEEDS_A_LOOK: _("Needs a look"),
    Condition.BROKEN: _("Broken"),
}
MISSING = "missing-"  # begins the names of fields that say how many of a part of a kit are


class UndoForm(ActForm):
    """Which of a loan's two ends to undo."""

    what = HiddenField(_("What"), [AnyOf(["borrowing", "return"])], default="borrowing")


class WhyForm(ActForm):
    """Why something is done, in a few words that the borrower will read."""

    why = StringField(_("Why"), [Length(max=LONGEST_NOTE)], filters=[lambda text: text or ""])


class DropOffForm(ActForm):
    """Where a thing was left."""

    where = StringField(_("Where is it?"), [InputRequired(), Length(max=200)])


class LossForm(NoteForm):
    """What was tried, and whether the borrower says so themselves."""

    says_borrower = BooleanField(_("The borrower says that it is lost"))


class MeterForm(ActForm):
    """What the meter reads, if the thing has one."""

    meter = DecimalField(_("Meter"), [Optional(), NumberRange(0, metering.MOST)])


class LoanForm(MeterForm):
    """How many, and for whom; oneself unless a steward says another."""

    quantity = IntegerField(_("How many"), [NumberRange(1, MOST_AT_ONCE)], default=1)
    to = StringField(_("Name, e-mail or card"), [Length(max=200)])


class TurnForm(ActForm):
    """Which page to come back to."""

    back = HiddenField(_("Page"), [Length(max=500)])


class AskForm(TurnForm):
    """For which item, if not for any of the kind; until which day; for whom, if not for oneself."""

    code = StringField(_("Only this one"), [Length(max=40)])
    need_by = DateField(_("Of no use after"), [Optional()])
    to = StringField(_("Name, e-mail or card"), [Length(max=200)])


class HandoverForm(NoteForm, MeterForm):
    """How a thing is that passes from one to another."""

    condition = StringField(_("How is it?"), [AnyOf(CONDITIONS)], default=Condition.FINE)

    @property
    def said(self) -> dict[str, Any]:
        """What the giver or the taker says of it."""
        condition = Condition(str(self.condition.data))
        return {"condition": condition, "note": self.note.data or "", "meter": self.meter.data}


class PutInForm(ActForm):
    """What is put into a kit, and how many of it."""

    code = StringField(_("Scan or type a code"), [InputRequired(), Length(max=2_000)])
    quantity = IntegerField(_("How many, of a bin"), [NumberRange(1, MOST_AT_ONCE)], default=1)


class KitForm(Form):
    """How a kit is called, and where it lives."""

    name = StringField(_("Name"), [InputRequired(), Length(max=200)], filters=[trimmed])
    place = StringField(_("Place"), [Optional(), Length(max=500), only_paths], filters=[trimmed])


class ReturnForm(NoteForm, MeterForm):
    """How a thing came back; the parts are those of its kind."""

    condition = StringField(_("How is it?"), [AnyOf(CONDITIONS)], default=Condition.FINE)
    missing_parts = SelectMultipleField(_("What is missing?"), validate_choice=False)
    photo = FileField(_("Photo"))
    quantity = IntegerField(_("How many come back"), [Optional(), NumberRange(1, MOST_AT_ONCE)])
    loan = IntegerField(_("Whose"), [Optional(), NumberRange(1, LAST_ID)])

    def findings(self) -> Findings:
        """What the steward found."""
        condition = Condition(str(self.condition.data))
        return Findings(condition, self.missing_parts.data or (), self.note.data or "")


class MissingForm(ActForm):
    """How many of one part of a kit are missing."""

    quantity = IntegerField(_("What is missing?"), [Optional(), NumberRange(0, MOST_AT_ONCE)])


def not_there(sent: MultiDict[str, Any]) -> dict[int, int]:
    """How many are missing of which part of a kit that comes back, by the part's id."""
    found = {}
    for name, value in sent.items():
        part_id = name.removeprefix(MISSING)
        if part_id != name and part_id.isdecimal():
            form = filled_in(MissingForm, MultiDict({"quantity": value}))
            found[int(part_id)] = form.quantity.data or 0
    return {part_id: quantity for part_id, quantity in found.items() if quantity}


def keep_photo_of(
    session: AnySession, loan: Loan, sent: Sequence[Photo], *, by: Person, now: datetime
) -> None:
    """Keeps the photo of how a thing came back; once, when the same return is sent twice."""
    found = session.get(Inspection, loan.inspection_id) if loan.inspection_id else None
    if sent and found is not None and found.photo_id is None:
        group = loan.item.kind.group
        found.photo = photos.keep(session, sent[0], group=group, by=by, now=now)
