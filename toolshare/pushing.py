"""Web push: our key, a body that only one browser can read, and handing it to the service of that browser."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

CURVE = ec.SECP256R1()
MADE_OF = 48  # bytes, of which half as many again as the key has leave nothing to chance
POINT, AUTH = 65, 16  # bytes of what a browser gives
KEPT_BY_THE_SERVICE = timedelta(days=1)  # while the device is off
GOOD_FOR = timedelta(hours=12)


@dataclass(frozen=True)
class Browser:
    """Where a browser is reached, and what it takes to write to it (RFC 8291)."""

    endpoint: str
    point: bytes
    auth: bytes


def key_of(secret: str) -> ec.EllipticCurvePrivateKey:
    """Our key: it follows from the secret key, so whoever shares that shares this one, too."""
    made = HKDF(SHA256(), MADE_OF, None, b"toolshare web push").derive(secret.encode())
    number = int.from_bytes(made, "big") % (CURVE.group_order - 1) + 1
    return ec.derive_private_key(number, CURVE)


def public_key_of(secret: str) -> str:
    """The key by which browsers and their services know us."""
    return _written(_point_of(key_of(secret)))


def read(text: str) -> bytes:
    """Bytes that a browser has written in base 64; a ValueError when it has not."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def is_browser(point: bytes, auth: bytes) -> bool:
    """Whether something can be encrypted for who has given this."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except ValueError:
        return False
    return len(point) == POINT and len(auth) == AUTH


def encrypted(to: Browser, content: bytes) -> bytes:
    """The content as nobody but this browser reads it, by a key that is used once (RFC 8188)."""
    once = ec.generate_private_key(CURVE)
    body: bytes = http_ece.encrypt(
        content, private_key=once, dh=to.point, auth_secret=to.auth, version="aes128gcm"
    )
    return body


def headers(to: Browser, *, secret: str, public_url: str, now: datetime) -> dict[str, str]:
    """What goes along: who we are, signed (RFC 8292), and for how long it is of use (RFC 8030)."""
    parts = urlsplit(to.endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + GOOD_FOR).timestamp()),
        "sub": public_url.replace("http://", "https://", 1),
    }
    signed: dict[str, str] = Vapid02(key_of(secret), {"no-strict": True}).sign(claims)
    return signed | {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(KEPT_BY_THE_SERVICE.total_seconds())),
        "Urgency": "normal",
    }


def _point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _written(given: bytes) -> str:
    return urlsafe_b64encode(given).rstrip(b"=").decode()
