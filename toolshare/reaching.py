"""Reaching an address of somebody's choice without being led into our own network.

The name is resolved once, every address that it stands for is looked at, and the connection is made to one
of them: between looking and connecting nothing can change. Redirects are not followed, and of an
answer nothing but its status counts.
"""

import socket
import ssl
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

PATIENCE_SECONDS = 10
LONGEST_FAULT = 300
WELL = range(200, 300)
LONGEST_ADDRESS = 500
LONGEST_NUMBER = 8


class NotTaken(Exception):  # noqa: N818 - what the matter is
    """The address can't be reached, may not be, or didn't take it; then with what it answered."""

    def __init__(self, said: str, status: int | None = None, retry_after: str = "") -> None:
        super().__init__(said)
        self.status, self.retry_after = status, retry_after


class To(HTTPConnection):
    """A connection to one address of a host, and no other."""

    def __init__(self, host: str, address: str, port: int, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=PATIENCE_SECONDS)
        self.address, self.context = address, context

    def connect(self) -> None:
        """Connects, and with a context only to whom the host's certificate belongs."""
        sock = socket.create_connection((self.address, self.port), PATIENCE_SECONDS)
        if self.context is None:
            self.sock = sock
            return
        try:
            self.sock = self.context.wrap_socket(sock, server_hostname=self.host)
        except BaseException:
            sock.close()
            raise


def post(
    url: str,
    body: bytes,
    headers: dict[str, str],
    *,
    may_be_private: bool = False,
    context: ssl.SSLContext | None = None,
) -> None:
    """Returns when the address has taken the body; raises NotTaken, which says why not."""
    parts = urlsplit(url)
    is_safe, host = parts.scheme == "https", parts.hostname or ""
    port = parts.port or (443 if is_safe else 80)
    trusted = (context or ssl.create_default_context()) if is_safe else None
    address = one_of(host, _addresses_of(host, port), may_be_private=may_be_private)
    connection = To(host, address, port, trusted)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
    except (OSError, HTTPException, ValueError) as error:
        raise NotTaken(f"{type(error).__name__}: {error}"[:LONGEST_FAULT]) from None
    finally:
        connection.close()
    if answer.status not in WELL:
        asked = answer.getheader("Retry-After", "")
        raise NotTaken(f"HTTP {answer.status}", answer.status, asked)


def is_address(typed: str, schemes: Collection[str], *, longest: int = LONGEST_ADDRESS) -> bool:
    """Whether something can be told there; where it leads is found out each time."""
    try:
        parts = urlsplit(typed)
        port_is_well = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_plain = typed.isascii() and typed.isprintable() and " " not in typed
    is_whole = parts.scheme in schemes and bool(parts.hostname) and "@" not in parts.netloc
    return is_plain and is_whole and port_is_well and len(typed) <= longest


def wait_asked(retry_after: str, now: datetime) -> timedelta:
    """How long an answer asks to be left alone, in seconds or until a date (RFC 9110); none, if it says neither."""
    said, none = retry_after.strip(), timedelta(0)
    if said.isascii() and said.isdecimal():
        return timedelta(seconds=int(said)) if len(said) < LONGEST_NUMBER else none
    try:
        then = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return none
    return max((then if then.tzinfo else then.replace(tzinfo=UTC)) - now, none)


def is_of_the_world(address: str) -> bool:
    """Whether anybody may be sent there: no network of our own, nothing that is reserved."""
    known = ip_address(address.partition("%")[0])
    if isinstance(known, IPv6Address):
        inner = known.ipv4_mapped or known.sixtofour or (known.teredo or (None, None))[1]
        return _is_global(known) and (inner is None or _is_global(inner))
    return _is_global(known)


def is_own_as_written(host: str) -> bool:
    """Whether a host is in a network of our own for everybody who reads it, without asking where it leads."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not is_of_the_world(host)
    except ValueError:
        return False  # a name


def _is_global(known: IPv4Address | IPv6Address) -> bool:
    return known.is_global and not known.is_multicast


def one_of(host: str, addresses: Sequence[str], *, may_be_private: bool) -> str:
    """One of the addresses of a host, if none of them leads into a network of our own."""
    if not may_be_private and not all(map(is_of_the_world, addresses)):
        raise NotTaken(f"{host} is in a private network, where this installation sends nothing")
    return addresses[0]


def _addresses_of(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotTaken(f"{host} can't be found: {error}"[:LONGEST_FAULT]) from None
    return [str(one[4][0]) for one in found]
