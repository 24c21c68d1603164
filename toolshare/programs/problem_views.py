"""What programs are told when something can't be: problem details as in RFC 9457."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify
from flask_babel import get_locale
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from toolshare import wording
from toolshare.circulation.fitting import Span
from toolshare.people.throttling import TooManyWrongSignIns
from toolshare.refusals import Reason, Refusal
from toolshare.rules.lengths import Length

PROBLEM = "application/problem+json"
COME_BACK_SECONDS = 5
REALM = 'Bearer realm="toolshare"'


def of_refusal(refusal: Refusal) -> Response:
    """A refusal: every reason as a value, and in words of the language that was asked for."""
    reasons = [_reason(one) for one in refusal.reasons]
    answer = _problem(refusal.status, " ".join(one["says"] for one in reasons), reasons=reasons)
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = REALM
    waits = [one.wait for one in refusal.reasons if isinstance(one, TooManyWrongSignIns)]
    if waits:
        answer.headers["Retry-After"] = str(int(max(waits).total_seconds()))
    elif refusal.status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = str(COME_BACK_SECONDS)
    return answer


def of_error(error: HTTPException) -> Response:
    """Whatever else is wrong with a request, or with us."""
    answer = _problem(HTTPStatus(error.code or 500), error.description or "")
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(error.valid_methods)
    return answer


def _problem(status: HTTPStatus, detail: str, **more: Any) -> Response:
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    answer = jsonify(body | more)
    answer.status_code, answer.mimetype = status, PROBLEM
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Language"] = str(get_locale())
    return answer


def _reason(reason: Reason) -> dict[str, Any]:
    facts = {name: _fact(fact) for name, fact in vars(reason).items()}
    worded = {"says": wording.says(reason), "instead": wording.instead(reason)}
    return {"reason": type(reason).__name__, "facts": facts, **worded}


def _fact(fact: Any) -> Any:
    """A fact as JSON has it: moments as RFC 3339 says, lengths of time in seconds."""
    written = fact
    match fact:
        case Enum():
            written = fact.value
        case datetime() | date():
            written = fact.isoformat()
        case timedelta():
            written = int(fact.total_seconds())
        case Decimal():
            written = float(fact)
        case Length():
            written = fact.as_json()
        case Reason():
            written = _reason(fact)
        case Span():
            written = {"from": fact.from_at.isoformat(), "until": fact.until_at.isoformat()}
        case tuple() | list():
            written = [_fact(one) for one in fact]
    return written
