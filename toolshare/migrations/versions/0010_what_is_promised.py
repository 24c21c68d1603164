"""Holds, offers, reservations, and the promises that no two may overlap."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "reservations",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetch_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("weather_flexible", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_why", sa.String(length=200), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_why", sa.String(length=200), nullable=False),
        sa.Column("cancelled_late", sa.Boolean(), nullable=False),
        sa.Column("no_show_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("until_at > from_at", name=op.f("ck_reservations_until_after_from")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_reservations_group_id")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["people.id"], name=op.f("fk_reservations_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_reservations_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
    )
    op.create_index(
        op.f("ix_reservations_group_id_from_at"),
        "reservations",
        ["group_id", "from_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_reservations_person_id_until_at"),
        "reservations",
        ["person_id", "until_at"],
        unique=False,
    )
    op.create_table(
        "holds",
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("need_by", sa.Date(), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "end",
            sa.Enum(
                "served",
                "withdrawn",
                "expired",
                "passed",
                name="holdend",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("passes >= 0", name=op.f("ck_holds_passes")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_holds_item_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["kinds.id"], name=op.f("fk_holds_kind_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_holds_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(
        op.f("ix_holds_person_id_ended_at"), "holds", ["person_id", "ended_at"], unique=False
    )
    op.create_index(
        "uq_holds_one_open_for_a_person",
        "holds",
        ["kind_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "offers",
        sa.Column("hold_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "end",
            sa.Enum(
                "taken",
                "passed",
                "lapsed",
                "withdrawn",
                name="offerend",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("expires_at > offered_at", name=op.f("ck_offers_expires_after_offered")),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name=op.f("fk_offers_hold_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_offers_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_hold_id"), "offers", ["hold_id"], unique=False)
    op.create_index(
        "uq_offers_one_open_for_a_hold",
        "offers",
        ["hold_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_offers_one_open_for_an_item",
        "offers",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "reserved_units",
        sa.Column("reservation_id", sa.Integer(), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("keep_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loan_id", sa.Integer(), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_reserved_units_quantity")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_reserved_units_item_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["kinds.id"], name=op.f("fk_reserved_units_kind_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_reserved_units_loan_id")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_reserved_units_reservation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reserved_units")),
        sa.UniqueConstraint("loan_id", name=op.f("uq_reserved_units_loan_id")),
    )
    op.create_index(op.f("ix_reserved_units_kind_id"), "reserved_units", ["kind_id"], unique=False)
    op.create_index(
        op.f("ix_reserved_units_reservation_id"), "reserved_units", ["reservation_id"], unique=False
    )
    op.create_table(
        "promises",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=True),
        sa.Column("reserved_unit_id", sa.Integer(), nullable=True),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "CASE WHEN loan_id IS NULL THEN 0 ELSE 1 END + CASE WHEN reserved_unit_id IS NULL THEN 0 ELSE 1 END + CASE WHEN offer_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_promises_for_one"),
        ),
        sa.CheckConstraint("NOT alone OR quantity = 1", name=op.f("ck_promises_alone_is_one")),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_promises_quantity")),
        sa.CheckConstraint("until_at > from_at", name=op.f("ck_promises_until_after_from")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_promises_item_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_promises_loan_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_promises_offer_id")),
        sa.ForeignKeyConstraint(
            ["reserved_unit_id"], ["reserved_units.id"], name=op.f("fk_promises_reserved_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
        sa.UniqueConstraint("loan_id", name=op.f("uq_promises_loan_id")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_promises_offer_id")),
        sa.UniqueConstraint("reserved_unit_id", name=op.f("uq_promises_reserved_unit_id")),
    )
    op.create_index(
        op.f("ix_promises_item_id_until_at"), "promises", ["item_id", "until_at"], unique=False
    )
    _let_no_promises_overlap()
    _promise_what_is_out()


def downgrade() -> None:
    _let_promises_overlap()
    op.drop_index(op.f("ix_promises_item_id_until_at"), table_name="promises")
    op.drop_table("promises")
    op.drop_index(op.f("ix_reserved_units_reservation_id"), table_name="reserved_units")
    op.drop_index(op.f("ix_reserved_units_kind_id"), table_name="reserved_units")
    op.drop_table("reserved_units")
    op.drop_index(
        "uq_offers_one_open_for_an_item",
        table_name="offers",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(
        "uq_offers_one_open_for_a_hold",
        table_name="offers",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_offers_hold_id"), table_name="offers")
    op.drop_table("offers")
    op.drop_index(
        "uq_holds_one_open_for_a_person",
        table_name="holds",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_holds_person_id_ended_at"), table_name="holds")
    op.drop_table("holds")
    op.drop_index(op.f("ix_reservations_person_id_until_at"), table_name="reservations")
    op.drop_index(op.f("ix_reservations_group_id_from_at"), table_name="reservations")
    op.drop_table("reservations")


OVERLAPS = """
    SELECT 1 FROM promises AS other
    WHERE other.item_id = NEW.item_id AND other.id <> coalesce(NEW.id, 0) AND other.alone
    AND other.from_at < NEW.until_at AND NEW.from_at < other.until_at
"""


def _let_no_promises_overlap() -> None:
    """One constraint in two languages; ranges of one number let PostgreSQL need no extension."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE promises ADD CONSTRAINT ex_promises_alone EXCLUDE USING gist"
            " (int4range(item_id, item_id, '[]') WITH &&, tstzrange(from_at, until_at) WITH &&)"
            " WHERE (alone)"
        )
        return
    for event in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER promises_alone_{event.lower()} BEFORE {event} ON promises"
            f" WHEN NEW.alone AND EXISTS ({OVERLAPS})"
            " BEGIN SELECT RAISE(ABORT, 'promises overlap'); END"
        )


def _let_promises_overlap() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE promises DROP CONSTRAINT ex_promises_alone")
        return
    for event in ("insert", "update"):
        op.execute(f"DROP TRIGGER promises_alone_{event}")


def _promise_what_is_out() -> None:
    op.execute(
        "INSERT INTO promises (item_id, from_at, until_at, alone, quantity, loan_id)"
        " SELECT item_id, borrowed_at, due_at, counted, quantity, id FROM loans"
        " WHERE returned_at IS NULL AND undone_at IS NULL"
    )
