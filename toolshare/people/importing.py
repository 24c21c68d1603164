"""Bringing people in from a spreadsheet: all of them, or, when any line is wrong, nobody."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from toolshare import spreadsheets
from toolshare.people.joining import join, known_email
from toolshare.people.memberships import Standing, change_membership, standing_of
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid, refuse_if
from toolshare.spreadsheets import InLine, Row

COLUMNS = ("name", "email", "role")
ALSO_CALLED = {"e-mail": "email", "mail": "email", "e-mail address": "email", "full name": "name"}


@dataclass(frozen=True)
class ColumnMissing(Reason):
    """A column that is needed is not there."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    column: str
    says = msgid("There is no column “%(column)s”.")
    instead = msgid("The first line names the columns: name, email, and role if you like.")


@dataclass(frozen=True)
class FileTooBig(Reason):
    """The file is bigger than a page can carry from its preview to its import."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    says = msgid("The file is too big: some 5,000 people are the most for one file.")
    instead = msgid("Divide it, and import one part after the other.")


@dataclass(frozen=True)
class NameMissing(Reason):
    """A person without a name, or with one that is too long."""

    says = msgid("the name is missing, or longer than 120 characters.")


@dataclass(frozen=True)
class UnknownRole(Reason):
    """A role that there isn't."""

    typed: str
    says = msgid("“%(typed)s” is not a role.")
    instead = msgid("Write member, steward or coordinator.")


@dataclass(frozen=True)
class TwiceInFile(Reason):
    """Two lines with one e-mail address."""

    email: str
    says = msgid("%(email)s is in the file twice.")
    instead = msgid("Leave one of the lines out.")


@dataclass(frozen=True)
class HasLeft(Reason):
    """The membership in the group has ended or not begun."""

    name: str
    group: str
    says = msgid("%(name)s is not in %(group)s any more, or not yet.")
    instead = msgid("Change since and until on the person's page first.")


class Outcome(StrEnum):
    """What happens to a person of the file."""

    JOINS = "joins"
    CHANGES = "changes"
    STAYS = "stays"


@dataclass(frozen=True)
class Newcomer:
    """One line of the file: who, and what they are to be; no role is what they are already."""

    line: int
    name: str
    email: str
    role: Role | None


@dataclass(frozen=True)
class Step:
    """What happens to one person."""

    newcomer: Newcomer
    outcome: Outcome
    membership: Membership | None = None


def plan(session: AnySession, group: Group, content: bytes, *, now: datetime) -> list[Step]:
    """What importing the file would do, for each line; refuses with every line that is wrong."""
    newcomers = _newcomers(content)
    there = _members(session, group, newcomers)
    today = today_in(group, now)
    refuse_if(
        [
            InLine(newcomer.line, HasLeft(name=own.person.name, group=group.name))
            for newcomer in newcomers
            if (own := there.get(newcomer.email)) and not own.is_current(today)
        ]
    )
    return [_step(newcomer, there.get(newcomer.email)) for newcomer in newcomers]


def import_people(
    session: AnySession, group: Group, content: bytes, *, by: Person | None, now: datetime
) -> list[Step]:
    """Does what `plan` says; the same file a second time changes nothing."""
    steps = plan(session, group, content, now=now)
    # Who comes to be coordinator comes first, so that the last one can step down in the same file.
    for step in sorted(steps, key=lambda step: step.newcomer.role is not Role.COORDINATOR):
        _take(session, group, step, by=by, now=now)
    return steps


def _take(
    session: AnySession, group: Group, step: Step, *, by: Person | None, now: datetime
) -> None:
    newcomer = step.newcomer
    if step.outcome is Outcome.JOINS:
        role = newcomer.role or Role.MEMBER
        join(session, group, name=newcomer.name, email=newcomer.email, role=role, by=by, now=now)
    elif step.outcome is Outcome.CHANGES and step.membership and newcomer.role:
        before = vars(standing_of(step.membership))
        to = Standing(**before | {"role": newcomer.role})
        change_membership(session, step.membership, to, by=by, now=now)


def _step(newcomer: Newcomer, own: Membership | None) -> Step:
    if own is None:
        return Step(newcomer, Outcome.JOINS)
    same = newcomer.role in {None, own.role}
    return Step(newcomer, Outcome.STAYS if same else Outcome.CHANGES, own)


def _newcomers(content: bytes) -> list[Newcomer]:
    sheet = spreadsheets.read(content)
    called = [heading.casefold() for heading in sheet.columns]
    columns = [ALSO_CALLED.get(heading, heading) for heading in called]
    refuse_if([ColumnMissing(name) for name in ("name", "email") if name not in columns])
    if not sheet.rows:
        raise Refusal(spreadsheets.NoRows())
    cells = [
        (row, dict(zip(columns, map(str.strip, row.cells), strict=True))) for row in sheet.rows
    ]
    refuse_if([InLine(row.line, why) for row, known in cells for why in _reasons(known)])
    newcomers = [_newcomer(row, known) for row, known in cells]
    refuse_if(_twice(newcomers))
    return newcomers


def _reasons(cells: dict[str, str]) -> list[Reason]:
    reasons: list[Reason] = []
    if not 0 < len(cells["name"]) <= 120:  # noqa: PLR2004
        reasons.append(NameMissing())
    role = cells.get("role", "")
    if role and role.casefold() not in list(Role):
        reasons.append(UnknownRole(typed=role))
    try:
        known_email(cells["email"])
    except Refusal as refusal:
        reasons.extend(refusal.reasons)
    return reasons


def _newcomer(row: Row, cells: dict[str, str]) -> Newcomer:
    role = cells.get("role", "").casefold()
    return Newcomer(
        line=row.line,
        name=cells["name"],
        email=known_email(cells["email"]),
        role=Role(role) if role else None,
    )


def _twice(newcomers: list[Newcomer]) -> list[InLine]:
    seen: set[str] = set()
    twice = []
    for newcomer in newcomers:
        if newcomer.email in seen:
            twice.append(InLine(newcomer.line, TwiceInFile(newcomer.email)))
        seen.add(newcomer.email)
    return twice


def _members(session: AnySession, group: Group, newcomers: list[Newcomer]) -> dict[str, Membership]:
    """The memberships in the group that people of the file have, by e-mail."""
    found = session.scalars(
        select(Membership)
        .where(Membership.group_id == group.id)
        .options(joinedload(Membership.person))
    )
    named = {newcomer.email for newcomer in newcomers}
    return {own.person.email: own for own in found if own.person.email in named}
