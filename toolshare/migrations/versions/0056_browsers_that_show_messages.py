"""Browsers that show what their person is told, and the messages for them."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    op.create_table(
        "push_subscriptions",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("point", sa.LargeBinary(), nullable=False),
        sa.Column("auth", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.String(length=87), nullable=False),
        sa.Column("shows_what", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_push_subscriptions_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["devices.id"],
            name=op.f("fk_push_subscriptions_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscriptions")),
        sa.UniqueConstraint("device_id", name=op.f("uq_push_subscriptions_device_id")),
        sa.UniqueConstraint("digest", name=op.f("uq_push_subscriptions_digest")),
    )
    op.create_index(op.f("ix_push_subscriptions_person_id"), "push_subscriptions", ["person_id"])
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("subscription_id", sa.Integer(), nullable=True))
        messages.create_foreign_key(
            op.f("fk_messages_subscription_id"),
            "push_subscriptions",
            ["subscription_id"],
            ["id"],
            ondelete="CASCADE",
        )
        messages.create_index(op.f("ix_messages_subscription_id"), ["subscription_id"])


def downgrade() -> None:
    op.execute("DELETE FROM messages WHERE subscription_id IS NOT NULL")
    with op.batch_alter_table("messages") as messages:
        messages.drop_index(op.f("ix_messages_subscription_id"))
        messages.drop_constraint(op.f("fk_messages_subscription_id"), type_="foreignkey")
        messages.drop_column("subscription_id")
    op.drop_index(op.f("ix_push_subscriptions_person_id"), table_name="push_subscriptions")
    op.drop_table("push_subscriptions")
