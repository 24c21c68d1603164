"""Migrations lead to what the models say, and back, with the data that is there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.postgres import Cluster, on_any_database
from tests.world import MONDAY_NOON, World
from toolshare.database import db, engine_options
from toolshare.labels.models import Cause
from toolshare.labels.replacing import replace
from toolshare.migrating import is_up_to_date, migrate, migrate_down
from toolshare.people.models import Person
from toolshare.records import Record
from toolshare.rules.models import Rule
from toolshare.rules.resolving import rules_for
from toolshare.webhooks.following import TO_COME
from toolshare.webhooks.models import Unread, Webhook


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
    item = world.make_item(place_id=world.make_place("Barn").id)
    replace(world.session, item.code, Cause.WORN, by=world.sam, now=MONDAY_NOON)
    world.make_loan(item, world.ana)
    db.session.commit()
    db.session.remove()
    db.engine.dispose()
    migrate_down(database_url)
    migrate(database_url)
    assert is_up_to_date(database_url)
    assert db.session.scalars(select(Person)).all() == []


BEFORE_RULES = """
    INSERT INTO groups (id, slug, name, parent_id, time_zone, language, contact, give_back,
                        loan_days, open_loans_limit, founded_at) VALUES
        (1, 'valle', 'Valle', NULL, 'UTC', 'en', '', '', 14, 10, '2026-01-01'),
        (2, 'borgo', 'Borgo', 1, 'UTC', 'en', '', '', 14, 3, '2026-01-01'),
        (3, 'castello', 'Castello', 1, 'UTC', 'en', '', '', 7, 10, '2026-01-01');
    INSERT INTO kinds (id, group_id, name, other_names, counting, description, brand, model, size,
                       strength, power_source, checkout_notice, guide, guide_links, parts,
                       loan_days, lent_by_stewards_only, added_at) VALUES
        (1, 2, 'Saw', '', 'counted', '', '', '', '', '', '', '', '', '[]', '[]', 2, true,
         '2026-01-01'),
        (2, 2, 'Hoe', '', 'counted', '', '', '', '', '', '', '', '', '[]', '[]', NULL, false,
         '2026-01-01')
"""


def test_rules_that_were_columns_become_rows_and_columns_again(empty_url: str) -> None:
    migrate(empty_url, to="0007")
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        for statement in BEFORE_RULES.split(";"):
            connection.execute(text(statement))
        columns = [*connection.execute(COLUMNS_OF_GROUPS), *connection.execute(COLUMNS_OF_KINDS)]
    migrate(empty_url)
    with Session(engine) as session:
        rules = session.execute(
            select(Rule.group_id, Rule.kind_id, Rule.parameter, Rule.value).order_by(Rule.id)
        )
        assert {row[:3]: row.value for row in rules} == {
            (1, None, "loan_period"): {"days": 14},
            (2, None, "open_loans"): 3,
            (3, None, "loan_period"): {"days": 7},
            (2, 1, "loan_period"): {"days": 2},
            (2, 1, "self_checkout"): False,
        }
        found = rules_for(session, group_id=2, kind_id=1)
        assert (found.loan_period.days, found.open_loans, found.self_checkout) == (2, 3, False)
        with pytest.raises(IntegrityError):  # a table that was made anew keeps its checks
            session.execute(text("UPDATE kinds SET counting = 'by the dozen'"))
    migrate_down(empty_url, to="0007")
    with engine.connect() as connection:
        again = [*connection.execute(COLUMNS_OF_GROUPS), *connection.execute(COLUMNS_OF_KINDS)]
    assert again == columns
    engine.dispose()


COLUMNS_OF_GROUPS = text("SELECT id, loan_days, open_loans_limit FROM groups ORDER BY id")
COLUMNS_OF_KINDS = text("SELECT id, loan_days, lent_by_stewards_only FROM kinds ORDER BY id")


def test_what_webhooks_were_told_of_is_not_told_again_and_what_they_were_not_is(
    empty_url: str,
) -> None:
    migrate(empty_url, to="0050")
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        for statement in BEFORE_READING_ONCE.split(";"):
            connection.execute(text(statement))
    migrate(empty_url)
    with Session(engine) as session:
        assert session.execute(select(Unread.first_id, Unread.last_id)).all() == [(9, TO_COME)]
        assert session.scalars(select(Webhook.since_entry_id).order_by(Webhook.id)).all() == [12, 8]
    migrate_down(empty_url, to="0050")
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT last_entry_id FROM webhooks ORDER BY id")).scalars()
        assert kept.all() == [12, 8]
    engine.dispose()


BEFORE_READING_ONCE = """
    INSERT INTO groups (id, slug, name, time_zone, language, contact, give_back, founded_at)
    VALUES (1, 'borgo', 'Borgo', 'UTC', 'en', '', '', '2026-01-01');
    INSERT INTO webhooks (id, group_id, address, events, secret, made_at, since_entry_id,
                          last_entry_id) VALUES
        (1, 1, 'https://example.org/', '[]', 'whsec_', '2026-01-01', 3, 12),
        (2, 1, 'https://example.org/', '[]', 'whsec_', '2026-01-01', 5, 8)
"""
