"""What is in a kit is kept for it: another thing that a promise may be for."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

FOR_ONE = "ck_promises_for_one"
BEFORE = ("loan_id", "reserved_unit_id", "offer_id")
OVERLAPS = """
    SELECT 1 FROM promises AS other
    WHERE other.item_id = NEW.item_id AND other.id <> coalesce(NEW.id, 0) AND other.alone
    AND other.from_at < NEW.until_at AND NEW.from_at < other.until_at
"""


def upgrade() -> None:
    with op.batch_alter_table("promises") as promises:
        promises.add_column(sa.Column("kit_part_id", sa.Integer(), nullable=True))
        promises.create_foreign_key(
            op.f("fk_promises_kit_part_id"), "kit_parts", ["kit_part_id"], ["id"]
        )
        promises.create_unique_constraint(op.f("uq_promises_kit_part_id"), ["kit_part_id"])
        promises.drop_constraint(op.f(FOR_ONE), type_="check")
        promises.create_check_constraint(op.f(FOR_ONE), _one_of(*BEFORE, "kit_part_id"))
    _let_no_promises_overlap()


def downgrade() -> None:
    op.execute("DELETE FROM promises WHERE kit_part_id IS NOT NULL")
    with op.batch_alter_table("promises") as promises:
        promises.drop_constraint(op.f(FOR_ONE), type_="check")
        promises.create_check_constraint(op.f(FOR_ONE), _one_of(*BEFORE))
        promises.drop_constraint(op.f("uq_promises_kit_part_id"), type_="unique")
        promises.drop_constraint(op.f("fk_promises_kit_part_id"), type_="foreignkey")
        promises.drop_column("kit_part_id")
    _let_no_promises_overlap()


def _one_of(*columns: str) -> str:
    return " + ".join(f"CASE WHEN {one} IS NULL THEN 0 ELSE 1 END" for one in columns) + " = 1"


def _let_no_promises_overlap() -> None:
    """SQLite has made the table anew, and its triggers went with the old one."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for event in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER promises_alone_{event.lower()} BEFORE {event} ON promises"
            f" WHEN NEW.alone AND EXISTS ({OVERLAPS})"
            " BEGIN SELECT RAISE(ABORT, 'promises overlap'); END"
        )
