"""Pages on which people ask to join a group, their questions, and what was answered."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"

UNDECIDED = sa.text("decided_at IS NULL")


def upgrade() -> None:
    _add_pages()
    _add_requests()
    op.create_index(
        "uq_join_requests_undecided",
        "join_requests",
        ["group_id", "email"],
        unique=True,
        sqlite_where=UNDECIDED,
        postgresql_where=UNDECIDED,
    )
    op.create_index(
        op.f("ix_join_requests_group_id_decided_at"), "join_requests", ["group_id", "decided_at"]
    )


def downgrade() -> None:
    op.drop_table("join_requests")
    op.drop_table("questions")
    op.drop_table("join_pages")


def _add_pages() -> None:
    op.create_table(
        "join_pages",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("agreement", sa.String(length=80), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_join_pages_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_pages")),
        sa.UniqueConstraint("group_id", name=op.f("uq_join_pages_group_id")),
    )
    kinds = ("short", "long", "yes_or_no", "choice")
    kind = sa.Enum(
        *kinds, name="questionkind", native_enum=False, create_constraint=True, length=20
    )
    op.create_table(
        "questions",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_questions_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index(op.f("ix_questions_group_id"), "questions", ["group_id"])


def _add_requests() -> None:
    op.create_table(
        "join_requests",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("signed_as", sa.String(length=120), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.Column("decided_why", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (is_approved IS NULL)",
            name=op.f("ck_join_requests_decided_somehow"),
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_join_requests_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_join_requests_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_join_requests_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_join_requests_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_requests")),
    )
