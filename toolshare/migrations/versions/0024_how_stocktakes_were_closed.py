"""Closings of stocktakes, and the lines of their reports."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

WHEN = sa.DateTime(timezone=True)
FINDINGS = sa.Enum(
    *("seen", "not_seen", "found", "lent", "retired", "other"),
    *("unknown", "away", "missing", "handled", "elsewhere"),
    name="finding",
    native_enum=False,
    create_constraint=True,
    length=20,
)
STANDS = sa.text("undone_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "closings",
        sa.Column("stocktake_id", sa.Integer(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("undone_at", WHEN, nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        *_keys("closings", stocktake_id="stocktakes", by_id="people", undone_by_id="people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closings")),
    )
    op.create_index(op.f("ix_closings_stocktake_id"), "closings", ["stocktake_id"])
    op.create_index(
        "uq_closings_one_stands",
        "closings",
        ["stocktake_id"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    op.create_table(
        "stocktake_lines",
        *(
            sa.Column(name, sa.Integer(), nullable=name not in {"closing_id", "times"})
            for name in ("closing_id", "item_id", "times", "should_be", "counted", "changed_by")
        ),
        *(
            sa.Column(name, sa.Integer(), nullable=True)
            for name in ("seen_by_id", "moved_from_id", "moved_to_id")
        ),
        sa.Column("outage_id", sa.Integer(), nullable=True),
        sa.Column("outage_before_id", sa.Integer(), nullable=True),
        sa.Column("finding", FINDINGS, nullable=False),
        sa.Column("is_expected", sa.Boolean(), nullable=False),
        sa.Column("is_misplaced", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("whose", sa.String(length=120), nullable=False),
        sa.Column("home", sa.String(length=500), nullable=False),
        sa.Column("seen_in", sa.String(length=500), nullable=False),
        sa.Column("seen_at", WHEN, nullable=True),
        sa.Column("left", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        *_keys(
            "stocktake_lines",
            closing_id="closings",
            item_id="items",
            seen_by_id="people",
            moved_from_id="places",
            moved_to_id="places",
            outage_id="outages",
            outage_before_id="outages",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake_lines")),
    )
    op.create_index(
        op.f("ix_stocktake_lines_closing_id_id"), "stocktake_lines", ["closing_id", "id"]
    )
    op.create_index(op.f("ix_stocktake_lines_item_id"), "stocktake_lines", ["item_id"])


def downgrade() -> None:
    op.drop_table("stocktake_lines")
    op.drop_table("closings")


def _keys(table: str, **refers: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, to in refers.items()
    ]
