"""A device that makes passkeys and answers with them, as browsers write it down."""

import json
import struct
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

from tests.world import MONDAY_NOON
from toolshare.people import passkeys
from toolshare.people.models import Passkey, Person
from toolshare.records import AnySession

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One key; it counts how often it has signed when `counts`, and copies can be made of it."""

    origin: str = "https://tools.example.org"
    counts: bool = True
    flags: int = PRESENT | VERIFIED
    signed: int = 0
    credential_id: bytes = field(default_factory=lambda: token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, question: dict[str, Any]) -> str:
        """The answer to who wants a passkey."""
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        length = struct.pack(">H", len(self.credential_id))
        credential = bytes(16) + length + self.credential_id + public
        data = self._data(question["rp"]["id"], self.flags | WITH_KEY) + credential
        made = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        told = self._told("webauthn.create", question)
        return self._answer(clientDataJSON=told, attestationObject=made)

    def sign(self, question: dict[str, Any]) -> str:
        """The answer to who asks who it is."""
        self.signed += self.counts
        data, told = self._data(question["rpId"], self.flags), self._told("webauthn.get", question)
        signature = self.key.sign(data + sha256(told).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=told, authenticatorData=data, signature=signature)

    def _data(self, host: str, flags: int) -> bytes:
        return sha256(host.encode()).digest() + struct.pack(">BI", flags, self.signed)

    def _told(self, what: str, question: dict[str, Any]) -> bytes:
        told = {"type": what, "challenge": question["challenge"], "origin": self.origin}
        return json.dumps(told).encode()

    def _answer(self, **parts: bytes) -> str:
        own = websafe_encode(self.credential_id)
        response = {name: websafe_encode(part) for name, part in parts.items()}
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": response})


def keep_a_passkey_of(session: AnySession, person: Person) -> Passkey:
    """A passkey that somebody has made on a device."""
    site = passkeys.site_of("https://tools.example.org")
    assert site is not None
    question, state = passkeys.ask_for_new(session, person, site, now=MONDAY_NOON)
    known: dict[str, Any] = {"name": "My phone", "site": site, "now": MONDAY_NOON}
    passkey = passkeys.add(session, person, Device().make(question), state, **known)
    session.flush()
    return passkey
