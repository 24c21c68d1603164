"""What all views for programs share: their description, their pages, and one act of a program."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import UUID, uuid4

from flask import Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from spectree import Response as Answers
from spectree import SpecTree
from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from toolshare import clock, gate
from toolshare.circulation import finding
from toolshare.database import db, transaction
from toolshare.inventory.models import Item
from toolshare.labels.scanning import item_behind, read_scan
from toolshare.people.entering import group_for
from toolshare.people.models import Group, Person, Role
from toolshare.people.signin import person_signed_in
from toolshare.programs import bearer, once
from toolshare.programs.asked import Paged
from toolshare.programs.describing import described
from toolshare.programs.misfits import NoObject, NoUuid, reason_of
from toolshare.programs.scopes import Scope
from toolshare.programs.told import Problem, Told
from toolshare.programs.views import room
from toolshare.records import AnySession, Record
from toolshare.refusals import Refusal

API = "/api/v1"
CREATED = HTTPStatus.CREATED
MOST_REASONS = 20
View = Callable[..., Told]
Row = TypeVar("Row", bound=Record)


def refuse_what_is_wrong(_request: Any, _answer: Any, error: Exception | None, *_more: Any) -> None:
    """Refuses a request that is not as described, and says of each field why."""
    if isinstance(error, ValidationError):
        wrong = error.errors(include_url=False, include_input=False)
        raise Refusal(*(reason_of(one) for one in wrong[:MOST_REASONS]))


spec = SpecTree(
    "flask",
    mode="strict",
    title="Toolshare",
    version="1",
    before=refuse_what_is_wrong,
    validation_error_status=HTTPStatus.BAD_REQUEST.value,
    validation_error_model=Problem,
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child,
)


def speaks(
    scope: Scope, gives: type[Told], status: HTTPStatus = HTTPStatus.OK
) -> Callable[[View], Callable[..., ResponseReturnValue]]:
    """Makes a view one for programs: with its scope, what it asks, and what it answers."""

    def speaking(view: View) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def answered(*given: Any, **named: Any) -> tuple[Told, int]:
            return view(*given, **named), status.value

        describe = spec.validate(
            resp=Answers(**{f"HTTP_{status.value}": gives}),
            tags=[scope.partition(":")[0]],
            security={"token": [scope.value]},
            operation_id=view.__name__,
        )
        marked: Callable[..., ResponseReturnValue] = gate.for_programs(scope)(describe(answered))
        return marked

    return speaking


@dataclass(frozen=True)
class Act:
    """One act of a program: for whom, when, and the id by which it is done once."""

    session: AnySession
    by: Person
    now: datetime
    operation: UUID

    @property
    def facts(self) -> dict[str, Any]:
        """What every verb wants to know."""
        return {"by": self.by, "now": self.now, "operation": self.operation}

    def item(self, code: str) -> Item:
        """The thing that wears a code, as it was typed or scanned."""
        return item_behind(self.session, read_scan(code, hosts()))

    def for_whom(self, group: Group, typed: str) -> Person:
        """Oneself, or the member that a steward means."""
        if not typed.strip():
            return self.by
        return finding.the_member(self.session, group, typed.strip(), by=self.by, now=self.now)


@contextmanager
def acting() -> Iterator[Act]:
    """The transaction of an act, written down with the token that did it.

    Refuses a key that was used for another request; sent again with the same it is done once.
    """
    operation, body = _key() or uuid4(), request.get_json()
    fingerprint = once.print_of(request.method, request.path, body)
    with transaction() as session:
        by = person_signed_in()
        once.refuse_another(session, operation, fingerprint, by=by)
        yield Act(session, by, clock.now(), operation)
        once.sign(session, operation, fingerprint, token_id=bearer.token_id())


def page_of(rows: Sequence[Row], asked: Paged) -> tuple[Sequence[Row], str | None]:
    """A page of what was read, and the address of the next, if one more was read than asked for."""
    shown = rows[: asked.limit]
    return shown, _next(shown[-1].id) if len(rows) > asked.limit else None


def whose(
    slug: str | None, person_id: InstrumentedAttribute[Any], group_id: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    """One's own; of a group, by its short name, all, if one is a steward of it."""
    person = person_signed_in()
    if slug is None:
        return person_id == person.id
    return group_id == group_for(db.session, slug, person, Role.STEWARD, now=clock.now()).id


def hosts() -> tuple[str, ...]:
    """The hosts on our labels."""
    known: tuple[str, ...] = tuple(current_app.config["CHOSEN"].hosts)
    return known


def _next(after: int) -> str:
    """The address of the next page: this one's, after the last row of it."""
    others: dict[str, Any] = {**request.args, **(request.view_args or {}), "after": after}
    return str(current_app.config["PUBLIC_URL"]) + url_for(str(request.endpoint), **others)


def _key() -> UUID | None:
    sent = request.headers.get("Idempotency-Key")
    if sent is None:
        return None
    try:
        return UUID(sent.strip('"'))
    except ValueError:
        raise Refusal(NoUuid("Idempotency-Key")) from None


@room.before_request
def refuse_other_bodies() -> None:
    """An act comes as one JSON object."""
    if not gate.is_of_program() or request.method in gate.SAFE:
        return
    if not request.is_json:
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        body = request.get_json()
    except RecursionError:
        abort(HTTPStatus.BAD_REQUEST)
    if not isinstance(body, dict):
        raise Refusal(NoObject("body"))


@room.after_request
def tell_what_is_known(answer: Response) -> Response:
    """An answer that a program has already need not be sent again; nobody else's is kept for it."""
    if not gate.is_of_program():
        return answer
    answer.headers.setdefault("Cache-Control", "private, no-cache")
    answer.vary.update(("Authorization", "Accept-Language"))
    if request.method in {"GET", "HEAD"} and answer.status_code == HTTPStatus.OK:
        following = (answer.get_json() or {}).get("next")
        if isinstance(following, str):
            answer.headers["Link"] = f'<{following}>; rel="next"'
        answer.add_etag()
        answer.make_conditional(request)
    return answer


@room.get(f"{API}/openapi.json")
@gate.open_to_all
def description() -> ResponseReturnValue:
    """What there is for programs, described for them in OpenAPI 3.1."""
    return described(spec.spec, current_app.config["PUBLIC_URL"])
