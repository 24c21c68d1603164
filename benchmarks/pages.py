"""Pages and a borrow, against a bare Flask view of one ORM select and 5 kB.

Run `make bench`, or this alone: `python -m benchmarks.pages`. All is measured in one process by
turns, through WSGI without a server, in processor time, so that a busy machine counts as little as
it can; the ratios say what our code costs over Flask's and SQLAlchemy's own. The second run has
100,000 items and a million old loans: it takes two minutes, and 250 MB of disk while it runs.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4
from wsgiref.util import setup_testing_defaults

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import text

from benchmarks.filling import COORDINATOR, PASSWORD, codes_of_items, installation
from toolshare.database import db, transaction
from toolshare.inventory.models import Item

ROUNDS, ROUNDS_OF_LISTS = 400, 12
WARM_UP, WARM_UP_OF_LISTS = 20, 2
SIZES = ((100, 1_000), (100_000, 1_000_000))
FIVE_KB = "<!doctype html><title>{{ code }}</title>" + "<p>{{ code }} and so on and on</p>\n" * 140
LISTS = {
    "catalogue": "/catalogue",
    "catalogue, free now": "/catalogue?free=y",
    "search for one word": "/catalogue?words=saw",
    "search for two words": "/catalogue?words=circular+saw",
    "search for three letters": "/catalogue?words=num",
    "inventory": "/groups/bench/inventory",
    "inventory by state": "/groups/bench/inventory?sort=state",
    "inventory, what is late": "/groups/bench/inventory?state=late",
    "inventory, last page": "/groups/bench/inventory?page=2000",
    "overview": "/groups/bench/overview",
    "my loans": "/loans",
}

Act = Callable[[str], float]


def main() -> None:
    """Prints a table of medians in ms and their ratios to the bare view."""
    sizes = [measured(items, loans) for items, loans in SIZES]
    print("| page | " + " | ".join(f"{i:,} items, {n:,} old loans" for i, n in SIZES) + " |")
    print("|---|" + "--:|" * len(SIZES))
    for name in sizes[0]:
        print(f"| {name} | " + " | ".join(cell(size, name) for size in sizes) + " |")


def cell(size: dict[str, float], name: str) -> str:
    """What something took, and how many times as long as the bare view."""
    bare = size["bare view"]
    return f"{size[name]:.2f} ms = {size[name] / bare:.1f} ×"


def measured(items: int, loans: int) -> dict[str, float]:
    """The median milliseconds of everything, with so many items and loans."""
    with tempfile.TemporaryDirectory() as folder:
        app = installation(Path(folder), items=items, loans=loans)
        codes = codes_of_items(items)[:50]
        return single_things(app, codes) | lists(app, codes)


def single_things(app: Flask, codes: list[str]) -> dict[str, float]:
    """The bare view, the item page and a borrow."""
    bare, cookie = bare_app(app), cookie_of(app, 1)
    acts: dict[str, Act] = {
        "bare view": lambda code: milliseconds(bare, request("GET", f"/bare/{code}")),
        "item page": lambda code: milliseconds(app, request("GET", f"/I/{code}", cookie)),
        "borrow": lambda code: milliseconds(app, press_borrow(code, cookie)),
    }
    return by_turns(app, acts, codes, ROUNDS, WARM_UP)


def lists(app: Flask, codes: list[str]) -> dict[str, float]:
    """What shows many things at once, to a coordinator."""
    cookie = cookie_of(app, COORDINATOR)

    def act_of(path: str) -> Act:
        return lambda _: milliseconds(app, request("GET", path, cookie))

    acts = {name: act_of(path) for name, path in LISTS.items()}
    return by_turns(app, acts, codes, ROUNDS_OF_LISTS, WARM_UP_OF_LISTS)


def by_turns(
    app: Flask, acts: dict[str, Act], codes: list[str], rounds: int, warm_up: int
) -> dict[str, float]:
    """The median of each act, all of them done in every round, each round with another code."""
    times: dict[str, list[float]] = {name: [] for name in acts}
    for turn in range(rounds):
        for name, act in acts.items():
            times[name].append(act(codes[turn % len(codes)]))
        bring_all_back(app)
    return {name: statistics.median(taken[warm_up:]) for name, taken in times.items()}


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


def cookie_of(app: Flask, number: int) -> str:
    """The cookie of a person who has signed in."""
    answer = app.test_client().post(
        "/sign-in", data={"email": f"person{number}@example.org", "password": PASSWORD}
    )
    assert answer.status_code == 303, answer.status
    return answer.headers["Set-Cookie"].partition(";")[0]


def press_borrow(code: str, cookie: str) -> dict[str, Any]:
    """What the button on the page sends."""
    body = urlencode({"operation": uuid4()}).encode()
    form = {
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    return request("POST", f"/I/{code}/loan", cookie) | form


def request(method: str, target: str, cookie: str = "") -> dict[str, Any]:
    """A WSGI environment as a server would make it."""
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_COOKIE": cookie,
    }
    setup_testing_defaults(environ)
    return environ


def milliseconds(app: Flask, environ: dict[str, Any]) -> float:
    """How long the answer took; anything but success or a redirect is a broken benchmark."""
    statuses: list[str] = []
    begun = time.process_time()
    answer = app(environ, lambda status, *_: statuses.append(status))
    b"".join(answer)
    answer.close()
    taken = time.process_time() - begun
    assert statuses[0][0] in "23", (environ["PATH_INFO"], statuses)
    return taken * 1000


def bring_all_back(app: Flask) -> None:
    """Ends the loan that was measured, so that the next one finds the item free."""
    end = "UPDATE loans SET returned_at = borrowed_at WHERE borrower_id = 1 AND returned_at IS NULL"
    with app.app_context(), transaction() as session:
        session.execute(text(end))


if __name__ == "__main__":
    main()
