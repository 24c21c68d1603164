"""`toolshare check`: whether what is kept agrees with itself."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import click
from sqlalchemy import Column, and_, func, select, text
from sqlalchemy.orm import aliased

from toolshare import clock, installation, keeper, settings
from toolshare.circulation.in_kits import IN_IT
from toolshare.circulation.models import Loan
from toolshare.circulation.present import differences
from toolshare.circulation.promises import Promise
from toolshare.circulation.recorded import recorded
from toolshare.circulation.retelling import retell
from toolshare.circulation.standing import STILL_OUT
from toolshare.codes.alphabet import is_sound
from toolshare.codes.models import Code, Wearer
from toolshare.inventory import photos, search
from toolshare.inventory.models import Counting, Item, Kind, KitPart, Photo, Place
from toolshare.journal.models import Entry
from toolshare.labels.models import FormerCode
from toolshare.people.models import Membership
from toolshare.records import AnySession, Record
from toolshare.shelves import Lying

ON_ITS_WAY = timedelta(minutes=10)
WORN = {Wearer.ITEM: Item.code, Wearer.PLACE: Place.code, Wearer.CARD: Membership.code}


@click.command()
def check() -> None:
    """Checks that what is kept agrees with itself; names each thing that doesn't.

    Changes nothing. Ends with status 1 when anything was found.
    """
    chosen = settings.read()
    with installation.records() as session:
        found = [line for look in CHECKS for line in look(session, chosen)]
        known = list(remarks(session, chosen))
    for line in found or ["All is well."]:
        click.echo(line)
    for line in known:
        click.echo(line)
    if found:
        sys.exit(1)


def remarks(session: AnySession, chosen: settings.Settings) -> Iterator[str]:
    """What is worth knowing, and no fault of what is kept."""
    age = keeper.age_of_newest(chosen)
    if age is not None:
        yield f"The newest backup is {age // timedelta(hours=1)} hours old."
    last = session.scalar(select(func.max(Entry.at)))
    if last is not None and last > clock.now() + timedelta(minutes=5):
        yield f"The journal knows of {last:%Y-%m-%d %H:%M} UTC: the clock was ahead, or is behind now."


def damage(session: AnySession, _chosen: settings.Settings) -> Iterator[str]:
    """What SQLite itself finds in its file; PostgreSQL has tools of its own for that."""
    if session.get_bind().dialect.name == "sqlite":
        for answer in session.scalars(text("PRAGMA integrity_check")):
            if answer != "ok":
                yield f"database file: {answer}"


def dangling_references(session: AnySession, _chosen: settings.Settings) -> Iterator[str]:
    """Rows that refer to rows that aren't there, the journal's entries among them."""
    for table in Record.metadata.sorted_tables:
        for key in table.foreign_keys:
            missing = _without_target(session, key.parent, key.column)
            if missing:
                yield f"{table.name}.{key.parent.name}: {missing} refer to nothing"


def _without_target(session: AnySession, refers: Column[object], to: Column[object]) -> int:
    there = to.table.alias()
    is_there = select(there.c[to.name]).where(there.c[to.name] == refers).exists()
    lost = select(func.count()).where(refers.is_not(None), ~is_there)
    return session.scalar(lost.select_from(refers.table)) or 0


def codes(session: AnySession, _chosen: settings.Settings) -> Iterator[str]:
    """Codes that are unsound, worn twice (now or once), or worn by another than the register says."""
    register = dict(session.execute(select(Code.code, Code.wearer)).all())
    yield from (
        f"code {code}: its check character is wrong" for code in register if not is_sound(code)
    )
    worn: Counter[str] = Counter()
    for wearer, its_code in WORN.items():
        for code in session.scalars(select(its_code)):
            worn[code] += 1
            if register.get(code) != wearer:
                yield f"code {code}: worn by {wearer}, but registered for {register.get(code)}"
    worn.update(session.scalars(select(FormerCode.code)))
    yield from (f"code {code}: worn {times} times" for code, times in worn.items() if times > 1)


def loans(session: AnySession, _chosen: settings.Settings) -> Iterator[str]:
    """Counted items that are out twice, and loans that disagree with how their kind is counted."""
    out = Loan.returned_at.is_(None) & Loan.undone_at.is_(None)
    twice = (
        select(Item.code)
        .join(Loan, Loan.item_id == Item.id)
        .where(out, Loan.counted)
        .group_by(Item.code)
        .having(func.count() > 1)
    )
    yield from (f"item {code}: out more than once" for code in session.scalars(twice))
    otherwise = (
        select(Loan.id)
        .join(Item, Loan.item_id == Item.id)
        .join(Kind, Item.kind_id == Kind.id)
        .where(out, Loan.counted != (Kind.counting == Counting.COUNTED))
    )
    yield from (f"loan {id}: counted otherwise than its kind" for id in session.scalars(otherwise))


def promises(session: AnySession, _chosen: settings.Settings) -> Iterator[str]:
    """Units that are promised twice at once, and open loans that keep nothing."""
    one, other = aliased(Promise), aliased(Promise)
    twice = (
        select(Item.code)
        .join(one, one.item_id == Item.id)
        .join(other, and_(other.item_id == Item.id, other.id > one.id))
        .where(one.alone, other.alone, one.from_at < other.until_at, other.from_at < one.until_at)
        .distinct()
    )
    yield from (f"item {code}: promised twice at once" for code in session.scalars(twice))
    out = Loan.returned_at.is_(None) & Loan.undone_at.is_(None)
    is_missing = Loan.counted & Loan.lost_at.is_not(None)
    kept = select(Promise.id).where(Promise.loan_id == Loan.id).exists()
    for loan_id in session.scalars(select(Loan.id).where(out, ~is_missing, ~kept)):
        yield f"loan {loan_id}: nothing is kept for it"


def kits(session: AnySession, _chosen: settings.Settings) -> Iterator[str]:
    """What is in kits and not kept for them, is out by itself, or is counted otherwise than its kind."""
    in_it = select(Item.code).join(KitPart, KitPart.item_id == Item.id).where(IN_IT)
    kept = select(Promise.id).where(Promise.kit_part_id == KitPart.id).exists()
    yield from (
        f"item {code}: its kit does not keep it" for code in session.scalars(in_it.where(~kept))
    )
    out = select(Loan.id).where(Loan.item_id == Item.id, STILL_OUT).exists()
    alone = in_it.where(KitPart.counted, out)
    yield from (f"item {code}: in a kit, and out by itself" for code in session.scalars(alone))
    otherwise = in_it.join(Item.kind).where(KitPart.counted != (Kind.counting == Counting.COUNTED))
    yield from (f"item {code}: in a kit as what it is not" for code in session.scalars(otherwise))


def journal(session: AnySession, _chosen: settings.Settings) -> Iterator[str]:
    """What the journal, read from its beginning, tells otherwise than the tables keep it."""
    yield from differences(retell(session), recorded(session))


def words(session: AnySession, _chosen: settings.Settings) -> Iterator[str]:
    """Kinds that are not in the index of words, or kinds in it that are not there."""
    if not search.is_consistent(session):
        yield "search: the index of words holds other kinds than there are"


def pictures(session: AnySession, chosen: settings.Settings) -> Iterator[str]:
    """Photos whose files are gone, a broken picture on a page; files that no photo is known for."""
    named = {
        photos.file_name(name, width)
        for name in session.scalars(select(Photo.name))
        for width in photos.WIDTHS
    }
    kept = {one.name: one for one in chosen.shelf.lying()}
    yield from (f"photo {name}: the file is missing" for name in sorted(named - kept.keys()))
    for name in sorted(named & kept.keys()):
        if not photos.is_whole(chosen.shelf.get(name, most=12) or b"", kept[name].size):
            yield f"photo {name}: the file is cut off, or no picture"
    for name in sorted(kept.keys() - named):
        if not is_on_its_way(kept[name]):
            yield f"photo {name}: nothing shows this file"


def is_on_its_way(file: Lying) -> bool:
    """Whether the file of a photo is so new that its row may still be unwritten."""
    return clock.now() - file.since < ON_ITS_WAY


def backups(_session: AnySession, chosen: settings.Settings) -> Iterator[str]:
    """Backups that should be made by the clock, and are not."""
    if keeper.is_late(chosen):
        age = keeper.age_of_newest(chosen)
        since = "there is none" if age is None else f"the newest is {age.days} days old"
        yield f"backups in {chosen.backup_folder}: {since}"


CHECKS: tuple[Callable[[AnySession, settings.Settings], Iterator[str]], ...] = (
    damage,
    dangling_references,
    codes,
    loans,
    promises,
    kits,
    journal,
    words,
    pictures,
    backups,
)
