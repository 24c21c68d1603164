"""Messages that wait, and what became of those that do no more."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from toolshare.records import Record

WAITING = "ended_at IS NULL"


class Topic(StrEnum):
    """What a message is about; there will be more, so its column has no check."""

    SIGN_IN_LINK = "sign_in_link"
    PASSWORD_LINK = "password_link"  # noqa: S105
    NEW_ADDRESS = "new_address"  # to prove that it is one's own
    ACCOUNT_CHANGED = "account_changed"  # a password, an address or a passkey
    INVITATION = "invitation"
    ASKED_TO_JOIN = "asked_to_join"  # to those who decide
    JOINING_APPROVED = "joining_approved"
    JOINING_DECLINED = "joining_declined"
    WELCOME = "welcome"
    DUE_SOON = "due_soon"
    DUE_TODAY = "due_today"
    LATE = "late"
    CALLED_BACK = "called_back"
    YOUR_TURN = "your_turn"
    RESERVATION_APPROVED = "reservation_approved"
    RESERVATION_DECLINED = "reservation_declined"
    RESERVATION_READY = "reservation_ready"
    RESERVATION_MISSED = "reservation_missed"
    RESERVATION_EXPIRED = "reservation_expired"  # nobody answered it
    RESERVATION_UNSERVED = "reservation_unserved"  # nobody could give it
    RESERVATION_CANCELLED = "reservation_cancelled"  # by somebody else
    DISPLACED = "displaced"
    RETURNED_WITH_DAMAGE = "returned_with_damage"
    STOCKTAKE_DONE = "stocktake_done"
    DIGEST = "digest"


# What holds a key to an account comes by mail alone: a screen may lie about.
BY_MAIL_ALONE = {Topic.SIGN_IN_LINK, Topic.PASSWORD_LINK, Topic.NEW_ADDRESS, Topic.INVITATION}


class MessageEnd(StrEnum):
    """What became of a message."""

    SENT = "sent"
    DROPPED = "dropped"  # not true any more, or not wanted
    GIVEN_UP = "given_up"  # could not be sent


class PushSubscription(Record):
    """A browser that shows what its person is told; it goes with their session on that device.

    `point` and `auth` are what it gave to encrypt by; `key` is ours when it did, and no other will ever
    do. Unless it `shows_what` a message is about, it says only that there is one: other people see a
    screen that lies about.
    """

    __tablename__ = "push_subscriptions"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    device_id: Mapped[int] = mapped_column(
        ForeignKey("devices.id", ondelete="CASCADE"), unique=True
    )
    endpoint: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256 of it, hexadecimal
    point: Mapped[bytes]
    auth: Mapped[bytes]
    key: Mapped[str] = mapped_column(String(87))
    shows_what: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime]


class Message(Record):
    """One thing to tell one person, or an address that nobody here has yet.

    What is shown in a browser, too, is a message of its own, with its `subscription_id`. `facts` are
    ids and plain values, and are emptied when the message has ended: they may hold the token of a
    link. Whoever sends it holds it until `claimed_until`, and nobody else does.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (address IS NULL)", name="to_one"),
        CheckConstraint("(ended_at IS NULL) = (ended IS NULL)", name="ended_somehow"),
        Index(
            "ix_messages_waiting",
            "send_at",
            sqlite_where=text(WAITING),
            postgresql_where=text(WAITING),
        ),
        Index(None, "group_id", "ended", "ended_at"),
        Index(None, "ended_at"),
        Index(None, "person_id", "topic"),
    )

    topic: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    address: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str | None] = mapped_column(String(10))  # of who has no account
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"))
    subscription_id: Mapped[int | None] = mapped_column(
        ForeignKey("push_subscriptions.id", ondelete="CASCADE"), index=True
    )
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    once: Mapped[str | None] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime]
    send_at: Mapped[datetime]  # not before; moved on by quiet hours and by each attempt that fails
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_fault: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None]
    ended: Mapped[MessageEnd | None]
