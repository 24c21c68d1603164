"""What pages of admission read, in a bounded number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ScalarSelect, func, or_, select
from sqlalchemy.orm import joinedload

from toolshare.admission.models import Invitation, JoinPage, JoinRequest, Question
from toolshare.people.models import Group
from toolshare.records import AnySession

MOST_INVITATIONS = 100
MOST_DECIDED = 50


def invitations_of(session: AnySession, group: Group, *, today: date) -> Sequence[Invitation]:
    """The invitations of a group that still work, newest first."""
    has_uses_left = or_(Invitation.most_uses.is_(None), Invitation.used < Invitation.most_uses)
    return session.scalars(
        select(Invitation)
        .where(Invitation.group_id == group.id, Invitation.revoked_at.is_(None))
        .where(Invitation.until >= today, has_uses_left)
        .options(joinedload(Invitation.made_by))
        .order_by(Invitation.id.desc())
        .limit(MOST_INVITATIONS)
    ).all()


def invitation_of(session: AnySession, group: Group, invitation_id: int) -> Invitation | None:
    """An invitation of this group; there is no way to those of another."""
    return session.scalar(
        select(Invitation)
        .where(Invitation.id == invitation_id, Invitation.group_id == group.id)
        .options(joinedload(Invitation.group))
    )


@dataclass(frozen=True)
class Requests:
    """Requests to join a group: those that wait, oldest first, and the last ones that were decided."""

    waiting: Sequence[JoinRequest]
    decided: Sequence[JoinRequest]


def join_page_of(session: AnySession, group: Group) -> JoinPage | None:
    """The page on which people ask to join, if the group ever had one."""
    return session.scalar(select(JoinPage).where(JoinPage.group_id == group.id))


def groups_that_can_be_asked(session: AnySession) -> set[int]:
    """The ids of the groups whose page is open."""
    return set(session.scalars(select(JoinPage.group_id).where(JoinPage.is_open)))


def question_of(session: AnySession, group: Group, question_id: int) -> Question | None:
    """A question of this group; there is no way to those of another."""
    which = Question.id == question_id, Question.group_id == group.id
    return session.scalar(select(Question).where(*which))


def requests_of(session: AnySession, group: Group) -> Requests:
    """The requests of a group."""
    of_group = select(JoinRequest).where(JoinRequest.group_id == group.id)
    waiting = of_group.where(JoinRequest.decided_at.is_(None)).order_by(JoinRequest.id)
    decided = (
        of_group.where(JoinRequest.decided_at.is_not(None))
        .options(joinedload(JoinRequest.decided_by))
        .order_by(JoinRequest.decided_at.desc(), JoinRequest.id.desc())
        .limit(MOST_DECIDED)
    )
    return Requests(session.scalars(waiting).all(), session.scalars(decided).all())


def request_of(session: AnySession, group: Group, request_id: int) -> JoinRequest | None:
    """A request to this group with all about it; there is no way to those of another."""
    return session.scalar(
        select(JoinRequest)
        .where(JoinRequest.id == request_id, JoinRequest.group_id == group.id)
        .options(joinedload(JoinRequest.agreement), joinedload(JoinRequest.decided_by))
    )


def waiting_requests() -> ScalarSelect[int]:
    """How many requests wait, for a statement about groups."""
    return (
        select(func.count())
        .select_from(JoinRequest)
        .where(JoinRequest.decided_at.is_(None), JoinRequest.group_id == Group.id)
        .correlate(Group)
        .scalar_subquery()
    )
