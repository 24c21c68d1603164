"""The same scans sent by two tabs at once, or again while the first request still runs."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests.conftest import type_of_client
from tests.offline.sending import card_of, one_scan, send
from tests.offline.telling import exceptions
from tests.postgres import on_any_database
from tests.world import World
from toolshare.circulation.models import Loan
from toolshare.circulation.present import differences
from toolshare.circulation.recorded import recorded
from toolshare.circulation.retelling import retell
from toolshare.database import db
from toolshare.inventory.models import Item
from toolshare.journal.models import Entry

TABS = 4


@on_any_database
def test_every_operation_is_done_or_kept_once(
    app: Flask, world: World, drill: Item, client_of: type_of_client
) -> None:
    clients = [client_of(world.sam) for _ in range(TABS)]
    card = card_of(clients[0], "Ana")
    scans: list[Any] = [
        one_scan("lend", drill, "10:00", card=card),
        one_scan("lend", drill, "10:10", card=card, sequence=2),
        one_scan("return", "7K3M9QX2", "10:20", sequence=3),
        one_scan("return", drill, "10:30", sequence=4),
        {"act": "burn"},
    ]
    db.session.rollback()
    start = Barrier(TABS)

    def tab(number: int) -> list[dict[str, str]]:
        with app.app_context():
            start.wait()
            answer = send(clients[number], *scans)
            assert answer.status_code == 200, answer.text
            return list(answer.json["answers"])

    with ThreadPoolExecutor(TABS) as threads:
        answers = list(threads.map(tab, range(TABS)))
    for told in zip(*answers, strict=True):
        assert len({one["became"] for one in told}) == 1
        assert [one["outcome"] for one in told].count("already") >= TABS - 1
    became = [one["became"] for one in answers[0]]
    assert became == ["done", "exception", "exception", "done", "exception"]
    assert len(exceptions(world)) == 3
    loan = world.session.scalars(select(Loan)).one()
    assert not loan.is_out
    operations = world.session.scalars(select(Entry.operation)).all()
    assert len([one for one in operations if one]) == len(scans)
    assert list(differences(retell(world.session), recorded(world.session))) == []
