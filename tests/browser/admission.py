"""Who comes into Borgo by themselves."""

from datetime import date
from typing import Any

from sqlalchemy import select

from tests.world import MONDAY_NOON, World
from toolshare.admission import asking, deciding, inviting, registering, shaping
from toolshare.admission.asking import Said
from toolshare.admission.inviting import Terms
from toolshare.admission.models import (
    Invitation,
    JoinPage,
    JoinRequest,
    Question,
    QuestionKind,
)
from toolshare.admission.shaping import Asked
from toolshare.outbox.models import Message, Topic
from toolshare.people import households
from toolshare.people.models import Household, Person
from toolshare.people.roles import membership_in
from toolshare.rules import agreements

END_OF_JUNE = date(2026, 6, 30)


def invite(world: World, **differences: Any) -> tuple[Invitation, str]:
    """An invitation into Borgo by Cora, until the end of June, and its token."""
    terms = Terms(**{"until": END_OF_JUNE, **differences})
    return inviting.invite(world.session, world.borgo, terms, by=world.cora, now=MONDAY_NOON)


def invite_some(world: World) -> dict[str, Any]:
    """An invitation for the assembly; an example for each part of an address."""
    made, token = invite(world, note="Assembly in May", most_uses=40)
    ada = {"name": "Ada", "email": "ida@example.org", "password": "the barn is red"}
    registering.register(world.session, token, language="en", now=MONDAY_NOON, **ada)
    waits = select(Message.facts).where(Message.topic == Topic.NEW_ADDRESS)
    _, _, link = world.session.scalars(waits).one()["path"].rpartition("/")
    return {"invitation_id": made.id, "invitation": token, "confirmation": link}


def let_people_ask(world: World, **differences: Any) -> JoinPage:
    """Borgo's page is open."""
    page = {"is_open": True, "about": "We share tools.", "agreement": "", **differences}
    return shaping.shape_page(world.session, world.borgo, by=world.cora, now=MONDAY_NOON, **page)


def ask_some_things(world: World) -> list[Question]:
    """One question of each kind; the first has to be answered."""
    asked = [
        Asked("What can you mend?", QuestionKind.LONG, is_required=True),
        Asked("In which street do you live?", QuestionKind.SHORT),
        Asked("Do you have a trailer?", QuestionKind.YES_OR_NO),
        Asked("When can you help?", QuestionKind.CHOICE, ("Saturdays", "Evenings")),
    ]
    acts: dict[str, Any] = {"by": world.cora, "now": MONDAY_NOON}
    return [shaping.add_question(world.session, world.borgo, one, **acts) for one in asked]


def ask_to_join(world: World, page: JoinPage, name: str = "Ada", **said: Any) -> JoinRequest:
    """Somebody asks who has no account."""
    words = Said(**{"name": name, "email": f"{name.lower()}@example.org", **said})
    asking.ask(world.session, page, words, by=None, now=MONDAY_NOON)
    return world.session.scalars(select(JoinRequest).order_by(JoinRequest.id.desc())).first()  # type: ignore[return-value]


def let_some_ask(world: World) -> dict[str, Any]:
    """Two people have asked, and one was told no; an example for each part of an address."""
    first, *_ = ask_some_things(world)
    signed = agreements.in_force(world.session, world.borgo.id)["Waiver"]
    page = let_people_ask(world, agreement="Waiver")
    said: dict[str, Any] = {"answers": [(first.text, "Bicycles.\nChairs.")]}
    said |= {"agreement_id": signed.id, "signed_as": "Ada", "signature": "M10 20L30 40"}
    waits, other = (ask_to_join(world, page, name, **said) for name in ("Ada", "Eve"))
    acts: dict[str, Any] = {"by": world.cora, "now": MONDAY_NOON}
    deciding.decline(world.session, other, "We are full until spring.", **acts)
    return {"request_id": waits.id, "question_id": first.id}


def let_some_in(world: World) -> dict[str, Any]:
    """Invitations and requests to join; an example for each part of an address."""
    share_a_household(world, world.ana, world.pau)
    return invite_some(world) | let_some_ask(world)


def share_a_household(world: World, first: Person, *others: Person) -> Household:
    """They share one membership."""
    acts: dict[str, Any] = {"by": world.cora, "now": MONDAY_NOON}
    memberships = [membership_in(world.session, one, world.borgo) for one in (first, *others)]
    household = households.found_household(world.session, memberships[0], "Conti", **acts)  # type: ignore[arg-type]
    for one in memberships[1:]:
        households.put_in(world.session, one, household, **acts)  # type: ignore[arg-type]
    return household
