"""What browsers are told with every answer."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.conftest import type_of_client
from tests.world import World
from toolshare import settings
from toolshare.policies import headers, stays_with_https


@pytest.mark.parametrize("address", ["/sign-in", "/nowhere", "/", "/service-worker.js"])
def test_every_answer_tells_browsers_to_run_nothing_of_others(
    world: World, client_of: type_of_client, address: str
) -> None:
    told = client_of(None).get(address).headers
    policy = dict(one.split(" ", 1) for one in told["Content-Security-Policy"].split("; "))
    assert (policy["default-src"], policy["script-src"]) == ("'none'", "'self'")
    assert (policy["style-src"], policy["frame-ancestors"]) == ("'self'", "'none'")
    assert not any("unsafe" in sources for sources in policy.values())
    assert (told["Referrer-Policy"], told["X-Content-Type-Options"]) == ("same-origin", "nosniff")
    assert (told["X-Frame-Options"], told["Permissions-Policy"].count("self")) == ("DENY", 1)
    assert told["Cross-Origin-Opener-Policy"] == "same-origin"
    assert told["Cross-Origin-Resource-Policy"] == "same-origin"
    assert told["Strict-Transport-Security"] == "max-age=31536000"


def test_a_page_of_somebodys_is_kept_by_no_cache_between(
    world: World, client_of: type_of_client
) -> None:
    assert client_of(world.ana).get("/account").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("scheme", "host", "stays"),
    [
        ("https", "tools.example.org", True),
        ("https", "tools.example.org:8443", True),
        ("http", "tools.example.org", False),
        ("https", "192.0.2.7:8000", False),
        ("https", "[2001:db8::7]", False),
        ("https", "shed.local:8000", False),
        ("https", "localhost", False),
    ],
)
def test_a_name_that_the_world_knows_stays_with_https(
    chosen: settings.Settings, scheme: str, host: str, stays: bool
) -> None:
    public_url = f"{scheme}://{host}"
    told = headers(replace(chosen, public_url=public_url))
    assert stays_with_https(public_url) is ("Strict-Transport-Security" in told) is stays


def test_files_are_for_our_own_pages(app: Flask) -> None:
    answer = app.test_client().get(f"/static/{next(iter(app.extensions['shelf'].by_served_name))}")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
