"""Taking the people of a group out to a spreadsheet."""

from datetime import datetime

from toolshare import spreadsheets
from toolshare.people import queries
from toolshare.people.importing import COLUMNS
from toolshare.people.models import Group
from toolshare.people.opening import today_in
from toolshare.records import AnySession


def export_people(session: AnySession, group: Group, *, now: datetime) -> str:
    """Name, e-mail and role of everyone who is in the group now, as CSV that imports again."""
    rows = [
        (membership.person.name, membership.person.email, membership.role)
        for membership in queries.everyone_in(session, group, today=today_in(group, now))
    ]
    return spreadsheets.write(COLUMNS, rows)
