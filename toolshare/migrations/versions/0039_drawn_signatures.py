"""Signatures that were drawn under an agreement."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    drawn = sa.Column("signature", sa.Text(), nullable=False, server_default="")
    op.add_column("acceptances", drawn)
    with op.batch_alter_table("acceptances") as acceptances:
        acceptances.alter_column("signature", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("acceptances") as acceptances:
        acceptances.drop_column("signature")
