"""Links by mail: who signs in by one, what ends it, and that nobody learns who has an account."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import type_of_client
from tests.counting import statements
from tests.mail_server import Postbox, mail_server
from tests.messages.conftest import text_of
from tests.postgres import on_any_database
from tests.world import MONDAY_NOON, PASSWORD, World
from toolshare import clock
from toolshare.journal.models import Entry
from toolshare.outbox.models import Message
from toolshare.people import account_links
from toolshare.people.account_links import AccountLinkNotGood, AddressIsYours
from toolshare.people.accounts import PasswordIsAnother, sign_out_everywhere
from toolshare.people.models import AccountLink, LinkFor
from toolshare.people.passwords import PasswordTooShort, is_right
from toolshare.refusals import Reason, Refusal
from toolshare.worker import Postman, Worker

NEW = "eleven brown hens"
SIGN_IN, NEW_ADDRESS = LinkFor.SIGN_IN, LinkFor.NEW_ADDRESS


class Tokens(list[str]):
    """The tokens of the links that were sent."""

    def __call__(self, token: str) -> str:
        """The path to its page."""
        self.append(token)
        return f"/{token}"


@pytest.fixture
def tokens() -> Tokens:
    """Of the links that are sent by the test."""
    return Tokens()


def send(world: World, tokens: Tokens, email: str = "ana@example.org") -> str:
    account_links.send_sign_in_link(world.session, email, path=tokens, now=MONDAY_NOON)
    return tokens[-1]


def ask(world: World, tokens: Tokens, email: str, **differences: Any) -> str:
    sent = {"present": PASSWORD, "path": tokens, "now": MONDAY_NOON, **differences}
    account_links.ask_for_new_address(world.session, world.ana, email, **sent)
    return tokens[-1]


def refused(act: Callable[..., object], *given: Any, **named: Any) -> list[Reason]:
    with pytest.raises(Refusal) as refusal:
        act(*given, **named)
    return list(refusal.value.reasons)


def test_a_link_signs_in_once(world: World, tokens: Tokens) -> None:
    token = send(world, tokens, " ANA@example.org")
    assert account_links.sign_in_by_link(world.session, token, now=MONDAY_NOON) is world.ana
    once_more = (account_links.sign_in_by_link, world.session, token)
    assert refused(*once_more, now=MONDAY_NOON) == [AccountLinkNotGood()]


def test_a_link_sets_a_new_password_which_ends_every_session(world: World, tokens: Tokens) -> None:
    before, token = world.ana.session_version, send(world, tokens)
    act = (account_links.set_password_by_link, world.session, token)
    assert refused(*act, "short", now=MONDAY_NOON) == [PasswordTooShort()]
    account_links.set_password_by_link(world.session, token, NEW, now=MONDAY_NOON)
    assert is_right(world.ana, NEW)
    assert world.ana.session_version > before
    assert refused(*act, NEW, now=MONDAY_NOON) == [AccountLinkNotGood()]
    told = world.session.scalars(select(Message.topic).order_by(Message.id)).all()
    assert told == ["sign_in_link", "account_changed"]
    assert world.session.scalars(select(Entry.what)).all() == ["password_set"]


@pytest.mark.parametrize("purpose", LinkFor)
def test_time_a_newer_link_and_signing_out_everywhere_end_a_link(
    world: World, tokens: Tokens, purpose: LinkFor
) -> None:
    def give() -> str:
        return send(world, tokens) if purpose is SIGN_IN else ask(world, tokens, "a@example.org")

    def is_good(token: str, now: datetime = MONDAY_NOON) -> bool:
        try:
            account_links.link_behind(world.session, token, purpose, now=now)
        except Refusal:
            return False
        return True

    ends = MONDAY_NOON + account_links.GOOD_FOR[purpose]
    first, second = give(), give()
    assert (is_good(first), is_good(second), is_good("forged")) == (False, True, False)
    assert (is_good(second, ends - timedelta(seconds=1)), is_good(second, ends)) == (True, False)
    sign_out_everywhere(world.session, world.ana, now=MONDAY_NOON)
    assert not is_good(second)


def test_links_that_are_too_old_go_when_the_next_one_is_sent(world: World, tokens: Tokens) -> None:
    send(world, tokens)
    late = MONDAY_NOON + account_links.GOOD_FOR[SIGN_IN]
    account_links.send_sign_in_link(world.session, "sam@example.org", path=tokens, now=late)
    assert world.session.scalars(select(AccountLink.address)).all() == ["sam@example.org"]


def test_a_link_is_for_what_it_was_sent_for(world: World, tokens: Tokens) -> None:
    to_sign_in, of_address = send(world, tokens), ask(world, tokens, "new@example.org")
    crosswise = [
        (account_links.confirm_address, to_sign_in),
        (account_links.sign_in_by_link, of_address),
    ]
    for act, token in crosswise:
        assert refused(act, world.session, token, now=MONDAY_NOON) == [AccountLinkNotGood()]


def test_only_a_digest_of_a_link_is_kept(world: World, tokens: Tokens) -> None:
    token = send(world, tokens)
    kept = world.session.scalars(select(AccountLink)).one()
    assert token not in str(vars(kept))
    assert len(kept.digest) == 64


@on_any_database
def test_as_much_is_done_for_an_address_that_nobody_has_and_nothing_is_left_of_it(
    world: World, tokens: Tokens
) -> None:
    send(world, tokens, "sam@example.org")
    world.session.flush()
    done = {}
    for name in ("ana", "nobody"):
        with statements() as sent:
            send(world, tokens, f"{name}@example.org")
        done[name] = [one.split()[0] for one in sent if "SAVEPOINT" not in one]
    assert done["ana"] == done["nobody"] == ["SELECT", "DELETE", "INSERT", "INSERT"]
    people = world.session.scalars(select(Message.person_id).order_by(Message.id)).all()
    assert people == [world.sam.id, world.ana.id]
    assert len(world.session.scalars(select(AccountLink)).all()) == 2
    account_links.link_behind(world.session, tokens[0], SIGN_IN, now=MONDAY_NOON)


def test_where_nobody_is_nothing_is_sent(world: World, tokens: Tokens, app: Flask) -> None:
    for table in ("memberships", "people"):
        world.session.connection().exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608
    account_links.send_sign_in_link(world.session, "ana@example.org", path=tokens, now=MONDAY_NOON)
    assert tokens == []


def test_a_new_address_is_ones_own_when_its_link_is_opened_and_the_former_one_is_told(
    world: World, tokens: Tokens
) -> None:
    old_link, token = send(world, tokens), ask(world, tokens, " New@Example.org")
    assert world.ana.email == "ana@example.org"
    account_links.confirm_address(world.session, token, now=MONDAY_NOON)
    assert world.ana.email == "new@example.org"
    told = world.session.execute(select(Message.topic, Message.address).order_by(Message.id)).all()
    assert told[1:] == [("new_address", "new@example.org"), ("account_changed", "ana@example.org")]
    late = (account_links.sign_in_by_link, world.session, old_link)
    assert refused(*late, now=MONDAY_NOON) == [AccountLinkNotGood()]
    entry = world.session.scalars(select(Entry)).one()
    assert (entry.what, entry.details) == ("address_changed", {})


def test_a_new_address_takes_the_present_password_if_there_is_one(
    world: World, tokens: Tokens
) -> None:
    tried = (ask, world, tokens, "new@example.org")
    assert refused(*tried, present="a guess") == [PasswordIsAnother()]
    assert refused(ask, world, tokens, "ANA@example.org") == [AddressIsYours("ana@example.org")]
    world.ana.password_hash = None
    assert ask(world, tokens, "new@example.org", present="")


def test_nothing_comes_to_an_address_that_somebody_else_has(world: World, tokens: Tokens) -> None:
    token = ask(world, tokens, "sam@example.org")
    taken = (account_links.confirm_address, world.session, token)
    assert refused(*taken, now=MONDAY_NOON) == [AccountLinkNotGood()]
    assert world.session.scalars(select(Message)).all() == []
    token = ask(world, tokens, "new@example.org")
    world.sam.email = "new@example.org"
    meanwhile = (account_links.confirm_address, world.session, token)
    assert refused(*meanwhile, now=MONDAY_NOON) == [AccountLinkNotGood()]
    assert world.ana.email == "ana@example.org"


@pytest.fixture
def box(app: Flask) -> Iterator[Postbox]:
    """What arrives at a mail server that the installation sends by."""
    box = Postbox()
    with mail_server(box) as server:
        known = {"smtp_host": server.host, "smtp_port": server.port, "mail_from": server.sender}
        app.config["CHOSEN"] = replace(app.config["CHOSEN"], **known)
        app.extensions["postman"] = Postman(server)
        yield box


def link_in(app: Flask, box: Postbox) -> str:
    """The path behind the link of the mail that came last."""
    assert Worker().send_all(app.extensions["postman"])
    found = re.findall(r"https://[a-z.]+(/\S+/[\w-]{43})", text_of(box.mails[-1]))
    return str(found[0])


def test_who_has_forgotten_the_password_signs_in_by_mail_and_sets_another(
    app: Flask, world: World, client_of: type_of_client, box: Postbox
) -> None:
    client = client_of(None)
    assert "Have a link sent to you." in client.get("/sign-in").text
    assert client.post("/sign-in/link", data={"email": "ana@example.org"}).location == "/sign-in"
    path = link_in(app, box)
    for _ in range(2):  # whatever looks at mail opens links: that uses up nothing
        assert "Hello Ana" in client_of(None).get(path).text
    short = client.post(f"{path}/password", data={"password": "short"})
    assert (short.status_code, "at least 10 characters" in short.text) == (422, True)
    assert client.post(path).location == "/"
    assert "ana@example.org" in client.get("/account").text
    assert client.post(path).status_code == client.get(path).status_code == 410
    client.post("/sign-in/link", data={"email": "ana@example.org"})
    assert client.post(f"{link_in(app, box)}/password", data={"password": NEW}).location == "/"
    sent = {"email": "ana@example.org", "password": NEW}
    assert client_of(None).post("/sign-in", data=sent).status_code == 303


def test_known_and_unknown_addresses_get_the_same_answers_and_wait_alike(
    app: Flask, world: World, client_of: type_of_client, box: Postbox, monkeypatch: Any
) -> None:
    def answers(client: FlaskClient, email: str) -> list[tuple[int, str]]:
        asked = [client.post("/sign-in/link", data={"email": email}) for _ in range(6)]
        return [(one.status_code, one.text.replace(email, "EMAIL")) for one in asked]

    known, unknown = (answers(client_of(None), f"{name}@example.org") for name in ("ana", "nobody"))
    assert known == unknown
    assert [status for status, _ in known] == [303] * 5 + [429]
    assert "ask in 10 seconds again" in known[-1][1]
    sign_in = {"email": "ana@example.org", "password": PASSWORD}
    assert client_of(None).post("/sign-in", data=sign_in).status_code == 303
    monkeypatch.setattr(clock, "now", lambda: MONDAY_NOON + timedelta(seconds=10))
    assert answers(client_of(None), "ana@example.org")[0][0] == 303


def test_one_signs_in_with_another_address_once_its_link_was_pressed(
    app: Flask, world: World, client_of: type_of_client, box: Postbox
) -> None:
    client = client_of(world.ana)
    sent = {"email": "new@example.org", "present": PASSWORD}
    wrong = client.post("/account/address", data=sent | {"present": "a guess"})
    assert (wrong.status_code, "password is another" in wrong.text) == (422, True)
    for email in ("nowhere", ""):
        assert client.post("/account/address", data=sent | {"email": email}).status_code == 422
    assert client.post("/account/address", data=sent).location == "/account"
    path = link_in(app, box)
    assert box.mails[-1]["To"] == "new@example.org"
    page = client_of(None).get(path)
    assert "you would sign in with new@example.org" in page.text
    assert client_of(None).post(path).location == "/account"
    assert "new@example.org" in client.get("/account").text
    assert Worker().send_all(app.extensions["postman"])
    assert box.mails[-1]["To"] == "ana@example.org"
    assert client_of(None).post(path).status_code == 410


def test_where_no_mail_is_sent_the_pages_say_whom_to_ask(
    world: World, client_of: type_of_client
) -> None:
    client = client_of(world.ana)
    assert "Ask a coordinator" in client_of(None).get("/sign-in").text
    for address in ("/sign-in/link", "/account/address"):
        page = client.get(address)
        assert "No mail is sent from here" in page.text
        assert "<form" not in page.text.split("<main")[1]
        sent = {"email": "ana@example.org", "present": PASSWORD}
        assert client.post(address, data=sent).status_code == 422
    assert world.session.scalars(select(Message)).all() == []
