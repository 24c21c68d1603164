"""Migrations lead to what the models say, and back."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from toolshare.database import engine_options
from toolshare.migrating import is_up_to_date, migrate, migrate_down
from toolshare.records import Record


def test_the_migrated_database_is_what_the_models_say(migrated_database: Path) -> None:
    url = f"sqlite:///{migrated_database}"
    engine = create_engine(url, **engine_options(url))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _: (
                    not (kind == "table" and str(name).startswith("found_by_"))
                )
            },
        )
        assert compare_metadata(context, Record.metadata) == []
    engine.dispose()


def test_every_migration_can_be_taken_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'there and back.sqlite'}"
    migrate(url)
    assert is_up_to_date(url)
    migrate_down(url)
    assert not is_up_to_date(url)
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()
