"""Whoever is to be forgotten is found wherever they are named, without reading every loan that there ever was."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"

# Where there is a row for each loan or so, and the column that says who.
NAMED = (
    ("loans", "lent_by_id"),
    ("loans", "returned_to_id"),
    ("inspections", "by_id"),
    ("renewals", "by_id"),
    ("reservations", "made_by_id"),
    ("outages", "by_id"),
    ("outages", "ended_by_id"),
)


def upgrade() -> None:
    for table, column in NAMED:
        only = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_{table}_naming_{column}",
            table,
            [column],
            sqlite_where=only,
            postgresql_where=only,
        )


def downgrade() -> None:
    for table, column in NAMED:
        op.drop_index(f"ix_{table}_naming_{column}", table_name=table)
