"""Handing mail to a real mail server: what arrives, and what becomes of each no."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.mail_server import Postbox, mail_server
from tests.server import free_port
from toolshare import post
from toolshare.certificates import certificates_for
from toolshare.post import Mail, MailServer, NotNow, Refused, Security

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
MAIL = Mail(
    key="17.20260601120000",
    name="Ana Öz",
    address="ana@example.org",
    language="it",
    subject="Restituisci: trapano",
    text="È ora.\n",
    html="<p>È ora.</p>",
)
BROKEN = "Ana\r\nBcc: all@example.org\u2028\x00"


@pytest.fixture
def box() -> Postbox:
    """What arrives."""
    return Postbox()


@pytest.fixture
def server(box: Postbox) -> Iterator[MailServer]:
    """A server that takes everything."""
    with mail_server(box) as server:
        yield server


def send(server: MailServer, *mails: Mail) -> None:
    with post.opened(server) as counter:
        for mail in mails:
            counter.hand_over(mail, now=NOW)


def part(mail: EmailMessage, kind: str) -> str:
    found = next(one for one in mail.walk() if one.get_content_type() == kind)
    assert isinstance(found, EmailMessage)
    return str(found.get_content())


def test_a_mail_arrives_as_it_was_written(box: Postbox, server: MailServer) -> None:
    send(server, MAIL)
    (mail,) = box.mails
    assert {name: mail[name] for name in ("From", "To", "Subject", "Date", "Message-ID")} == {
        "From": "Tools of Borgo <tools@example.org>",
        "To": "Ana Öz <ana@example.org>",
        "Subject": "Restituisci: trapano",
        "Date": "Mon, 01 Jun 2026 12:00:00 +0000",
        "Message-ID": "<17.20260601120000@example.org>",
    }
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "it")
    assert part(mail, "text/plain").rstrip() == "È ora."
    assert part(mail, "text/html").rstrip() == "<p>È ora.</p>"
    assert mail["List-Unsubscribe"] is None


def test_one_tap_ends_what_can_be_ended(box: Postbox, server: MailServer) -> None:
    address = "https://tools.example.org/unsubscribe/x"
    send(server, replace(MAIL, unsubscribe=address))
    assert box.mails[0]["List-Unsubscribe"] == f"<{address}>"
    assert box.mails[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_date_comes_along_for_the_calendar(box: Postbox, server: MailServer) -> None:
    send(server, replace(MAIL, calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"))
    calendar = next(one for one in box.mails[0].walk() if one.get_content_type() == "text/calendar")
    assert calendar.get_param("method") == "PUBLISH"
    assert calendar.get_filename() == "toolshare.ics"
    assert "BEGIN:VCALENDAR" in part(box.mails[0], "text/calendar")


def test_no_name_and_no_subject_adds_a_header(box: Postbox, server: MailServer) -> None:
    send(server, replace(MAIL, name=BROKEN, subject=BROKEN), replace(MAIL, name='"; <a@b>,'))
    first, second = box.mails
    assert (first["Bcc"], first["Subject"]) == (None, "Ana Bcc: all@example.org")
    assert [one.addr_spec for one in first["To"].addresses] == ["ana@example.org"]
    assert [one.addr_spec for one in second["To"].addresses] == ["ana@example.org"]


def test_a_domain_in_another_script_is_written_as_mail_servers_read_it(
    box: Postbox, server: MailServer
) -> None:
    send(server, replace(MAIL, address="ana@bücher.example"))
    assert box.mails[0]["To"].addresses[0].domain == "xn--bcher-kva.example"


def test_a_name_in_another_script_goes_where_it_is_understood(
    box: Postbox, server: MailServer
) -> None:
    with pytest.raises(Refused, match="SMTPUTF8"):
        send(server, replace(MAIL, address="añá@example.org"))
    assert box.mails == []


@pytest.mark.parametrize(
    ("whose", "reply", "why"),
    [
        ("ana@example.org", "550 no such user", Refused),
        ("ana@example.org", "450 mailbox busy", NotNow),
        ("", "554 looks like spam", Refused),
        ("", "451 try again later", NotNow),
    ],
)
def test_a_no_is_final_or_may_pass(
    box: Postbox, server: MailServer, whose: str, reply: str, why: type[Exception]
) -> None:
    box.replies[whose] = reply
    with pytest.raises(why) as said:
        send(server, MAIL)
    assert str(said.value) == reply


def test_after_a_no_the_next_mail_is_taken(box: Postbox, server: MailServer) -> None:
    box.replies["ana@example.org"] = "550 no such user"
    with post.opened(server) as counter:
        with pytest.raises(Refused):
            counter.hand_over(MAIL, now=NOW)
        counter.hand_over(replace(MAIL, address="sam@example.org"), now=NOW)
        assert counter.is_open()
    assert len(box.mails) == 1


def test_a_server_that_is_down_may_come_back() -> None:
    away = MailServer("127.0.0.1", free_port(), Security.NONE, "tools@example.org")
    with pytest.raises(NotNow, match="Connection refused"):
        send(away, MAIL)


def test_a_server_that_goes_away_is_noticed(box: Postbox) -> None:
    with mail_server(box) as server, post.opened(server) as counter:
        counter.connection.docmd("QUIT")
        assert not counter.is_open()
        with pytest.raises(NotNow):
            counter.hand_over(MAIL, now=NOW)


@pytest.fixture
def speaking(tmp_path: Path, box: Postbox) -> Iterator[tuple[MailServer, Path]]:
    """A server that speaks TLS and wants a password, and the authority that vouches for it."""
    files = certificates_for(tmp_path, ["127.0.0.1"], now=datetime.now(UTC))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.server, files.key)
    with mail_server(box, context=context) as server:
        yield server, files.authority


def test_a_password_travels_encrypted_to_who_is_trusted(
    box: Postbox, speaking: tuple[MailServer, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, authority = speaking
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    send(server, MAIL)
    assert len(box.mails) == 1
    with pytest.raises(NotNow, match="535"):
        send(replace(server, password="wrong"), MAIL)


def test_no_password_is_told_to_who_is_not_trusted(
    box: Postbox, speaking: tuple[MailServer, Path]
) -> None:
    with pytest.raises(NotNow, match="CERTIFICATE_VERIFY_FAILED"):
        send(speaking[0], MAIL)
    assert box.mails == []


def test_tls_from_the_first_byte_is_asked_of_a_server_that_has_it(server: MailServer) -> None:
    with pytest.raises(NotNow, match="SSL"):
        send(replace(server, security=Security.TLS), MAIL)
