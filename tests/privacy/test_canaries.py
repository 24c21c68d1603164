"""Nobody is told of others what isn't theirs to know: every address, as everyone, with canaries for people."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests.browser import kiosks
from tests.conftest import type_of_client
from tests.lived_in import Lived, filled
from tests.privacy.canaries import ADDRESS, Told, live_in
from tests.privacy.readers import Reader
from toolshare.people.models import Person
from toolshare.settings import Settings

OF_BORGO = ("Ana", "Sam", "Cora", "Pau", "Eva")
WHO_ASKED = ("Ada", "Eve")
BY_THE_LINK = {
    "admission.confirmation": "Ida's link, by mail, makes the account that she asked for",
    "admission.confirm_address": "the same",
}
TAKING_OVER = {"circulation.taking_over": "who takes a thing over reads it from the giver's screen"}
# Pau shares a household with Ana, and with it one membership's limits.
WITHIN_A_HOUSEHOLD = {
    "admission.household": "whom one shares the membership with",
    "circulation.my_loans": "what counts for oneself, too",
}
MAY_TELL: dict[str | None, dict[str, str]] = {
    "Ana": WITHIN_A_HOUSEHOLD,
    "Pau": TAKING_OVER | WITHIN_A_HOUSEHOLD,
    "Eva": TAKING_OVER,
}
# Where a coordinator reads more than names.
OF_PEOPLE = {
    "people.people": "who belongs to the group",
    "people.export_people": "the same as a file",
    "people.person": "how to reach somebody",
    "messages.messages": "whom mail didn't reach",
    "admission.join_request": "who asks to join",
}
METHODS = ("GET", "POST")
In = Callable[[str | None], FlaskClient]


@pytest.fixture(scope="module")
def lived(peopled_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """The world of the canaries."""
    return filled(peopled_database, tmp_path_factory.mktemp("canaries"), live_in)


class Everything:
    """An installation in which somebody asks for everything."""

    def __init__(self, app: Flask, chosen: Settings, known: dict[str, Any]) -> None:
        self.app, self.chosen, self.known = app, chosen, known

    def asked_by(self, who: str | None, client: FlaskClient, *methods: str) -> Reader:
        """All that this client is told, who is in Borgo or in front of its tablet."""
        reader = Reader(client, self.chosen)
        shown, others = self.known["shown"], self.known["others"]
        for rule in self.app.url_map.iter_rules():
            own = {"token": self.known["feeds"].get(who, "")}
            first = shown | (own if rule.endpoint == "calendar.feed" else {})
            reader.ask(rule, [first, *(first | more for more in others)], methods or METHODS)
        return reader


@pytest.fixture
def everything(app: Flask, chosen: Settings, lived: Lived) -> Everything:
    """What there is to ask for."""
    lived.copy_to(chosen)
    return Everything(app, chosen, lived.known)


@pytest.fixture
def signed_in(
    client_of: type_of_client, session: scoped_session[Session], everything: Everything
) -> In:
    """The browser and the program of somebody in the cast."""

    def signed_in(who: str | None) -> FlaskClient:
        email = ADDRESS.format((who or "nobody").lower())
        client = client_of(session.scalar(select(Person).where(Person.email == email)))
        if who is not None:
            token = everything.known["tokens"][who]
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return signed_in


@pytest.mark.parametrize(
    ("who", "methods"),
    [
        (None, METHODS),
        ("Zoe", ["GET"]),
        ("Eva", METHODS),
        ("Ana", METHODS),
        ("Pau", ["GET"]),
        ("Vera", METHODS),
    ],
)
def test_who_serves_nobody_here_learns_nothing_of_others(
    everything: Everything, signed_in: In, who: str | None, methods: Sequence[str]
) -> None:
    reader = everything.asked_by(who, signed_in(who), *methods)
    told = reader.told_of_others(who)
    assert told.keys() <= BY_THE_LINK.keys() | MAY_TELL.get(who, {}).keys()
    assert kinds(told, besides=BY_THE_LINK) <= {"name"}
    assert {200, 404} <= reader.statuses.keys()


def test_a_tablet_tells_whoever_stands_at_it_of_nobody_else(
    everything: Everything, client_of: type_of_client
) -> None:
    tablet = client_of(None)
    tablet.environ_base["wsgi.url_scheme"] = "https"
    assert tablet.post(f"/kiosk/pairing/{everything.known['tablet']}").status_code == 303
    assert kiosks.begin(tablet, everything.known["card"]) == 303
    reader = everything.asked_by("Eva", tablet)
    assert reader.told_of_others("Eva") == {}
    assert {one for told in reader.told.values() for one in told} == {("name", "Eva")}


def test_a_steward_reads_names_of_the_group_and_never_an_address_or_a_number(
    everything: Everything, signed_in: In
) -> None:
    reader = everything.asked_by("Sam", signed_in("Sam"), "GET")
    told = reader.told_of_others("Sam")
    assert told["offline.print_day_sheet"]  # what a PDF says is read, too
    assert people(told) == {*OF_BORGO} - {"Sam"}
    assert kinds(told, besides=BY_THE_LINK) == {"name"}


def test_a_coordinator_reads_more_than_names_where_people_are_looked_after(
    everything: Everything, signed_in: In
) -> None:
    told = everything.asked_by("Cora", signed_in("Cora"), "GET").told_of_others("Cora")
    assert people(told) == {*OF_BORGO, *WHO_ASKED} - {"Cora"}
    more = {endpoint for endpoint, one in told.items() if kinds({endpoint: one}) > {"name"}}
    assert more == OF_PEOPLE.keys() | {"admission.confirmation"}


def kinds(told: dict[str, Told], besides: Collection[str] = ()) -> set[str]:
    """What is told, of whomever, elsewhere than there."""
    return {kind for endpoint, one in told.items() if endpoint not in besides for kind, _ in one}


def people(told: dict[str, Told]) -> set[str]:
    """Of whom something is told, not counting links that are somebody's own."""
    return {who for endpoint, one in told.items() if endpoint not in BY_THE_LINK for _, who in one}
