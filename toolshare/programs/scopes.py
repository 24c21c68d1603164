"""What a token lets a program do: never more than its person may."""

from enum import StrEnum

from toolshare.refusals import msgid


class Scope(StrEnum):
    """A part of what a person may do, to give to a program."""

    CATALOGUE_READ = "catalogue:read"
    LOANS_READ = "loans:read"
    LOANS_WRITE = "loans:write"
    BOOKINGS_READ = "bookings:read"
    BOOKINGS_WRITE = "bookings:write"
    DESK_WRITE = "desk:write"


MEANING = {
    Scope.CATALOGUE_READ: msgid("Read groups, kinds, things, and what is free"),
    Scope.LOANS_READ: msgid("Read your loans; as a steward those of your group, with names"),
    Scope.LOANS_WRITE: msgid("Borrow, renew, leave in the shed; as a steward lend and return"),
    Scope.BOOKINGS_READ: msgid(
        "Read where you wait and what you reserved; as a steward what is reserved"
    ),
    Scope.BOOKINGS_WRITE: msgid("Wait in line, answer offers, reserve and cancel"),
    Scope.DESK_WRITE: msgid("Scan as at the desk: for stewards"),
}
