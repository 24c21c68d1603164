"""Pages of reservations: making one, one's own, a group's, and what is pressed on them."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.answers import done, wants_json
from toolshare.circulation import finding, reserving
from toolshare.circulation import reservation_queries as queries
from toolshare.circulation.allotting import Wanted
from toolshare.circulation.booking import Booking, NotFree, NothingWanted, Weighing, weigh
from toolshare.circulation.eligibility import is_steward
from toolshare.circulation.fitting import Span
from toolshare.circulation.free_when import Times, free_when
from toolshare.circulation.promises import ReservedUnit
from toolshare.circulation.reservation_forms import (
    ReservationForm,
    WhenForm,
    codes_in,
    kind_ids_in,
    quantity_of,
    typed_for,
)
from toolshare.circulation.views import room
from toolshare.database import reading, transaction
from toolshare.gate import needs
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import read_opening_times, today_in
from toolshare.people.signin import person_signed_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal

ONE = "/reservations/<int:reservation_id>"


@room.app_template_filter()
def counted_by_kind(units: Sequence[ReservedUnit]) -> list[tuple[Kind, int]]:
    """How many of each kind there are among reserved units, in their order."""
    numbers: dict[Kind, int] = {}
    for unit in units:
        numbers[unit.kind] = numbers.get(unit.kind, 0) + unit.quantity
    return list(numbers.items())


@room.get("/reservations")
def my_reservations() -> ResponseReturnValue:
    """What one has reserved, and what came of what one had."""
    with reading() as session:
        found = queries.my_reservations(session, person_signed_in(), now=clock.now())
        return render_template("circulation/my_reservations.html", found=found)


@room.get("/groups/<slug>/reservations")
@needs(Role.STEWARD)
def reservations(group: Group) -> ResponseReturnValue:
    """What is reserved of a group and still to be fetched, for its stewards."""
    with reading() as session:
        found = queries.reservations_of(session, group, now=clock.now())
        return render_template("circulation/reservations.html", group=group, found=found)


@room.get("/reservations/new")
def new_reservation() -> ResponseReturnValue:
    """What, from when until when; with days it says whether that is possible, or when it is."""
    form, when = ReservationForm(request.args), WhenForm(request.args)
    with reading() as session:
        kinds = _kinds(session)
        against = None
        if "when" in request.args and when.validate() and kinds:
            times = _times(session, kinds, form, when)
            return _page(session, kinds, form, times.reasons, when=when, times=times)
        if "when" not in request.args and "until_day" in request.args and form.validate() and kinds:
            against = _weighed(session, kinds, form).reasons
        return _page(session, kinds, form, against, when=when)


@room.post("/reservations")
def reserve() -> ResponseReturnValue:
    """Reserves all that was chosen, or nothing."""
    form = ReservationForm(request.form)
    if not form.validate():
        return _again(form, None, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        made, says = _reserved(form)
    except Refusal as refusal:
        if wants_json():
            raise
        return _again(form, refusal.reasons, refusal.status)
    return done(url_for(".reservation", reservation_id=made), says=says, reservation=made)


def _kinds(session: AnySession) -> Sequence[Kind]:
    """The kinds that the address or the form names; a 404 when the reader sees none of them."""
    kind_ids = kind_ids_in(request.values)
    kinds = queries.kinds_to_reserve(session, kind_ids, person_signed_in(), now=clock.now())
    if kind_ids and not kinds:
        abort(HTTPStatus.NOT_FOUND)
    return kinds


def _booking(session: AnySession, kinds: Sequence[Kind], form: ReservationForm) -> Booking:
    flexible = bool(form.weather_flexible.data)
    return Booking(
        _wanted(session, kinds), form.span(kinds[0].group), form.note.data or "", flexible
    )


def _weighed(session: AnySession, kinds: Sequence[Kind], form: ReservationForm) -> Weighing:
    group = read_opening_times(session, kinds[0].group)
    person = person_signed_in()
    booking = _booking(session, kinds, form)
    return weigh(session, group, booking, person=person, by=person, now=clock.now())


def _times(
    session: AnySession, kinds: Sequence[Kind], form: ReservationForm, when: WhenForm
) -> Times:
    """The next times that are free, from the day that was given on, or from today."""
    group, now = kinds[0].group, clock.now()
    since = form.from_day.data or today_in(group, now)
    return free_when(session, group, _wanted(session, kinds), when.wanted, since=since, now=now)


def _wanted(session: AnySession, kinds: Sequence[Kind]) -> list[Wanted]:
    only = _only(session, kinds)
    return [
        Wanted(
            kind,
            quantity_of(kind.id, request.values),
            only[kind.id].id if kind.id in only else None,
        )
        for kind in kinds
    ]


def _only(session: AnySession, kinds: Sequence[Kind]) -> dict[int, Item]:
    """Of which kinds one certain item is meant, and no other."""
    return queries.items_meant(session, codes_in((kind.id for kind in kinds), request.values))


def _reserved(form: ReservationForm) -> tuple[int, str]:
    """The id of the reservation that was made, and what to say."""
    with transaction() as session:
        person, now = person_signed_in(), clock.now()
        kinds = _kinds(session)
        if not kinds:
            raise Refusal(NothingWanted())
        group = read_opening_times(session, kinds[0].group)
        made = reserving.reserve(
            session,
            group,
            _booking(session, kinds, form),
            person=_for_whom(session, group, person, form.to.data),
            by=person,
            now=now,
            operation=form.act,
        )
        if made.is_requested:
            return made.id, _("Asked for: a steward will say yes or no.")
        return made.id, _("Reserved. It is kept for you.")


def _for_whom(session: AnySession, group: Group, person: Person, typed: str | None) -> Person:
    if not typed:
        return person
    return finding.the_member(session, group, typed, by=person, now=clock.now())


def _again(
    form: ReservationForm, against: Sequence[Reason] | None, status: HTTPStatus
) -> ResponseReturnValue:
    with reading() as session:
        return _page(session, _kinds(session), form, against), status


def _page(
    session: AnySession,
    kinds: Sequence[Kind],
    form: ReservationForm,
    against: Sequence[Reason] | None,
    *,
    when: WhenForm | None = None,
    times: Times | None = None,
) -> str:
    """The page to reserve on; `against` and `times` are None until somebody asked."""
    person, now = person_signed_in(), clock.now()
    words = request.values.get("add", "").strip()
    group = kinds[0].group if kinds else None
    more = queries.kinds_like(session, group, words) if group and words else ()
    quantities = {kind.id: quantity_of(kind.id, request.values) or 1 for kind in kinds}
    only = _only(session, kinds)
    return render_template(
        "circulation/new_reservation.html",
        kinds=kinds,
        group=group,
        form=form,
        when=when or WhenForm(),
        times=times,
        against=against,
        windows=_windows(session, group, times, against or ()),
        quantities=quantities,
        only=only,
        typed_quantities={
            **{f"quantity-{id}": many for id, many in quantities.items() if many > 1},
            **{f"only-{id}": item.code for id, item in only.items()},
        },
        words=words,
        more=[kind for kind in more if kind.id not in {one.id for one in kinds}],
        is_ours=bool(group and is_steward(session, person, group, now=now)),
    )


def _windows(
    session: AnySession, group: Group | None, times: Times | None, against: Sequence[Reason]
) -> list[tuple[Span, dict[str, str]]]:
    """When it is free, or free instead, each with what the form would hold then."""
    instead = next((one.windows for one in against if isinstance(one, NotFree)), ())
    found = times.spans if times else instead
    if group is None or not found:
        return []
    read_opening_times(session, group)
    return [(span, typed_for(group, span)) for span in found]
