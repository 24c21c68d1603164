"""Damage: whoever has a thing or stands before it says what is wrong with it; nobody is blamed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from sqlalchemy import select

from toolshare.care import outages, reports
from toolshare.care.models import DamageReport
from toolshare.circulation import reasons as why
from toolshare.circulation.eligibility import against_outsider, membership_of
from toolshare.circulation.models import Loan
from toolshare.circulation.service import promise_anew
from toolshare.circulation.standing import STILL_OUT
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Item
from toolshare.journal.models import Event
from toolshare.journal.recording import done_already, record
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid, refuse_if

MOST_OPEN = 5  # reports of one person that no steward has looked at yet


@dataclass(frozen=True)
class WhatIsWrong(Reason):
    """A report that says nothing."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("It is not said what is wrong.")
    instead = msgid("Say it in a few words: what broke, what is loose, what is missing.")


@dataclass(frozen=True)
class ReportsEnough(Reason):
    """As many reports of one person as stewards can be expected to look at."""

    most: int
    says = msgid("Stewards have yet to look at %(most)s things that you reported.")
    instead = msgid("Tell a steward about this one.")


def reasons_against(
    session: AnySession, item: Item, *, by: Person, now: datetime
) -> Iterator[Reason]:
    """What speaks against this person's reporting damage; the item has its kind and group.

    A member may, paused or not, and whoever still has it.
    """
    group = item.kind.group
    if membership_of(session, by, group, now=now) is None and not _has_it(session, item, by):
        yield against_outsider(session, by, group, now)
    elif item.retired_at is not None:
        yield why.Retired()
    elif reports.open_reports_by(session, by) >= MOST_OPEN:
        yield ReportsEnough(most=MOST_OPEN)


def report(
    session: AnySession,
    item: Item,
    *,
    by: Person,
    now: datetime,
    note: str,
    usable: bool = False,
    operation: UUID | None = None,
) -> DamageReport | None:
    """Notes what is wrong with a thing; it needs a check, unless it can still be used safely.

    Who has it keeps it. What is reserved of it goes to other units, and an offer is called off. None
    when the same act was done before.
    """
    item = under_lock(session, item.id)
    if done_already(session, operation, Event.DAMAGE_REPORTED, by=by, item=item):
        return None
    unsaid = [] if note.strip() else [WhatIsWrong()]
    refuse_if([*reasons_against(session, item, by=by, now=now), *unsaid])
    told = DamageReport(item=item, at=now, by=by, note=note, usable=usable)
    session.add(told)
    session.flush()
    record(
        session,
        Event.DAMAGE_REPORTED,
        by=by,
        at=now,
        group=item.kind.group,
        item=item,
        operation=operation,
        report_id=told.id,
        note=note,
        usable=usable,
    )
    if not usable:
        outages.require_check(session, item, by=by, now=now, note=note)
        promise_anew(session, item.kind, now)
    return told


def _has_it(session: AnySession, item: Item, person: Person) -> bool:
    own = (Loan.item_id == item.id, Loan.borrower_id == person.id, STILL_OUT)
    return session.scalar(select(Loan.id).where(*own).limit(1)) is not None
