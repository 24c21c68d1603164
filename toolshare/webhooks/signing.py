"""Signatures by which an address knows that it is us, as Standard Webhooks 1.0 says.

HMAC-SHA256 over id, time and body, so that nobody else can send one, change one, or send one of
ours again much later.
"""

import hmac
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256
from secrets import token_bytes

PREFIX = "whsec_"
BYTES = 24


def new_secret() -> str:
    """A secret that a webhook and we share."""
    return PREFIX + b64encode(token_bytes(BYTES)).decode()


def headers(secret: str, key: str, at: datetime, body: bytes) -> dict[str, str]:
    """What goes along with a body, sent at this moment."""
    seconds = str(int(at.timestamp()))
    return {
        "webhook-id": key,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{signature(secret, key, seconds, body)}",
    }


def signature(secret: str, key: str, seconds: str, body: bytes) -> str:
    """The signature, in base 64."""
    signed = b".".join((key.encode(), seconds.encode(), body))
    shared = b64decode(secret.removeprefix(PREFIX))
    return b64encode(hmac.new(shared, signed, sha256).digest()).decode()
