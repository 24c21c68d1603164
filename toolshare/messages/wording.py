"""What each message says, with the names of what is filled in; groups may put it otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass

from toolshare.outbox.models import Topic
from toolshare.refusals import msgid


@dataclass(frozen=True)
class Wording:
    """Subject, text and the words of the button; %(name)s stands for what is filled in.

    An empty line ends a paragraph, and a line that begins with "- " is one of a list.
    """

    subject: str
    text: str
    button: str = ""


# What every message can name, besides what it is about.
ALWAYS = ("name", "group")
FIELDS: Mapping[Topic, tuple[str, ...]] = {
    Topic.INVITATION: ("by",),
    Topic.ASKED_TO_JOIN: ("who",),
    Topic.JOINING_DECLINED: ("why",),
    Topic.DUE_SOON: ("what", "things", "day"),
    Topic.DUE_TODAY: ("what", "things", "day"),
    Topic.LATE: ("what", "things", "day"),
    Topic.CALLED_BACK: ("what", "until", "why"),
    Topic.YOUR_TURN: ("what", "until"),
    Topic.RESERVATION_APPROVED: ("what", "things", "span"),
    Topic.RESERVATION_DECLINED: ("what", "things", "span", "why"),
    Topic.RESERVATION_READY: ("what", "things", "until"),
    Topic.RESERVATION_MISSED: ("what", "things", "span"),
    Topic.RESERVATION_EXPIRED: ("what", "things", "span"),
    Topic.RESERVATION_UNSERVED: ("what", "things", "span"),
    Topic.RESERVATION_CANCELLED: ("what", "things", "span", "why"),
    Topic.DISPLACED: ("what", "things", "span"),
    Topic.RETURNED_WITH_DAMAGE: ("what", "found"),
    Topic.STOCKTAKE_DONE: ("about", "missing", "found", "moved", "recounted"),
    Topic.DIGEST: ("out", "late", "reported", "needs_check", "in_repair", "missing", "lent"),
}

WORDINGS: Mapping[Topic, Wording] = {
    Topic.SIGN_IN_LINK: Wording(
        msgid("Your link to sign in"),
        msgid(
            "With this link you sign in. It works once, and not for long.\n\n"
            "If you didn't ask for it, do nothing: nobody can sign in without it."
        ),
        msgid("Sign in"),
    ),
    Topic.PASSWORD_LINK: Wording(
        msgid("Set your password"),
        msgid(
            "With this link you set a new password. It works once.\n\n"
            "If you didn't ask for it, do nothing: your password stays as it is."
        ),
        msgid("Set a password"),
    ),
    Topic.NEW_ADDRESS: Wording(
        msgid("Is this your address?"),
        msgid(
            "Somebody, probably you, wants to use this address to sign in.\n\n"
            "If it wasn't you, do nothing."
        ),
        msgid("Yes, use this address"),
    ),
    Topic.ACCOUNT_CHANGED: Wording(
        msgid("Your account was changed"),
        msgid(
            "How you sign in was changed: a password, an address or a passkey.\n\n"
            "If it wasn't you, set a new password and sign out on every device."
        ),
        msgid("Your account"),
    ),
    Topic.INVITATION: Wording(
        msgid("%(by)s invites you to %(group)s"),
        msgid("%(by)s invites you to borrow what %(group)s has."),
        msgid("Look at the invitation"),
    ),
    Topic.ASKED_TO_JOIN: Wording(
        msgid("%(who)s asks to join %(group)s"),
        msgid("%(who)s asks to join %(group)s. Somebody has to say yes or no."),
        msgid("Answer"),
    ),
    Topic.JOINING_APPROVED: Wording(
        msgid("You belong to %(group)s"),
        msgid("%(group)s has said yes: you can borrow now."),
        msgid("See what there is"),
    ),
    Topic.JOINING_DECLINED: Wording(
        msgid("Your request to join %(group)s"),
        msgid("%(group)s could not say yes this time.\n\n%(why)s"),
    ),
    Topic.WELCOME: Wording(
        msgid("Welcome to %(group)s"),
        msgid(
            "You belong to %(group)s now. Scan the label of a thing to borrow it, or look at what "
            "there is and reserve it."
        ),
        msgid("See what there is"),
    ),
    Topic.DUE_SOON: Wording(
        msgid("Due soon: %(what)s"),
        msgid("Please bring back by %(day)s:\n\n%(things)s\n\nIf you need it longer, renew it."),
        msgid("My loans"),
    ),
    Topic.DUE_TODAY: Wording(
        msgid("Due today: %(what)s"),
        msgid("Please bring back today:\n\n%(things)s\n\nIf you need it longer, renew it."),
        msgid("My loans"),
    ),
    Topic.LATE: Wording(
        msgid("Please bring back: %(what)s"),
        msgid(
            "This was due on %(day)s, and somebody else may be waiting for it:\n\n%(things)s\n\n"
            "If it is broken or you can't find it, just say so."
        ),
        msgid("My loans"),
    ),
    Topic.CALLED_BACK: Wording(
        msgid("%(group)s needs it back: %(what)s"),
        msgid("Please bring back %(what)s by %(until)s.\n\nWhy: %(why)s"),
        msgid("My loans"),
    ),
    Topic.YOUR_TURN: Wording(
        msgid("It's your turn: %(what)s"),
        msgid(
            "%(what)s is free, and you are next. Say by %(until)s whether you want it: "
            "after that, it is offered to the next in line."
        ),
        msgid("Answer"),
    ),
    Topic.RESERVATION_APPROVED: Wording(
        msgid("Your reservation is confirmed: %(what)s"),
        msgid("%(group)s has said yes.\n\n%(things)s\n\n%(span)s"),
        msgid("See the reservation"),
    ),
    Topic.RESERVATION_DECLINED: Wording(
        msgid("Your reservation was declined: %(what)s"),
        msgid("%(group)s could not say yes.\n\n%(things)s\n\n%(span)s\n\nWhy: %(why)s"),
        msgid("See the reservation"),
    ),
    Topic.RESERVATION_READY: Wording(
        msgid("Ready to be picked up: %(what)s"),
        msgid("It lies on the shelf for you until %(until)s:\n\n%(things)s"),
        msgid("See where"),
    ),
    Topic.RESERVATION_MISSED: Wording(
        msgid("Not picked up: %(what)s"),
        msgid(
            "You had reserved this and did not pick it up, so others can have it:\n\n%(things)s\n\n"
            "%(span)s\n\nIf you don't need something any more, cancel it, so that others can plan."
        ),
        msgid("See the reservation"),
    ),
    Topic.RESERVATION_EXPIRED: Wording(
        msgid("Nobody answered in time: %(what)s"),
        msgid(
            "You had asked for this, and nobody said yes or no in time:\n\n%(things)s\n\n%(span)s"
            "\n\nIt does not count against you. Ask a steward, or reserve again."
        ),
        msgid("See the reservation"),
    ),
    Topic.RESERVATION_UNSERVED: Wording(
        msgid("None came free for you: %(what)s"),
        msgid(
            "None of what you had reserved came free in time:\n\n%(things)s\n\n%(span)s\n\n"
            "It does not count against you. Reserve again, or look for another one."
        ),
        msgid("See the reservation"),
    ),
    Topic.RESERVATION_CANCELLED: Wording(
        msgid("Your reservation was cancelled: %(what)s"),
        msgid("%(group)s had to cancel what you reserved:\n\n%(things)s\n\n%(span)s\n\n%(why)s"),
        msgid("See the reservation"),
    ),
    Topic.DISPLACED: Wording(
        msgid("Your reservation can't be kept for now: %(what)s"),
        msgid(
            "What you reserved is late or broken, and no other is free then:\n\n%(things)s\n\n"
            "%(span)s\n\nYou come first when one is free again. You can move or cancel it, too."
        ),
        msgid("See the reservation"),
    ),
    Topic.RETURNED_WITH_DAMAGE: Wording(
        msgid("Came back damaged: %(what)s"),
        msgid("%(what)s came back and needs a steward.\n\n%(found)s"),
        msgid("See the thing"),
    ),
    Topic.STOCKTAKE_DONE: Wording(
        msgid("Stocktake done: %(about)s"),
        msgid(
            "%(about)s is counted.\n\n- Missing: %(missing)s\n- Found again: %(found)s\n"
            "- Put in their new place: %(moved)s\n- Other numbers: %(recounted)s"
        ),
        msgid("See the report"),
    ),
    Topic.DIGEST: Wording(
        msgid("The week in %(group)s"),
        msgid(
            "- Lent in seven days: %(lent)s\n- Out now: %(out)s\n- Late: %(late)s\n"
            "- Reported damage: %(reported)s\n- To be checked: %(needs_check)s\n"
            "- In repair: %(in_repair)s\n- Missing: %(missing)s"
        ),
        msgid("Overview"),
    ),
}

# What each message is called where it is not shown itself.
CALLED: Mapping[Topic, str] = {
    Topic.SIGN_IN_LINK: msgid("link to sign in"),
    Topic.PASSWORD_LINK: msgid("link to set a password"),
    Topic.NEW_ADDRESS: msgid("new address"),
    Topic.ACCOUNT_CHANGED: msgid("change of an account"),
    Topic.INVITATION: msgid("invitation"),
    Topic.ASKED_TO_JOIN: msgid("request to join"),
    Topic.JOINING_APPROVED: msgid("yes to who asked to join"),
    Topic.JOINING_DECLINED: msgid("no to who asked to join"),
    Topic.WELCOME: msgid("welcome"),
    Topic.DUE_SOON: msgid("due soon"),
    Topic.DUE_TODAY: msgid("due today"),
    Topic.LATE: msgid("late"),
    Topic.CALLED_BACK: msgid("called back"),
    Topic.YOUR_TURN: msgid("somebody's turn"),
    Topic.RESERVATION_APPROVED: msgid("reservation confirmed"),
    Topic.RESERVATION_DECLINED: msgid("reservation declined"),
    Topic.RESERVATION_READY: msgid("ready to be picked up"),
    Topic.RESERVATION_MISSED: msgid("reservation not picked up"),
    Topic.RESERVATION_EXPIRED: msgid("reservation that nobody answered"),
    Topic.RESERVATION_UNSERVED: msgid("reservation for which none came free"),
    Topic.RESERVATION_CANCELLED: msgid("reservation cancelled"),
    Topic.DISPLACED: msgid("reservation that can't be kept"),
    Topic.RETURNED_WITH_DAMAGE: msgid("came back damaged"),
    Topic.STOCKTAKE_DONE: msgid("stocktake done"),
    Topic.DIGEST: msgid("the week"),
}
