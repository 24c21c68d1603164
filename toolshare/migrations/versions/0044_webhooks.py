"""Addresses that groups have told what happens, and what became of telling them."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"

WAITING = sa.text("ended_at IS NULL")
ENDS = sa.Enum("delivered", "given_up", name="deliveryend", native_enum=False, length=20)


def upgrade() -> None:
    _webhooks()
    _deliveries()


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("secret", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since_entry_id", sa.Integer(), nullable=False),
        sa.Column("last_entry_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_webhooks_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index(op.f("ix_webhooks_group_id"), "webhooks", ["group_id"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_fault", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", ENDS, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended IS NULL)", name=op.f("ck_deliveries_ended_somehow")
        ),
        sa.CheckConstraint(
            "ended IN ('delivered', 'given_up')", name=op.f("ck_deliveries_deliveryend")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["journal.id"], name=op.f("fk_deliveries_entry_id")),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_deliveries_webhook_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint(
            "webhook_id", "entry_id", name=op.f("uq_deliveries_webhook_id_entry_id")
        ),
    )
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["send_at"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def downgrade() -> None:
    op.drop_table("deliveries")
    op.drop_index(op.f("ix_webhooks_group_id"), table_name="webhooks")
    op.drop_table("webhooks")
