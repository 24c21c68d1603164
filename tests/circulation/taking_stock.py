"""What happens when somebody takes stock while things come and go: begin, see, close, undo."""

from typing import Any

from hypothesis import strategies as some
from hypothesis.stateful import rule
from sqlalchemy import select

from tests.circulation.anything import A_FEW, THING, Village
from tests.circulation.two_villages import THINGS
from toolshare.people.models import Group
from toolshare.records import AnySession
from toolshare.stocktake.beginning import give_up, open_ones, open_stocktake
from toolshare.stocktake.closing import close
from toolshare.stocktake.models import Stocktake
from toolshare.stocktake.reopening import undo_closing
from toolshare.stocktake.seeing import see

ENDS = some.sampled_from(("close", "close", "close", "give_up", "later"))


class TakingStock(Village):
    """Stocktakes of all that a village has."""

    def newest_of(self, session: AnySession, group: Group) -> Stocktake | None:
        of_group = select(Stocktake).where(Stocktake.group_id == group.id)
        return session.scalar(of_group.order_by(Stocktake.id.desc()).limit(1))

    @rule(first=THING, missed=THING, counted=A_FEW, ends=ENDS)
    def take_stock(self, first: int, missed: int, counted: int, ends: str) -> None:
        """A coordinator goes through the shed, does not see one of the things, and most often closes."""
        with self.villages.trying() as session:
            group = self.villages.group_of(first)
            known: dict[str, Any] = {"by": self.villages.steward(first), "now": self.villages.now}
            begun = open_ones(session, group) or [open_stocktake(session, group, **known)]
            for number in THINGS:
                item = self.villages.item(number)
                if number != missed:
                    see(session, begun[0], item.code, counted=counted, **known)
        self.end(first, ends)

    @rule(first=THING)
    def undo_the_closing(self, first: int) -> None:
        self.end(first, "undo")

    def end(self, first: int, how: str) -> None:
        """Closes the newest stocktake, gives it up, or undoes its closing."""
        with self.villages.trying() as session:
            stocktake = self.newest_of(session, self.villages.group_of(first))
            known: dict[str, Any] = {"by": self.villages.steward(first), "now": self.villages.now}
            acts: dict[str, Any] = {"close": close, "undo": undo_closing, "give_up": give_up}
            if stocktake is not None and how in acts:
                acts[how](session, stocktake, **known)
