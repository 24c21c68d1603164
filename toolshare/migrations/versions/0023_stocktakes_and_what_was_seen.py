"""Stocktakes, and what was seen in them."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0020"

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "stocktakes",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", WHEN, nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("given_up_at", WHEN, nullable=True),
        sa.Column("given_up_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "place_id IS NULL OR category_id IS NULL", name=op.f("ck_stocktakes_of_one_sort")
        ),
        *_keys(
            "stocktakes",
            group_id="groups",
            place_id="places",
            category_id="categories",
            opened_by_id="people",
            given_up_by_id="people",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktakes")),
    )
    op.create_index(op.f("ix_stocktakes_group_id"), "stocktakes", ["group_id"])
    op.create_table(
        "sightings",
        sa.Column("stocktake_id", sa.Integer(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("whose", sa.String(length=120), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("should_be", sa.Integer(), nullable=True),
        sa.Column("undone_at", WHEN, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("counted >= 0", name=op.f("ck_sightings_counted")),
        *_keys(
            "sightings",
            stocktake_id="stocktakes",
            by_id="people",
            item_id="items",
            place_id="places",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sightings")),
    )
    op.create_index(op.f("ix_sightings_item_id"), "sightings", ["item_id"])
    op.create_index(
        op.f("ix_sightings_stocktake_id_item_id"), "sightings", ["stocktake_id", "item_id"]
    )


def downgrade() -> None:
    op.drop_table("sightings")
    op.drop_table("stocktakes")


def _keys(table: str, **refers: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, to in refers.items()
    ]
