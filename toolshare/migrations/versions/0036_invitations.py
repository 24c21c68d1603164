"""Links by which people join a group."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

USED = "used >= 0 AND (most_uses IS NULL OR used <= most_uses)"


def upgrade() -> None:
    roles = ("member", "steward", "coordinator")
    role = sa.Enum(*roles, name="role", native_enum=False, create_constraint=True, length=20)
    op.create_table(
        "invitations",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("role", role, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("most_uses", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(USED, name=op.f("ck_invitations_used")),
        sa.CheckConstraint(
            "role = 'member' OR most_uses = 1", name=op.f("ck_invitations_once_for_a_steward")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_invitations_group_id")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["people.id"], name=op.f("fk_invitations_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitations_digest")),
    )
    op.create_index(op.f("ix_invitations_group_id"), "invitations", ["group_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_invitations_group_id"), table_name="invitations")
    op.drop_table("invitations")
