"""What can happen to a loan between its two ends."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "handovers",
        sa.Column("loan_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
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
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("meter", sa.Numeric(precision=12, scale=1), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consented_by_id", sa.Integer(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_loan_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consented_by_id"], ["people.id"], name=op.f("fk_handovers_consented_by_id")
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_handovers_loan_id")),
        sa.ForeignKeyConstraint(
            ["next_loan_id"], ["loans.id"], name=op.f("fk_handovers_next_loan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sa.UniqueConstraint("token", name=op.f("uq_handovers_token")),
    )
    op.create_index(
        "uq_handovers_one_open_for_a_loan",
        "handovers",
        ["loan_id"],
        unique=True,
        sqlite_where=sa.text("accepted_at IS NULL AND withdrawn_at IS NULL"),
        postgresql_where=sa.text("accepted_at IS NULL AND withdrawn_at IS NULL"),
    )
    op.add_column("loans", sa.Column("rules", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("loans", sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("loans", sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "loans",
        sa.Column("dropped_where", sa.String(length=200), nullable=False, server_default=""),
    )
    op.add_column("loans", sa.Column("disputed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("loans", sa.Column("lost_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("loans", sa.Column("lost_why", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "loans", sa.Column("meter_before", sa.Numeric(precision=12, scale=1), nullable=True)
    )
    op.add_column(
        "loans", sa.Column("meter_after", sa.Numeric(precision=12, scale=1), nullable=True)
    )
    op.add_column(
        "kinds", sa.Column("meter", sa.String(length=20), nullable=False, server_default="")
    )
    op.add_column("outages", sa.Column("expected_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("outages", "expected_on")
    op.drop_column("kinds", "meter")
    op.drop_column("loans", "meter_after")
    op.drop_column("loans", "meter_before")
    op.drop_column("loans", "lost_why")
    op.drop_column("loans", "lost_at")
    op.drop_column("loans", "disputed_at")
    op.drop_column("loans", "dropped_where")
    op.drop_column("loans", "dropped_at")
    op.drop_column("loans", "recalled_at")
    op.drop_column("loans", "rules")
    op.drop_index(
        "uq_handovers_one_open_for_a_loan",
        table_name="handovers",
        sqlite_where=sa.text("accepted_at IS NULL AND withdrawn_at IS NULL"),
        postgresql_where=sa.text("accepted_at IS NULL AND withdrawn_at IS NULL"),
    )
    op.drop_table("handovers")
