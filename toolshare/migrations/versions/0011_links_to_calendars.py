"""Links to calendar feeds."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "calendar_links",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_calendar_links_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_calendar_links_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_links_digest")),
    )
    op.create_index(
        op.f("ix_calendar_links_person_id"), "calendar_links", ["person_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_calendar_links_person_id"), table_name="calendar_links")
    op.drop_table("calendar_links")
