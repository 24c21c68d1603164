"""What people say is wrong with things."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "damage_reports",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("usable", sa.Boolean(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_damage_reports_by_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_damage_reports_item_id")),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photos.id"], name=op.f("fk_damage_reports_photo_id")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["people.id"], name=op.f("fk_damage_reports_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_damage_reports")),
    )
    for column in ("item_id", "by_id"):
        op.create_index(
            f"ix_damage_reports_open_{column}",
            "damage_reports",
            [column],
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )


def downgrade() -> None:
    for column in ("by_id", "item_id"):
        op.drop_index(f"ix_damage_reports_open_{column}", table_name="damage_reports")
    op.drop_table("damage_reports")
