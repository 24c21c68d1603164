"""Commands about the whole installation: `toolshare backup`, `restore` and `move-to-postgres`."""

from pathlib import Path

import click
from sqlalchemy import make_url

from toolshare import clock, keeper, settings
from toolshare.backups import making, moving, restoring
from toolshare.backups.manifest import Manifest
from toolshare.backups.reasons import NoFolder
from toolshare.migrating import is_up_to_date
from toolshare.refusals import Refusal

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE, required=False)
@click.option("--to-folder", is_flag=True, help="Into TOOLSHARE_BACKUP_FOLDER, named by the time.")
@click.option("--prune", is_flag=True, help="Removes there what need not be kept any more.")
@click.option("--force", is_flag=True, help="Writes over FILE when it is there.")
def backup(file: Path | None, to_folder: bool, prune: bool, force: bool) -> None:
    """Writes the whole installation into one FILE, while it serves.

    Database, photos, settings and keys: keep it as secret as the server itself. `toolshare serve`
    makes backups by itself when TOOLSHARE_BACKUP_FOLDER is set.
    """
    if bool(file) + to_folder != 1 and not (prune and not file):
        raise click.UsageError("Name a FILE, or say --to-folder.")
    chosen = settings.read()
    if file:
        installation = keeper.installation_of(chosen)
        tell(file, making.make(installation, file, now=clock.now(), over=force))
    if to_folder:
        tell(*keeper.back_up(chosen, folder_of(chosen)))
    if prune:
        for path in keeper.prune(chosen, folder_of(chosen)):
            click.echo(f"removed {path}")


@click.command()
@click.argument("file", type=FILE)
def restore(file: Path) -> None:
    """Brings a backup back into an empty place, and migrates it when it is older.

    TOOLSHARE_INSTANCE names the folder. The database is the one that TOOLSHARE_DATABASE_URL names,
    else the settings in the backup. All of FILE is proved before anything is written.
    """
    folder = settings.instance_of()
    found = restoring.restore(file, folder, url_of=lambda kept: settings.database_of(folder, kept))
    click.echo(
        f"Brought back as it was on {found.manifest.made_at:%Y-%m-%d %H:%M} UTC, in {folder}: "
        f"{sum(found.manifest.rows.values())} rows, {found.manifest.photos} files of photos."
    )
    if settings.database_of(folder, found.settings, {}) != found.database_url:
        click.echo("TOOLSHARE_DATABASE_URL names the database now, and the settings another one.")
    click.echo("Run `toolshare check`, then `toolshare serve`.")


@click.command()
@click.argument("url")
def move_to_postgres(url: str) -> None:
    """Carries a running SQLite installation over to PostgreSQL, at a URL like postgresql://user@host/name.

    The database there has to be empty. Meanwhile people can look, and are told to come back when
    they change something. Afterwards the SQLite database refuses to be changed.
    """
    chosen = settings.read()
    target = settings.database_url(url, chosen.instance)
    if not chosen.database_url.startswith("sqlite") or target.startswith("sqlite"):
        raise settings.WrongSetting("this is for a move from SQLite to PostgreSQL")
    if not is_up_to_date(chosen.database_url):
        raise settings.WrongSetting("the database isn't migrated: run `toolshare migrate` first")
    moved = moving.move(
        chosen.database_url, target, tell=lambda table, rows: click.echo(f"  {table}: {rows} rows")
    )
    click.echo(
        f"Moved {moved.rows} rows in {moved.tables} tables, and compared them all.\n"
        f"Now let TOOLSHARE_DATABASE_URL, or database_url in {chosen.instance / 'settings.toml'}, be\n"
        f"  {make_url(url).render_as_string()}\n"
        "and restart the server. Photos stay where they are."
    )


COMMANDS = (backup, restore, move_to_postgres)


def folder_of(chosen: settings.Settings) -> Path:
    """Where backups are kept by the clock; refuses when that isn't set."""
    if chosen.backup_folder is None:
        raise Refusal(NoFolder())
    return chosen.backup_folder


def tell(path: Path, made: Manifest) -> None:
    """Prints what was backed up, and what of it was gone before."""
    for name in made.missing:
        click.echo(f"photo {name}: the file is missing", err=True)
    rows, size = sum(made.rows.values()), path.stat().st_size
    click.echo(f"{path}: {rows} rows, {made.photos} files of photos, {size / 1e6:.1f} MB.")
