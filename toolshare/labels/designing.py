"""Designing labels: what a group wants on the labels of a stock, kept until it is as it was."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from toolshare.labels import stocks
from toolshare.labels.designs import USUAL, Design
from toolshare.labels.models import LabelDesign
from toolshare.people.models import Group
from toolshare.records import AnySession


def design_of(session: AnySession, group: Group | None, stock: str) -> Design:
    """What the group wants on the labels of a stock; what is usual when it never said."""
    kept = _kept(session, group, stock) if group else None
    if kept is None:
        return USUAL
    return design_from({name: getattr(kept, name) for name in asdict(USUAL)})


def keep(session: AnySession, group: Group, stock: str, design: Design) -> LabelDesign:
    """Keeps a design: the labels of this stock are printed by it from now on.

    Refuses an unknown stock.
    """
    stocks.stock_called(session, stock, group)
    kept = _kept(session, group, stock)
    if kept is None:
        kept = LabelDesign(group_id=group.id, stock=stock)
        session.add(kept)
    for name, wanted in asdict(design).items():
        setattr(kept, name, list(wanted) if name == "shows" else wanted)
    return kept


def forget(session: AnySession, group: Group, stock: str) -> None:
    """Makes the labels of a stock as they were before the group designed them."""
    kept = _kept(session, group, stock)
    if kept is not None:
        session.delete(kept)


def design_from(kept: dict[str, Any]) -> Design:
    """A design as a database keeps it, which has lists for tuples."""
    return Design(**{**kept, "shows": tuple(kept["shows"])})


def _kept(session: AnySession, group: Group, stock: str) -> LabelDesign | None:
    is_it = (LabelDesign.group_id == group.id, LabelDesign.stock == stock)
    return session.scalar(select(LabelDesign).where(*is_it))
