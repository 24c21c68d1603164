"""What machines ask: whether we are up, and whether we are ready."""

import logging
from http import HTTPStatus

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from toolshare.database import reading
from toolshare.gate import open_to_all
from toolshare.vitals import readiness

room = Blueprint("vitals", __name__)
log = logging.getLogger(__name__)


@room.get("/health")
@open_to_all
def health() -> ResponseReturnValue:
    """Whether the process answers at all: who restarts it asks this, and no database is needed."""
    return told("up")


@room.get("/ready")
@open_to_all
def ready() -> ResponseReturnValue:
    """Whether people can be sent here, and if not, why."""
    missing = what_is_missing()
    if missing is None:
        return told("ready")
    return told(missing, HTTPStatus.SERVICE_UNAVAILABLE)


def what_is_missing() -> str | None:
    """What keeps us from working, in a word."""
    try:
        with reading() as session:
            return readiness.missing(session.connection(), current_app.config["CHOSEN"].instance)
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return "the database does not answer"


def told(word: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """A plain word, which nobody keeps."""
    answer = Response(f"{word}\n", status, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer
