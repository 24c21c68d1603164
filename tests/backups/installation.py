"""Installations to back up, and whether two are the same."""

from pathlib import Path

from PIL import Image
from sqlalchemy import create_engine, inspect, select, table, text

from tests.world import World
from toolshare.circulation.borrowing import borrow
from toolshare.database import transaction
from toolshare.inventory import photos, search
from toolshare.inventory.models import Item, Kind
from toolshare.records import AnySession
from toolshare.settings import Settings

KEPT = {"settings.toml": "photo_bytes = 3000000\n", "secret-key": "k" * 64}


def furnish(world: World, chosen: Settings) -> Item:
    """A hand drill with a photo, in a place, that Ana has; settings, keys and a certificate."""
    with transaction() as session:
        item = world.make_item(place_id=world.make_place("Barn, Žaga").id)
        borrow(session, item, borrower=world.ana, by=world.ana, now=item.added_at)
        search.index(session, [item.kind_id])
        add_photo(session, chosen, world, item.kind, "red")
    for name, content in KEPT.items():
        (chosen.instance / name).write_text(content)
    (chosen.instance / "certificates").mkdir(exist_ok=True)
    (chosen.instance / "certificates" / "authority.pem").write_text("vouches")
    return item


def add_photo(session: AnySession, chosen: Settings, world: World, kind: Kind, colour: str) -> None:
    """A photo of a kind, in one colour."""
    told = {"group": world.borgo, "kind": kind, "by": world.cora, "now": kind.added_at}
    photo = photos.lay(chosen.shelf, Image.new("RGB", (40, 30), colour), now=kind.added_at)
    photos.keep(session, photo, **told)


def tables(url: str) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, as the database itself gives them."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            name: sorted(
                map(tuple, connection.execute(select(text("*")).select_from(table(name)))), key=str
            )
            for name in inspect(connection).get_table_names()
        }
    engine.dispose()
    return found


def files(folder: Path) -> dict[str, bytes]:
    """What lies in a folder, byte for byte, but for the database."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".sqlite" not in path.name
    }


def sqlite(folder: Path) -> str:
    """The database that lies in the folder of an installation."""
    return f"sqlite:///{folder / 'toolshare.sqlite'}"
