"""What may happen to a kit at any time: filled, emptied, back without some of it, mended."""

from typing import Any

from hypothesis import strategies as some
from hypothesis.stateful import initialize, rule

from tests.circulation.anything import A_FEW, when
from tests.circulation.coming_and_going import ComingAndGoing
from tests.circulation.two_villages import KIT
from toolshare.circulation import kit_mending, kitting
from toolshare.circulation.kit_returns import take_back
from toolshare.circulation.kits import contents_of
from toolshare.inventory.models import Item, KitPart

FOR_THE_KIT = some.sampled_from((4, 5, 6, 7, 8))  # drills and crates of the same village
CHANGES = some.sampled_from((kitting.take_out, kit_mending.found_again, kit_mending.replace))


class FillingKits(ComingAndGoing):
    """The one kit that there is, with whatever is in it."""

    @initialize(is_packed=some.booleans())
    def pack(self, is_packed: bool) -> None:
        """Some stories begin with a kit that holds something."""
        if is_packed:
            self.put_into_the_kit(6, 1)
            self.put_into_the_kit(7, 3)

    @rule(thing=FOR_THE_KIT, quantity=some.sampled_from((1, 1, 2, 3)))
    def put_into_the_kit(self, thing: int, quantity: int) -> None:
        with self.villages.trying() as session:
            kit, item = self.villages.item(KIT), self.villages.item(thing)
            acts = {"by": self.villages.steward(KIT), "now": self.villages.now}
            kitting.put_in(session, kit, item, quantity=quantity, **acts)

    @when("kit_parts")
    @rule(number=A_FEW, change=CHANGES)
    def change_what_is_in_it(self, number: int, change: Any) -> None:
        with self.villages.trying() as session:
            part_id, _ = self.villages.one_of("kit_parts", number)
            item = session.get_one(Item, session.get_one(KitPart, part_id).item_id)
            acts = {"by": self.villages.steward(KIT), "now": self.villages.now}
            change(session, self.villages.item(KIT), item, **acts)

    @when("kit_parts")
    @rule(number=A_FEW, quantity=some.sampled_from((1, 1, 2)))
    def the_kit_comes_back_without_some_of_it(self, number: int, quantity: int) -> None:
        with self.villages.trying() as session:
            kit, now = self.villages.item(KIT), self.villages.now
            there = contents_of(session, kit, now=now).all
            lacking = {there[number % len(there)].part.id: quantity}
            take_back(session, kit, lacking, by=self.villages.steward(KIT), now=now)
