"""What pages cost in a federation of 12,000 groups, against the same village by itself, on PostgreSQL.

`python -m benchmarks.federation VILLAGE FEDERATION [rounds] [picture.svg]`, where both are addresses
of databases that `toolshare demo --size village` and `--size federation` have filled on the same day.
Everything is asked for through WSGI by turns, once here and once there, in the time that passes: so
what others do on the machine meets both alike. A borrow and a return are real ones, with their commit.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks.drawing import bars
from toolshare import create_app, settings
from toolshare.care.models import Outage
from toolshare.circulation.models import Loan
from toolshare.circulation.promises import Promise
from toolshare.circulation.standing import STILL_OUT
from toolshare.database import reading
from toolshare.demo.federation.cooperatives import VILLAGE
from toolshare.demo.villages import PASSWORD
from toolshare.inventory.models import Item, Kind
from toolshare.people.models import Group

ROUNDS, WARM_UP = 60, 5
GROUP = f"/groups/{VILLAGE}"
PAGES = {
    "member": {
        "start page": "/",
        "scan page": "/I/{code}",
        "my loans": "/loans",
        "group board": f"{GROUP}/board",
        "catalogue": "/catalogue",
        "search": "/catalogue?words=semoir",
        "search, free now": "/catalogue?words=semoir&free=y",
        "my turns": "/holds",
    },
    "coordinator": {
        "overview": f"{GROUP}/overview",
        "inventory": f"{GROUP}/inventory",
        "inventory, late": f"{GROUP}/inventory?state=late",
        "people": f"{GROUP}/people",
        "reservations": f"{GROUP}/reservations",
        "day sheet": f"{GROUP}/day-sheet",
        "history of a thing": "/I/{code}/history",
    },
}
Took = dict[str, list[float]]


@dataclass
class Installation:
    """One of the two, with who is signed in there."""

    app: Flask
    clients: dict[str, FlaskClient]
    codes: Sequence[str]  # of things that are on the shelf

    def act(self, name: str, turn: int) -> float:
        """The milliseconds that something took."""
        code = self.codes[turn % len(self.codes)]
        if name == "borrow":
            return self._press("member", f"/I/{code}/loan")
        if name == "return":
            return self._press("steward", f"/I/{code}/return")
        who, address = next((who, of[name]) for who, of in PAGES.items() if name in of)
        return timed(lambda: self.clients[who].get(address.format(code=code)).status_code)

    def _press(self, who: str, address: str) -> float:
        sent = {"operation": str(uuid4()), "condition": "fine", "quantity": "1"}
        return timed(lambda: self.clients[who].post(address, data=sent).status_code)


def main(village: str, federation: str, rounds: str = str(ROUNDS), picture: str = "") -> None:
    """Prints a table of medians, the quarter around them, and their ratios; draws it."""
    with tempfile.TemporaryDirectory() as folder:
        both = [opened(url, Path(folder) / str(at)) for at, url in enumerate((village, federation))]
        took = by_turns(both, int(rounds))
    print("| | the village by itself | in the federation | ratio | ratio of minima |")
    print("|---|--:|--:|--:|--:|")
    for name, (here, there) in took.items():
        ratio = statistics.median(there) / statistics.median(here)
        minima = min(there) / min(here)
        print(f"| {name} | {said(here)} | {said(there)} | {ratio:.2f} × | {minima:.2f} × |")
    if picture:
        medians = {name: [statistics.median(each) for each in two] for name, two in took.items()}
        Path(picture).write_text(bars(medians), encoding="utf-8")
        Path(picture).with_suffix(".json").write_text(json.dumps(medians, indent=1) + "\n")


def said(took: Sequence[float]) -> str:
    """The median, and between which two values half of them lie."""
    low, middle, high = statistics.quantiles(took, n=4)
    return f"{middle:.1f} ms ({low:.1f}–{high:.1f})"


def by_turns(
    both: Sequence[Installation], rounds: int
) -> dict[str, tuple[list[float], list[float]]]:
    """How long each act took here and there, in every round."""
    names = [*(name for of in PAGES.values() for name in of), "borrow", "return"]
    took: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in names}
    for turn in range(rounds + WARM_UP):
        for name in names:
            for at in (0, 1) if turn % 2 else (1, 0):
                milliseconds = both[at].act(name, turn)
                if turn >= WARM_UP:
                    took[name][at].append(milliseconds)
    return took


def opened(url: str, folder: Path) -> Installation:
    """The app on a database, with its member, steward and coordinator signed in."""
    app = create_app(
        settings.read({"TOOLSHARE_INSTANCE": str(folder), "TOOLSHARE_DATABASE_URL": url})
    )
    clients = {who: signed_in(app, who) for who in ("member", "steward", "coordinator")}
    with app.app_context(), reading() as session:
        ours = select(Item.code).join(Item.kind).join(Kind.group).where(Group.slug == VILLAGE)
        codes = session.scalars(ours.where(*ON_THE_SHELF).order_by(Item.id)).all()
    return Installation(app, clients, codes)


ON_THE_SHELF = (
    ~select(Loan.id).where(Loan.item_id == Item.id, STILL_OUT).exists(),
    ~select(Outage.id).where(Outage.item_id == Item.id, Outage.ended_at.is_(None)).exists(),
    ~select(Promise.id).where(Promise.item_id == Item.id).exists(),
)


def signed_in(app: Flask, who: str) -> FlaskClient:
    """A browser in which somebody is signed in."""
    client = app.test_client()
    sent = {"email": f"{who}@toolshare.example", "password": PASSWORD}
    assert client.post("/sign-in", data=sent).status_code == 303
    return client


def timed(work: Callable[[], int]) -> float:
    """The milliseconds that pass; anything but success or a redirect is a broken benchmark."""
    begun = time.perf_counter()
    status = work()
    taken = time.perf_counter() - begun
    assert status in {200, 303}, status
    return taken * 1000


if __name__ == "__main__":
    main(*sys.argv[1:])
