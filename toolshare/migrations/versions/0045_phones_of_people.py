"""The phone of a person, and whether the next borrower sees it."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    no = sa.false()
    op.add_column("people", sa.Column("phone", sa.String(40), nullable=False, server_default=""))
    op.add_column(
        "people", sa.Column("shows_phone", sa.Boolean(), nullable=False, server_default=no)
    )


def downgrade() -> None:
    op.drop_column("people", "shows_phone")
    op.drop_column("people", "phone")
