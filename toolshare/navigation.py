"""Where a person can go from every page, by what they may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext

from toolshare.people.models import Group, Membership, Role
from toolshare.refusals import msgid


@dataclass(frozen=True)
class Place:
    """Somewhere to go: its endpoint, what it is called, its icon, and the role it is for.

    A group's place without a role is for all who may borrow from the group.
    """

    endpoint: str
    called: str
    icon: str
    role: Role | None = Role.MEMBER
    beside: tuple[str, ...] = ()  # endpoints of its kind, with no entry of their own


@dataclass(frozen=True)
class Way:
    """A place as the navigation shows it."""

    url: str
    label: str
    icon: str
    is_here: bool


OWN_LISTS = ("circulation.my_turns", "circulation.my_reservations")
MAIN = (
    Place("inventory.catalogue", msgid("Catalogue"), "catalogue"),
    Place("circulation.my_loans", msgid("My loans"), "loans", beside=OWN_LISTS),
    Place("desk.scan", msgid("Scan"), "scan"),
    Place("desk.desk", msgid("Desk"), "desk", Role.STEWARD),
)
OF_A_GROUP = (
    Place("circulation.overview", msgid("Overview"), "overview", Role.STEWARD),
    Place("circulation.shelf", msgid("Ready shelf"), "check", Role.STEWARD),
    Place("circulation.reservations", msgid("Reservations"), "clock", Role.STEWARD),
    Place("offline.exceptions", msgid("Exceptions"), "warning", Role.STEWARD),
    Place("offline.day_sheet", msgid("Day sheet"), "print", Role.STEWARD),
    Place("calendar.week", msgid("Board"), "calendar", role=None),
    Place("inventory.inventory", msgid("Inventory"), "inventory", Role.STEWARD),
    Place("stocktake.stocktakes", msgid("Stocktake"), "count", Role.STEWARD),
    Place("labels.labels", msgid("Labels"), "label", Role.COORDINATOR),
    Place("messages.messages", msgid("Messages"), "mail", Role.COORDINATOR),
    Place(
        "people.people",
        msgid("People"),
        "people",
        Role.COORDINATOR,
        beside=("admission.invitations", "admission.requests"),
    ),
    Place(
        "people.settings",
        msgid("Settings"),
        "settings",
        Role.COORDINATOR,
        beside=(
            "kiosk.kiosks",
            "programs.programs",
            "webhooks.webhooks",
            "admission.join_page",
            "privacy.retention",
        ),
    ),
    Place("people.group", msgid("About"), "info"),
    Place("rules.rules", msgid("Rules"), "book", role=None),
)


def set_up(app: Flask) -> None:
    """Gives templates `main_ways` and `group_ways`."""
    app.jinja_env.globals |= {"main_ways": main_ways, "group_ways": group_ways}


def main_ways(memberships: Sequence[Membership]) -> list[Way]:
    """The bar of every page; the last entry is the group that the person has most to do in."""
    ways = ways_to([place for place in MAIN if may_go(place, memberships)])
    own = max(memberships, key=lambda one: list(Role).index(one.role), default=None)
    entry = first_of(own) if own else None
    if own and entry:
        here = "slug" in (request.view_args or {})
        url = url_for(entry.endpoint, slug=own.group.slug)
        ways.append(Way(url, gettext("Group"), "group", here))
    return ways


def group_ways(memberships: Sequence[Membership], group: Group) -> list[Way]:
    """The tabs of a group's pages for one of its borrowers, as far as the role there goes."""
    own = [one for one in memberships if one.group_id == group.id]
    return ways_to([place for place in OF_A_GROUP if may_go(place, own)], slug=group.slug)


def may_go(place: Place, memberships: Sequence[Membership]) -> bool:
    """Whether one of the memberships has the role that the place is for, if it is for one."""
    return place.role is None or any(one.role.covers(place.role) for one in memberships)


def first_of(membership: Membership) -> Place | None:
    """The first of the group's pages that this membership opens."""
    return next((place for place in OF_A_GROUP if may_go(place, [membership])), None)


def ways_to(places: Sequence[Place], **values: Any) -> list[Way]:
    """The places with their addresses, named in the reader's language.

    One is here on its own page and on those below it: the nearest one, when several are above.
    """
    urls = {
        url_for(endpoint, **values): place
        for place in places
        for endpoint in (place.endpoint, *place.beside)
    }
    above = [url for url in urls if f"{request.path}/".startswith(f"{url}/")]
    here = urls.get(max(above, key=len, default=""))
    return [
        Way(url_for(place.endpoint, **values), gettext(place.called), place.icon, place is here)
        for place in places
    ]
