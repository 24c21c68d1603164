"""What somebody did in a span of time is found at once, however much they ever did."""

from alembic import op

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    op.create_index(op.f("ix_journal_by_id_at"), "journal", ["by_id", "at"])
    op.drop_index(op.f("ix_journal_by_id_id"), table_name="journal")


def downgrade() -> None:
    op.create_index(op.f("ix_journal_by_id_id"), "journal", ["by_id", "id"])
    op.drop_index(op.f("ix_journal_by_id_at"), table_name="journal")
