"""The journal."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "journal",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("loan_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("operation", sa.String(length=36), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_journal_by_id")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_journal_group_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_journal_item_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_journal_loan_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_journal_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("operation", name=op.f("uq_journal_operation")),
    )
    op.create_index(op.f("ix_journal_group_id_id"), "journal", ["group_id", "id"], unique=False)
    op.create_index(op.f("ix_journal_item_id_id"), "journal", ["item_id", "id"], unique=False)
    op.create_index(op.f("ix_journal_person_id_id"), "journal", ["person_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_journal_person_id_id"), table_name="journal")
    op.drop_index(op.f("ix_journal_item_id_id"), table_name="journal")
    op.drop_index(op.f("ix_journal_group_id_id"), table_name="journal")
    op.drop_table("journal")
