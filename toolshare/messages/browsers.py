"""Browsers that show what their person is told: turned on and off by them, and gone with the session there."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus

from sqlalchemy import delete, select

from toolshare import pushing, reaching
from toolshare.outbox.models import PushSubscription
from toolshare.people.models import Device, Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

LONGEST_ENDPOINT = 2_000


@dataclass(frozen=True)
class NoNotifications(Reason):
    """What was sent is nothing that a browser gives who may show notifications in it."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("This browser has not said where it can be reached.")
    instead = msgid("Turn it on once more, on the page of what you are told.")


@dataclass(frozen=True)
class NoSuchBrowser(Reason):
    """There is none, it was turned off, or it is somebody else's."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("In this browser nothing is shown.")
    instead = msgid("Look at the list on the page of what you are told.")


def turn_on(
    session: AnySession,
    device_id: int,
    given: str,
    *,
    key: str,
    shows_what: bool,
    now: datetime,
    schemes: Collection[str] = ("https",),
) -> PushSubscription:
    """Shows on a device what its person is told; whoever was told there before is told no more."""
    to = _read(given, schemes)
    device = session.get_one(Device, device_id)
    digest = sha256(to.endpoint.encode()).hexdigest()
    former = (PushSubscription.digest == digest) | (PushSubscription.device_id == device_id)
    session.execute(delete(PushSubscription).where(former))
    made = PushSubscription(
        person_id=device.person_id,
        device_id=device_id,
        endpoint=to.endpoint,
        digest=digest,
        point=to.point,
        auth=to.auth,
        key=key,
        shows_what=shows_what,
        since=now,
    )
    session.add(made)
    session.flush()
    return made


def turn_off(session: AnySession, person: Person, subscription_id: int) -> None:
    """Shows nothing more in one of a person's browsers, not even what waits."""
    found = session.get(PushSubscription, subscription_id)
    if found is None or found.person_id != person.id:
        raise Refusal(NoSuchBrowser())
    drop(session, subscription_id)


def drop(session: AnySession, subscription_id: int) -> None:
    """Forgets a browser that is there no more; what waits for it goes along."""
    session.execute(delete(PushSubscription).where(PushSubscription.id == subscription_id))


def browsers_of(
    session: AnySession, person: Person, *, key: str
) -> Sequence[tuple[PushSubscription, Device]]:
    """The browsers in which a person is told something by our present key, the newest first."""
    found = session.execute(
        select(PushSubscription, Device)
        .join(Device, Device.id == PushSubscription.device_id)
        .where(PushSubscription.person_id == person.id, PushSubscription.key == key)
        .where(Device.session_version == person.session_version)
        .order_by(PushSubscription.id.desc())
    )
    return [(one, device) for one, device in found]


def subscription_of(session: AnySession, subscription_id: int) -> PushSubscription | None:
    """A browser whose person is still signed in there."""
    return session.scalar(
        select(PushSubscription)
        .join(Device, Device.id == PushSubscription.device_id)
        .join(Person, Person.id == Device.person_id)
        .where(PushSubscription.id == subscription_id)
        .where(Device.session_version == Person.session_version)
    )


def _read(given: str, schemes: Collection[str]) -> pushing.Browser:
    """What a browser writes down as JSON (Push API); refuses anything else."""
    try:
        known = json.loads(given)
        keys = known["keys"]
        to = pushing.Browser(
            str(known["endpoint"]), pushing.read(keys["p256dh"]), pushing.read(keys["auth"])
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refusal(NoNotifications()) from None
    is_address = reaching.is_address(to.endpoint, schemes, longest=LONGEST_ENDPOINT)
    if not is_address or not pushing.is_browser(to.point, to.auth):
        raise Refusal(NoNotifications())
    return to
