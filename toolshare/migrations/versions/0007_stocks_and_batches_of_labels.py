"""Stocks and batches of labels."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("stock", sa.String(length=60), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_batches_by_id")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_batches_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index(
        op.f("ix_batches_group_id_printed_at"), "batches", ["group_id", "printed_at"], unique=False
    )
    op.create_table(
        "nudges",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("stock", sa.String(length=60), nullable=False),
        sa.Column("printer", sa.String(length=120), nullable=False),
        sa.Column("x_mm", sa.Double(), nullable=False),
        sa.Column("y_mm", sa.Double(), nullable=False),
        sa.Column("scale", sa.Double(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("scale BETWEEN 0.9 AND 1.1", name=op.f("ck_nudges_scale")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_nudges_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudges")),
        sa.UniqueConstraint(
            "group_id", "stock", "printer", name=op.f("uq_nudges_group_id_stock_printer")
        ),
    )
    op.create_table(
        "own_stocks",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("page", sa.String(length=10), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("label_width_mm", sa.Double(), nullable=False),
        sa.Column("label_height_mm", sa.Double(), nullable=False),
        sa.Column("left_mm", sa.Double(), nullable=False),
        sa.Column("top_mm", sa.Double(), nullable=False),
        sa.Column("gap_x_mm", sa.Double(), nullable=False),
        sa.Column("gap_y_mm", sa.Double(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_own_stocks_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_stocks")),
        sa.UniqueConstraint("group_id", "slug", name=op.f("uq_own_stocks_group_id_slug")),
    )
    op.create_table(
        "batch_labels",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_batch_labels_batch_id")
        ),
        sa.ForeignKeyConstraint(["code"], ["codes.code"], name=op.f("fk_batch_labels_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_labels")),
        sa.UniqueConstraint("batch_id", "position", name=op.f("uq_batch_labels_batch_id_position")),
    )
    op.create_index(op.f("ix_batch_labels_code"), "batch_labels", ["code"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_batch_labels_code"), table_name="batch_labels")
    op.drop_table("batch_labels")
    op.drop_table("own_stocks")
    op.drop_table("nudges")
    op.drop_index(op.f("ix_batches_group_id_printed_at"), table_name="batches")
    op.drop_table("batches")
