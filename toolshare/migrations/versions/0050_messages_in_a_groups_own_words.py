"""How a group puts a message, in its own language."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    op.create_table(
        "own_wordings",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_own_wordings_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_wordings")),
        sa.UniqueConstraint(
            "group_id", "topic", "language", name=op.f("uq_own_wordings_group_id_topic_language")
        ),
    )


def downgrade() -> None:
    op.drop_table("own_wordings")
