"""A scan comes up fast on a weak signal: what a visit transfers, in bytes as they are sent."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request

from toolshare.inventory import photos

pytestmark = pytest.mark.browser
FIRST_VISIT = 45_000
LATER_VISIT = 10_000
HEADERS = 1_000  # of a photo's answer, at most


class Scales:
    """Weighs what a page asks for; what the browser has kept weighs nothing."""

    def __init__(self, page: Page) -> None:
        self.finished: list[Request] = []
        page.on("requestfinished", self.add)

    def add(self, request: Request) -> None:
        """Counts a request whose answer has come."""
        self.finished.append(request)

    def weigh(self) -> dict[str, int]:
        """Bytes for each address since the last time."""
        sizes = {request.url: request.sizes() for request in self.finished}
        self.finished.clear()
        return {
            url: size["responseHeadersSize"] + size["responseBodySize"]
            for url, size in sizes.items()
        }


@pytest.fixture
def scales(page: Page) -> Scales:
    """Under the page from its first request on."""
    return Scales(page)


def test_a_first_scan_is_light(page: Page, scales: Scales, examples: dict[str, Any]) -> None:
    page.goto(f"/I/{examples['code']}", wait_until="networkidle")
    weights = scales.weigh()
    assert any("/static/css/" in url for url in weights)
    (photo,) = [weight for url, weight in weights.items() if "/photos/" in url]
    heaviest = photos.MOST_BYTES[640] + HEADERS
    assert photo <= heaviest
    assert sum(weights.values()) - photo + heaviest <= FIRST_VISIT, weights


def test_later_scans_are_lighter_still(
    page: Page, scales: Scales, examples: dict[str, Any], sign_in: Callable[[str], None]
) -> None:
    sign_in("sam@example.org")
    page.goto(f"/I/{examples['code']}", wait_until="networkidle")
    scales.weigh()
    page.goto(f"/I/{examples['code']}", wait_until="networkidle")
    weights = scales.weigh()
    assert len(weights) > 0
    assert sum(weights.values()) <= LATER_VISIT, weights
