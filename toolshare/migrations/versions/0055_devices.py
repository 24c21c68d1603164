"""The devices on which people are signed in; who was signed in before signs in again."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    op.create_table(
        "devices",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("browser", sa.String(length=20), nullable=False),
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_devices_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_devices_person_id"), "devices", ["person_id"])
    op.create_index(op.f("ix_devices_used_on"), "devices", ["used_on"])


def downgrade() -> None:
    op.drop_index(op.f("ix_devices_used_on"), table_name="devices")
    op.drop_index(op.f("ix_devices_person_id"), table_name="devices")
    op.drop_table("devices")
