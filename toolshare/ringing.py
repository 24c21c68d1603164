"""Shows people in their browsers what they are told: by the worker, between two mails."""

import json
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from toolshare import clock, letters, pushing, reaching
from toolshare.database import apart, reading
from toolshare.messages import browsers, delivering
from toolshare.messages.delivering import Claim, Due, NotNow
from toolshare.settings import Settings

log = logging.getLogger(__name__)
AT_ONCE = 20  # then mail has its turn
NEVER_AGAIN = {401, 403, 404, 410}  # the browser is there no more, or is bound to another key
REFUSED = {400, 413}  # by a service that will say the same of this message tomorrow


@dataclass(frozen=True)
class Packed:
    """What a browser is to show, and which of our keys it listens to."""

    subscription_id: int
    to: pushing.Browser
    key: str
    said: bytes


def ring(goes_on: Callable[[], bool] = lambda: True) -> None:
    """Shows what is due, a little at a time."""
    for _ in range(AT_ONCE):
        claim = _claimed() if goes_on() else None
        if claim is None:
            return
        _deliver(claim)


def _claimed() -> Claim | None:
    with reading() as session:
        if not delivering.is_any_waiting(session, now=clock.now(), pushed=True):
            return None
    return apart(lambda session: delivering.claim(session, now=clock.now(), pushed=True))


def _deliver(claim: Claim) -> None:
    try:
        _look_and_hand_over(claim)
    except Exception as fault:
        log.exception("Message %s can't be shown and will be tried again.", claim.message_id)
        _again(claim, reaching.NotTaken(type(fault).__name__))


def _look_and_hand_over(claim: Claim) -> None:
    with reading() as session:
        due = delivering.look_at(session, claim, now=clock.now())
        packed = _packed(due) if isinstance(due, Due) else None
    match due:
        case NotNow():
            apart(lambda session: delivering.put_off(session, claim, due.until))
        case Due() if packed is not None:
            _hand_over(claim, packed)
        case _:
            apart(lambda session: delivering.drop(session, claim, now=clock.now()))


def _packed(due: Due) -> Packed | None:
    to = due.subscription
    if to is None:
        return None
    said = json.dumps(letters.note_for(due), ensure_ascii=False).encode()
    return Packed(to.id, pushing.Browser(to.endpoint, to.point, to.auth), to.key, said)


def _hand_over(claim: Claim, packed: Packed) -> None:
    chosen: Settings = current_app.config["CHOSEN"]
    if packed.key != pushing.public_key_of(chosen.secret_key):
        _forget(packed)
        return
    try:
        _send(packed, chosen)
    except reaching.NotTaken as fault:
        _write_down(claim, packed, fault)
        return
    apart(lambda session: delivering.sent(session, claim, now=clock.now()))


def _send(packed: Packed, chosen: Settings) -> None:
    told = pushing.headers(
        packed.to, secret=chosen.secret_key, public_url=chosen.public_url, now=clock.now()
    )
    body = pushing.encrypted(packed.to, packed.said)
    reaching.post(packed.to.endpoint, body, told, may_be_private=chosen.private_push)


def _write_down(claim: Claim, packed: Packed, fault: reaching.NotTaken) -> None:
    if fault.status in NEVER_AGAIN:
        _forget(packed)
    elif fault.status in REFUSED:
        apart(lambda session: delivering.give_up(session, claim, str(fault), now=clock.now()))
    else:
        _again(claim, fault)


def _forget(packed: Packed) -> None:
    apart(lambda session: browsers.drop(session, packed.subscription_id))


def _again(claim: Claim, fault: reaching.NotTaken) -> None:
    said, now, chance = str(fault), clock.now(), random.random()
    wait = reaching.wait_asked(fault.retry_after, now)
    apart(
        lambda session: delivering.try_again(
            session, claim, said, now=now, chance=chance, at_least=wait
        )
    )
