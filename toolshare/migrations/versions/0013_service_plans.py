"""After how long, or after how much use, things are serviced, and when each is due."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("kinds", sa.Column("service_days", sa.Integer(), nullable=True))
    op.add_column(
        "kinds", sa.Column("service_units", sa.Numeric(precision=12, scale=1), nullable=True)
    )
    op.add_column("kinds", sa.Column("service_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("items", sa.Column("service_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "inspections",
        sa.Column("is_service", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "inspections", sa.Column("meter", sa.Numeric(precision=12, scale=1), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("inspections", "meter")
    op.drop_column("inspections", "is_service")
    op.drop_column("items", "service_due_at")
    op.drop_column("kinds", "service_from")
    op.drop_column("kinds", "service_units")
    op.drop_column("kinds", "service_days")
