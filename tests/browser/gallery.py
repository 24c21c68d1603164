"""Every component on one page, with things to show in it."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from wtforms import (
    BooleanField,
    FileField,
    Form,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from toolshare.gate import open_to_all
from toolshare.navigation import Way
from toolshare.refusals import Reason

PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 3'%3E"
    "%3Crect width='4' height='3' fill='%23a86b32'/%3E%3Ccircle cx='2' cy='1.5' r='1' fill='%23e9c46a'/%3E%3C/svg%3E"
)
room = Blueprint("gallery", __name__, template_folder="templates")


class ThingForm(Form):
    """One field of each sort."""

    name = StringField("Name", [InputRequired("Give it a name.")])
    brand = StringField("Brand", description="As it stands on the thing.")
    counting = SelectField("Counted", choices=["One by one", "In bulk", "Consumable"])
    notes = TextAreaField("Notes for members")
    condition = RadioField("Condition", choices=["Fine", "Needs a look", "Broken"])
    photo = FileField("Photo")
    stewards_only = BooleanField("Only stewards lend it")


@dataclass(frozen=True)
class Out(Reason):
    """Somebody has it."""

    says = "It is out until Sat 28 Nov."
    instead = "Look in the catalogue for another one."


def ways(*entries: tuple[str, str]) -> list[Way]:
    """Ways that lead nowhere; the first one is here."""
    return [Way("#", label, icon, place == 0) for place, (label, icon) in enumerate(entries)]


@room.get("/gallery")
@open_to_all
def gallery() -> ResponseReturnValue:
    """The page."""
    form = ThingForm(data={"condition": "Fine"})
    form.validate()
    return render_template(
        "gallery.html",
        form=form,
        picture=PICTURE,
        reasons=[Out()],
        main=ways(
            ("Catalogue", "catalogue"),
            ("My loans", "loans"),
            ("Scan", "scan"),
            ("Desk", "desk"),
            ("Group", "group"),
        ),
        tabs=ways(
            ("Overview", "overview"),
            ("Inventory", "inventory"),
            ("Labels", "label"),
            ("People", "people"),
            ("Settings", "settings"),
        ),
    )
