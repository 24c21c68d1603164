"""The command that makes the demo: `toolshare demo`."""

from dataclasses import dataclass

import click

from toolshare import clock, settings
from toolshare.app import create_app
from toolshare.database import reading, transaction
from toolshare.demo import making
from toolshare.demo.villages import PASSWORD, SIGN_INS
from toolshare.inventory import photos
from toolshare.migrating import migrate
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, msgid
from toolshare.shelves import Shelf


@dataclass(frozen=True)
class SomebodyIsHere(Reason):
    """The database is somebody's already."""

    says = msgid("Somebody is in this database already: the demo wants an empty one.")
    instead = msgid("Name another folder by TOOLSHARE_INSTANCE.")


@click.command()
@click.option("--if-empty", is_flag=True, help="Leaves a database with people in it as it is.")
def demo(if_empty: bool) -> None:
    """Fills an empty database with a valley of three villages, to try everything out.

    Its people, tools, loans and photos are made up, except for the real inventory of a tool
    library. Migrates the database first.
    """
    chosen = settings.read()
    migrate(chosen.database_url)
    with create_app(chosen).app_context():
        make(chosen.shelf, if_empty=if_empty)
        with reading() as session:
            if making.is_here(session):
                show_sign_ins()


def make(shelf: Shelf, *, if_empty: bool) -> None:
    """Makes the demo where nobody is yet, with its photos on the shelf."""
    with transaction() as session:
        people = making.count(session).people
        if people and not if_empty:
            raise Refusal(SomebodyIsHere())
        if people:
            return
        click.echo("Making the demo takes a quarter of a minute ...")
        made = all_or_nothing(session, shelf)
    click.echo(f"{made.groups} groups, {made.people} people, {made.things} things.")


def all_or_nothing(session: AnySession, shelf: Shelf) -> making.Made:
    """Makes the demo; where that fails, no photos are left behind."""
    try:
        return making.make(session, shelf, now=clock.now())
    except BaseException:
        session.rollback()
        photos.sweep(session, shelf)
        raise


def show_sign_ins() -> None:
    """Prints as whom one can sign in."""
    click.echo(f"Sign in with the password {PASSWORD} as")
    for role, email, who in SIGN_INS:
        click.echo(f"  {role:<12}{email:<32}{who}")


COMMANDS = (demo,)
