"""The PIN by which a person borrows at a kiosk, kept as passwords are."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("people", sa.Column("pin_hash", sa.String(length=255), nullable=True))


def downgrade() -> None:
    op.drop_column("people", "pin_hash")
