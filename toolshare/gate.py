"""Every request passes here: from our own origin, and signed in, unless a view is open to all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock, policies
from toolshare.database import db
from toolshare.kiosk import tablet
from toolshare.kiosk.reasons import NotAKiosk
from toolshare.people.entering import group_for, group_to_borrow_from
from toolshare.people.models import Role
from toolshare.people.signin import act_for, current_person, person_signed_in
from toolshare.programs import bearer
from toolshare.programs.scopes import Scope
from toolshare.refusals import Reason, Refusal, msgid


@dataclass(frozen=True)
class NotSignedIn(Reason):
    """A program that carries nobody's session, or one that has ended."""

    status = HTTPStatus.UNAUTHORIZED
    says = msgid("You are not signed in.")
    instead = msgid("Sign in, then do it again.")


View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
SAFE = {"GET", "HEAD", "OPTIONS"}
_OPEN = "is_open_to_all"
_NEEDED = "role_needed"
_BORROWERS = "is_for_borrowers"
_CAMERA = "reads_labels"
_KIOSKS = "is_at_kiosks"
_SCOPE = "scope_needed"
FOR_PROGRAMS = "/api/v1/"  # where tokens count and cookies don't
MOST_BYTES = 100_000  # that a program sends at once
MOST_FIELDS = 20_000  # of a form, which would take half a minute to read with millions of them
FORM = "application/x-www-form-urlencoded"
ENDS_A_SESSION = {"people.end_session", "people.end_all_sessions"}
FOR_ALL_DEVICES = {"offline.manifest", "inventory.photo"}


def open_to_all(view: View) -> View:
    """Marks a view that strangers may see."""
    setattr(view, _OPEN, True)
    return view


def reads_labels(view: View) -> View:
    """Marks a view whose page opens the camera, and may run the decoder of what it sees."""
    setattr(view, _CAMERA, True)
    return view


def at_kiosks(view: View) -> View:
    """Marks a view for the tablet of a shed, which opens no other, and which nobody else opens."""
    setattr(view, _KIOSKS, True)
    return view


def for_programs(scope: Scope) -> Callable[[View], View]:
    """Marks a view under /api/v1/ for programs, and states the scope that a token needs for it."""

    def stating(view: View) -> View:
        setattr(view, _SCOPE, scope)
        return view

    return stating


def needs(role: Role) -> Callable[[View], Callable[..., ResponseReturnValue]]:
    """States the role that a page under `/groups/<slug>/…` needs in that group.

    The view takes `group` where its route says `<slug>`: the Group, with its opening times. Who
    does not belong to it gets a 404, whose role is too small a 403. Write it under the route:

        @room.get("/groups/<slug>/people")
        @needs(Role.COORDINATOR)
        def people(group: Group) -> ResponseReturnValue:
    """

    def stating(view: View) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def entered(slug: str, **others: Any) -> ResponseReturnValue:
            person = person_signed_in()
            group = group_for(db.session, slug, person, role, now=clock.now())
            return view(group=group, **others)

        setattr(entered, _NEEDED, role)
        return entered

    return stating


def for_borrowers(view: View) -> Callable[..., ResponseReturnValue]:
    """Marks a page under `/groups/<slug>/…` that is for all who may borrow from that group.

    Its members, and those of the villages below it, which share what it owns. The view takes
    `group` as it does under `@needs`; anybody else gets a 404.
    """

    @wraps(view)
    def entered(slug: str, **others: Any) -> ResponseReturnValue:
        group = group_to_borrow_from(db.session, slug, person_signed_in(), now=clock.now())
        return view(group=group, **others)

    setattr(entered, _BORROWERS, True)
    return entered


def role_needed(endpoint: str) -> Role | None:
    """The role that this endpoint's view states that it needs in the group of its address."""
    return getattr(current_app.view_functions[endpoint], _NEEDED, None)


def is_for_borrowers(endpoint: str) -> bool:
    """Whether this endpoint's page is for all who may borrow from the group of its address."""
    return _is_marked(endpoint, _BORROWERS)


def scope_needed(endpoint: str) -> Scope | None:
    """The scope that this endpoint's view states that a program's token needs."""
    return getattr(current_app.view_functions[endpoint], _SCOPE, None)


def is_of_program() -> bool:
    """Whether the request is a program's: it counts by its token, and by no cookie."""
    return request.path.startswith(FOR_PROGRAMS)


def set_up(app: Flask) -> None:
    """Puts the gate before every view."""
    app.before_request(let_in)
    told = policies.headers(app.config["CHOSEN"])
    app.after_request(lambda response: tell_browsers(response, told))


def let_in() -> ResponseReturnValue | None:
    """Each request comes in by one door of three, which asks its questions in order.

    A tablet of a shed is one whatever address is typed there, so that comes first.
    """
    if tablet.is_kiosk():
        return keep_kiosk_in()
    if not is_of_program():
        return let_person_in()
    let_program_in()
    return None


def keep_kiosk_in() -> ResponseReturnValue | None:
    """The tablet of a shed opens its own pages and nothing else; nobody is signed in on it."""
    refuse_foreign_pages()
    if not _is_marked(request.endpoint, _KIOSKS) and request.endpoint not in FOR_ALL_DEVICES:
        return redirect(url_for("kiosk.kiosk"), HTTPStatus.SEE_OTHER)
    refuse_very_many_fields()
    refuse_nul()
    return None


def let_program_in() -> None:
    """A program shows a token with the scope that the view states; no view without one lets it in.

    Outside of /api/v1/ no token counts: there is nothing that would look at it. No browser sends one
    by itself, so there is nothing that a foreign page could forge.
    """
    act_for(None)  # before anything is said: a cookie chooses no language here
    request.max_content_length = MOST_BYTES  # before anything is read
    if request.endpoint is not None and not is_open(request.endpoint):
        scope = scope_needed(request.endpoint)
        if scope is None:
            abort(HTTPStatus.FORBIDDEN)
        bearer.let_in(scope)
    refuse_very_many_fields()
    refuse_nul()


def let_person_in() -> ResponseReturnValue | None:
    """Whoever has a browser comes from our own pages, is signed in where that is needed, and at no kiosk."""
    refuse_foreign_pages()
    if _is_marked(request.endpoint, _KIOSKS):
        raise Refusal(NotAKiosk())
    refuse_very_many_fields()
    refuse_nul()
    return turn_strangers_away()


def refuse_very_many_fields() -> None:
    """Nothing below us bounds how many fields a form has that comes without a file."""
    if request.mimetype == FORM and request.get_data().count(b"&") >= MOST_FIELDS:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def refuse_nul() -> None:
    """PostgreSQL keeps no text with a NUL in it, and nobody types one."""
    typed = [request.path, *request.args.values(), *request.form.values()]
    if any("\0" in text for text in typed):
        abort(HTTPStatus.BAD_REQUEST)


def tell_browsers(response: Response, told: Mapping[str, str]) -> Response:
    """Adds the headers of every answer.

    JSON often stands at the address of a page: a browser that kept it would show it in its place.
    """
    if response.mimetype == "application/json":
        response.headers.setdefault("Cache-Control", policies.NEVER_KEPT)
    for name, value in told.items():
        response.headers.setdefault(name, value)
    if _is_marked(request.endpoint, _CAMERA):
        allowed = policies.decoding(told["Content-Security-Policy"])
        response.headers["Content-Security-Policy"] = allowed
    return response


def is_open(endpoint: str | None) -> bool:
    """Whether strangers may see this endpoint."""
    return _is_marked(endpoint, _OPEN)


def _is_marked(endpoint: str | None, mark: str) -> bool:
    return bool(endpoint) and hasattr(current_app.view_functions[str(endpoint)], mark)


def refuse_foreign_pages() -> None:
    """Only our own pages may change anything: no other site can make a browser do it.

    Browsers say where a request comes from in Sec-Fetch-Site, older ones in Origin (Fetch
    standard); a client that sends neither is no browser and carries no one's cookies.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            abort(HTTPStatus.FORBIDDEN)
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() not in _own_origins():
        abort(HTTPStatus.FORBIDDEN)


def turn_strangers_away() -> ResponseReturnValue | None:
    """Who is not signed in is asked to, and afterwards lands where they wanted to go.

    A script is told with a status.
    """
    is_let_in = request.endpoint is None or is_open(request.endpoint)
    if is_let_in or current_person() is not None:
        return None
    if request.is_json or request.accept_mimetypes.best == "application/json":
        raise Refusal(NotSignedIn())
    if request.method not in SAFE and request.endpoint not in ENDS_A_SESSION:
        flash(
            _("You are not signed in, so nothing was saved. Sign in, then do it again."), "warning"
        )
    wanted = _path_of(request.url if request.method in SAFE else request.referrer)
    return redirect(url_for("people.sign_in", next=wanted), HTTPStatus.SEE_OTHER)


def _path_of(address: str | None) -> str | None:
    """Path and query of an address: whose session ended on a page comes back to that page."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return None
    return urlunsplit(("", "", parts.path, parts.query, "")) or None


def is_our_own_path(target: str) -> bool:
    """Whether a place to go next is a path of ours: never another host.

    Browsers read a backslash as a slash, and leave out what can't be printed.
    """
    is_clean = target.isprintable() and "\\" not in target
    return is_clean and target.startswith("/") and not target.startswith("//")


def _own_origins() -> set[str]:
    return {current_app.config["PUBLIC_URL"], f"{request.scheme}://{request.host}".lower()}
