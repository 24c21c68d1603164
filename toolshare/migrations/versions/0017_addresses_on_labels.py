"""What stands before the codes of a batch; of earlier batches it is not known."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("batches", sa.Column("prefix", sa.String(length=300), nullable=True))


def downgrade() -> None:
    op.drop_column("batches", "prefix")
