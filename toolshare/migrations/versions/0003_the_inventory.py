"""The inventory."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# Words to find kinds by; the name is kept apart, since a match there comes first.
INDEX_OF_WORDS = {
    "sqlite": [
        "CREATE VIRTUAL TABLE found_by_words USING fts5(name, rest, prefix='2 3')",
    ],
    "postgresql": [
        """CREATE TABLE found_by_words (
            kind_id integer PRIMARY KEY REFERENCES kinds (id),
            name text NOT NULL,
            rest text NOT NULL,
            document tsvector GENERATED ALWAYS AS (
                setweight(to_tsvector('simple', name), 'A')
                || setweight(to_tsvector('simple', rest), 'B')
            ) STORED
        )""",
        "CREATE INDEX ix_found_by_words_document ON found_by_words USING gin (document)",
    ],
}


def upgrade() -> None:
    op.create_table(
        "categories",
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["categories.id"], name=op.f("fk_categories_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint("path", name=op.f("uq_categories_path")),
    )
    op.create_index(op.f("ix_categories_parent_id"), "categories", ["parent_id"], unique=False)
    op.create_table(
        "kinds",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("other_names", sa.String(length=500), nullable=False),
        sa.Column(
            "counting",
            sa.Enum(
                "counted",
                "bulk",
                "consumable",
                name="counting",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("brand", sa.String(length=120), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("size", sa.String(length=200), nullable=False),
        sa.Column("strength", sa.String(length=200), nullable=False),
        sa.Column("power_source", sa.String(length=120), nullable=False),
        sa.Column("checkout_notice", sa.Text(), nullable=False),
        sa.Column("guide", sa.Text(), nullable=False),
        sa.Column("guide_links", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("loan_days", sa.Integer(), nullable=True),
        sa.Column("lent_by_stewards_only", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("loan_days BETWEEN 1 AND 3650", name=op.f("ck_kinds_loan_days")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_kinds_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kinds")),
    )
    op.create_index(op.f("ix_kinds_group_id"), "kinds", ["group_id"], unique=False)
    op.create_table(
        "places",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["codes.code"], name=op.f("fk_places_code")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_places_group_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["places.id"], name=op.f("fk_places_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("code", name=op.f("uq_places_code")),
        sa.UniqueConstraint("group_id", "path", name=op.f("uq_places_group_id_path")),
    )
    op.create_index(op.f("ix_places_parent_id"), "places", ["parent_id"], unique=False)
    op.create_table(
        "categories_of_kinds",
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_categories_of_kinds_category_id")
        ),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["kinds.id"], name=op.f("fk_categories_of_kinds_kind_id")
        ),
        sa.PrimaryKeyConstraint("kind_id", "category_id", name=op.f("pk_categories_of_kinds")),
    )
    op.create_index(
        op.f("ix_categories_of_kinds_category_id"),
        "categories_of_kinds",
        ["category_id"],
        unique=False,
    )
    op.create_table(
        "items",
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("serial", sa.String(length=120), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column(
            "condition",
            sa.Enum(
                "fine",
                "needs_a_look",
                "broken",
                name="condition",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("value", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("bought_on", sa.Date(), nullable=True),
        sa.Column("donor", sa.String(length=120), nullable=False),
        sa.Column("notes_for_members", sa.Text(), nullable=False),
        sa.Column("notes_for_stewards", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_why", sa.String(length=200), nullable=False),
        sa.Column("came_as", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_items_quantity")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_items_value")),
        sa.ForeignKeyConstraint(["code"], ["codes.code"], name=op.f("fk_items_code")),
        sa.ForeignKeyConstraint(["kind_id"], ["kinds.id"], name=op.f("fk_items_kind_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_items_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("code", name=op.f("uq_items_code")),
    )
    op.create_index("ix_items_kind_id_in_stock", "items", ["kind_id", "retired_at"], unique=False)
    op.create_index(op.f("ix_items_place_id"), "items", ["place_id"], unique=False)
    op.create_table(
        "photos",
        sa.Column("kind_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_photos_group_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["kinds.id"], name=op.f("fk_photos_kind_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
        sa.UniqueConstraint("name", name=op.f("uq_photos_name")),
    )
    op.create_index(op.f("ix_photos_kind_id"), "photos", ["kind_id"], unique=False)
    for statement in INDEX_OF_WORDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE found_by_words")
    op.drop_index(op.f("ix_photos_kind_id"), table_name="photos")
    op.drop_table("photos")
    op.drop_index(op.f("ix_items_place_id"), table_name="items")
    op.drop_index("ix_items_kind_id_in_stock", table_name="items")
    op.drop_table("items")
    op.drop_index(op.f("ix_categories_of_kinds_category_id"), table_name="categories_of_kinds")
    op.drop_table("categories_of_kinds")
    op.drop_index(op.f("ix_places_parent_id"), table_name="places")
    op.drop_table("places")
    op.drop_index(op.f("ix_kinds_group_id"), table_name="kinds")
    op.drop_table("kinds")
    op.drop_index(op.f("ix_categories_parent_id"), table_name="categories")
    op.drop_table("categories")
