"""The `toolshare` command: each room adds its own commands here."""

import sqlite3
import sys

import click
from sqlalchemy.exc import DatabaseError, OperationalError

from toolshare import checking, moving_photos, serving, settings, sweeper, worker
from toolshare.backups import commands as backups
from toolshare.demo import commands as demo
from toolshare.inventory import commands as inventory
from toolshare.labels import commands as labels
from toolshare.people import commands as people
from toolshare.refusals import Refusal

COMMANDS: tuple[click.Command, ...] = (
    serving.serve,
    serving.migrate_command,
    checking.check,
    moving_photos.move_photos,
    sweeper.sweep,
    worker.worker,
    worker.mail_test,
    *backups.COMMANDS,
    *people.COMMANDS,
    *inventory.COMMANDS,
    *labels.COMMANDS,
    *demo.COMMANDS,
)


@click.group()
@click.version_option(package_name="toolshare")
def toolshare() -> None:
    """Lends out what a group of people owns together.

    Settings come from TOOLSHARE_* variables and from settings.toml in the folder that
    TOOLSHARE_INSTANCE names.
    """


for command in COMMANDS:
    toolshare.add_command(command)


def main() -> None:
    """Runs the command; what can't be done is said in one clear line, not in a traceback."""
    try:
        toolshare()
    except settings.WrongSetting as wrong:
        stop(str(wrong), 2)
    except DatabaseError as error:
        if type(error) not in {DatabaseError, OperationalError}:  # the others are faults of ours
            raise
        stop(f"the database can't be used: {str(error.orig).splitlines()[0]}", 2)
    except sqlite3.Error as error:  # of a copy, which is made without SQLAlchemy
        stop(f"the database can't be copied: {error}", 2)
    except Refusal as refusal:
        stop(str(refusal), 1)
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}" if error.filename else str(error), 1)


def stop(why: str, status: int) -> None:
    """Ends the command with one line of why."""
    click.echo(f"toolshare: {why}", err=True)
    sys.exit(status)
