"""The item page and a borrow, against a bare Flask view of one ORM select and 5 kB.

Run `python -m benchmarks.pages`. All is measured in one process by turns, through WSGI without a
server, so that the ratios say what our code costs over Flask's and SQLAlchemy's own.
"""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import text

from benchmarks.filling import PASSWORD, codes_of_items, installation
from toolshare.database import db, transaction
from toolshare.inventory.models import Item

ROUNDS = 400
WARM_UP = 20
SIZES = ((100, 1_000), (100_000, 1_000_000))
FIVE_KB = "<!doctype html><title>{{ code }}</title>" + "<p>{{ code }} and so on and on</p>\n" * 140


def main() -> None:
    """Prints a table of medians in ms and their ratios to the bare view."""
    print("| items | old loans | bare view | item page | borrow |")
    print("|--:|--:|--:|--:|--:|")
    for items, loans in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            app = installation(Path(folder), items=items, loans=loans)
            bare, page, borrow = measure(app, codes_of_items(items)[:100])
            print(
                f"| {items:,} | {loans:,} | {bare:.2f} ms | {page:.2f} ms = {page / bare:.1f} × "
                f"| {borrow:.2f} ms = {borrow / bare:.1f} × |"
            )


def measure(app: Flask, codes: list[str]) -> list[float]:
    """Median milliseconds of the bare view, the item page and a borrow, taken by turns."""
    bare = bare_app(app)
    cookie = cookie_of_a_member(app)
    times: tuple[list[float], ...] = ([], [], [])
    for turn in range(ROUNDS):
        code = codes[turn % len(codes)]
        times[0].append(milliseconds(bare, request("GET", f"/bare/{code}")))
        times[1].append(milliseconds(app, request("GET", f"/I/{code}", cookie)))
        times[2].append(milliseconds(app, request("POST", f"/I/{code}/loan", cookie)))
        bring_all_back(app)
    return [statistics.median(taken[WARM_UP:]) for taken in times]


def bare_app(app: Flask) -> Flask:
    """A Flask app of its own with one view, on the same database."""
    bare = Flask("bare")
    bare.jinja_loader = DictLoader({"five-kb.html": FIVE_KB})
    for name in ("SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_ENGINE_OPTIONS"):
        bare.config[name] = app.config[name]
    db.init_app(bare)

    @bare.get("/bare/<code>")
    def view(code: str) -> str:
        item = db.session.query(Item).filter_by(code=code).one()
        return render_template("five-kb.html", code=item.code)

    return bare


def cookie_of_a_member(app: Flask) -> str:
    """The cookie of a member who has signed in."""
    answer = app.test_client().post(
        "/sign-in", data={"email": "person1@example.org", "password": PASSWORD}
    )
    assert answer.status_code == 303, answer.status
    return answer.headers["Set-Cookie"].partition(";")[0]


def request(method: str, path: str, cookie: str = "") -> dict[str, Any]:
    """A WSGI environment as a server would make it."""
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_COOKIE": cookie}
    setup_testing_defaults(environ)
    return environ


def milliseconds(app: Flask, environ: dict[str, Any]) -> float:
    """How long the answer took; anything but success or a redirect is a broken benchmark."""
    statuses: list[str] = []
    begun = time.perf_counter()
    answer = app(environ, lambda status, *_: statuses.append(status))
    b"".join(answer)
    taken = time.perf_counter() - begun
    answer.close()
    assert statuses[0][0] in "23", (environ["PATH_INFO"], statuses)
    return taken * 1000


def bring_all_back(app: Flask) -> None:
    """Ends the loan that was measured, so that the next one finds the item free."""
    with app.app_context(), transaction() as session:
        session.execute(
            text("UPDATE loans SET returned_at = borrowed_at WHERE returned_at IS NULL")
        )


if __name__ == "__main__":
    main()
