"""Many people press Borrow on one thing at the same moment, in a server as people run it."""

import http.client
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

from sqlalchemy import func, select

from tests.postgres import on_any_database
from tests.server import serving
from tests.world import PASSWORD, World
from toolshare.circulation.models import Loan
from toolshare.journal.models import Entry, Event

CLIENTS = 32
TYPE = {"Content-Type": "application/x-www-form-urlencoded"}


class Client:
    """A phone with a connection and a session of its own."""

    def __init__(self, port: int, email: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie = ""
        _, cookie = self.post("/sign-in", {"email": email, "password": PASSWORD})
        self.cookie = cookie.partition(";")[0]
        assert self.cookie

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        """Status, and the cookie that was set."""
        headers = {**TYPE, "Cookie": self.cookie}
        self.connection.request("POST", path, urlencode(fields), headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Set-Cookie", "")


def press_at_once(clients: list[Client], path: str) -> list[int]:
    """The statuses that they get who press at the same moment."""
    start = Barrier(len(clients))

    def press(client: Client) -> int:
        start.wait()
        return client.post(path, {})[0]

    with ThreadPoolExecutor(len(clients)) as threads:
        return sorted(threads.map(press, clients))


@on_any_database
def test_of_thirty_two_who_press_borrow_at_once_one_gets_it(
    world: World, tmp_path: Path, database_url: str
) -> None:
    code = world.make_item().code
    for number in range(CLIENTS):
        world.make_person(f"member{number}", world.borgo, since=date(2000, 1, 1))
    world.session.commit()
    with serving(tmp_path / "served", database_url) as port, ExitStack() as phones:
        clients = [Client(port, f"member{number}@example.org") for number in range(CLIENTS)]
        for client in clients:
            phones.callback(client.connection.close)
        statuses = press_at_once(clients, f"/I/{code}/loan")
    assert statuses == [303] + [409] * (CLIENTS - 1)
    loans = world.session.scalars(select(Loan)).all()
    assert [loan.is_out for loan in loans] == [True]
    borrowed = select(func.count()).where(Entry.what == Event.BORROWED)
    assert world.session.scalar(borrowed) == 1
