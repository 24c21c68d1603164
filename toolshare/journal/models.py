"""The journal's one table."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from toolshare.records import Record


class Event(StrEnum):
    """The words for what can happen; the journal only grows, so its column has no check."""

    GROUP_FOUNDED = "group_founded"
    GROUP_CHANGED = "group_changed"
    PERSON_JOINED = "person_joined"
    MEMBERSHIP_CHANGED = "membership_changed"
    INVITATION_MADE = "invitation_made"
    INVITATION_REVOKED = "invitation_revoked"
    ASKED_TO_JOIN = "asked_to_join"
    JOINING_DECLINED = "joining_declined"
    PASSWORD_LINK_GIVEN = "password_link_given"  # noqa: S105
    PASSWORD_SET = "password_set"  # noqa: S105
    ADDRESS_CHANGED = "address_changed"
    PIN_SET = "pin_set"
    PIN_REMOVED = "pin_removed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    SIGNED_OUT_ELSEWHERE = "signed_out_elsewhere"
    RULE_SET = "rule_set"
    RULE_UNSET = "rule_unset"
    AGREEMENT_PUBLISHED = "agreement_published"
    AGREEMENT_ACCEPTED = "agreement_accepted"
    CERTIFICATE_GRANTED = "certificate_granted"
    CERTIFICATE_REVOKED = "certificate_revoked"
    BORN_ON_SET = "born_on_set"
    KIND_ADDED = "kind_added"
    KIND_CHANGED = "kind_changed"
    ITEM_ADDED = "item_added"
    ITEM_CHANGED = "item_changed"
    ITEM_MOVED = "item_moved"
    ITEM_RETIRED = "item_retired"
    ITEM_BACK_IN_STOCK = "item_back_in_stock"
    PLACE_ADDED = "place_added"
    PLACE_CHANGED = "place_changed"
    PHOTO_ADDED = "photo_added"
    PHOTO_REMOVED = "photo_removed"
    ITEMS_IMPORTED = "items_imported"
    PEOPLE_IMPORTED = "people_imported"
    STOCK_ADDED = "stock_added"
    LABELS_PRINTED = "labels_printed"
    LABEL_CLAIMED = "label_claimed"
    LABEL_REPLACED = "label_replaced"
    BORROWED = "borrowed"
    BORROWING_UNDONE = "borrowing_undone"
    TAKEN = "taken"
    TAKING_UNDONE = "taking_undone"
    RENEWED = "renewed"
    RETURNED = "returned"
    RETURNING_UNDONE = "returning_undone"
    DAMAGE_REPORTED = "damage_reported"
    INSPECTED = "inspected"
    TAKEN_OUT_OF_SERVICE = "taken_out_of_service"
    PUT_INTO_SERVICE = "put_into_service"
    OUTAGE_EXPECTED = "outage_expected"
    SERVICED = "serviced"
    SERVICE_PLANNED = "service_planned"
    SERVICE_UNPLANNED = "service_unplanned"
    RECALLED = "recalled"
    DROPPED_OFF = "dropped_off"
    NOT_FOUND = "not_found"
    LOST = "lost"
    HANDOVER_BEGUN = "handover_begun"
    HANDOVER_CONSENTED = "handover_consented"
    HANDOVER_WITHDRAWN = "handover_withdrawn"
    HANDED_OVER = "handed_over"
    PUT_INTO_KIT = "put_into_kit"  # told of the thing; of the kit, that it was filled
    TAKEN_OUT_OF_KIT = "taken_out_of_kit"
    KIT_FILLED = "kit_filled"
    KIT_EMPTIED = "kit_emptied"
    KIT_PART_MISSING = "kit_part_missing"
    KIT_PART_FOUND = "kit_part_found"
    KIT_PART_REPLACED = "kit_part_replaced"
    ASKED_FOR = "asked_for"
    HOLD_PAUSED = "hold_paused"
    HOLD_RESUMED = "hold_resumed"
    HOLD_ENDED = "hold_ended"
    HOLD_REOPENED = "hold_reopened"
    OFFERED = "offered"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_ENDED = "offer_ended"
    SET_ASIDE = "set_aside"
    OFF_THE_SHELF = "off_the_shelf"
    CALENDAR_LINK_MADE = "calendar_link_made"
    CALENDAR_LINK_REVOKED = "calendar_link_revoked"
    RESERVED = "reserved"
    RESERVATION_APPROVED = "reservation_approved"
    RESERVATION_DECLINED = "reservation_declined"
    RESERVATION_CANCELLED = "reservation_cancelled"
    RESERVATION_MOVED = "reservation_moved"
    RESERVATION_DISPLACED = "reservation_displaced"
    RESERVATION_REGAINED = "reservation_regained"
    RESERVATION_MISSED = "reservation_missed"
    RESERVATION_REOPENED = "reservation_reopened"
    RESERVATION_EXPIRED = "reservation_expired"
    RESERVATION_UNSERVED = "reservation_unserved"
    EXCEPTION_KEPT = "exception_kept"
    EXCEPTION_SETTLED = "exception_settled"
    STOCKTAKE_OPENED = "stocktake_opened"
    STOCKTAKE_GIVEN_UP = "stocktake_given_up"
    STOCKTAKE_CLOSED = "stocktake_closed"
    STOCKTAKE_REOPENED = "stocktake_reopened"
    KIOSK_SET_UP = "kiosk_set_up"
    KIOSK_LINK_GIVEN = "kiosk_link_given"
    KIOSK_PAIRED = "kiosk_paired"
    KIOSK_ENDED = "kiosk_ended"
    CATALOGUE_OPENED = "catalogue_opened"
    CATALOGUE_CLOSED = "catalogue_closed"
    PERSON_FORGOTTEN = "person_forgotten"
    RETENTION_SET = "retention_set"
    WEBHOOK_NAMED = "webhook_named"
    WEBHOOK_ENDED = "webhook_ended"
    TOKEN_MADE = "token_made"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    WORDING_CHANGED = "wording_changed"
    SEEN = "seen"
    SEEING_UNDONE = "seeing_undone"


class Entry(Record):
    """One thing that happened: what, when, by whom, to what; never removed.

    Never changed either, save that it forgets people once nobody needs the name any more, and
    what was said about them.
    """

    __tablename__ = "journal"
    __table_args__ = (
        Index(None, "item_id", "id"),
        Index(None, "group_id", "id"),
        Index(None, "person_id", "id"),
        Index(None, "by_id", "at"),
    )

    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(40))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loans.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    operation: Mapped[str | None] = mapped_column(String(36), unique=True)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
