"""Kinds, the items of each kind, where they live, and what they look like."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Numeric,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolshare.people.models import Group
from toolshare.records import Record
from toolshare.rules.models import Rule

FINGERPRINT = 40  # characters
STILL_IN_IT = "taken_out_at IS NULL"


class Counting(StrEnum):
    """How a kind is counted: each unit by itself, a bin by number, or used up."""

    COUNTED = "counted"
    BULK = "bulk"
    CONSUMABLE = "consumable"


class Condition(StrEnum):
    """How an item was found to be."""

    FINE = "fine"
    NEEDS_A_LOOK = "needs_a_look"
    BROKEN = "broken"


categories_of_kinds = Table(
    "categories_of_kinds",
    Record.metadata,
    Column("kind_id", ForeignKey("kinds.id"), primary_key=True),
    Column("category_id", ForeignKey("categories.id"), primary_key=True, index=True),
)


class Category(Record):
    """A branch of the category tree; one tree for the whole installation, so that all agree.

    `path` is the names from the root down, joined by " > ", and says where it stands.
    """

    __tablename__ = "categories"

    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    path: Mapped[str] = mapped_column(String(500), unique=True)

    parent: Mapped["Category | None"] = relationship(remote_side="Category.id", lazy="raise")


class Place(Record):
    """Where things live: a tree under a group; a place has a label too."""

    __tablename__ = "places"
    __table_args__ = (UniqueConstraint("group_id", "path"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    path: Mapped[str] = mapped_column(String(500))  # names from the root down, joined by " > "
    code: Mapped[str] = mapped_column(ForeignKey("codes.code"), unique=True)

    group: Mapped[Group] = relationship(lazy="raise")
    parent: Mapped["Place | None"] = relationship(remote_side="Place.id", lazy="raise")


class Kind(Record):
    """What a thing is; the catalogue lists kinds."""

    __tablename__ = "kinds"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    other_names: Mapped[str] = mapped_column(String(500), default="")
    counting: Mapped[Counting] = mapped_column(default=Counting.COUNTED)
    is_kit: Mapped[bool] = mapped_column(default=False)  # its items hold other things
    description: Mapped[str] = mapped_column(Text, default="")
    brand: Mapped[str] = mapped_column(String(120), default="")
    model: Mapped[str] = mapped_column(String(120), default="")
    size: Mapped[str] = mapped_column(String(200), default="")
    strength: Mapped[str] = mapped_column(String(200), default="")
    power_source: Mapped[str] = mapped_column(String(120), default="")
    meter: Mapped[str] = mapped_column(String(20), default="")  # what it counts: h, km, ha
    checkout_notice: Mapped[str] = mapped_column(Text, default="")  # read before borrowing
    guide: Mapped[str] = mapped_column(Text, default="")
    guide_links: Mapped[list[str]] = mapped_column(default=list)
    parts: Mapped[list[str]] = mapped_column(default=list)  # what must come back with it
    service_days: Mapped[int | None]  # serviced after so many days
    service_units: Mapped[Decimal | None] = mapped_column(Numeric(12, 1))  # or as the meter counts
    service_from: Mapped[datetime | None]  # since when there is such a plan
    added_at: Mapped[datetime]

    group: Mapped[Group] = relationship(lazy="raise")
    categories: Mapped[list[Category]] = relationship(
        secondary=categories_of_kinds, lazy="raise", order_by="Category.path"
    )
    items: Mapped[list["Item"]] = relationship(
        lazy="raise", back_populates="kind", order_by="Item.id"
    )
    photos: Mapped[list["Photo"]] = relationship(lazy="raise", order_by="Photo.position, Photo.id")
    rules: Mapped[list[Rule]] = relationship(lazy="raise", cascade="all, delete-orphan")

    @property
    def loan_days(self) -> int | None:
        """For how many days it is lent, where a rule of its own says so in whole days."""
        rule = self.own_rule("loan_period")
        return rule.value["days"] if rule and rule.value.keys() == {"days"} else None

    @property
    def lent_by_stewards_only(self) -> bool:
        """Whether a rule of its own says that members don't take it themselves."""
        rule = self.own_rule("self_checkout")
        return rule is not None and not rule.value

    @property
    def has_service_plan(self) -> bool:
        """Whether its things are serviced after so long, or so much use."""
        return self.service_days is not None or self.service_units is not None

    def own_rule(self, parameter: str) -> Rule | None:
        """The rule that is set for just this kind."""
        return next((rule for rule in self.rules if rule.parameter == parameter), None)

    @property
    def cover(self) -> "Photo | None":
        """The photo that is shown first."""
        return self.photos[0] if self.photos else None


class Item(Record):
    """One physical unit of a kind, or one bin of a bulk or consumable kind."""

    __tablename__ = "items"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint("value >= 0", name="value"),
        Index("ix_items_kind_id_in_stock", "kind_id", "retired_at"),
    )

    kind_id: Mapped[int] = mapped_column(ForeignKey("kinds.id"))
    code: Mapped[str] = mapped_column(ForeignKey("codes.code"), unique=True)
    number: Mapped[str] = mapped_column(String(60), default="")  # the group's own, if it has one
    serial: Mapped[str] = mapped_column(String(120), default="")
    quantity: Mapped[int | None]  # of a bin; None is "plenty, not counted"
    condition: Mapped[Condition] = mapped_column(default=Condition.FINE)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    value: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    bought_on: Mapped[date | None]
    donor: Mapped[str] = mapped_column(String(120), default="")
    notes_for_members: Mapped[str] = mapped_column(Text, default="")
    notes_for_stewards: Mapped[str] = mapped_column(Text, default="")
    added_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    retired_why: Mapped[str] = mapped_column(String(200), default="")
    service_due_at: Mapped[datetime | None]  # by its kind's plan; from then on it needs a check
    # The fingerprint of the spreadsheet's row that it came with, so that it comes in once.
    came_as: Mapped[str] = mapped_column(String(FINGERPRINT), default="")

    kind: Mapped[Kind] = relationship(lazy="raise", back_populates="items")
    place: Mapped[Place | None] = relationship(lazy="raise")

    def needs_service(self, now: datetime) -> bool:
        """Whether its service is due."""
        return self.service_due_at is not None and self.service_due_at <= now


class KitPart(Record):
    """A thing in a kit, or so many of a bin, from when it was put in until it was taken out.

    `missing` is how many of a bin's are gone; that a thing is gone, its own outage says. `counted`
    repeats what the kind says, so that the database itself lets no thing be in two kits.
    """

    __tablename__ = "kit_parts"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint(
            "NOT counted OR (quantity = 1 AND missing = 0)", name="a_counted_item_is_one"
        ),
        CheckConstraint("missing BETWEEN 0 AND quantity", name="missing"),
        CheckConstraint("kit_id <> item_id", name="not_in_itself"),
        Index(
            "uq_kit_parts_a_counted_item_in_one_kit",
            "item_id",
            unique=True,
            sqlite_where=text(f"counted AND {STILL_IN_IT}"),
            postgresql_where=text(f"counted AND {STILL_IN_IT}"),
        ),
        Index(
            "uq_kit_parts_once_in_a_kit",
            "kit_id",
            "item_id",
            unique=True,
            sqlite_where=text(STILL_IN_IT),
            postgresql_where=text(STILL_IN_IT),
        ),
        Index(
            "ix_kit_parts_in_kits",
            "item_id",
            sqlite_where=text(STILL_IN_IT),
            postgresql_where=text(STILL_IN_IT),
        ),
    )

    kit_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    counted: Mapped[bool]
    quantity: Mapped[int] = mapped_column(default=1)  # as it should be
    missing: Mapped[int] = mapped_column(default=0)
    put_in_at: Mapped[datetime]
    put_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    taken_out_at: Mapped[datetime | None]
    taken_out_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    kit: Mapped[Item] = relationship(lazy="raise", foreign_keys=[kit_id])
    item: Mapped[Item] = relationship(lazy="raise", foreign_keys=[item_id])


class Photo(Record):
    """A picture of a kind (the first is its cover), of damage when it has no kind, or of a person.

    Its files are named by `name` in the photos folder, one for each width that pages show.
    """

    __tablename__ = "photos"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (group_id IS NULL)", name="of_a_group_or_a_person"),
    )

    kind_id: Mapped[int | None] = mapped_column(ForeignKey("kinds.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), unique=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    width: Mapped[int]
    height: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    added_at: Mapped[datetime]
