"""What all forms have in common: the reader's language, plain words, and what is made of what was typed."""

import pytest
import wtforms
from flask import Flask
from werkzeug.datastructures import MultiDict

from toolshare.forms import Form
from toolshare.people.forms import GroupForm
from toolshare.privacy.forms import RetentionForm
from toolshare.programs.forms import TokenForm


def test_a_text_that_was_not_sent_is_an_empty_one() -> None:
    form = GroupForm(MultiDict({"name": " Borgo "}))
    assert (form.name.data, form.contact.data, form.give_back.data) == ("Borgo", "", "")


@pytest.mark.parametrize("language", ["en", "es", "fr", "it"])
def test_what_forms_say_by_themselves_is_in_the_language_of_the_reader(
    app: Flask, language: str
) -> None:
    said = {"en": "required", "es": "obligatorio", "fr": "requis", "it": "obbligatorio"}
    with app.test_request_context(headers={"Accept-Language": language}):
        form = TokenForm(MultiDict({"name": ""}))
        assert not form.validate()
        assert said[language] in form.errors["name"][0]


def test_what_cannot_be_read_is_said_once(app: Flask) -> None:
    for typed, said in (
        ({"days": "abc"}, "This is not a whole number."),
        ({"days": "1000000"}, "Number must be between"),
    ):
        with app.test_request_context():
            form = RetentionForm(MultiDict(typed))
            assert not form.validate()
            (only,) = form.errors["days"]
            assert said in only


def test_no_form_of_ours_speaks_english_alone(app: Flask) -> None:
    others = {
        one for one in wtforms.Form.__subclasses__() if one.__module__.startswith("toolshare")
    }
    assert others == {Form}
