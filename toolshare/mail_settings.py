"""The settings of mail: all that is needed or nothing, and what is wrong with what was chosen."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from toolshare.post import PORTS, Security

# An address, alone or after a name; nothing in it can end a header.
A_SENDER = re.compile(r"[^\s@<>]+@[^\s@<>]+|[^<>@\x00-\x1f]+ <[^\s@<>]+@[^\s@<>]+>")
A_NAME = re.compile(r"[\w.-]+|[0-9a-fA-F:]+")
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
LAST_PORT = 65535
NAMES = ("mail_from", "smtp_host", "smtp_user", "smtp_password")


def chosen(given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of these settings, by their names; a ValueError names the one that is wrong."""
    mail = {name: str(given.get(name, "")).strip() for name in NAMES}
    security = _security(given.get("smtp_security", Security.STARTTLS))
    port = str(given.get("smtp_port", PORTS[security]))
    for name, is_wrong, why in _wrong(**mail, port=port, security=security):
        if is_wrong:
            raise ValueError(f"{name}: {why}")
    return {**mail, "smtp_port": int(port), "smtp_security": security}


def _wrong(
    *,
    mail_from: str,
    smtp_host: str,
    smtp_user: str,
    smtp_password: str,
    port: str,
    security: Security,
) -> Iterator[tuple[str, bool, str]]:
    """What may be wrong, whether it is, and what is said then."""
    is_sender = not mail_from or bool(A_SENDER.fullmatch(mail_from))
    is_host = not smtp_host or bool(A_NAME.fullmatch(smtp_host))
    is_read = security is Security.NONE and smtp_host not in THIS_MACHINE
    a_sender = "tools@example.org or Tools of Borgo <tools@example.org>"
    yield "MAIL_FROM", not is_sender, f"should be like {a_sender}, but is {mail_from!r}"
    yield "SMTP_HOST", not is_host, f"should be like mail.example.org, but is {smtp_host!r}"
    yield "SMTP_PORT", not _is_port(port), f"should be a port from 1 to {LAST_PORT}, but is {port}"
    yield "MAIL_FROM", bool(mail_from and not smtp_host), "needs TOOLSHARE_SMTP_HOST beside it"
    yield "SMTP_HOST", bool(smtp_host and not mail_from), "needs TOOLSHARE_MAIL_FROM, the sender"
    yield "SMTP_USER", bool(smtp_user and not smtp_password), "needs TOOLSHARE_SMTP_PASSWORD"
    yield "SMTP_PASSWORD", bool(smtp_password and not smtp_user), "needs TOOLSHARE_SMTP_USER"
    why = "is none, so that anybody on the way could read the password: choose starttls or tls"
    yield "SMTP_SECURITY", bool(smtp_user) and is_read, why


def _is_port(given: str) -> bool:
    return given.isascii() and given.isdecimal() and 1 <= int(given) <= LAST_PORT


def _security(given: Any) -> Security:
    try:
        return Security(str(given).strip().lower())
    except ValueError:
        raise ValueError(
            f"SMTP_SECURITY: should be starttls, tls or none, but is {given!r}"
        ) from None
