"""How the rooms are joined: what stands in front of us, and what is said when something is wrong."""

import pytest
from flask import Flask, Response, abort, request
from flask.testing import FlaskClient

from tests.conftest import type_of_client
from tests.world import World
from toolshare import create_app, settings

# Who asks may write what it likes; each server in front adds what it sees.
FORWARDED = {"X-Forwarded-For": "198.51.100.9, 192.0.2.7", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(
    ("proxies", "seen"), [("0", ("127.0.0.1", "http")), ("1", ("192.0.2.7", "https"))]
)
def test_only_trusted_servers_say_where_a_request_comes_from(
    chosen: settings.Settings, proxies: str, seen: tuple[str, str]
) -> None:
    known = {
        "TOOLSHARE_INSTANCE": str(chosen.instance),
        "TOOLSHARE_DATABASE_URL": chosen.database_url,
        "TOOLSHARE_TRUSTED_PROXIES": proxies,
    }
    app = create_app(settings.read(known))
    came = []
    app.before_request(lambda: came.append((request.remote_addr, request.scheme)))
    app.test_client().get("/nowhere", headers=FORWARDED)
    assert came == [seen]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A stranger's browser, in an app with a view for each fault."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fault(number: int) -> str:
        if number == 0:
            raise ZeroDivisionError
        abort(Response("mine", 418) if number == 1 else number)

    fault.is_open_to_all = True  # type: ignore[attr-defined]
    app.add_url_rule("/fault/<int:number>", view_func=fault)
    return app.test_client()


@pytest.mark.parametrize(
    ("number", "status", "words"),
    [
        (404, 404, "There is nothing here"),
        (413, 413, "That file is too big"),
        (429, 429, "Too many tries"),
        (410, 410, "Gone"),
        (1, 418, "mine"),
        (0, 500, "Nothing was changed. Try again"),
    ],
)
def test_errors_are_said_in_plain_words(
    client: FlaskClient, number: int, status: int, words: str
) -> None:
    answer = client.get(f"/fault/{number}")
    assert (answer.status_code, words in answer.text) == (status, True)
    assert "Traceback" not in answer.text


def test_a_page_that_only_takes_posts_says_so(world: World, client_of: type_of_client) -> None:
    answer = client_of(world.ana).get("/sign-out")
    assert (answer.status_code, "opened that way" in answer.text) == (405, True)


def test_a_body_that_is_too_big_is_refused(
    app: Flask, world: World, client_of: type_of_client
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1_000
    answer = client_of(None).post("/sign-in", data={"email": "a" * 2_000})
    assert (answer.status_code, "That file is too big" in answer.text) == (413, True)
