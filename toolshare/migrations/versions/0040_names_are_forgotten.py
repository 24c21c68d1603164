"""After a while a group forgets who had what: for how long not, and what still counts then."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"

# What is looked for every minute: what is over and still names somebody.
STILL_NAMED = {
    "loans": ("returned_at", "borrower_id IS NOT NULL"),
    "takings": ("taken_at", "taker_id IS NOT NULL"),
    "reservations": ("until_at", "person_id IS NOT NULL"),
    "damage_reports": ("settled_at", "by_id IS NOT NULL"),
    "holds": ("ended_at", "person_id IS NOT NULL"),
}


def upgrade() -> None:
    _retentions()
    days = sa.Column("days", sa.Integer(), nullable=False)
    last_at = sa.Column("last_at", sa.DateTime(timezone=True), nullable=False)
    _of_a_person("past_shares", "kind", days, last_at, check="days >= 0")
    times = sa.Column("times", sa.Integer(), nullable=False)
    _of_a_person("past_misses", "group", times, check="times >= 1")
    with op.batch_alter_table("holds") as holds:
        holds.alter_column("person_id", existing_type=sa.Integer(), nullable=True)
        holds.create_check_constraint(
            op.f("ck_holds_somebody_waits"), "person_id IS NOT NULL OR ended_at IS NOT NULL"
        )
    for table, (column, where) in STILL_NAMED.items():
        only = sa.text(where)
        op.create_index(
            f"ix_{table}_still_named", table, [column], sqlite_where=only, postgresql_where=only
        )


def downgrade() -> None:
    for table in STILL_NAMED:
        op.drop_index(f"ix_{table}_still_named", table_name=table)
    nobody = "SELECT id FROM holds WHERE person_id IS NULL"
    op.execute(f"DELETE FROM offers WHERE hold_id IN ({nobody})")
    op.execute("DELETE FROM holds WHERE person_id IS NULL")
    with op.batch_alter_table("holds") as holds:
        holds.drop_constraint(op.f("ck_holds_somebody_waits"), type_="check")
        holds.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
    for table in ("past_misses", "past_shares"):
        op.drop_index(op.f(f"ix_{table}_person_id"), table_name=table)
        op.drop_table(table)
    op.drop_table("retentions")


def _retentions() -> None:
    op.create_table(
        "retentions",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("days BETWEEN 1 AND 3650", name=op.f("ck_retentions_days")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_retentions_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retentions")),
        sa.UniqueConstraint("group_id", name=op.f("uq_retentions_group_id")),
    )


def _of_a_person(table: str, of: str, *columns: sa.Column[Any], check: str) -> None:
    """What a person has had or missed, of a kind or in a group, in a season."""
    (counted, *_) = columns
    op.create_table(
        table,
        sa.Column(f"{of}_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("season", sa.Integer(), nullable=False),
        *columns,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(check, name=op.f(f"ck_{table}_{counted.name}")),
        sa.ForeignKeyConstraint([f"{of}_id"], [f"{of}s.id"], name=op.f(f"fk_{table}_{of}_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f(f"fk_{table}_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            f"{of}_id", "person_id", "season", name=op.f(f"uq_{table}_{of}_id_person_id_season")
        ),
    )
    op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])
