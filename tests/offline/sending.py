"""Sending what was scanned without a signal, as a device does."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from toolshare.inventory.models import Item

DEVICE = "5f0ad6a3-7a52-4a8e-9d43-9a4e64b1c111"
JSON = {"Accept": "application/json"}


def one_scan(act: str, item: Item | str, at: str = "10:00", **more: Any) -> dict[str, Any]:
    """A scan of Monday, by the device's clock."""
    return {
        "operation": str(uuid4()),
        "sequence": 1,
        "at": f"2026-06-01T{at}:00Z",
        "act": act,
        "code": item if isinstance(item, str) else item.code,
        "card": None,
        "quantity": None,
        "condition": None,
        "note": None,
        **more,
    }


def send(client: FlaskClient, *scans: Any, sent_at: str = "12:00", **more: Any) -> TestResponse:
    """Sends them; by the device's clock it is then."""
    body = {"device": DEVICE, "scans": scans, "sent_at": f"2026-06-01T{sent_at}:00Z", **more}
    return client.post("/offline/scans", json=body, headers=JSON)


def outcomes(answer: TestResponse) -> Sequence[str]:
    """What became of each scan."""
    assert answer.status_code == 200, answer.text
    return [one["outcome"] for one in answer.json["answers"]]


def card_of(client: FlaskClient, name: str) -> str:
    """The digest by which this steward's device knows somebody's card."""
    facts = client.get("/offline/facts").json
    return next(str(card["digest"]) for card in facts["cards"] if card["name"] == name)
