"""Invitations, and requests to join: the page where one asks, its questions, what was answered."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolshare.people.models import Group, Person, Role
from toolshare.records import Record
from toolshare.rules.models import Agreement

UNDECIDED = "decided_at IS NULL"


class Invitation(Record):
    """A link by which people join a group: until when, how often, as what; a digest of it is kept.

    A link that makes stewards or coordinators works once, so that it makes one.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("used >= 0 AND (most_uses IS NULL OR used <= most_uses)", name="used"),
        CheckConstraint("role = 'member' OR most_uses = 1", name="once_for_a_steward"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), index=True)
    role: Mapped[Role]
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256, hexadecimal
    note: Mapped[str] = mapped_column(String(120), default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    until: Mapped[date]  # the last day
    most_uses: Mapped[int | None]
    used: Mapped[int] = mapped_column(default=0)
    revoked_at: Mapped[datetime | None]
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))

    group: Mapped[Group] = relationship(lazy="raise")
    made_by: Mapped[Person] = relationship(lazy="raise")

    def is_good_on(self, day: date) -> bool:
        """Whether it still takes somebody in: not revoked, not over, not used up."""
        is_used_up = self.most_uses is not None and self.used >= self.most_uses
        return self.revoked_at is None and day <= self.until and not is_used_up


class Registration(Record):
    """Who makes an account by an invitation, until they show that the address is theirs.

    It is forgotten when it becomes an account, or when its time is over.
    """

    __tablename__ = "registrations"

    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("invitations.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    password_hash: Mapped[str] = mapped_column(String(255))
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256, hexadecimal
    expires_at: Mapped[datetime]


class QuestionKind(StrEnum):
    """How a question is answered."""

    SHORT = "short"
    LONG = "long"
    YES_OR_NO = "yes_or_no"
    CHOICE = "choice"


class JoinPage(Record):
    """The public page on which people ask to join a group: open or not, and what it says."""

    __tablename__ = "join_pages"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), unique=True)
    is_open: Mapped[bool]
    about: Mapped[str] = mapped_column(Text, default="")
    agreement: Mapped[str] = mapped_column(String(80), default="")  # by its name; empty is none

    group: Mapped[Group] = relationship(lazy="raise")


class Question(Record):
    """Something that a group asks of who wants to join; answers keep its words as they were."""

    __tablename__ = "questions"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(200))
    kind: Mapped[QuestionKind]
    choices: Mapped[list[str]] = mapped_column(default=list)
    is_required: Mapped[bool]


class JoinRequest(Record):
    """Somebody asks to join a group, and what coordinators said to it.

    `answers` are pairs of a question's words and its answer's. The address may belong to an
    account without anybody knowing; only who was signed in is a person here.
    """

    __tablename__ = "join_requests"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (is_approved IS NULL)", name="decided_somehow"),
        Index(
            "uq_join_requests_undecided",
            "group_id",
            "email",
            unique=True,
            sqlite_where=text(UNDECIDED),
            postgresql_where=text(UNDECIDED),
        ),
        Index(None, "group_id", "decided_at"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"))
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    language: Mapped[str | None] = mapped_column(String(10))
    answers: Mapped[list[Any]] = mapped_column(JSON)
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreements.id"))
    signed_as: Mapped[str] = mapped_column(String(120), default="")
    signature: Mapped[str] = mapped_column(Text, default="")  # a path of an SVG
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    is_approved: Mapped[bool | None]
    decided_why: Mapped[str] = mapped_column(String(500), default="")

    group: Mapped[Group] = relationship(lazy="raise")
    agreement: Mapped[Agreement | None] = relationship(lazy="raise")
    decided_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[decided_by_id])
