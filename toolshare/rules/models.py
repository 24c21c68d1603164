"""The one table of rules."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

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
