"""Whom the desk lends to, or where it puts things: by the card or the place scanned before."""

from datetime import datetime

from toolshare.circulation import eligibility
from toolshare.desk import reasons as why
from toolshare.inventory.models import Item, Place
from toolshare.labels.scanning import what_is_behind
from toolshare.people import roles
from toolshare.people.models import Group, Membership, Person
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Refusal, refuse_if

Turned = Membership | Place


def groups_served(session: AnySession, person: Person, *, now: datetime) -> list[Group]:
    """The groups that the person is a steward of today; refuses who is of none."""
    groups = roles.groups_served(session, person, now)
    if not groups:
        raise Refusal(why.DeskIsForStewards())
    return groups


def turned_to(session: AnySession, code: str, *, by: Person, now: datetime) -> Turned | None:
    """The member with this card, or the place with this label; nobody for no code.

    Refuses what this steward neither lends to nor puts things at.
    """
    if not code:
        return None
    found = what_is_behind(session, code)
    if isinstance(found, Item):
        raise Refusal(why.NobodyToLendTo())
    refuse_to_turn(session, found, by=by, now=now)
    return found


def card_we_serve(session: AnySession, code: str, *, by: Person, now: datetime) -> Membership:
    """The card with this code, with its person and group, if this steward may lend to them."""
    found = turned_to(session, code, by=by, now=now)
    if not isinstance(found, Membership):
        raise Refusal(why.NobodyToLendTo())
    return found


def refuse_to_turn(session: AnySession, found: Turned, *, by: Person, now: datetime) -> None:
    """Refuses a place of a group that they are no steward of, and a member they don't lend to."""
    if isinstance(found, Membership):
        _refuse_to_serve(session, found, by=by, now=now)
    elif found.group_id not in {group.id for group in groups_served(session, by, now=now)}:
        raise Refusal(why.NotYourPlace(code=found.code))


def _refuse_to_serve(session: AnySession, card: Membership, *, by: Person, now: datetime) -> None:
    """Who lends for a group lends to its members and to those of the villages below it."""
    ours = {group.id for group in groups_served(session, by, now=now)}
    chain = roles.group_and_its_parents(session, card.group_id)
    if not ours & {group.id for group in chain}:
        raise Refusal(why.NotYourMember(code=card.code))
    if not card.is_current(today_in(card.group, now)):
        raise Refusal(eligibility.against_outsider(session, card.person, card.group, now))
    refuse_if([*eligibility.against_membership(card, card.person, card.group)])
