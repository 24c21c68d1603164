"""Messages: what is to be told to whom, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0032"

WAITING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "messages",
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("once", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_fault", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended",
            sa.Enum(
                "sent",
                "dropped",
                "given_up",
                name="messageend",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (address IS NULL)", name=op.f("ck_messages_to_one")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended IS NULL)", name=op.f("ck_messages_ended_somehow")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_messages_person_id")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_messages_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("once", name=op.f("uq_messages_once")),
    )
    op.create_index(
        "ix_messages_waiting",
        "messages",
        ["send_at"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index(
        op.f("ix_messages_group_id_ended_ended_at"), "messages", ["group_id", "ended", "ended_at"]
    )
    op.create_index(op.f("ix_messages_person_id_topic"), "messages", ["person_id", "topic"])


def downgrade() -> None:
    op.drop_index(op.f("ix_messages_person_id_topic"), table_name="messages")
    op.drop_index(op.f("ix_messages_group_id_ended_ended_at"), table_name="messages")
    op.drop_index("ix_messages_waiting", table_name="messages")
    op.drop_table("messages")
