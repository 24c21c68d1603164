"""What a webhook can be told, by the names that programs know."""

from toolshare.journal.models import Event
from toolshare.refusals import msgid

TEST = "test"
EVENTS = {
    "loan.begun": Event.BORROWED,
    "loan.undone": Event.BORROWING_UNDONE,
    "loan.renewed": Event.RENEWED,
    "loan.dropped_off": Event.DROPPED_OFF,
    "loan.returned": Event.RETURNED,
    "loan.lost": Event.LOST,
    "reservation.made": Event.RESERVED,
    "reservation.moved": Event.RESERVATION_MOVED,
    "reservation.cancelled": Event.RESERVATION_CANCELLED,
    "kind.added": Event.KIND_ADDED,
    "item.added": Event.ITEM_ADDED,
    "item.out_of_service": Event.TAKEN_OUT_OF_SERVICE,
    "item.in_service": Event.PUT_INTO_SERVICE,
    "item.damaged": Event.DAMAGE_REPORTED,
}
NAMES = {event.value: name for name, event in EVENTS.items()}
MEANING = {
    "loan.begun": msgid("Something was borrowed"),
    "loan.undone": msgid("Borrowing was undone"),
    "loan.renewed": msgid("A loan was renewed"),
    "loan.dropped_off": msgid("Something was left in the shed"),
    "loan.returned": msgid("Something came back"),
    "loan.lost": msgid("Something was given up as lost"),
    "reservation.made": msgid("Something was reserved"),
    "reservation.moved": msgid("A reservation was moved"),
    "reservation.cancelled": msgid("A reservation was cancelled"),
    "kind.added": msgid("A kind was added"),
    "item.added": msgid("A thing was added"),
    "item.out_of_service": msgid("A thing was taken out of service"),
    "item.in_service": msgid("A thing is in service again"),
    "item.damaged": msgid("Damage was reported"),
}
SUBJECTS = {
    msgid("Loans"): ("loan.",),
    msgid("Reservations"): ("reservation.",),
    msgid("Kinds and things"): ("kind.", "item."),
}
