"""Which language is spoken where neither the reader nor the browser says one."""

from sqlalchemy import select

from toolshare.people.models import Group, Person
from toolshare.people.roles import memberships_of
from toolshare.records import AnySession


def language_of_the_place(session: AnySession, person: Person | None, slug: str) -> str:
    """The language of the group whose page it is, else of the reader's, else of the first of all.

    An installation without any group speaks English.
    """
    groups = [one.group for one in memberships_of(session, person)] if person else []
    own = {group.slug: group.language for group in groups}
    if slug in own:
        return own[slug]
    first = select(Group.language).order_by(Group.id).limit(1)
    of_page = session.scalar(first.where(Group.slug == slug)) if slug else None
    return of_page or next(iter(own.values()), None) or session.scalar(first) or "en"
