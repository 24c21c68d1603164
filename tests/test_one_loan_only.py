"""Many people press Borrow on one thing at the same moment, in a server as people run it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from threading import Barrier

from sqlalchemy import func, select

from tests.crowd import Client
from tests.postgres import on_any_database
from tests.server import serving
from tests.world import World
from toolshare.circulation.models import Loan
from toolshare.journal.models import Entry, Event

CLIENTS = 32


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
        clients = [Client(port) for _ in range(CLIENTS)]
        for number, client in enumerate(clients):
            phones.callback(client.close)
            client.sign_in(f"member{number}@example.org")
        statuses = press_at_once(clients, f"/I/{code}/loan")
    assert statuses == [200] + [409] * (CLIENTS - 1)
    loans = world.session.scalars(select(Loan)).all()
    assert [loan.is_out for loan in loans] == [True]
    borrowed = select(func.count()).where(Entry.what == Event.BORROWED)
    assert world.session.scalar(borrowed) == 1
