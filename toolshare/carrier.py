"""Carries what webhooks are told: by the worker that sends the mail, between two messages."""

import json
import random
import ssl
from collections.abc import Callable

from flask import current_app

from toolshare import certificates, clock, reaching
from toolshare.database import apart, reading
from toolshare.settings import Settings
from toolshare.webhooks import delivering, following, signing
from toolshare.webhooks.delivering import Due

AT_ONCE = 20  # then mail has its turn


def carry(goes_on: Callable[[], bool] = lambda: True) -> None:
    """Delivers what is due, a little at a time."""
    with reading() as session:
        is_behind = following.is_any_behind(session)
    if is_behind:
        apart(lambda session: following.follow(session, now=clock.now()))
    for _ in range(AT_ONCE):
        due = _claimed() if goes_on() else None
        if due is None:
            return
        _deliver(due)


def _claimed() -> Due | None:
    with reading() as session:
        if not delivering.is_any_waiting(session, now=clock.now()):
            return None
    return apart(lambda session: delivering.claim(session, now=clock.now()))


def _deliver(due: Due) -> None:
    chosen: Settings = current_app.config["CHOSEN"]
    body = json.dumps(due.body).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "Toolshare"}
    headers |= signing.headers(due.secret, due.key, clock.now(), body)
    try:
        reaching.post(
            due.address,
            body,
            headers,
            may_be_private=chosen.private_webhooks,
            context=_trusted(chosen),
        )
    except reaching.NotTaken as fault:
        said, chance = str(fault), random.random()
        apart(lambda session: delivering.failed(session, due, said, now=clock.now(), chance=chance))
        return
    apart(lambda session: delivering.delivered(session, due, now=clock.now()))


def _trusted(chosen: Settings) -> ssl.SSLContext:
    """Whom the world trusts; in a network of our own, our own authority, too, if there is one."""
    context, own = ssl.create_default_context(), certificates.authority_in(chosen.instance)
    if chosen.private_webhooks and own.is_file():
        context.load_verify_locations(own)
    return context
