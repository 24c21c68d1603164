"""What somebody did is found without reading the whole journal: the list of the desk asks for it."""

from alembic import op

revision = "0020"
down_revision = "0028"


def upgrade() -> None:
    op.create_index(op.f("ix_journal_by_id_id"), "journal", ["by_id", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_journal_by_id_id"), table_name="journal")
