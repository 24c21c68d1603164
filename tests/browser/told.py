"""What Borgo has told people: a message that waits, one that failed, and one nobody wants more of."""

from tests.world import MONDAY_NOON, World
from toolshare.letters import unsubscribe_token
from toolshare.messages.choosing import subject_of
from toolshare.outbox.models import Message, MessageEnd, Topic
from toolshare.outbox.telling import tell


def tell_some(world: World) -> dict[str, str]:
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
    return {"unwanted": unsubscribe_token(world.ana, subject), "topic": "late"}
