"""The tables of what is for programs."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolshare.people.models import Person
from toolshare.records import Record


class OpenCatalogue(Record):
    """That a group lets anybody read what it has; closed again, there is no such row."""

    __tablename__ = "open_catalogues"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), unique=True)
    opened_at: Mapped[datetime]


class ProgramToken(Record):
    """What a program shows to act as a person, within its scopes; only a digest of it is kept.

    It ends with the sessions of its person: `session_version` is theirs when it was made.
    """

    __tablename__ = "program_tokens"
    __table_args__ = (CheckConstraint("expires_at > made_at", name="expires_after_made"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))  # what it is for
    scopes: Mapped[list[str]]
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256, hexadecimal
    session_version: Mapped[int]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]  # to the hour
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")
