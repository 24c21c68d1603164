"""Codes that things wore before they got another one."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

TABLE = "former_codes"
ONE_WEARER = (
    "(CASE WHEN item_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN place_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN membership_id IS NULL THEN 0 ELSE 1 END) = 1"
)
CAUSES = sa.Enum(
    "lost",
    "worn",
    "unprinted",
    name="cause",
    native_enum=False,
    create_constraint=True,
    length=20,
)
REFERS = {
    "code": "codes.code",
    "item_id": "items.id",
    "place_id": "places.id",
    "membership_id": "memberships.id",
    "by_id": "people.id",
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("membership_id", sa.Integer(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", CAUSES, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(ONE_WEARER, name=op.f("ck_former_codes_one_wearer")),
        *(
            sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{TABLE}_{column}"))
            for column, to in REFERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_former_codes_code")),
    )
    for column in ("item_id", "place_id", "membership_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])


def downgrade() -> None:
    """Codes of the past find nothing any more: to earlier versions nothing wears them."""
    op.drop_table(TABLE)
