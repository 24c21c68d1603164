"""What Borgo has told people: a message that waits, one that failed, and one nobody wants more of."""

from typing import Any

from flask import current_app

from tests.messages.receiver import Receiver
from tests.world import MONDAY_NOON, World
from toolshare import pushing
from toolshare.letters import unsubscribe_token
from toolshare.messages import browsers
from toolshare.messages.choosing import subject_of
from toolshare.outbox.models import Message, MessageEnd, Topic
from toolshare.outbox.telling import tell
from toolshare.people import devices


def tell_some(world: World) -> dict[str, Any]:
    """Gives the example of a link by which one hears no more of a subject."""
    tell(world.session, Topic.WELCOME, world.ana, group=world.borgo, now=MONDAY_NOON)
    common = {"topic": Topic.DUE_SOON, "person_id": world.sam.id, "group_id": world.borgo.id}
    times = {"created_at": MONDAY_NOON, "send_at": MONDAY_NOON, "attempts": 1}
    refused = {"ended": MessageEnd.GIVEN_UP, "ended_at": MONDAY_NOON}
    for more in (
        {"last_fault": "550 no such user", **refused},
        {"last_fault": "450 busy"},
        refused,
    ):
        world.session.add(Message(**{**common, **times, **more}))
    subject = subject_of(Topic.DUE_SOON)
    assert subject is not None
    shows = show_in_a_browser(world)
    return {"unwanted": unsubscribe_token(world.ana, subject), "topic": "late", **shows}


def show_in_a_browser(world: World) -> dict[str, int]:
    """A browser of Ana's that shows what she is told."""
    device = devices.begin(world.session, world.ana, "Firefox", again=None, now=MONDAY_NOON)
    given = Receiver().given("https://push.example/1")
    ours = pushing.public_key_of(current_app.config["CHOSEN"].secret_key)
    how = {"key": ours, "shows_what": False, "now": MONDAY_NOON}
    return {"subscription_id": browsers.turn_on(world.session, device.id, given, **how).id}
