"""Persons who share what one membership may, and invitations into their household."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    op.create_table(
        "households",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("founded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_households_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_households")),
    )
    op.create_index(op.f("ix_households_group_id"), "households", ["group_id"])
    for table in ("memberships", "invitations"):
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column("household_id", sa.Integer(), nullable=True))
            changed.create_foreign_key(
                op.f(f"fk_{table}_household_id"), "households", ["household_id"], ["id"]
            )
    op.create_index(op.f("ix_memberships_household_id"), "memberships", ["household_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_memberships_household_id"), table_name="memberships")
    for table in ("invitations", "memberships"):
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(op.f(f"fk_{table}_household_id"), type_="foreignkey")
            changed.drop_column("household_id")
    op.drop_table("households")
