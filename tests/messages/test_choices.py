"""Choosing what one is told: on the page of one's account, and by one tap in a mail."""

from datetime import time
from http import HTTPStatus

import pytest
from flask import Flask

from tests.conftest import type_of_client
from tests.mail_server import Postbox
from tests.messages.conftest import Round, text_of
from tests.world import MONDAY_NOON, World
from toolshare.database import transaction
from toolshare.letters import unsubscribe_token
from toolshare.messages.choosing import choices_of, subject_named
from toolshare.outbox.models import Topic
from toolshare.outbox.telling import tell
from toolshare.people.models import Person

CHOICES = "/account/messages"
HOURS = {"quiet_from": "22:30", "quiet_until": "07:00", "days_before": "3"}


def unwanted(world: World, person: Person) -> list[str]:
    world.session.rollback()
    return choices_of(world.session, person).unwanted


def test_one_chooses_what_one_is_told_and_when_not(world: World, client_of: type_of_client) -> None:
    client = client_of(world.ana)
    answer = client.post(CHOICES, data={"wanted": ["due_today", "turns"], **HOURS})
    assert answer.location == CHOICES
    assert unwanted(world, world.ana) == ["due_soon", "reservations"]
    chosen = choices_of(world.session, world.ana)
    assert (chosen.quiet_from, chosen.quiet_until) == (time(22, 30), time(7))
    page = client.get(CHOICES).text
    assert 'value="22:30"' in page
    assert "What comes back damaged" not in page


def test_who_leads_a_group_is_offered_more(world: World, client_of: type_of_client) -> None:
    page = client_of(world.cora).get(CHOICES).text
    assert "What comes back damaged" in page
    assert "The week, on Mondays" in page


@pytest.mark.parametrize(
    "wrong", [{"days_before": "8"}, {"quiet_from": "late"}, {"wanted": "late"}, {"quiet_until": ""}]
)
def test_what_can_not_be_is_said_beside_its_field(
    world: World, client_of: type_of_client, wrong: dict[str, str]
) -> None:
    answer = client_of(world.ana).post(CHOICES, data={**HOURS, **wrong})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Something is missing or wrong" in answer.text
    assert unwanted(world, world.ana) == []


@pytest.fixture
def link(app: Flask, world: World) -> str:
    """The link by which Cora hears no more of the week."""
    return f"/unsubscribe/{unsubscribe_token(world.cora, subject_named('digest'))}"


def test_opening_the_link_changes_nothing_and_one_tap_does(
    world: World, client_of: type_of_client, link: str
) -> None:
    stranger = client_of(None)
    page = stranger.get(link)
    assert "We write to you about this: The week, on Mondays." in page.text
    assert "cora" not in page.text.lower()
    assert unwanted(world, world.cora) == []
    assert "any more about this: The week, on Mondays." in stranger.post(link).text
    assert unwanted(world, world.cora) == ["digest"]


def test_a_mail_program_ends_it_by_itself_as_rfc_8058_says(
    world: World, client_of: type_of_client, link: str
) -> None:
    sent = {"List-Unsubscribe": "One-Click"}
    for _ in range(2):
        answer = client_of(None).post(link, data=sent)
        assert answer.status_code == HTTPStatus.OK
    assert unwanted(world, world.cora) == ["digest"]


def test_a_foreign_page_can_not_press_the_button(
    world: World, client_of: type_of_client, link: str
) -> None:
    answer = client_of(None).post(link, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert unwanted(world, world.cora) == []


@pytest.mark.parametrize("what", ["made up", "of nobody", "of nothing"])
def test_a_link_that_we_did_not_write_does_nothing(
    world: World, client_of: type_of_client, link: str, what: str
) -> None:
    nobody = Person(id=999)
    tokens = {
        "made up": link[:-1] + ("A" if link[-1] != "A" else "B"),
        "of nobody": f"/unsubscribe/{unsubscribe_token(nobody, subject_named('digest'))}",
        "of nothing": "/unsubscribe/x",
    }
    assert client_of(None).post(tokens[what]).status_code == HTTPStatus.NOT_FOUND
    assert unwanted(world, world.cora) == []


def test_the_mail_itself_says_how(
    world: World, client_of: type_of_client, box: Postbox, deliver: Round
) -> None:
    with transaction() as session:
        world.make_loan(world.make_item(), world.ana)
        tell(session, Topic.DIGEST, world.cora, group=world.borgo, now=MONDAY_NOON)
        tell(session, Topic.WELCOME, world.cora, group=world.borgo, now=MONDAY_NOON)
    deliver()
    digest, welcome = box.mails
    address = digest["List-Unsubscribe"].strip("<>")
    assert f"No more of these: {address}" in text_of(digest)
    assert welcome["List-Unsubscribe"] is None
    path = address.removeprefix("https://tools.example.org")
    client_of(None).post(path, data={"List-Unsubscribe": "One-Click"})
    assert unwanted(world, world.cora) == ["digest"]


def test_coordinators_see_what_did_not_arrive_and_why(
    world: World, client_of: type_of_client, box: Postbox, deliver: Round
) -> None:
    with transaction() as session:
        for person in (world.ana, world.sam):
            tell(session, Topic.WELCOME, person, group=world.borgo, now=MONDAY_NOON)
    box.replies |= {"ana@example.org": "550 no such user", "sam@example.org": "450 mailbox full"}
    deliver()
    page = client_of(world.cora).get("/groups/borgo/messages").text
    assert "No mail is set up" in page
    assert "550 no such user" in page
    assert "450 mailbox full" in page
    assert "1 message waits." in page
