"""What all forms have in common: they speak the reader's language, plainly, and take a text as it was meant."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import wtforms
from flask_babel import get_locale, gettext
from wtforms import Field, ValidationError
from wtforms.meta import DefaultMeta

from toolshare.refusals import Refusal, msgid
from toolshare.wording import instead, says

NO_NUMBER = msgid("This is not a number. Write it with digits.")
PLAINLY = {  # what WTForms says as programs do
    "Not a valid integer value.": msgid("This is not a whole number. Write it with digits."),
    "Not a valid decimal value.": NO_NUMBER,
    "Not a valid float value.": NO_NUMBER,
    "Not a valid date value.": msgid("There is no such date. Choose one from the calendar."),
    "Not a valid time value.": msgid("There is no such time. Write it like 18:30."),
}


class _Said:
    """What forms say by themselves, in the reader's language, and plainly."""

    def __init__(self, theirs: Any) -> None:
        self.theirs = theirs
        self.ngettext = theirs.ngettext

    def gettext(self, text: str) -> str:
        """One of their texts, as people say it."""
        return str(gettext(PLAINLY[text]) if text in PLAINLY else self.theirs.gettext(text))


class _Meta(DefaultMeta):
    @property
    def locales(self) -> list[str] | bool:  # type: ignore[override]
        """The languages that WTForms may speak, the first that it knows."""
        return [str(get_locale() or "en"), "en"]

    def get_translations(self, form: Any) -> _Said:
        """Their texts, some of them in our words."""
        return _Said(super().get_translations(form))


class Form(wtforms.Form):
    """What somebody types; what WTForms says of it by itself is in the reader's language, too."""

    Meta = _Meta

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """What can't be read at all is said to be so, and nothing else of it."""
        is_right: bool = super().validate(extra_validators)
        for field in self:
            if any(said in field.errors for said in field.process_errors):
                field.errors = field.process_errors
        return is_right


def trimmed(text: str | None) -> str:
    """Without spaces around it; a field that was not sent is empty."""
    return (text or "").strip()


def read_by(reading: Callable[[str], Any]) -> Callable[[wtforms.Form, Field], None]:
    """A validator from a function of the domain: its refusal stands beside the field."""

    def validate(_form: wtforms.Form, field: Field) -> None:
        try:
            reading(field.data or "")
        except Refusal as refusal:
            why = " ".join(f"{says(one)} {instead(one)}" for one in refusal.reasons)
            raise ValidationError(why) from None

    return validate
