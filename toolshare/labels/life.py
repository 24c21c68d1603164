"""The life of a thing's labels: when each was drawn, printed and replaced, in a bounded number of statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from toolshare.codes.models import Code, Wearer
from toolshare.labels.models import Batch, BatchLabel, FormerCode
from toolshare.labels.wearing import Wears, wearer_of
from toolshare.records import AnySession

OF_WEARER = {
    Wearer.ITEM: FormerCode.item_id,
    Wearer.PLACE: FormerCode.place_id,
    Wearer.CARD: FormerCode.membership_id,
}


@dataclass(frozen=True)
class Worn:
    """One code of a thing: when it was drawn, the batches with it, and how it ended, if it did."""

    code: Code
    printed: Sequence[Batch]
    former: FormerCode | None


def life_of(session: AnySession, thing: Wears) -> list[Worn]:
    """The codes of a thing, the present one first: three statements."""
    former = session.scalars(
        select(FormerCode)
        .where(OF_WEARER[wearer_of(thing)] == thing.id)
        .options(joinedload(FormerCode.by))
        .order_by(FormerCode.id.desc())
    ).all()
    ended = {one.code: one for one in former}
    codes = [thing.code, *ended]
    drawn = {one.code: one for one in session.scalars(select(Code).where(Code.code.in_(codes)))}
    printed = _batches(session, codes)
    return [Worn(drawn[code], printed[code], ended.get(code)) for code in codes]


def _batches(session: AnySession, codes: Sequence[str]) -> dict[str, list[Batch]]:
    """The batches that each code was printed with, the newest first."""
    found = session.execute(
        select(BatchLabel.code, Batch)
        .join(Batch, Batch.id == BatchLabel.batch_id)
        .where(BatchLabel.code.in_(codes))
        .options(joinedload(Batch.by))
        .order_by(Batch.id.desc())
    )
    batches: dict[str, list[Batch]] = defaultdict(list)
    for code, batch in found:
        batches[code].append(batch)
    return batches
