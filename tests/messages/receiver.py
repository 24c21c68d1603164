"""A browser that is told something, on this machine: it reads what it gets as RFC 8291 and 8292 say."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from os import urandom
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.listening import Listener
from toolshare import pushing


@dataclass
class Receiver:
    """The keys of one browser."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(pushing.CURVE)
    )
    auth: bytes = field(default_factory=lambda: urandom(pushing.AUTH))

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def read(self, body: bytes) -> bytes:
        """What only this browser can read."""
        told: bytes = http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"
        )
        return told

    def given(self, endpoint: str) -> str:
        """What the browser gives a page (Push API)."""
        keys = {"p256dh": _written(self.point), "auth": _written(self.auth)}
        return json.dumps({"endpoint": endpoint, "expirationTime": None, "keys": keys})

    def shown(self, listener: Listener, secret: str) -> list[dict[str, str]]:
        """What it shows of all that came, having looked who sent it."""
        for _, headers, _ in listener.told:
            claims_of(headers["Authorization"], pushing.public_key_of(secret))
        return [json.loads(self.read(body)) for _, _, body in listener.told]


def claims_of(authorization: str, key: str) -> dict[str, Any]:
    """What is signed with the key, as a push service verifies it; raises when it isn't."""
    scheme, _, rest = authorization.partition(" ")
    parts = dict(one.strip().split("=", 1) for one in rest.split(","))
    assert (scheme, parts["k"]) == ("vapid", key)
    header, claims, signature = parts["t"].split(".")
    assert json.loads(pushing.read(header)) == {"typ": "JWT", "alg": "ES256"}
    raw = pushing.read(signature)
    r, s = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
    known = ec.EllipticCurvePublicKey.from_encoded_point(pushing.CURVE, pushing.read(key))
    signed = f"{header}.{claims}".encode()
    known.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
    told: dict[str, Any] = json.loads(pushing.read(claims))
    return told


def _written(given: bytes) -> str:
    return urlsafe_b64encode(given).rstrip(b"=").decode()
