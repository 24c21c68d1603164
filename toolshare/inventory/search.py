"""Finding kinds by words: one index for SQLite (FTS5) and PostgreSQL (full text), one question.

The index holds each kind's words folded: without accents, without case. It is kept by the verbs
that change kinds, so that what is searched is always what is there.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    column,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.orm import selectinload

from toolshare.codes import alphabet
from toolshare.inventory import places
from toolshare.inventory.models import Category, Item, Kind, categories_of_kinds
from toolshare.records import AnySession

MOST_WORDS = 8
LONGEST_WORD = 40
AT_ONCE = 500
WORD = re.compile(r"\w+")
NAMES = {"sqlite": "rowid", "postgresql": "kind_id"}
_INDEX = table("found_by_words", *map(column, (*NAMES.values(), "document")))


@dataclass(frozen=True)
class Sought:
    """What is looked for: words, and the groups, category and place to look in."""

    words: str = ""
    group_ids: Sequence[int] | None = None
    category: str = ""
    place_id: int | None = None


def kinds(session: AnySession, sought: Sought) -> Select[Kind]:
    """The kinds that fit, the best name matches first, then by name.

    Every word must begin a word of the kind; a word that is a sound code finds the item's kind.
    """
    found = select(Kind).where(_in_stock())
    order: list[ColumnElement[object]] = []
    words = sought.words.replace("\0", " ").strip()
    if terms := terms_of(words):
        found = found.where(or_(has_words(session, words), _wears(words)))
        named = _has(session, terms, in_name=True)
        begins = func.lower(Kind.name).startswith(words.lower(), autoescape=True)
        order = [case((begins, 0), (named, 1), else_=2)]
    if sought.group_ids is not None:
        found = found.where(Kind.group_id.in_(sought.group_ids))
    if sought.category:
        found = found.where(is_in_category(sought.category))
    if sought.place_id is not None:
        found = found.where(Kind.items.any(Item.place_id.in_(places.within(sought.place_id))))
    return found.order_by(*order, func.lower(Kind.name), Kind.id)


def has_words(session: AnySession, words: str) -> ColumnElement[bool]:
    """Whether every word begins a word of a kind; of no words it is false."""
    terms = terms_of(words)
    return _has(session, terms) if terms else false()


def is_in_category(path: str) -> ColumnElement[bool]:
    """Whether a kind is in this category or one below it."""
    below = Category.path.startswith(f"{path} > ", autoescape=True)
    ids = (
        select(categories_of_kinds.c.kind_id)
        .join(Category, Category.id == categories_of_kinds.c.category_id)
        .where(or_(Category.path == path, below))
    )
    return Kind.id.in_(ids)


def index(session: AnySession, kind_ids: Iterable[int]) -> None:
    """Puts the words of these kinds, as they are now, into the index."""
    session.flush()
    ids = list(kind_ids)
    for start in range(0, len(ids), AT_ONCE):
        _index(session, ids[start : start + AT_ONCE])


def is_consistent(session: AnySession) -> bool:
    """Whether the index holds exactly the kinds that are there."""
    column = NAMES[_dialect(session)]
    there = set(session.scalars(select(Kind.id)))
    return there == set(session.scalars(text(f"SELECT {column} FROM found_by_words")))  # noqa: S608


def folded(words: str) -> str:
    """Without accents and case, so that "Sèga" is found by "sega"."""
    apart = unicodedata.normalize("NFKD", words)
    return "".join(one for one in apart if not unicodedata.combining(one)).casefold()


def terms_of(words: str) -> list[str]:
    """The folded words to look for: no operators, no punctuation, not too many."""
    return [term[:LONGEST_WORD] for term in WORD.findall(folded(words[:500]))[:MOST_WORDS]]


def _index(session: AnySession, ids: list[int]) -> None:
    column = NAMES[_dialect(session)]
    with_categories = select(Kind).where(Kind.id.in_(ids)).options(selectinload(Kind.categories))
    rows = [_row(kind) for kind in session.scalars(with_categories)]
    gone = ", ".join(str(int(kind_id)) for kind_id in ids)
    session.execute(text(f"DELETE FROM found_by_words WHERE {column} IN ({gone})"))  # noqa: S608
    if rows:
        add = f"INSERT INTO found_by_words ({column}, name, rest) VALUES (:id, :name, :rest)"  # noqa: S608
        session.execute(text(add), rows)


def _row(kind: Kind) -> dict[str, object]:
    paths = [category.path for category in kind.categories]
    rest = [kind.other_names, kind.brand, kind.model, kind.size, kind.power_source, *paths]
    return {"id": kind.id, "name": _spaced(kind.name), "rest": _spaced(" ".join(rest))}


def _spaced(words: str) -> str:
    return " ".join(WORD.findall(folded(words)))


def _has(
    session: AnySession, terms: Sequence[str], *, in_name: bool = False
) -> ColumnElement[bool]:
    """Whether each term begins a word of a kind, as the index has them.

    PostgreSQL looks up each kind of a few groups, or all kinds that have the words, whichever are
    fewer; SQLite does best with those that have them.
    """
    kind_id: ColumnElement[int] = _INDEX.c[NAMES[_dialect(session)]]
    if _dialect(session) == "sqlite":
        wanted = " AND ".join(f'"{term}"*' for term in terms)
        match = f"name : ({wanted})" if in_name else wanted
        words = literal_column("found_by_words").op("MATCH")(match)
        return Kind.id.in_(select(kind_id).where(words))
    weight = "A" if in_name else ""
    query = func.to_tsquery("simple", " & ".join(f"'{term}':*{weight}" for term in terms))
    words = _INDEX.c.document.op("@@")(query)
    return select(kind_id).where(kind_id == Kind.id, words).exists()


def _wears(words: str) -> ColumnElement[bool]:
    """The kind of the item that wears this code, or has this number or serial."""
    typed = words[:60]
    named = or_(Item.code == alphabet.read(typed)[:8], Item.number == typed, Item.serial == typed)
    return Kind.items.any(named)


def _in_stock() -> ColumnElement[bool]:
    return Kind.items.any(Item.retired_at.is_(None))


def _dialect(session: AnySession) -> str:
    return session.get_bind().dialect.name
