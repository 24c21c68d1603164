"""Rules that a group sets for all that it owns, or for a category, a kind or an item."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

ABOUT_ALL = sa.text("category_id IS NULL AND kind_id IS NULL AND item_id IS NULL")


def upgrade() -> None:
    op.create_table(
        "rules",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("kind_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("parameter", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(category_id IS NULL OR kind_id IS NULL) AND (category_id IS NULL OR item_id IS NULL)"
            " AND (kind_id IS NULL OR item_id IS NULL)",
            name=op.f("ck_rules_about_one_thing"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_rules_category_id")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_rules_group_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_rules_item_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["kinds.id"], name=op.f("fk_rules_kind_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["people.id"], name=op.f("fk_rules_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
        *(
            sa.UniqueConstraint(
                about, "group_id", "parameter", name=op.f(f"uq_rules_{about}_group_id_parameter")
            )
            for about in ("category_id", "kind_id", "item_id")
        ),
    )
    op.create_index(op.f("ix_rules_group_id"), "rules", ["group_id"])
    op.create_index(
        "uq_rules_about_all",
        "rules",
        ["group_id", "parameter"],
        unique=True,
        sqlite_where=ABOUT_ALL,
        postgresql_where=ABOUT_ALL,
    )


def downgrade() -> None:
    op.drop_table("rules")
