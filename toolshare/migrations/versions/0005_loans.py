"""Loans."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "takings",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_takings_quantity")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_takings_item_id")),
        sa.ForeignKeyConstraint(["taker_id"], ["people.id"], name=op.f("fk_takings_taker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takings")),
    )
    op.create_index(op.f("ix_takings_item_id"), "takings", ["item_id"], unique=False)
    op.create_index(op.f("ix_takings_taker_id"), "takings", ["taker_id"], unique=False)
    op.create_table(
        "loans",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("borrower_id", sa.Integer(), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("borrowed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lent_by_id", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_to_id", sa.Integer(), nullable=True),
        sa.Column("inspection_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT counted OR quantity = 1", name=op.f("ck_loans_a_counted_item_is_one")
        ),
        sa.CheckConstraint("due_at > borrowed_at", name=op.f("ck_loans_due_after_borrowed")),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_loans_quantity")),
        sa.CheckConstraint(
            "returned_at >= borrowed_at", name=op.f("ck_loans_returned_after_borrowed")
        ),
        sa.ForeignKeyConstraint(["borrower_id"], ["people.id"], name=op.f("fk_loans_borrower_id")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name=op.f("fk_loans_inspection_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_loans_item_id")),
        sa.ForeignKeyConstraint(["lent_by_id"], ["people.id"], name=op.f("fk_loans_lent_by_id")),
        sa.ForeignKeyConstraint(
            ["returned_to_id"], ["people.id"], name=op.f("fk_loans_returned_to_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loans")),
    )
    op.create_index(
        op.f("ix_loans_borrower_id_returned_at"),
        "loans",
        ["borrower_id", "returned_at"],
        unique=False,
    )
    op.create_index(op.f("ix_loans_item_id"), "loans", ["item_id"], unique=False)
    op.create_index(
        "ix_loans_out_of_item",
        "loans",
        ["item_id"],
        unique=False,
        sqlite_where=sa.text("returned_at IS NULL AND undone_at IS NULL"),
        postgresql_where=sa.text("returned_at IS NULL AND undone_at IS NULL"),
    )
    op.create_index(
        "ix_loans_out_with_borrower",
        "loans",
        ["borrower_id"],
        unique=False,
        sqlite_where=sa.text("returned_at IS NULL AND undone_at IS NULL"),
        postgresql_where=sa.text("returned_at IS NULL AND undone_at IS NULL"),
    )
    op.create_index(
        "uq_loans_one_open_for_a_counted_item",
        "loans",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("counted AND returned_at IS NULL AND undone_at IS NULL"),
        postgresql_where=sa.text("counted AND returned_at IS NULL AND undone_at IS NULL"),
    )
    op.create_table(
        "renewals",
        sa.Column("loan_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("due_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_renewals_by_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_renewals_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewals")),
    )
    op.create_index(op.f("ix_renewals_loan_id"), "renewals", ["loan_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_renewals_loan_id"), table_name="renewals")
    op.drop_table("renewals")
    op.drop_index(
        "uq_loans_one_open_for_a_counted_item",
        table_name="loans",
        sqlite_where=sa.text("counted AND returned_at IS NULL AND undone_at IS NULL"),
        postgresql_where=sa.text("counted AND returned_at IS NULL AND undone_at IS NULL"),
    )
    op.drop_index(
        "ix_loans_out_with_borrower",
        table_name="loans",
        sqlite_where=sa.text("returned_at IS NULL AND undone_at IS NULL"),
        postgresql_where=sa.text("returned_at IS NULL AND undone_at IS NULL"),
    )
    op.drop_index(
        "ix_loans_out_of_item",
        table_name="loans",
        sqlite_where=sa.text("returned_at IS NULL AND undone_at IS NULL"),
        postgresql_where=sa.text("returned_at IS NULL AND undone_at IS NULL"),
    )
    op.drop_index(op.f("ix_loans_item_id"), table_name="loans")
    op.drop_index(op.f("ix_loans_borrower_id_returned_at"), table_name="loans")
    op.drop_table("loans")
    op.drop_index(op.f("ix_takings_taker_id"), table_name="takings")
    op.drop_index(op.f("ix_takings_item_id"), table_name="takings")
    op.drop_table("takings")
