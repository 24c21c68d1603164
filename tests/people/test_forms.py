"""What forms make of what was typed, and of what was not sent."""

from werkzeug.datastructures import MultiDict

from toolshare.people.forms import GroupForm


def test_a_text_that_was_not_sent_is_an_empty_one() -> None:
    form = GroupForm(MultiDict({"name": " Borgo "}))
    assert (form.name.data, form.contact.data, form.give_back.data) == ("Borgo", "", "")
