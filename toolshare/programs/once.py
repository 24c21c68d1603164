"""The same request sent twice is done once: its key is the operation of the journal."""

import json
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from uuid import UUID

from toolshare.journal.recording import earlier
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class KeyUsed(Reason):
    """The key stands for another request, of whomever."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("This Idempotency-Key was used for another request, and nothing was done.")
    instead = msgid("Send a new key with each new request, and the old one only to try again.")


def print_of(method: str, path: str, body: Any) -> str:
    """A fingerprint of a request: the same for the same body, in whatever order it is written."""
    written = json.dumps([method, path, body], sort_keys=True)
    return sha256(written.encode()).hexdigest()[:32]


def refuse_another(session: AnySession, operation: UUID, request: str, *, by: Person) -> None:
    """Refuses an operation that the journal has for another request, or for another person's."""
    entry = earlier(session, operation)
    if entry is not None and (entry.by_id, entry.details.get("request")) != (by.id, request):
        raise Refusal(KeyUsed())


def sign(session: AnySession, operation: UUID, request: str, *, token_id: int) -> None:
    """Has the entry that this act has just written say which request it was, and by which token."""
    entry = earlier(session, operation)
    if entry is not None and "request" not in entry.details:
        entry.details = {**entry.details, "request": request, "token_id": token_id}
