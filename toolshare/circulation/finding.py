"""Finding a borrower by what a steward typed: a card's code, a name, an e-mail address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from toolshare.codes import alphabet
from toolshare.labels.models import Cause, FormerCode
from toolshare.labels.scanning import CardLost
from toolshare.people import roles
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid

AT_MOST = 20


@dataclass(frozen=True)
class NobodyFound(Reason):
    """No member fits what was typed."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    typed: str
    group: str
    says = msgid("Nobody in %(group)s fits “%(typed)s”.")
    instead = msgid("Type a part of the name, or scan the card.")


@dataclass(frozen=True)
class SeveralFit(Reason):
    """More than one member fits what was typed."""

    typed: str
    says = msgid("“%(typed)s” fits several members.")
    instead = msgid("Type more of the name, or scan the card.")


def the_member(
    session: AnySession, group: Group, typed: str, *, by: Person, now: datetime
) -> Person:
    """The one member who fits; refuses when none or several do."""
    found = {
        one.person_id: one.person for one in members_like(session, group, typed, by=by, now=now)
    }
    if not found:
        raise Refusal(NobodyFound(typed=typed, group=group.name))
    if len(found) > 1:
        raise Refusal(SeveralFit(typed=typed))
    return next(iter(found.values()))


def members_like(
    session: AnySession, group: Group, typed: str, *, by: Person, now: datetime
) -> Sequence[Membership]:
    """The members who may borrow from the group and fit, by name; the first twenty.

    For stewards of the group only: others have no business with its members. A card that was
    replaced finds its member, and one that was reported lost is refused.
    """
    today = today_in(group, now)
    roles.require(session, by, Role.STEWARD, group, today=today)
    code = alphabet.read(typed.upper().rpartition("/I/")[2])  # typed, or the address on the card
    former = _former_card(session, code)
    fits = or_(
        Membership.code == code,
        Membership.id == former,
        Person.email == typed.lower(),
        Person.name.icontains(typed, autoescape=True),
    )
    return session.scalars(
        select(Membership)
        .join(Membership.person)
        .where(fits, roles.is_current_on(today), Membership.group_id.in_(roles.below([group.id])))
        .options(joinedload(Membership.person), joinedload(Membership.group))
        .order_by(Person.name, Membership.id)
        .limit(AT_MOST)
    ).all()


def _former_card(session: AnySession, code: str) -> int | None:
    """The membership whose card had this code, until it was worn."""
    former = session.scalar(select(FormerCode).where(FormerCode.code == code))
    if former is not None and former.membership_id and former.cause is Cause.LOST:
        raise Refusal(CardLost(code=code))
    return former.membership_id if former else None
