"""What browsers are told with every answer."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.conftest import type_of_client
from tests.world import MONDAY_NOON, World
from toolshare import settings
from toolshare.policies import headers, stays_with_https
from toolshare.stocktake.beginning import open_stocktake


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


def test_no_browser_keeps_what_programs_are_told_at_the_address_of_a_page(
    world: World, client_of: type_of_client
) -> None:
    begun = open_stocktake(world.session, world.borgo, by=world.cora, now=MONDAY_NOON).id
    thing = world.make_item(world.make_kind())
    loan, code = world.make_loan(thing, world.ana).id, thing.code
    world.session.commit()
    ana, sam, nobody = map(client_of, (world.ana, world.sam, None))
    headers = {"Accept": "application/json"}
    answers = [
        sam.get(f"/groups/borgo/stocktakes/{begun}", headers=headers),
        ana.get(f"/loans/{loan}/handover", headers=headers),
        ana.get("/offline/facts", headers=headers),
        sam.post("/offline/scans", data="no scans", headers=headers),  # refused
        ana.post(f"/I/{code}/loan", headers=headers),  # refused
        sam.post(f"/I/{code}/return", headers=headers),  # done
        nobody.get("/loans", headers=headers),  # refused at the gate
    ]
    kept = {(answer.mimetype, answer.headers["Cache-Control"]) for answer in answers}
    assert kept == {("application/json", "private, no-store")}
    assert ana.get("/loans").headers["Vary"] == "Accept-Encoding, Cookie"  # the worker's cache asks


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
