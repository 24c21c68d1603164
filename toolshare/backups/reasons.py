"""Why no backup is made, or none brought back, and what to do instead."""

from dataclasses import dataclass

from toolshare.refusals import Reason, msgid


@dataclass(frozen=True)
class IsThereAlready(Reason):
    """A file that would be written over."""

    file: str
    says = msgid("%(file)s is there already.")
    instead = msgid("Choose another name, or say --force to write over it.")


@dataclass(frozen=True)
class NothingToKeep(Reason):
    """A database that was never migrated."""

    says = msgid("There is nothing in the database that could be backed up.")


@dataclass(frozen=True)
class NoBackup(Reason):
    """A file that is none of our backups, or the beginning of one."""

    file: str
    says = msgid("%(file)s is no backup, or was not written to its end.")
    instead = msgid("Choose another one.")


@dataclass(frozen=True)
class Broken(Reason):
    """A backup that is no longer what was written."""

    name: str
    says = msgid("This backup is broken: %(name)s in it is not what was written.")
    instead = msgid("Nothing was brought back. Choose another backup.")


@dataclass(frozen=True)
class OfANewerVersion(Reason):
    """A backup of an installation that has migrated further than we know."""

    version: str
    says = msgid("This backup was made by Toolshare %(version)s, which is newer than this one.")
    instead = msgid("Install that version, and bring it back with that.")


@dataclass(frozen=True)
class PlaceIsTaken(Reason):
    """A folder that holds something."""

    folder: str
    says = msgid("%(folder)s is not empty, and a backup is brought back into an empty place only.")
    instead = msgid("Name another folder by TOOLSHARE_INSTANCE.")


@dataclass(frozen=True)
class DatabaseIsTaken(Reason):
    """A database that holds something."""

    says = msgid("The database is not empty.")
    instead = msgid("Name an empty one by TOOLSHARE_DATABASE_URL.")


@dataclass(frozen=True)
class AnotherDatabase(Reason):
    """A backup of SQLite for PostgreSQL, or the other way round."""

    made_of: str
    says = msgid("This backup is one of %(made_of)s, and the database to bring it back to is not.")
    instead = msgid(
        "Name one by TOOLSHARE_DATABASE_URL; `toolshare move-to-postgres` carries SQLite over."
    )


@dataclass(frozen=True)
class RowsAreMissing(Reason):
    """A table that came back with more or fewer rows than it had."""

    table: str
    says = msgid("What came back is not what was backed up: the table %(table)s is another one.")
    instead = msgid("Nothing was brought back.")


@dataclass(frozen=True)
class ToolIsMissing(Reason):
    """PostgreSQL's own program is not here, or older than the server."""

    tool: str
    version: int
    says = msgid("%(tool)s of version %(version)s or newer is not installed here.")
    instead = msgid("Install PostgreSQL's client programs of that version.")


@dataclass(frozen=True)
class ToolFailed(Reason):
    """PostgreSQL's own program could not do it."""

    tool: str
    said: str
    says = msgid("%(tool)s failed: %(said)s")


@dataclass(frozen=True)
class AnotherIsAtIt(Reason):
    """Two processes that would do the same."""

    says = msgid("Another one is being made just now.")


@dataclass(frozen=True)
class NoFolder(Reason):
    """Rotation without a place for it."""

    says = msgid("No folder for backups is set.")
    instead = msgid("Name one by TOOLSHARE_BACKUP_FOLDER.")


@dataclass(frozen=True)
class MovedBefore(Reason):
    """A SQLite database that was carried over already."""

    says = msgid("This database has moved before.")
    instead = msgid("Let TOOLSHARE_DATABASE_URL name the one that it moved to.")


@dataclass(frozen=True)
class CannotComeOver(Reason):
    """Rows that SQLite keeps and PostgreSQL does not take."""

    table: str
    said: str
    says = msgid("The table %(table)s can't be carried over: %(said)s")
    instead = msgid("Both databases are as they were before.")


@dataclass(frozen=True)
class CameOverDifferently(Reason):
    """A table that is another one after it was carried over."""

    table: str
    says = msgid("The table %(table)s came over differently.")
    instead = msgid("Both databases are as they were before.")
