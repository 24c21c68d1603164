"""The post office: what a mail looks like on its way (RFC 5322), and handing it to a mail server."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum

PATIENCE_SECONDS = 20
LAST_TRY_AGAIN = 499  # replies from 500 on are final (RFC 5321, 4.2.1)
LONGEST_FAULT = 500


class Security(StrEnum):
    """How a connection to a mail server is kept from being read."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over, as whom, and what its sender is called."""

    host: str
    port: int
    security: Security
    sender: str  # like "Tools of Borgo <tools@example.org>"
    user: str = ""
    password: str = ""


@dataclass(frozen=True)
class Mail:
    """What one person is told, in one language; `unsubscribe` is an address where one tap suffices."""

    key: str  # the same each time that this same mail is sent
    name: str
    address: str
    language: str
    subject: str
    text: str
    html: str
    unsubscribe: str | None = None
    calendar: bytes | None = None


class NotNow(Exception):  # noqa: N818 - what the matter is
    """It could not be handed over, for a reason that may pass."""


class Refused(Exception):  # noqa: N818 - what the matter is
    """The server will never take this mail, or none for this address."""


class Counter:
    """An open connection to a mail server."""

    def __init__(self, server: MailServer, connection: smtplib.SMTP) -> None:
        self.server = server
        self.connection = connection

    def hand_over(self, mail: Mail, *, now: datetime) -> None:
        """Returns when the server has taken the mail; raises NotNow or Refused."""
        try:
            self.connection.send_message(written(mail, self.server, now=now))
        except smtplib.SMTPRecipientsRefused as error:
            raise _fault(*next(iter(error.recipients.values()))) from None
        except smtplib.SMTPSenderRefused as error:  # nothing is wrong with this mail
            raise NotNow(_said(error.smtp_code, error.smtp_error)) from None
        except smtplib.SMTPDataError as error:
            raise _fault(error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPNotSupportedError as error:
            raise Refused(str(error)) from None
        except (OSError, smtplib.SMTPException) as error:
            raise NotNow(_named(error)) from None

    def is_open(self) -> bool:
        """Whether the server still listens: it ends what was silent for long."""
        try:
            code, _ = self.connection.noop()
        except (OSError, smtplib.SMTPException):
            return False
        return code == 250  # noqa: PLR2004 - RFC 5321, 4.2.3


@contextmanager
def opened(server: MailServer) -> Iterator[Counter]:
    """A connection to the server, signed in; raises NotNow when there is none to be had."""
    try:
        connection = _connected(server)
    except (OSError, smtplib.SMTPException) as error:
        raise NotNow(_named(error)) from None
    try:
        yield Counter(server, connection)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()
        connection.close()


def written(mail: Mail, server: MailServer, *, now: datetime) -> EmailMessage:
    """The mail with its headers: text, the same as HTML, and what goes into a calendar."""
    name, _, address = server.sender.removesuffix(">").rpartition("<")
    sender = _addressed(name.strip(), address)
    message = EmailMessage(SMTP.clone(cte_type="7bit"))
    message["From"] = sender
    message["To"] = _addressed(mail.name, mail.address)
    message["Subject"] = _in_one_line(mail.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.key}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    if mail.calendar:
        _attach(message, mail.calendar)
    message["Content-Language"] = mail.language
    return message


def _attach(message: EmailMessage, calendar: bytes) -> None:
    message.add_attachment(
        calendar.decode(),
        subtype="calendar",
        filename="toolshare.ics",
        params={"method": "PUBLISH"},
        cte="base64",
    )


def _connected(server: MailServer) -> smtplib.SMTP:
    trusted = ssl.create_default_context()
    where = (server.host, server.port)
    if server.security is Security.TLS:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            *where, timeout=PATIENCE_SECONDS, context=trusted
        )
    else:
        connection = smtplib.SMTP(*where, timeout=PATIENCE_SECONDS)
    try:
        _sign_in(connection, server, trusted)
    except BaseException:
        connection.close()
        raise
    return connection


def _sign_in(connection: smtplib.SMTP, server: MailServer, trusted: ssl.SSLContext) -> None:
    if server.security is Security.STARTTLS:
        connection.starttls(context=trusted)
    if server.user:
        connection.login(server.user, server.password)


def _fault(code: int, said: bytes | str) -> NotNow | Refused:
    text = _said(code, said)
    return NotNow(text) if code <= LAST_TRY_AGAIN else Refused(text)


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {_in_one_line(text)}"[:LONGEST_FAULT]


def _named(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return (_in_one_line(str(error)) or type(error).__name__)[:LONGEST_FAULT]


def _in_one_line(text: str) -> str:
    """Without line ends and other characters that no header may hold, whoever typed them."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _addressed(name: str, address: str) -> Address:
    """A name and an address, whose domain is written in ASCII; the rest stays as it is."""
    local, _, domain = _in_one_line(address).rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return Address(_in_one_line(name), local, domain)
