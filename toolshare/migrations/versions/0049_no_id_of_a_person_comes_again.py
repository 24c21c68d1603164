"""No id of a person comes again: a cookie that names one must never let somebody else in."""

from alembic import op

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    _made_anew(counting_on=True)


def downgrade() -> None:
    _made_anew(counting_on=False)


def _made_anew(*, counting_on: bool) -> None:
    """PostgreSQL counts on by itself; SQLite has to be told."""
    if op.get_bind().dialect.name == "sqlite":
        kept = {"sqlite_autoincrement": counting_on}
        with op.batch_alter_table("people", recreate="always", table_kwargs=kept):
            pass
