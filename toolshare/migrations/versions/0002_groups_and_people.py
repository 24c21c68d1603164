"""Groups and people."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "groups",
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("give_back", sa.Text(), nullable=False),
        sa.Column("loan_days", sa.Integer(), nullable=False),
        sa.Column("open_loans_limit", sa.Integer(), nullable=False),
        sa.Column("founded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("loan_days BETWEEN 1 AND 3650", name=op.f("ck_groups_loan_days")),
        sa.CheckConstraint(
            "open_loans_limit BETWEEN 0 AND 10000", name=op.f("ck_groups_open_loans_limit")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["groups.id"], name=op.f("fk_groups_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("slug", name=op.f("uq_groups_slug")),
    )
    op.create_index(op.f("ix_groups_parent_id"), "groups", ["parent_id"], unique=False)
    op.create_table(
        "people",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
    )
    op.create_table(
        "wrong_sign_ins",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_sign_ins")),
    )
    op.create_index(
        op.f("ix_wrong_sign_ins_account_at"), "wrong_sign_ins", ["account", "at"], unique=False
    )
    op.create_index(
        op.f("ix_wrong_sign_ins_address_at"), "wrong_sign_ins", ["address", "at"], unique=False
    )
    op.create_table(
        "closed_dates",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("why", sa.String(length=120), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_closed_dates_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_dates")),
        sa.UniqueConstraint("group_id", "day", name=op.f("uq_closed_dates_group_id_day")),
    )
    op.create_table(
        "memberships",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "member",
                "steward",
                "coordinator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_why", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["codes.code"], name=op.f("fk_memberships_code")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_memberships_group_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_memberships_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("code", name=op.f("uq_memberships_code")),
        sa.UniqueConstraint(
            "person_id", "group_id", name=op.f("uq_memberships_person_id_group_id")
        ),
    )
    op.create_index(
        op.f("ix_memberships_group_id_role"), "memberships", ["group_id", "role"], unique=False
    )
    op.create_table(
        "opening_hours",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.Time(), nullable=False),
        sa.Column("closes_at", sa.Time(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "opens_at < closes_at", name=op.f("ck_opening_hours_opens_before_it_closes")
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_hours_weekday")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_opening_hours_group_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
    )
    op.create_index(op.f("ix_opening_hours_group_id"), "opening_hours", ["group_id"], unique=False)
    op.create_table(
        "password_links",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_password_links_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_password_links_digest")),
    )
    op.create_index(
        op.f("ix_password_links_person_id"), "password_links", ["person_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_password_links_person_id"), table_name="password_links")
    op.drop_table("password_links")
    op.drop_index(op.f("ix_opening_hours_group_id"), table_name="opening_hours")
    op.drop_table("opening_hours")
    op.drop_index(op.f("ix_memberships_group_id_role"), table_name="memberships")
    op.drop_table("memberships")
    op.drop_table("closed_dates")
    op.drop_index(op.f("ix_wrong_sign_ins_address_at"), table_name="wrong_sign_ins")
    op.drop_index(op.f("ix_wrong_sign_ins_account_at"), table_name="wrong_sign_ins")
    op.drop_table("wrong_sign_ins")
    op.drop_table("people")
    op.drop_index(op.f("ix_groups_parent_id"), table_name="groups")
    op.drop_table("groups")
