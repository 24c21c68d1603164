"""How reservations end, and move: what was nobody's fault is no no-show."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    for name in ("cancelled_for_weather", "moved_late"):
        op.add_column(
            "reservations",
            sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()),
        )
    op.add_column("reservations", sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE reservations SET lapsed_at = no_show_at, no_show_at = NULL"
        " WHERE needs_approval AND approved_at IS NULL AND no_show_at IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("UPDATE reservations SET no_show_at = lapsed_at WHERE lapsed_at IS NOT NULL")
    for name in ("lapsed_at", "moved_late", "cancelled_for_weather"):
        op.drop_column("reservations", name)
