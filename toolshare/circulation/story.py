"""What stands at the moment to which a story of the journal has come, and what belongs together in it."""

from collections import defaultdict
from dataclasses import dataclass, field, fields

from toolshare.circulation.present import PassingOn, Present, ToFetch


@dataclass(frozen=True)
class Story(Present):
    """The present in the making; nothing looks through all of it to find what belongs to one thing."""

    handovers_of: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    units_of: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def pass_on(self, loan_id: int, handover_id: int, *, has_consent: bool = False) -> None:
        """Somebody passes on what they have."""
        self.handovers[handover_id] = PassingOn(loan_id, has_consent)
        self.handovers_of[loan_id].add(handover_id)

    def end_loan(self, loan_id: int) -> None:
        """A loan is over, and nobody can pass it on any more."""
        self.loans.pop(loan_id, None)
        for handover_id in self.handovers_of.pop(loan_id, ()):
            self.handovers.pop(handover_id, None)

    def keep_unit(self, unit_id: int, unit: ToFetch) -> None:
        """A unit waits to be fetched."""
        self.reserved_units[unit_id] = unit
        self.units_of[unit.reservation_id].add(unit_id)

    def end_unit(self, unit_id: int) -> None:
        """A unit was fetched or given up, and with the last one its reservation is over."""
        unit = self.reserved_units.pop(unit_id, None)
        if unit is None:
            return
        left = self.units_of[unit.reservation_id]
        left.discard(unit_id)
        if not left:
            self.end_reservation(unit.reservation_id)

    def end_reservation(self, reservation_id: int) -> None:
        """A reservation is over, with all its units."""
        self.reservations.pop(reservation_id, None)
        for unit_id in self.units_of.pop(reservation_id, ()):
            self.reserved_units.pop(unit_id, None)

    def at_its_end(self) -> Present:
        """How things stand."""
        return Present(**{room.name: getattr(self, room.name) for room in fields(Present)})
