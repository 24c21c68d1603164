"""Every reason that only webhooks have to say no."""

from dataclasses import dataclass
from http import HTTPStatus

from toolshare.refusals import Reason, msgid


@dataclass(frozen=True)
class NotAnAddress(Reason):
    """With a name and password in it, or no address at all."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    typed: str
    says = msgid("“%(typed)s” is no address to tell something to.")
    instead = msgid("Give one like https://example.org/hook, without a name or password in it.")


@dataclass(frozen=True)
class OnlyHttps(Reason):
    """Http, ftp, file: whatever anybody on the way could read, or what is no place of the network."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("Only addresses that begin with https:// are told anything.")
    instead = msgid("Ask whoever runs the other program for one.")


@dataclass(frozen=True)
class OwnNetwork(Reason):
    """An address that leads nowhere but into the network of the server, as it stands there."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    host: str
    says = msgid("“%(host)s” is in a private network, where this installation sends nothing.")
    instead = msgid("Give an address that can be reached on the internet.")


@dataclass(frozen=True)
class NothingToTell(Reason):
    """A webhook without events."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    says = msgid("Nothing was chosen to be told.")
    instead = msgid("Choose at least one event.")


@dataclass(frozen=True)
class TooManyWebhooks(Reason):
    """As many as a group needs."""

    most: int
    says = msgid("The group has %(most)s webhooks already.")
    instead = msgid("End one that is not needed.")


@dataclass(frozen=True)
class NoSuchWebhook(Reason):
    """There is none, it has ended, or it is another group's: nobody learns which."""

    status = HTTPStatus.NOT_FOUND
    says = msgid("There is no such webhook of this group.")
    instead = msgid("Look at the list of its webhooks.")
