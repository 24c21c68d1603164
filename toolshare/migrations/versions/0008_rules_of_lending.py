"""Rules that a group sets for all that it owns or for one thing, agreements and certificates.

The four rules that were columns of groups and kinds become rows, and columns again on the way down.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

A_PERIOD = "loan_days BETWEEN 1 AND 3650"
COLUMNS: tuple[tuple[str, sa.Column[Any]], ...] = (
    ("groups", sa.Column("loan_days", sa.Integer(), nullable=False, server_default="7")),
    ("groups", sa.Column("open_loans_limit", sa.Integer(), nullable=False, server_default="10")),
    ("kinds", sa.Column("loan_days", sa.Integer(), nullable=True)),
    (
        "kinds",
        sa.Column("lent_by_stewards_only", sa.Boolean(), nullable=False, server_default=sa.false()),
    ),
)
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
    _create_agreements_and_certificates()
    op.add_column("people", sa.Column("born_on", sa.Date(), nullable=True))
    _set_rules_as_the_columns_say()
    with op.batch_alter_table("groups") as groups:
        groups.drop_constraint(op.f("ck_groups_loan_days"), type_="check")
        groups.drop_constraint(op.f("ck_groups_open_loans_limit"), type_="check")
        groups.drop_column("loan_days")
        groups.drop_column("open_loans_limit")
    with op.batch_alter_table("kinds") as kinds:
        kinds.drop_constraint(op.f("ck_kinds_loan_days"), type_="check")
        kinds.drop_column("loan_days")
        kinds.drop_column("lent_by_stewards_only")


def downgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, column)
    _fill_the_columns()
    with op.batch_alter_table("groups") as groups:
        groups.alter_column("loan_days", server_default=None)
        groups.alter_column("open_loans_limit", server_default=None)
        groups.create_check_constraint(op.f("ck_groups_loan_days"), A_PERIOD)
        groups.create_check_constraint(
            op.f("ck_groups_open_loans_limit"), "open_loans_limit BETWEEN 0 AND 10000"
        )
    with op.batch_alter_table("kinds") as kinds:
        kinds.alter_column("lent_by_stewards_only", server_default=None)
        kinds.create_check_constraint(op.f("ck_kinds_loan_days"), A_PERIOD)
    op.drop_column("people", "born_on")
    for table in ("certificates", "acceptances", "agreements", "rules"):
        op.drop_table(table)


def _create_agreements_and_certificates() -> None:
    op.create_table(
        "agreements",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_agreements_group_id")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["people.id"], name=op.f("fk_agreements_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint(
            "group_id", "name", "version", name=op.f("uq_agreements_group_id_name_version")
        ),
    )
    op.create_table(
        "acceptances",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("signed_as", sa.String(length=120), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_acceptances_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_acceptances_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptances")),
        sa.UniqueConstraint(
            "person_id", "agreement_id", name=op.f("uq_acceptances_person_id_agreement_id")
        ),
    )
    op.create_index(op.f("ix_acceptances_agreement_id"), "acceptances", ["agreement_id"])
    op.create_table(
        "certificates",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_certificates_{column}"))
            for column, target in (
                ("person_id", "people.id"),
                ("group_id", "groups.id"),
                ("granted_by_id", "people.id"),
                ("revoked_by_id", "people.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
    )
    op.create_index(
        op.f("ix_certificates_group_id_revoked_at"), "certificates", ["group_id", "revoked_at"]
    )
    op.create_index(
        "uq_certificates_one_of_a_name",
        "certificates",
        ["person_id", "group_id", "name"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def _set_rules_as_the_columns_say() -> None:
    """A group gets a rule where it differs from the group above it, whose rules it follows now."""
    for column, parameter, default, value in (
        ("loan_days", "loan_period", 7, "'{\"days\": ' || groups.loan_days || '}'"),
        ("open_loans_limit", "open_loans", 10, "CAST(groups.open_loans_limit AS TEXT)"),
    ):
        op.execute(
            "INSERT INTO rules (group_id, parameter, value, set_at, why)"
            f" SELECT groups.id, '{parameter}', {_json(value)}, groups.founded_at, ''"
            " FROM groups LEFT JOIN groups AS above ON above.id = groups.parent_id"
            f" WHERE groups.{column} <> coalesce(above.{column}, {default})"
        )
    for condition, parameter, value in (
        ("loan_days IS NOT NULL", "loan_period", "'{\"days\": ' || loan_days || '}'"),
        ("lent_by_stewards_only", "self_checkout", "'false'"),
    ):
        op.execute(
            "INSERT INTO rules (group_id, kind_id, parameter, value, set_at, why)"
            f" SELECT group_id, id, '{parameter}', {_json(value)}, added_at, ''"
            f" FROM kinds WHERE {condition}"
        )


def _fill_the_columns() -> None:
    days = "CAST(rules.value ->> 'days' AS INTEGER)"
    number = "CAST(CAST(rules.value AS TEXT) AS INTEGER)"
    for column, parameter, value in (
        ("loan_days", "loan_period", days),
        ("open_loans_limit", "open_loans", number),
    ):
        op.execute(
            "WITH RECURSIVE up (id, at_id, steps) AS ("
            " SELECT id, id, 0 FROM groups UNION ALL"
            " SELECT up.id, groups.parent_id, steps + 1 FROM up JOIN groups ON groups.id = at_id"
            " WHERE groups.parent_id IS NOT NULL)"
            f" UPDATE groups SET {column} = coalesce((SELECT {value}"
            " FROM up JOIN rules ON rules.group_id = up.at_id WHERE up.id = groups.id"
            f" AND {ABOUT_ALL} AND parameter = '{parameter}' ORDER BY steps LIMIT 1), {column})"
        )
    of_kind = "FROM rules WHERE rules.kind_id = kinds.id AND parameter ="
    op.execute(f"UPDATE kinds SET loan_days = (SELECT {days} {of_kind} 'loan_period')")
    op.execute(
        "UPDATE kinds SET lent_by_stewards_only = EXISTS"
        f" (SELECT 1 {of_kind} 'self_checkout' AND CAST(value AS TEXT) = 'false')"
    )


def _json(text: str) -> str:
    """The text as JSON; SQLite keeps that as text, and would make a number of it by a cast."""
    return f"CAST({text} AS JSON)" if op.get_bind().dialect.name == "postgresql" else text
