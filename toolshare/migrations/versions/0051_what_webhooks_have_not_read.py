"""Which entries of the journal were not read for webhooks yet: once for all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"

BEGIN = """
    INSERT INTO unread_entries (first_id, last_id)
    SELECT min(last_entry_id) + 1, 2147483647 FROM webhooks
    WHERE ended_at IS NULL HAVING count(*) > 0
"""


def upgrade() -> None:
    op.create_table(
        "unread_entries",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_id <= last_id", name=op.f("ck_unread_entries_first_before_last")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unread_entries")),
        sa.UniqueConstraint("first_id", name=op.f("uq_unread_entries_first_id")),
        sa.UniqueConstraint("last_id", name=op.f("uq_unread_entries_last_id")),
    )
    op.execute(BEGIN)
    op.execute("UPDATE webhooks SET since_entry_id = last_entry_id")
    op.drop_column("webhooks", "last_entry_id")


def downgrade() -> None:
    last = sa.Column("last_entry_id", sa.Integer(), nullable=False, server_default="0")
    op.add_column("webhooks", last)
    op.execute("UPDATE webhooks SET last_entry_id = since_entry_id")
    op.drop_table("unread_entries")
