"""Which groups let anybody read what they have."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.create_table(
        "open_catalogues",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_open_catalogues_group_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_catalogues")),
        sa.UniqueConstraint("group_id", name=op.f("uq_open_catalogues_group_id")),
    )


def downgrade() -> None:
    op.drop_table("open_catalogues")
