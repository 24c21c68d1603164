"""Rules, and what they ask of people: agreements in their versions, and certificates."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolshare.people.models import Group, Person
from toolshare.records import Record

ABOUT_ALL = "category_id IS NULL AND kind_id IS NULL AND item_id IS NULL"


class Rule(Record):
    """What a group has set: for all that it owns, or for one category, kind or item.

    No parameter can be set twice for the same: the database itself forbids a tie.
    """

    __tablename__ = "rules"
    __table_args__ = (
        CheckConstraint(
            "(category_id IS NULL OR kind_id IS NULL) AND (category_id IS NULL OR item_id IS NULL)"
            " AND (kind_id IS NULL OR item_id IS NULL)",
            name="about_one_thing",
        ),
        UniqueConstraint("category_id", "group_id", "parameter"),
        UniqueConstraint("kind_id", "group_id", "parameter"),
        UniqueConstraint("item_id", "group_id", "parameter"),
        Index(
            "uq_rules_about_all",
            "group_id",
            "parameter",
            unique=True,
            sqlite_where=text(ABOUT_ALL),
            postgresql_where=text(ABOUT_ALL),
        ),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("kinds.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))
    parameter: Mapped[str] = mapped_column(String(40))
    value: Mapped[Any] = mapped_column(JSON)
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    why: Mapped[str] = mapped_column(String(200), default="")


class Agreement(Record):
    """One version of a text that people accept; a new version has to be accepted anew."""

    __tablename__ = "agreements"
    __table_args__ = (UniqueConstraint("group_id", "name", "version"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"))
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    group: Mapped[Group] = relationship(lazy="raise")


class Acceptance(Record):
    """A person has accepted one version of an agreement, with their name and perhaps by hand."""

    __tablename__ = "acceptances"
    __table_args__ = (UniqueConstraint("person_id", "agreement_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id"), index=True)
    signed_as: Mapped[str] = mapped_column(String(120))
    signature: Mapped[str] = mapped_column(Text, default="")  # drawn, as a path of an SVG
    accepted_at: Mapped[datetime]


class Certificate(Record):
    """A group says that a person has learned something; it holds there and in the groups below."""

    __tablename__ = "certificates"
    __table_args__ = (
        Index(
            "uq_certificates_one_of_a_name",
            "person_id",
            "group_id",
            "name",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index(None, "group_id", "revoked_at"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"))
    name: Mapped[str] = mapped_column(String(80))
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    until: Mapped[date | None]  # the last day
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    group: Mapped[Group] = relationship(lazy="raise")

    def is_valid_on(self, day: date) -> bool:
        """Neither revoked nor over."""
        return self.revoked_at is None and (self.until is None or day <= self.until)
