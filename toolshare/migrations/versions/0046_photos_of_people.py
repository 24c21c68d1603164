"""Photos of people, beside those of kinds and of damage."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"

OF_ONE = "(person_id IS NULL) <> (group_id IS NULL)"


def upgrade() -> None:
    with op.batch_alter_table("photos") as photos:
        photos.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        photos.create_foreign_key(op.f("fk_photos_person_id"), "people", ["person_id"], ["id"])
        photos.create_unique_constraint(op.f("uq_photos_person_id"), ["person_id"])
        photos.alter_column("group_id", existing_type=sa.Integer(), nullable=True)
        photos.create_check_constraint(op.f("ck_photos_of_a_group_or_a_person"), OF_ONE)


def downgrade() -> None:
    op.execute("DELETE FROM photos WHERE person_id IS NOT NULL")
    with op.batch_alter_table("photos") as photos:
        photos.drop_constraint(op.f("ck_photos_of_a_group_or_a_person"), type_="check")
        photos.alter_column("group_id", existing_type=sa.Integer(), nullable=False)
        photos.drop_constraint(op.f("uq_photos_person_id"), type_="unique")
        photos.drop_constraint(op.f("fk_photos_person_id"), type_="foreignkey")
        photos.drop_column("person_id")
