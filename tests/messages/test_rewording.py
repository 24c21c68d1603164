"""A group's own words: kept when all in braces can be filled in, seen before, and never a program."""

from html import unescape
from http import HTTPStatus

import pytest

from tests.conftest import type_of_client
from tests.mail_server import Postbox
from tests.messages.conftest import Round, text_of
from tests.world import MONDAY_NOON, World
from toolshare.database import transaction
from toolshare.messages import rewording
from toolshare.messages.rewording import BracesDontFit, NothingSaid, NothingToFillIn
from toolshare.outbox.models import Topic
from toolshare.outbox.telling import tell

PAGE = "/groups/borgo/messages/wordings/welcome"
OURS = {"subject": "Ciao {name}!", "text": "Come by on Saturdays.\n\n- bring gloves\n- {group}"}


def welcome(world: World) -> None:
    with transaction() as session:
        tell(session, Topic.WELCOME, world.ana, group=world.borgo, now=MONDAY_NOON)


def test_it_is_said_as_the_group_talks(
    world: World, client_of: type_of_client, box: Postbox, deliver: Round
) -> None:
    client = client_of(world.cora)
    assert client.post(PAGE, data=OURS).location == PAGE
    assert "in your words" in client.get("/groups/borgo/messages/wordings").text
    welcome(world)
    deliver()
    (mail,) = box.mails
    assert mail["Subject"] == "Ciao Ana!"
    assert "Come by on Saturdays.\n\n- bring gloves\n- Borgo\n" in text_of(mail)
    html = mail.get_body(("html",))
    assert html is not None
    assert "<li>bring gloves</li>" in html.get_content()


def test_who_reads_another_language_gets_the_usual_words(
    world: World, client_of: type_of_client, box: Postbox, deliver: Round
) -> None:
    client_of(world.cora).post(PAGE, data=OURS)
    with transaction() as session:
        session.merge(world.borgo).language = "it"
    welcome(world)
    deliver()
    assert "Ciao" not in box.subjects[0]


def test_one_goes_back_to_the_usual_words(
    world: World, client_of: type_of_client, box: Postbox, deliver: Round
) -> None:
    client = client_of(world.cora)
    client.post(PAGE, data=OURS)
    assert client.post(f"{PAGE}/usual").location == PAGE
    assert "Back to the usual words" not in client.get(PAGE).text
    welcome(world)
    deliver()
    assert box.subjects == ["Welcome to Borgo"]


def test_one_sees_it_before_it_counts(world: World, client_of: type_of_client) -> None:
    page = client_of(world.cora).post(PAGE, data={**OURS, "preview": "yes"})
    assert "<h3>Ciao Ana!</h3>" in page.text
    assert rewording.own_topics(world.session, world.borgo) == set()


@pytest.mark.parametrize("topic", rewording.OF_GROUPS)
def test_every_message_can_be_looked_at_and_kept_as_it_is(
    world: World, client_of: type_of_client, topic: Topic
) -> None:
    client, page = client_of(world.cora), f"/groups/borgo/messages/wordings/{topic}"
    shown = client.get(page)
    assert "So it looks" in shown.text
    assert "{" not in shown.text.split("So it looks")[1]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Bring {what}", NothingToFillIn),
        ("{name.email}", NothingToFillIn),
        ("{name[0]}", NothingToFillIn),
        ("{name!r}", NothingToFillIn),
        ("{name:>99999999}", NothingToFillIn),
        ("{}", NothingToFillIn),
        ("{0}", NothingToFillIn),
        ("{{ name }} }", BracesDontFit),
        ("{name", BracesDontFit),
        (" \n", NothingSaid),
    ],
)
def test_what_can_not_be_filled_in_is_not_kept(
    world: World, client_of: type_of_client, text: str, why: type
) -> None:
    client = client_of(world.cora)
    answer = client.post(PAGE, data={**OURS, "text": text})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert text.strip() in unescape(answer.text)
    assert client.post(PAGE, data={**OURS, "text": text, "preview": "yes"}).status_code == 200
    assert [type(one) for one in rewording.reasons_against(Topic.WELCOME, "x", text)] == [why]
    assert rewording.own_topics(world.session, world.borgo) == set()


def test_words_are_words_and_no_page(
    world: World, client_of: type_of_client, box: Postbox, deliver: Round
) -> None:
    client = client_of(world.cora)
    client.post(PAGE, data={"subject": "Hi\r\nBcc: x@example.org", "text": "<b>{{7*7}} %(name)s"})
    assert "<b>{7*7}" not in client.get(PAGE).text
    welcome(world)
    deliver()
    (mail,) = box.mails
    assert (mail["Subject"], mail["Bcc"]) == ("Hi Bcc: x@example.org", None)
    html = mail.get_body(("html",))
    assert html is not None
    assert "&lt;b&gt;{7*7} %(name)s" in html.get_content()


@pytest.mark.parametrize("topic", ["sign_in_link", "no_such_thing"])
def test_what_an_account_needs_is_said_in_our_words_alone(
    world: World, client_of: type_of_client, topic: str
) -> None:
    page = f"/groups/borgo/messages/wordings/{topic}"
    assert client_of(world.cora).get(page).status_code == HTTPStatus.NOT_FOUND
    assert client_of(world.cora).post(page, data=OURS).status_code == HTTPStatus.NOT_FOUND


def test_a_list_in_a_line_of_a_list_has_one_dash() -> None:
    things = {"things": "- Drill\n- Saw"}
    assert rewording.filled_in("All:\n\n- {things}", things) == "All:\n\n- Drill\n- Saw"
    assert rewording.filled_in("{things} - - -", things) == "- Drill\n- Saw - - -"
