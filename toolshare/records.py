"""What every table shares: the Record base, naming of constraints, times in UTC."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Enum,
    Index,
    MetaData,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session

AnySession = Session | scoped_session[Any]
LAST_ID = 2**31 - 1  # the highest that a column of ids holds

NAMES_OF_CONSTRAINTS = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, aware; SQLite keeps it without its zone, so the zone is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses naive times: they are a moment nobody can name."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Gives the moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Record(DeclarativeBase):
    """A row of a table, with an id of its own."""

    metadata = MetaData(naming_convention=NAMES_OF_CONSTRAINTS)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            length=20,
            values_callable=lambda words: [word.value for word in words],
        ),
    }

    id: Mapped[int] = mapped_column(primary_key=True)


def some_rows(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of those rows only that this holds of, on either database."""
    only = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=only, postgresql_where=only)


def naming(table: str, column: str) -> Index:
    """An index by which whoever is to be forgotten is found where a column names them."""
    return some_rows(f"ix_{table}_naming_{column}", column, where=f"{column} IS NOT NULL")


def locks_rows(session: AnySession) -> bool:
    """Whether the database locks rows; SQLite locks the whole file when a transaction begins."""
    return session.get_bind().dialect.name == "postgresql"
