"""A sitting: one member at a kiosk, from card and PIN until they are done or go away."""

from datetime import datetime, timedelta

from sqlalchemy.orm.attributes import set_committed_value

from toolshare.inventory.models import Item, Place
from toolshare.kiosk import reasons as why
from toolshare.kiosk.models import Kiosk
from toolshare.labels.scanning import anything_behind
from toolshare.people import pins, roles
from toolshare.people.models import Membership
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Refusal

PATIENCE = timedelta(seconds=30)  # without a touch or a scan


def refuse_other_labels(session: AnySession, code: str) -> None:
    """Refuses the label of a thing or a place; of any other code it tells nothing."""
    try:
        found = anything_behind(session, code)
    except Refusal:
        return
    if isinstance(found, Item | Place):
        raise Refusal(why.CardFirst())


def card_with(
    session: AnySession, kiosk: Kiosk, code: str, pin: str, *, now: datetime
) -> Membership:
    """The membership whose card and PIN these are, if the kiosk serves it.

    Refuses with one and the same reason, after the same time, whatever the matter is.
    """
    card = _card(session, code)
    is_right = pins.is_right(card.person if card else None, pin)
    if card is None or not is_right or not _is_welcome(session, kiosk, card, now=now):
        raise Refusal(why.CardAndPinDontFit())
    return card


def begin(kiosk: Kiosk, card_id: int, *, now: datetime) -> None:
    """Serves who has shown card and PIN, and nobody who was served before."""
    kiosk.membership_id = card_id
    kiosk.sitting += 1
    kiosk.began_at = kiosk.last_act_at = kiosk.last_used_at = now


def served(session: AnySession, kiosk: Kiosk, *, now: datetime) -> Membership | None:
    """Whom the kiosk serves at this moment: nobody, half a minute after the last touch or scan."""
    if kiosk.membership is None or seconds_left(kiosk, now=now) <= 0:
        return None
    return kiosk.membership if _is_welcome(session, kiosk, kiosk.membership, now=now) else None


def seconds_left(kiosk: Kiosk, *, now: datetime) -> int:
    """In how many seconds who is served is signed out, if nothing happens."""
    if kiosk.last_act_at is None:
        return 0
    return int((kiosk.last_act_at + PATIENCE - now).total_seconds())


def stay(session: AnySession, kiosk: Kiosk, sitting: int | None, *, now: datetime) -> Membership:
    """Who is served, and is there: they have half a minute again.

    Refuses a page of a sitting that is over.
    """
    card = served(session, kiosk, now=now)
    if card is None or sitting != kiosk.sitting:
        raise Refusal(why.SignedOut())
    kiosk.last_act_at = now
    return card


def end(kiosk: Kiosk, sitting: int | None) -> None:
    """Signs out who is served; a page of an earlier sitting ends no other one."""
    if sitting == kiosk.sitting:
        kiosk.membership_id = kiosk.last_act_at = None
        set_committed_value(kiosk, "membership", None)


def _card(session: AnySession, code: str) -> Membership | None:
    try:
        found = anything_behind(session, code)
    except Refusal:
        return None
    return found if isinstance(found, Membership) else None


def _is_welcome(session: AnySession, kiosk: Kiosk, card: Membership, *, now: datetime) -> bool:
    """A current member, not paused and with a PIN, of the kiosk's group or of a village below it."""
    is_member = card.is_current(today_in(card.group, now)) and card.paused_at is None
    if not is_member or card.person.pin_hash is None:
        return False
    above = roles.group_and_its_parents(session, card.group_id)
    return kiosk.group_id in {group.id for group in above}
