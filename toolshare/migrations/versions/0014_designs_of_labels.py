"""What groups want on the labels of a stock."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "label_designs",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("stock", sa.String(length=60), nullable=False),
        sa.Column("shows", sa.JSON(), nullable=False),
        sa.Column("name_lines", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("symbol_percent", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=1), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("name_lines BETWEEN 0 AND 3", name=op.f("ck_label_designs_name_lines")),
        sa.CheckConstraint(
            "code IN ('none', 'small', 'usual', 'large')", name=op.f("ck_label_designs_code")
        ),
        sa.CheckConstraint(
            "symbol_percent BETWEEN 50 AND 100", name=op.f("ck_label_designs_symbol_percent")
        ),
        sa.CheckConstraint("level IN ('L', 'M', 'Q', 'H')", name=op.f("ck_label_designs_level")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_label_designs_group_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_designs")),
        sa.UniqueConstraint("group_id", "stock", name=op.f("uq_label_designs_group_id_stock")),
    )


def downgrade() -> None:
    op.drop_table("label_designs")
