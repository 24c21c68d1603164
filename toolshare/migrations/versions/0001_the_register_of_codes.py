"""The register of codes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "codes",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column(
            "wearer",
            sa.Enum(
                "item",
                "place",
                "card",
                name="wearer",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_codes_code")),
    )


def downgrade() -> None:
    op.drop_table("codes")
