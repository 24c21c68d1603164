"""`toolshare move-photos`: photos into a bucket, or back into the folder, while people go on."""

import click

from toolshare import settings
from toolshare.shelves import Folder, carry, clear


@click.command("move-photos")
@click.argument("to", type=click.Choice(["bucket", "folder"]))
@click.option("--clear", "clears", is_flag=True, help="Removes here what lies wholly there.")
def move_photos(to: str, clears: bool) -> None:
    """Copies photos to where they are not yet: from the folder to the bucket, or from there back.

    Done again it copies the rest. With --clear, when the server knows the new place, it removes
    what was copied from the former one.
    """
    chosen = settings.read()
    if not chosen.bucket_url:
        raise settings.WrongSetting("TOOLSHARE_BUCKET_URL: names no bucket yet")
    folder, bucket = Folder(chosen.photos), chosen.shelf
    source, target = (folder, bucket) if to == "bucket" else (bucket, folder)
    click.echo(f"{carry(source, target)} files copied to the {to}.")
    if clears:
        click.echo(f"{clear(source, now_at=target)} files removed where they were.")
