"""What is over and has to be forgotten is found at once, however much there is."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"

UNDONE_STILL_NAMED = sa.text("undone_at IS NOT NULL AND borrower_id IS NOT NULL")


def upgrade() -> None:
    only = UNDONE_STILL_NAMED
    op.create_index(
        "ix_loans_undone_still_named",
        "loans",
        ["undone_at"],
        sqlite_where=only,
        postgresql_where=only,
    )
    op.create_index(op.f("ix_messages_ended_at"), "messages", ["ended_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_messages_ended_at"), table_name="messages")
    op.drop_index("ix_loans_undone_still_named", table_name="loans")
