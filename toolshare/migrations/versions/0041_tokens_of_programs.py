"""Tokens with which programs act for persons."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    op.create_table(
        "program_tokens",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "expires_at > made_at", name=op.f("ck_program_tokens_expires_after_made")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_program_tokens_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_program_tokens_digest")),
    )
    op.create_index(op.f("ix_program_tokens_person_id"), "program_tokens", ["person_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_program_tokens_person_id"), table_name="program_tokens")
    op.drop_table("program_tokens")
