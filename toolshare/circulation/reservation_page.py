"""What the page of one reservation shows: how it stands, and what its reader can do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from toolshare.circulation.eligibility import is_steward
from toolshare.circulation.fitting import Span
from toolshare.circulation.promises import Reservation
from toolshare.circulation.rescheduling import next_windows
from toolshare.circulation.reservation_queries import Shown, State, reservation_for
from toolshare.circulation.reservations import is_late
from toolshare.people.models import Group, Person
from toolshare.records import AnySession


@dataclass(frozen=True)
class ReservationPage:
    """A reservation as the person, or a steward of the group, sees it."""

    shown: Shown
    is_ours: bool  # the reader is a steward of the group
    is_late: bool  # to call it off now would count
    windows: Sequence[Span]  # when all of it is free instead of what is not to be had

    @property
    def reservation(self) -> Reservation:
        """What it is about."""
        return self.shown.reservation

    @property
    def group(self) -> Group:
        """Whose the things are."""
        return self.reservation.group

    @property
    def state(self) -> State:
        """How it stands."""
        return self.shown.state

    @property
    def may_blame_the_weather(self) -> bool:
        """Whether the reader may say that the weather is the reason."""
        return self.reservation.weather_flexible or self.is_ours

    @property
    def may_be_answered(self) -> bool:
        """Whether the reader is to say yes or no."""
        open_request = self.reservation.is_requested and self.reservation.is_open
        return self.is_ours and open_request and self.state is not State.EXPIRED


def reservation_page(
    session: AnySession, reservation_id: int, person: Person, *, now: datetime
) -> ReservationPage:
    """The page of a reservation; refuses who has no business with it."""
    shown = reservation_for(session, reservation_id, person, now=now)
    reservation = shown.reservation
    is_ours = is_steward(session, person, reservation.group, now=now)
    if not shown.may_be_changed:
        return ReservationPage(shown, is_ours, is_late=False, windows=())
    late = is_late(session, reservation, now)
    displaced = shown.state is State.DISPLACED
    windows = next_windows(session, reservation, now=now) if displaced else ()
    return ReservationPage(shown, is_ours, late, windows)
