"""Every rule that there is: what it is called, which values it takes, and what holds by default."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Any

from toolshare.refusals import msgid
from toolshare.rules.lengths import Length
from toolshare.rules.values import (
    Choices,
    ClosedDay,
    Lengths,
    Names,
    Numbers,
    Regime,
    Values,
    YesOrNo,
)


class Section(StrEnum):
    """Rules that a page shows together."""

    LOANS = "loans"
    LIMITS = "limits"
    WAITING = "waiting"
    RESERVATIONS = "reservations"
    SAFETY = "safety"


SECTIONS = {
    Section.LOANS: msgid("Loans"),
    Section.LIMITS: msgid("How much at once"),
    Section.WAITING: msgid("Waiting and taking turns"),
    Section.RESERVATIONS: msgid("Reservations"),
    Section.SAFETY: msgid("Safety"),
}


@dataclass(frozen=True)
class Parameter:
    """One rule: with `strictest`, all that is set anywhere holds together, and it says how."""

    name: str
    section: Section
    called: str
    explains: str
    takes: Values
    default: Any
    strictest: Callable[[Iterable[Any]], Any] | None = None


def _all_of_them(many: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted(set(chain.from_iterable(many)), key=str.casefold))


_ALL = (
    Parameter(
        "loan_period",
        Section.LOANS,
        msgid("Loan period"),
        msgid("How long a thing is lent: to the end of an opening day, or by the hour."),
        Lengths(least=Length(minutes=15)),
        Length(days=7),
    ),
    Parameter(
        "closed_day",
        Section.LOANS,
        msgid("Due on a closed day"),
        msgid("Where a due date goes that falls on a day on which you are closed."),
        Choices(ClosedDay),
        ClosedDay.NEXT,
    ),
    Parameter(
        "renewals",
        Section.LOANS,
        msgid("Renewals"),
        msgid("How often a loan may be renewed while nobody waits."),
        Numbers(most=100),
        1,
    ),
    Parameter(
        "grace",
        Section.LOANS,
        msgid("Grace"),
        msgid("How late somebody may be before they can't renew or borrow more."),
        Lengths(),
        Length(days=1),
    ),
    Parameter(
        "guaranteed",
        Section.LOANS,
        msgid("Guaranteed time"),
        msgid("How long a borrower keeps a thing for sure, even when it is called back."),
        Lengths(),
        Length(),
    ),
    Parameter(
        "recall_notice",
        Section.LOANS,
        msgid("Notice when called back"),
        msgid("How long a borrower has to bring back what is called back."),
        Lengths(),
        Length(days=2),
    ),
    Parameter(
        "lost_after",
        Section.LOANS,
        msgid("Lost after"),
        msgid("How late a thing is when it may be marked as lost."),
        Lengths(),
        Length(days=30),
    ),
    Parameter(
        "open_loans",
        Section.LIMITS,
        msgid("Things out at once"),
        msgid("How many things one person may have at the same time."),
        Numbers(),
        10,
    ),
    Parameter(
        "open_holds",
        Section.LIMITS,
        msgid("Places in line at once"),
        msgid("How many things one person may wait for or have reserved at the same time."),
        Numbers(),
        5,
    ),
    Parameter(
        "regime",
        Section.WAITING,
        msgid("Who comes first"),
        msgid("In order of asking, or in turns: who has had least of it this season goes first."),
        Choices(Regime),
        Regime.IN_ORDER,
    ),
    Parameter(
        "offer_time",
        Section.WAITING,
        msgid("Time to accept"),
        msgid(
            "How long the first in line has to accept what came free: to the end of so many opening"
            " days, or so many hours in which you are open."
        ),
        Lengths(least=Length(minutes=15)),
        Length(days=1),
    ),
    Parameter(
        "pickup_window",
        Section.WAITING,
        msgid("Time to pick up"),
        msgid(
            "How long a thing waits for who reserved it, or accepted it; until the end of the next"
            " opening day at least, for who waited in line."
        ),
        Lengths(least=Length(minutes=15)),
        Length(hours=2),
    ),
    Parameter(
        "horizon",
        Section.RESERVATIONS,
        msgid("How far ahead"),
        msgid("How long before it begins a reservation may be made."),
        Lengths(),
        Length(days=365),
    ),
    Parameter(
        "notice",
        Section.RESERVATIONS,
        msgid("Lead time"),
        msgid("How long before it begins a reservation has to be made."),
        Lengths(),
        Length(),
    ),
    Parameter(
        "shortest_booking",
        Section.RESERVATIONS,
        msgid("Shortest"),
        msgid("A reservation is at least this long."),
        Lengths(),
        Length(),
    ),
    Parameter(
        "longest_booking",
        Section.RESERVATIONS,
        msgid("Longest"),
        msgid("A reservation is at most this long."),
        Lengths(least=Length(minutes=15)),
        Length(days=30),
    ),
    Parameter(
        "turnaround",
        Section.RESERVATIONS,
        msgid("Turnaround"),
        msgid("Opening days that a thing rests after it came back, for cleaning and a check."),
        Numbers(most=60),
        0,
    ),
    Parameter(
        "most_days",
        Section.RESERVATIONS,
        msgid("Most days ahead"),
        msgid("For how many days one person can have one thing booked; 0 is as many as they like."),
        Numbers(most=3650),
        0,
    ),
    Parameter(
        "gap",
        Section.RESERVATIONS,
        msgid("Gap"),
        msgid("How much time lies at least between two reservations of one person."),
        Lengths(),
        Length(),
    ),
    Parameter(
        "cancel_cutoff",
        Section.RESERVATIONS,
        msgid("Cancel until"),
        msgid("How long before it begins a reservation can still be cancelled freely."),
        Lengths(),
        Length(hours=24),
    ),
    Parameter(
        "needs_approval",
        Section.RESERVATIONS,
        msgid("A steward approves"),
        msgid("Whether a reservation counts only when a steward has approved it."),
        YesOrNo(),
        default=False,
        strictest=any,
    ),
    Parameter(
        "self_checkout",
        Section.SAFETY,
        msgid("Members take it themselves"),
        msgid("Whether members lend it to themselves, or a steward hands it out."),
        YesOrNo(),
        default=True,
        strictest=all,
    ),
    Parameter(
        "certificates",
        Section.SAFETY,
        msgid("Certificates"),
        msgid("What one has to have learned, like “Chainsaw course”."),
        Names(),
        (),
        _all_of_them,
    ),
    Parameter(
        "least_age",
        Section.SAFETY,
        msgid("Least age"),
        msgid("How many years old one has to be."),
        Numbers(most=120),
        0,
        max,
    ),
    Parameter(
        "agreements",
        Section.SAFETY,
        msgid("Agreements"),
        msgid("What one has to have accepted, as it reads today."),
        Names(),
        (),
        _all_of_them,
    ),
)

BY_SECTION = {
    section: [parameter for parameter in _ALL if parameter.section is section]
    for section in Section
}
PARAMETERS = {parameter.name: parameter for parameter in _ALL}
