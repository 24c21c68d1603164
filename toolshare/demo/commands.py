"""The command that makes the demo: `toolshare demo`."""

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import click

from toolshare import clock, settings
from toolshare.app import create_app
from toolshare.database import db, reading, transaction
from toolshare.demo import making
from toolshare.demo.federation import growing
from toolshare.demo.federation.sizes import Size, read_size
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
@click.option(
    "--size",
    help="A made-up federation instead: village, department or federation, or how many groups.",
)
@click.option(
    "--seed", default=making.SEED, show_default=True, help="Another number, another federation."
)
def demo(if_empty: bool, size: str | None, seed: int) -> None:
    """Fills an empty database with a valley of three villages, to try everything out.

    Its people, tools, loans and photos are made up, except for the real inventory of a tool
    library. Migrates the database first.

    With --size it is filled with as many groups as one likes and ten years of their loans, to see
    how all of it does when there is much: a federation has 12,000 groups and ten million loans.
    """
    chosen = settings.read()
    wished = read_size(size) if size is not None else None
    migrate(chosen.database_url)
    with create_app(chosen).app_context(), ExitStack() as afterwards:
        afterwards.callback(db.engine.dispose)
        if wished:
            grow(wished, seed, if_empty=if_empty)
        else:
            make(chosen.shelf, if_empty=if_empty)
        with reading() as session:
            show_sign_ins(session)


def grow(size: Size, seed: int, *, if_empty: bool) -> None:
    """Fills an empty database with a federation; what is interrupted leaves nothing behind."""
    watch_references_later()
    with transaction() as session:
        if not growing.is_empty(session):
            if if_empty:
                return
            raise Refusal(SomebodyIsHere())
        growing.grow(session, size, seed=seed, now=clock.now(), say=click.echo)
        made, loans = making.count(session), growing.count_loans(session)
    click.echo(f"{made.groups:,} groups, {made.people:,} people, {made.things:,} things,")
    click.echo(f"{loans:,} loans.")


def watch_references_later() -> None:
    """Lets SQLite look at the end whether rows refer to any: one by one it reads what is there each time."""
    if db.engine.dialect.name == "sqlite":
        db.engine.dispose()
        with db.engine.connect() as only:
            driver: Any = only.connection.driver_connection
            driver.execute("PRAGMA foreign_keys = OFF")


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


def show_sign_ins(session: AnySession) -> None:
    """Prints as whom one can sign in, if the demo is here."""
    here = growing.sign_ins(session) or (SIGN_INS if making.is_here(session) else ())
    if here:
        click.echo(f"Sign in with the password {PASSWORD} as")
    for role, email, who in here:
        click.echo(f"  {role:<12}{email:<36}{who}")


COMMANDS = (demo,)
