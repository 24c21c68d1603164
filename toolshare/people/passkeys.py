"""Passkeys: keys that a device keeps, with which one signs in without a password (WebAuthn)."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from sqlalchemy import select

from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.outbox.models import Topic
from toolshare.outbox.telling import tell
from toolshare.people.models import Passkey, Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

GOOD_FOR = timedelta(minutes=5)
MOST = 20  # for one person
Question = dict[str, Any]  # what a device is asked, as JSON
Answer = TypeVar("Answer")
State = dict[str, Any]  # what has to be known when it answers


@dataclass(frozen=True)
class PasskeyNotGood(Reason):
    """What the device answered proves nothing: unknown, too late, of another site, or a copy."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("This passkey does not open an account here.")
    instead = msgid("Try again within five minutes, or sign in with your password.")


@dataclass(frozen=True)
class EnoughPasskeys(Reason):
    """As many as one person may have."""

    most: int = MOST
    says = msgid("You have %(most)s passkeys already.")
    instead = msgid("Remove one that you don't use.")


@dataclass(frozen=True)
class NoSuchPasskey(Reason):
    """It was removed, or is somebody else's."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("There is no such passkey.")
    instead = msgid("Your account page lists those that there are.")


def site_of(public_url: str) -> Fido2Server | None:
    """Where passkeys are good: at the host of the installation's address, and nowhere else.

    None where browsers make none: without https, and at addresses that are numbers.
    """
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    if _is_number(host) or (parts.scheme != "https" and host != "localhost"):
        return None
    return Fido2Server(
        PublicKeyCredentialRpEntity(name="Toolshare", id=host),
        attestation=AttestationConveyancePreference.NONE,
        verify_origin=lambda origin: origin == public_url,
    )


def passkeys_of(session: AnySession, person: Person) -> Sequence[Passkey]:
    """The passkeys of a person, the oldest first."""
    return session.scalars(
        select(Passkey).where(Passkey.person_id == person.id).order_by(Passkey.id)
    ).all()


def ask_for_new(
    session: AnySession, person: Person, site: Fido2Server, *, now: datetime
) -> tuple[Question, State]:
    """What a device is asked that is to make a passkey; one that has made one makes no other."""
    known = [AttestedCredentialData(one.credential) for one in passkeys_of(session, person)]
    if len(known) >= MOST:
        raise Refusal(EnoughPasskeys())
    user = PublicKeyCredentialUserEntity(
        id=_handle(person), name=person.email, display_name=person.name
    )
    asked, state = site.register_begin(
        user,
        known,
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _as_json(asked), _until(state, now)


def add(
    session: AnySession,
    person: Person,
    answer: str,
    state: State,
    *,
    name: str,
    site: Fido2Server,
    now: datetime,
) -> Passkey:
    """Keeps the passkey that a device has made; the person is told, in case it was not them."""
    made = _unless_refused(lambda: site.register_complete(_in_time(state, now), json.loads(answer)))
    credential = AttestedCredentialData(made.credential_data or b"")
    digest = _digest(credential.credential_id)
    if _with(session, digest) is not None:
        raise Refusal(PasskeyNotGood())
    passkey = Passkey(person_id=person.id, name=name, digest=digest, credential=bytes(credential))
    passkey.sign_count, passkey.added_at = made.counter, now
    session.add(passkey)
    record(session, Event.PASSKEY_ADDED, by=person, at=now, person=person)
    tell(session, Topic.ACCOUNT_CHANGED, person, now=now)
    return passkey


def ask_who(site: Fido2Server, *, now: datetime) -> tuple[Question, State]:
    """What a device is asked with which somebody signs in, whoever it is."""
    asked, state = site.authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    return _as_json(asked), _until(state, now)


def person_with(
    session: AnySession, answer: str, state: State, *, site: Fido2Server, now: datetime
) -> Person:
    """Whose passkey has answered; refuses a copy, which counts as its original has done already."""
    known = _unless_refused(lambda: AuthenticationResponse.from_dict(json.loads(answer)))
    passkey = _with(session, _unless_refused(lambda: _digest(known.raw_id)))
    if passkey is None:
        raise Refusal(PasskeyNotGood())
    kept = [AttestedCredentialData(passkey.credential)]
    _unless_refused(lambda: site.authenticate_complete(_in_time(state, now), kept, known))
    counted = known.response.authenticator_data.counter
    if max(counted, passkey.sign_count) and counted <= passkey.sign_count:
        raise Refusal(PasskeyNotGood())
    passkey.sign_count, passkey.used_at = counted, now
    return session.get_one(Person, passkey.person_id)


def remove(session: AnySession, person: Person, passkey_id: int, *, now: datetime) -> str:
    """Forgets one of a person's passkeys, and gives its name: it opens nothing any more."""
    passkey = session.get(Passkey, passkey_id)
    if passkey is None or passkey.person_id != person.id:
        raise Refusal(NoSuchPasskey())
    session.delete(passkey)
    record(session, Event.PASSKEY_REMOVED, by=person, at=now, person=person)
    tell(session, Topic.ACCOUNT_CHANGED, person, now=now)
    return passkey.name


def _unless_refused(read: Callable[[], Answer]) -> Answer:
    """What was read of an answer; a stranger may send anything, so any fault refuses it."""
    try:
        return read()
    except Exception:
        raise Refusal(PasskeyNotGood()) from None


def _with(session: AnySession, digest: str) -> Passkey | None:
    return session.scalar(select(Passkey).where(Passkey.digest == digest).with_for_update())


def _until(state: Mapping[str, Any], now: datetime) -> State:
    return {**state, "until": (now + GOOD_FOR).isoformat()}


def _in_time(state: State, now: datetime) -> State:
    if datetime.fromisoformat(state["until"]) <= now:
        raise ValueError("too late")
    return state


def _as_json(asked: Any) -> Question:
    """What a browser reads with parseCreationOptionsFromJSON or parseRequestOptionsFromJSON."""
    question: Question = json.loads(json.dumps(dict(asked.public_key), default=dict))
    return question


def _handle(person: Person) -> bytes:
    return str(person.id).encode()


def _digest(credential_id: bytes) -> str:
    return sha256(credential_id).hexdigest()


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
