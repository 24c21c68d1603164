"""What pages of admission read, in a bounded number of statements."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from toolshare.admission.models import Invitation
from toolshare.people.models import Group
from toolshare.records import AnySession

MOST_INVITATIONS = 100


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
