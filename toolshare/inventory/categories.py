"""The category tree, which the whole installation shares."""

from collections.abc import Iterable

from sqlalchemy import select

from toolshare.inventory import paths
from toolshare.inventory.models import Category
from toolshare.records import AnySession


def at_path(session: AnySession, path: str) -> Category:
    """The category at a path like "Farm > Field", made with its parents if it is not there."""
    return at_paths(session, [path])[paths.tidy(path)]


def at_paths(session: AnySession, wanted: Iterable[str]) -> dict[str, Category]:
    """The categories at these paths by their tidied path, made where they are not there.

    Refuses a path with an empty name in it.
    """
    tidied = [paths.tidy(path) for path in wanted]
    needed = list(dict.fromkeys(step for path in tidied for step in paths.steps(path)))
    there = {
        category.path: category
        for category in session.scalars(select(Category).where(Category.path.in_(needed)))
    }
    for step in needed:
        if step not in there:
            there[step] = _add(session, step, there)
    return {path: there[path] for path in tidied}


def _add(session: AnySession, path: str, there: dict[str, Category]) -> Category:
    above = path.rpartition(paths.ARROW)[0]
    category = Category(name=paths.last_name(path), path=path, parent=there.get(above))
    session.add(category)
    session.flush()
    return category
