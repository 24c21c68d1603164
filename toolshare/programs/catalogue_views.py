"""For programs: groups, kinds, things, and what wears a code."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import abort
from sqlalchemy import ColumnElement

from toolshare import clock
from toolshare.circulation import availability
from toolshare.database import db, reading
from toolshare.inventory import queries
from toolshare.inventory.models import Item, Kind, Place
from toolshare.inventory.search import Sought
from toolshare.labels.scanning import read_scan, what_is_behind
from toolshare.people import roles
from toolshare.people.models import Group
from toolshare.people.signin import person_signed_in
from toolshare.programs import asked, showing, told
from toolshare.programs import reading as read
from toolshare.programs.api_views import API, hosts, page_of, speaks
from toolshare.programs.scopes import Scope
from toolshare.programs.views import addresses, room
from toolshare.records import AnySession


@room.get(f"{API}/groups")
@speaks(Scope.CATALOGUE_READ, told.Groups)
def groups(query: asked.Paged) -> told.Groups:
    """The groups whose things one sees: one's own, and those of their networks."""
    with reading() as session:
        now = clock.now()
        found = sorted(in_reach(), key=lambda group: group.id)
        found = [group for group in found if group.id > query.after]
        page, following = page_of(found, query)
        person = person_signed_in()
        own = {one.group_id: one for one in roles.current_memberships_of(session, person, now)}
        shown = [showing.group(group, own) for group in page]
        return told.Groups(results=shown, next=following)


@room.get(f"{API}/kinds")
@speaks(Scope.CATALOGUE_READ, told.Kinds)
def kinds(query: asked.Sought) -> told.Kinds:
    """The kinds of these groups, and how many of each are free now."""
    with reading() as session:
        among = [group.id for group in chosen(query.group)]
        sought = Sought(words=query.words, group_ids=among, category=query.category)
        page, following = page_of(read.kinds(session, sought, **query.and_one_more), query)
        free = free_of(session, page)
        where = addresses("")
        shown = [showing.kind(kind, free[kind.id], where) for kind in page]
        return told.Kinds(results=shown, next=following)


@room.get(f"{API}/kinds/<int:kind_id>")
@speaks(Scope.CATALOGUE_READ, told.WholeKind)
def kind(kind_id: int, query: asked.Nothing) -> told.WholeKind:  # noqa: ARG001
    """One kind with all that its page says."""
    with reading() as session:
        found = queries.kind_among(session, kind_id, in_reach()) or abort(HTTPStatus.NOT_FOUND)
        return showing.whole_kind(found, free_of(session, [found])[kind_id], addresses(""))


@room.get(f"{API}/items")
@speaks(Scope.CATALOGUE_READ, told.Items)
def items(query: asked.SoughtItems) -> told.Items:
    """The things of these groups, and how each stands."""
    with reading() as session:
        which = [read.in_groups(chosen(query.group))]
        which += [Item.kind_id == query.kind] if query.kind else []
        page, following = page_of(read.items(session, *which, **query.and_one_more), query)
        return told.Items(results=items_told(session, page), next=following)


@room.get(f"{API}/items/<code>")
@speaks(Scope.CATALOGUE_READ, told.ItemTold)
def item(code: str, query: asked.Nothing) -> told.ItemTold:  # noqa: ARG001
    """The thing that wears a code."""
    with reading() as session:
        return the_item(session, Item.code == read_scan(code, hosts()))


@room.get(f"{API}/codes/<code>")
@speaks(Scope.CATALOGUE_READ, told.Wearing)
def code(code: str, query: asked.Nothing) -> told.Wearing:  # noqa: ARG001
    """What wears a code now, or wore it: a thing, a place, or a card, of which nothing is told."""
    with reading() as session:
        found = what_is_behind(session, read_scan(code, hosts()))
        if isinstance(found, Item):
            shown = the_item(session, Item.id == found.id)
            return told.Wearing(code=found.code, wearer="item", item=shown)
        if isinstance(found, Place):
            seen = found.group_id in {group.id for group in in_reach()}
            return told.Wearing(code=found.code, wearer="place", place=found.path if seen else None)
        return told.Wearing(code=found.code, wearer="card")


def the_item(session: AnySession, which: ColumnElement[bool]) -> told.ItemTold:
    """The thing that fits, if it is in reach; else a 404."""
    found = read.items(session, which, read.in_groups(in_reach()))
    return items_told(session, found)[0] if found else abort(HTTPStatus.NOT_FOUND)


def items_told(session: AnySession, found: Sequence[Item]) -> list[told.ItemTold]:
    """These things, and how each stands."""
    states = availability.states(session, [item.id for item in found], now=clock.now())
    return [
        showing.item(item, states[item.id], item.place.path if item.place else None)
        for item in found
    ]


def free_of(session: AnySession, found: Sequence[Kind]) -> dict[int, int | None]:
    """How many of each of these kinds are free now; None is plenty."""
    return availability.free_counts(session, [kind.id for kind in found], now=clock.now())


def in_reach() -> list[Group]:
    """The groups whose things the token's owner sees."""
    return roles.network_of(db.session, person_signed_in(), now=clock.now())


def chosen(slug: str | None) -> list[Group]:
    """The one of these groups that is asked for, or all; of one that is not in reach none."""
    return [group for group in in_reach() if slug in (None, group.slug)]
