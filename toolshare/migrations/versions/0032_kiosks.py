"""Tablets that stand in a shed, signed in as the shed, and whom they serve."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

SERVES_SINCE = "(membership_id IS NULL) = (last_act_at IS NULL)"


def upgrade() -> None:
    op.create_table(
        "kiosks",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link_digest", sa.String(length=64), nullable=True),
        sa.Column("link_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("paired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sitting", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_act_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(SERVES_SINCE, name=op.f("ck_kiosks_serves_since")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_kiosks_group_id")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_kiosks_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosks")),
        sa.UniqueConstraint("link_digest", name=op.f("uq_kiosks_link_digest")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_kiosks_token_digest")),
    )
    op.create_index(op.f("ix_kiosks_group_id"), "kiosks", ["group_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_kiosks_group_id"), table_name="kiosks")
    op.drop_table("kiosks")
