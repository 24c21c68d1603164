"""Somebody who asks for everything that there is, in every way, and is then where they were."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.browser.pages import address_of
from tests.lived_in import connect
from tests.privacy.canaries import Told, read, told_in
from tests.test_who_may_what import SENT, SENT_BY_PROGRAMS, is_for_programs
from toolshare.settings import Settings

HTML, JSON = "text/html", "application/json"
TURNED_AWAY = {401, 403, 404}
CHANGES = "PRAGMA data_version"  # another number when somebody else has written


class Reader:
    """A client, and the moment to which it comes back after each act."""

    def __init__(self, client: FlaskClient, chosen: Settings) -> None:
        self.client = client
        self.live, self.kept = connect(chosen), sqlite3.connect(":memory:")
        self.live.backup(self.kept)
        self.cookies = dict(client._cookies or {})
        self.statuses = Counter[int]()
        self.told = defaultdict[str, Told](set)

    def ask(self, rule: Rule, examples: list[dict[str, Any]], methods: Collection[str]) -> None:
        """Asks for all that this rule leads to, as pages do and as scripts and programs do."""
        asked = set[str]()
        for method in sorted((rule.methods or set()) & set(methods)):
            for one in examples:
                address = address_of(rule, one)
                assert address is not None, f"give an example for each part of {rule.rule}"
                sent = what_is_sent(rule, one) if method != "GET" else {}
                if repr((method, address, sent)) not in asked:
                    asked.add(repr((method, address, sent)))
                    self.send_anyhow(rule, address, method, sent)

    def send_anyhow(self, rule: Rule, address: str, method: str, sent: dict[str, Any]) -> None:
        """Once for a page and for programs; what acts as a form, and unless turned away as a script."""
        if method == "GET":
            self.send(rule.endpoint, address, headers={"Accept": HTML})
        elif is_for_programs(rule):
            self.send(rule.endpoint, address, method=method, json=sent)
        else:
            for accepted in (HTML, JSON):
                form = {"operation": str(uuid4())} | sent
                headers = {"Accept": accepted}
                status = self.send(
                    rule.endpoint, address, method=method, data=form, headers=headers
                )
                if status in TURNED_AWAY:
                    return

    def send(self, endpoint: str, address: str, **request: Any) -> int:
        """Sends one request, reads the answer and what the next page says to it; takes back what it did."""
        (before,) = self.live.execute(CHANGES).fetchone()
        with self.client.open(address, **request) as answer:
            self.hear(endpoint, answer)
            says_more = answer.location if "Set-Cookie" in answer.headers else None
            status = answer.status_code
        if says_more:
            with self.client.get(says_more) as answer:
                self.hear(endpoint, answer)
        if says_more or self.live.execute(CHANGES).fetchone() != (before,):
            self.kept.backup(self.live)
            self.client._cookies = dict(self.cookies)
        return status

    def hear(self, endpoint: str, answer: TestResponse) -> None:
        """Keeps of whom an answer tells."""
        self.told[endpoint] |= told_in(read(answer))
        self.statuses[answer.status_code] += 1

    def told_of_others(self, who: str) -> dict[str, Told]:
        """Where somebody else than this one is told of, and what."""
        others = {
            endpoint: {one for one in told if one[1] != who} for endpoint, told in self.told.items()
        }
        return {endpoint: told for endpoint, told in others.items() if told}


def what_is_sent(rule: Rule, examples: dict[str, Any]) -> dict[str, Any]:
    """As much as gets what acts to act."""
    sent = (SENT_BY_PROGRAMS if is_for_programs(rule) else SENT).get(rule.endpoint, {})
    return {
        name: one.format(**examples) if isinstance(one, str) else one for name, one in sent.items()
    }
