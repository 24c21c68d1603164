"""A mail server on this machine: it keeps what it takes, and says no when it is told to."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.server import free_port
from toolshare.post import MailServer, Security

SENDER = "Tools of Borgo <tools@example.org>"
USER, PASSWORD = "borgo", "the barn is green"


class Postbox:
    """What arrives; `replies` are given in place of taking it, by recipient or to any ("")."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.replies: dict[str, str] = {}
        self.tried = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Whether this address is known here."""
        self.tried += 1
        if reply := self.replies.get(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keeps the mail."""
        if reply := self.replies.get(""):
            return reply
        mail = message_from_bytes(envelope.content or b"", policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken"

    @property
    def subjects(self) -> list[str]:
        """What arrived, by its subjects."""
        return [mail["Subject"] for mail in self.mails]


class Speaking(Controller):
    """A server that speaks TLS once it is asked to (STARTTLS), and wants a password then."""

    def __init__(self, box: Postbox, port: int, context: ssl.SSLContext | None) -> None:
        how: dict[str, Any] = {"enable_SMTPUTF8": False}
        if context:
            how |= {"tls_context": context, "require_starttls": True, "auth_required": True}
        super().__init__(box, hostname="127.0.0.1", port=port, authenticator=self.knows, **how)

    def knows(
        self, _server: Any, _session: Any, _envelope: Any, _how: str, said: Any
    ) -> AuthResult:
        """Whether user and password are right."""
        right = LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=said == right, handled=False)


@contextmanager
def mail_server(
    box: Postbox, port: int = 0, context: ssl.SSLContext | None = None
) -> Iterator[MailServer]:
    """The server, and how it is reached; with a context it speaks TLS and asks for a password."""
    at = port or free_port()
    controller = Speaking(box, at, context)
    controller.start()
    try:
        if context:
            yield MailServer("127.0.0.1", at, Security.STARTTLS, SENDER, USER, PASSWORD)
        else:
            yield MailServer("127.0.0.1", at, Security.NONE, SENDER)
    finally:
        controller.stop()


def of_mail(server: MailServer) -> dict[str, str]:
    """The settings that lead to a server."""
    return {
        "TOOLSHARE_MAIL_FROM": SENDER,
        "TOOLSHARE_SMTP_HOST": server.host,
        "TOOLSHARE_SMTP_PORT": str(server.port),
        "TOOLSHARE_SMTP_SECURITY": server.security,
    }
