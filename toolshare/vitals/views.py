"""What machines ask: whether we are up, whether we are ready, and how we do."""

import logging
import secrets
from http import HTTPStatus

from flask import Blueprint, Response, abort, current_app, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from sqlalchemy.exc import SQLAlchemyError

from toolshare import clock, keeper, logs
from toolshare.database import REPLICA, how_is_the_replica, reading
from toolshare.gate import open_to_all
from toolshare.replica import How, Replica
from toolshare.vitals import readiness, totals
from toolshare.vitals.meter import METER, Meter

room = Blueprint("vitals", __name__)
log = logging.getLogger(__name__)
TALLY = "tally"
TOLD_OF_REPLICA = {
    How.AWAY: "\nthe replica does not answer",
    How.BEHIND: "\nthe replica is behind",
}


@room.record
def begin_counting(state: BlueprintSetupState) -> None:
    """Gives the app a meter, where its settings let anybody ask."""
    is_asked = state.app.config["CHOSEN"].metrics_token is not None
    state.app.extensions[METER] = meter = Meter() if is_asked else None
    replica: Replica | None = state.app.extensions[REPLICA]
    if meter is not None and replica is not None:
        replica.heard = meter.read_by
    state.app.extensions[TALLY] = totals.Tally()


@room.after_app_request
def count(response: Response) -> Response:
    """Counts every answer."""
    meter: Meter | None = current_app.extensions[METER]
    if meter is not None:
        seconds = logs.seconds_since_beginning()
        meter.answered(request.endpoint, response.status_code, seconds=seconds)
    return response


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
        return told(f"ready{what_of_the_replica()}")
    return told(missing, HTTPStatus.SERVICE_UNAVAILABLE)


@room.get("/metrics")
@open_to_all
def metrics() -> ResponseReturnValue:
    """How we do, for Prometheus, which names the token of the settings."""
    meter: Meter | None = current_app.extensions[METER]
    if meter is None:
        abort(HTTPStatus.NOT_FOUND)
    if not knows_the_token():
        refused = told("which token?", HTTPStatus.UNAUTHORIZED)
        refused.headers["WWW-Authenticate"] = "Bearer"
        return refused
    answer = told(meter.told(how_we_do()))
    answer.headers["Content-Type"] = CONTENT_TYPE_PLAIN_0_0_4
    return answer


def knows_the_token() -> bool:
    """Whether the request carries what only Prometheus should know."""
    sent = request.authorization
    token = (sent.token if sent and sent.type == "bearer" else None) or ""
    return secrets.compare_digest(
        token.encode(), current_app.config["CHOSEN"].metrics_token.encode()
    )


def how_we_do() -> totals.Totals:
    """What the database and the folder of backups say of themselves."""
    now, tally = clock.now(), current_app.extensions[TALLY]
    with reading() as session:
        return totals.Totals(
            events=tally.of(session, now=now),
            waiting=totals.waiting(session, now=now),
            backup_age=keeper.age_of_newest(current_app.config["CHOSEN"]),
            now=now,
        )


def what_is_missing() -> str | None:
    """What keeps us from working, in a word."""
    try:
        with reading() as session:
            return readiness.missing(session.connection(), current_app.config["CHOSEN"].instance)
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return "the database does not answer"


def what_of_the_replica() -> str:
    """What hosts should know of the replica, without which all goes on."""
    with reading():
        how = how_is_the_replica()
    return TOLD_OF_REPLICA.get(how, "") if how else ""


def told(word: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """A plain word, which nobody keeps."""
    answer = Response(f"{word}\n", status, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer
