"""What each person wants to be told, and when not."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    op.create_table(
        "message_choices",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unwanted", sa.JSON(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_until", sa.Time(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "days_before BETWEEN 1 AND 7", name=op.f("ck_message_choices_days_before")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_message_choices_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_choices")),
        sa.UniqueConstraint("person_id", name=op.f("uq_message_choices_person_id")),
    )


def downgrade() -> None:
    op.drop_table("message_choices")
