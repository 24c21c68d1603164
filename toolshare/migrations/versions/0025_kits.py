"""Kits, and what is in them."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

TABLE = "kit_parts"
IN_IT = sa.text("taken_out_at IS NULL")
ALONE_IN_IT = sa.text("counted AND taken_out_at IS NULL")
REFERS = {
    "kit_id": "items.id",
    "item_id": "items.id",
    "put_in_by_id": "people.id",
    "taken_out_by_id": "people.id",
}
CHECKS = {
    "quantity": "quantity >= 1",
    "a_counted_item_is_one": "NOT counted OR (quantity = 1 AND missing = 0)",
    "missing": "missing BETWEEN 0 AND quantity",
    "not_in_itself": "kit_id <> item_id",
}


def upgrade() -> None:
    op.add_column(
        "kinds", sa.Column("is_kit", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        TABLE,
        sa.Column("kit_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("put_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_in_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_out_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}"))
            for name, rule in CHECKS.items()
        ),
        *(
            sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{TABLE}_{column}"))
            for column, to in REFERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit_parts")),
    )
    for name, columns, where in (
        ("uq_kit_parts_a_counted_item_in_one_kit", ["item_id"], ALONE_IN_IT),
        ("uq_kit_parts_once_in_a_kit", ["kit_id", "item_id"], IN_IT),
    ):
        op.create_index(
            name, TABLE, columns, unique=True, sqlite_where=where, postgresql_where=where
        )
    op.create_index(
        "ix_kit_parts_in_kits", TABLE, ["item_id"], sqlite_where=IN_IT, postgresql_where=IN_IT
    )


def downgrade() -> None:
    """What was in kits is by itself again; the kits are things like any other."""
    op.drop_table(TABLE)
    op.drop_column("kinds", "is_kit")
