"""Groups, the persons in them, and their memberships."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolshare.records import Record


class Role(StrEnum):
    """What a person may do in a group; each may all that the ones before it may."""

    MEMBER = "member"
    STEWARD = "steward"
    COORDINATOR = "coordinator"

    def covers(self, other: "Role") -> bool:
        """Whether who has this role may do what the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class Group(Record):
    """A village, chapter or library; groups form a tree (a federation has chapters)."""

    __tablename__ = "groups"

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"), index=True)
    time_zone: Mapped[str] = mapped_column(String(60), default="UTC")
    language: Mapped[str] = mapped_column(String(10), default="en")
    contact: Mapped[str] = mapped_column(Text, default="")  # how to reach us; strangers see it
    give_back: Mapped[str] = mapped_column(Text, default="")  # how to return a found thing
    founded_at: Mapped[datetime]

    parent: Mapped["Group | None"] = relationship(remote_side="Group.id", lazy="raise")
    opening_hours: Mapped[list["OpeningHours"]] = relationship(
        lazy="raise",
        order_by="OpeningHours.weekday, OpeningHours.opens_at",
        cascade="all, delete-orphan",
    )
    closed_dates: Mapped[list["ClosedDate"]] = relationship(
        lazy="raise", order_by="ClosedDate.day", cascade="all, delete-orphan"
    )


class OpeningHours(Record):
    """When a group is open on a weekday (0 is Monday), in its own time zone.

    A group without any is open every day, all day.
    """

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), index=True)
    weekday: Mapped[int]
    opens_at: Mapped[time]
    closes_at: Mapped[time]


class ClosedDate(Record):
    """A day on which a group is closed although the weekday has opening hours."""

    __tablename__ = "closed_dates"
    __table_args__ = (UniqueConstraint("group_id", "day"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"))
    day: Mapped[date]
    why: Mapped[str] = mapped_column(String(120), default="")


class Person(Record):
    """An account: one for each human being, however many groups they belong to."""

    __tablename__ = "people"
    __table_args__ = ({"sqlite_autoincrement": True},)  # no id comes again, even when one has gone

    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)  # always in lower case
    password_hash: Mapped[str | None] = mapped_column(String(255))
    pin_hash: Mapped[str | None] = mapped_column(String(255))  # for the tablet in a shed
    session_version: Mapped[int] = mapped_column(default=1)  # raised to sign out everywhere
    language: Mapped[str | None] = mapped_column(String(10))
    born_on: Mapped[date | None]  # known where some things are lent from an age only
    phone: Mapped[str] = mapped_column(String(40), default="")
    shows_phone: Mapped[bool] = mapped_column(default=False)  # to who has a thing after them
    joined_at: Mapped[datetime]

    memberships: Mapped[list["Membership"]] = relationship(
        lazy="raise", back_populates="person", order_by="Membership.id"
    )

    @property
    def phone_for_the_next(self) -> str:
        """The number by which who has a thing next may reach them; none unless they agreed."""
        return self.phone if self.shows_phone else ""


class Household(Record):
    """Persons of a group who share what one membership may: its limits, and what is out."""

    __tablename__ = "households"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    founded_at: Mapped[datetime]


class Membership(Record):
    """A person's place in a group: role, since, until, paused; its code is on their card."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("person_id", "group_id"),
        Index(None, "group_id", "role"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"))
    role: Mapped[Role] = mapped_column(default=Role.MEMBER)
    code: Mapped[str] = mapped_column(ForeignKey("codes.code"), unique=True)
    since: Mapped[date]
    until: Mapped[date | None]  # the last day; nobody is removed, a membership ends
    paused_at: Mapped[datetime | None]
    paused_why: Mapped[str] = mapped_column(String(200), default="")
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"), index=True)

    person: Mapped[Person] = relationship(lazy="raise", back_populates="memberships")
    group: Mapped[Group] = relationship(lazy="raise")

    def is_current(self, today: date) -> bool:
        """Begun and not ended on this day of the group's calendar."""
        return self.since <= today and (self.until is None or today <= self.until)


class PasswordLink(Record):
    """A link to set a password, once, within its time; only a digest of it is kept."""

    __tablename__ = "password_links"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256, hexadecimal
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LinkFor(StrEnum):
    """What a link that was sent to an address is for."""

    SIGN_IN = "sign_in"
    NEW_ADDRESS = "new_address"


class AccountLink(Record):
    """A link that was sent to an address of a person's, until it is used; only a digest is kept.

    It goes with the sessions of its time: who signs out everywhere ends it, too.
    """

    __tablename__ = "account_links"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    purpose: Mapped[LinkFor]
    address: Mapped[str] = mapped_column(String(254))
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256, hexadecimal
    session_version: Mapped[int]
    expires_at: Mapped[datetime]


class Passkey(Record):
    """A key that a device keeps for a person, and signs in with; only its public half is kept.

    `credential` is what the device said of it, as WebAuthn writes it; `digest` finds it.
    """

    __tablename__ = "passkeys"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256 of its id, hexadecimal
    credential: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)  # what the device counts, if it does
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Device(Record):
    """A browser in which somebody is signed in; no more is known of it than what it calls itself.

    Its session lasts as long as the row, and while `session_version` is that of its person.
    """

    __tablename__ = "devices"
    __table_args__ = ({"sqlite_autoincrement": True},)  # its id stands in a cookie

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    session_version: Mapped[int]
    browser: Mapped[str] = mapped_column(String(20), default="")
    system: Mapped[str] = mapped_column(String(20), default="")
    since: Mapped[datetime]
    used_on: Mapped[date] = mapped_column(index=True)  # the last day, in UTC

    person: Mapped[Person] = relationship(lazy="raise")


class WrongSignIn(Record):
    """A sign-in that failed, counted against the account and the address it came from.

    Both are kept as digests only: enough to count, nothing to read.
    """

    __tablename__ = "wrong_sign_ins"
    __table_args__ = (Index(None, "account", "at"), Index(None, "address", "at"))

    account: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
