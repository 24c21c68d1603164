"""Scans that were told late and could not be done, kept for a steward."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0017"

TABLE = "exceptional_scans"
SETTLED = "(settled_at IS NULL) = (settlement IS NULL)"
REFERS = {
    "group_id": "groups.id",
    "by_id": "people.id",
    "item_id": "items.id",
    "borrower_id": "people.id",
    "photo_id": "photos.id",
    "settled_by_id": "people.id",
}


def words(name: str, *known: str) -> sa.Enum:
    return sa.Enum(*known, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("operation", sa.String(length=36), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("act", words("act", "lend", "return"), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("borrower_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("sent", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settlement", words("settlement", "settled", "lent", "returned"), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(SETTLED, name=op.f("ck_exceptional_scans_settled_in_some_way")),
        *(
            sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{TABLE}_{column}"))
            for column, to in REFERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exceptional_scans")),
        sa.UniqueConstraint("operation", name=op.f("uq_exceptional_scans_operation")),
    )
    op.create_index(op.f(f"ix_{TABLE}_item_id"), TABLE, ["item_id"])
    op.create_index(op.f(f"ix_{TABLE}_group_id_settled_at"), TABLE, ["group_id", "settled_at"])


def downgrade() -> None:
    """What waits for a steward is lost; the journal still says that it was kept."""
    op.drop_table(TABLE)
