"""Migrations lead to what the models say, and back, with the data that is there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import create_engine, inspect, select

from tests.postgres import Cluster, on_any_database
from tests.world import World
from toolshare.database import db, engine_options
from toolshare.migrating import is_up_to_date, migrate, migrate_down
from toolshare.people.models import Person
from toolshare.records import Record


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it at all."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'there and back.sqlite'}"
    else:
        cluster: Cluster = request.getfixturevalue("postgres_cluster")
        with cluster.database() as url:
            yield url


@on_any_database
def test_the_migrated_database_is_what_the_models_say(database_url: str) -> None:
    engine = create_engine(database_url, **engine_options(database_url))
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


def test_every_migration_can_be_taken_back(empty_url: str) -> None:
    migrate(empty_url)
    assert is_up_to_date(empty_url)
    migrate_down(empty_url)
    assert not is_up_to_date(empty_url)
    engine = create_engine(empty_url)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


@on_any_database
def test_data_is_no_obstacle_on_the_way_down_and_up_again(
    app: Flask, world: World, database_url: str
) -> None:
    world.make_loan(world.make_item(place_id=world.make_place("Barn").id), world.ana)
    db.session.commit()
    db.session.remove()
    db.engine.dispose()
    migrate_down(database_url)
    migrate(database_url)
    assert is_up_to_date(database_url)
    assert db.session.scalars(select(Person)).all() == []
