"""Links that are sent to people's addresses, to sign in and to prove an address."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    words = ("sign_in", "new_address")
    purpose = sa.Enum(*words, name="linkfor", native_enum=False, create_constraint=True, length=20)
    op.create_table(
        "account_links",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", purpose, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_account_links_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_account_links_digest")),
    )
    op.create_index(op.f("ix_account_links_person_id"), "account_links", ["person_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_account_links_person_id"), table_name="account_links")
    op.drop_table("account_links")
