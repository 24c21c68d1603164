"""Who is let in where programs are: a token counts there and no cookie, and nowhere else."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from tests.conftest import type_of_client
from tests.counting import statements
from tests.programs.conftest import Program, type_of_program
from tests.world import World
from toolshare import gate
from toolshare.database import transaction
from toolshare.people import throttling
from toolshare.people.models import WrongSignIn
from toolshare.people.roles import membership_in
from toolshare.programs import writing
from toolshare.programs.scopes import Scope

BASIC = "Basic YW5hOnB3"


def routes_for_programs(app: Flask) -> set[str]:
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(gate.FOR_PROGRAMS) and not gate.is_open(rule.endpoint)
    }


def test_every_route_for_programs_states_a_scope_and_no_other_does(app: Flask) -> None:
    stated = {name for name in app.view_functions if gate.scope_needed(name)}
    assert stated == routes_for_programs(app)
    assert len(stated) > 5


def test_a_view_that_states_no_scope_lets_nobody_in(
    app: Flask, world: World, program_of: type_of_program
) -> None:
    app.add_url_rule("/api/v1/forgotten", "forgotten", lambda: "all")
    assert program_of(world.cora).get("/forgotten").status_code == 403


@pytest.mark.parametrize("sent", [None, "Bearer", "Bearer ", BASIC, f"Bearer {'x' * 9_000}"])
def test_who_shows_no_token_is_told_how_to_get_one(
    app: Flask, world: World, sent: str | None
) -> None:
    headers = {"Authorization": sent} if sent else {}
    answer = app.test_client().get("/api/v1/groups", headers=headers)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "account page" in answer.get_json()["reasons"][0]["instead"]


def test_no_cookie_counts_where_programs_are(world: World, client_of: type_of_client) -> None:
    cora = client_of(world.cora)
    for answer in (cora.get("/api/v1/groups"), cora.post("/api/v1/loans", json={"code": "x"})):
        assert answer.status_code == 401
        assert "Set-Cookie" not in answer.headers


def test_the_token_counts_whoevers_cookie_came_along(
    world: World, client_of: type_of_client, program_of: type_of_program
) -> None:
    program = program_of(world.ana)
    program.client = client_of(world.vera)
    roles = {one["slug"]: one["role"] for one in program.get("/groups").get_json()["results"]}
    assert roles == {"valle": None, "borgo": "member", "castello": None}


def test_no_token_counts_anywhere_else(
    app: Flask, world: World, program_of: type_of_program
) -> None:
    program = program_of(world.cora)
    headers = {"Authorization": f"Bearer {program.token}"}
    for path in ("/account", "/loans", "/groups/borgo/people", "/api/v1"):
        answer = program.client.get(path, headers=headers)
        assert answer.status_code in {303, 308, 404}, path
    answer = program.client.post("/account", data={"name": "Eve"}, headers=headers)
    assert answer.location.startswith("/sign-in")


def test_it_does_not_matter_which_page_sends_a_token(
    world: World, program_of: type_of_program, client_of: type_of_client
) -> None:
    # No browser sends a token by itself, so there is nothing that a foreign page could forge.
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    program = program_of(world.ana)
    answer = program.get("/groups", headers=foreign)
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert client_of(world.ana).post("/api/v1/loans", headers=foreign).status_code == 401


def test_a_scope_opens_what_it_names_and_nothing_else(
    world: World, program_of: type_of_program
) -> None:
    answer = program_of(world.ana, Scope.LOANS_READ).get("/kinds")
    assert answer.status_code == 403
    assert answer.get_json()["reasons"][0]["facts"] == {"scope": "catalogue:read"}


def test_wrong_tokens_are_slowed_down_and_right_ones_are_not(
    app: Flask, world: World, program_of: type_of_program
) -> None:
    right = program_of(world.ana)
    statuses = [
        Program(app, writing.draw()).get("/groups").status_code
        for _ in range(throttling.FREE_FOR_ADDRESS + 1)
    ]
    assert statuses == [401] * throttling.FREE_FOR_ADDRESS + [429]
    answer = Program(app, writing.draw()).get("/groups")
    assert re.fullmatch(r"\d+", answer.headers["Retry-After"])
    assert right.get("/groups").status_code == 200
    assert world.session.query(WrongSignIn).count() == throttling.FREE_FOR_ADDRESS


def test_a_revoked_token_that_is_sent_again_and_again_has_to_wait(
    app: Flask, world: World, client_of: type_of_client
) -> None:
    program = Program(app, writing.draw())
    statuses = [program.get("/groups").status_code for _ in range(7)]
    assert statuses == [401] * throttling.FREE_FOR_ACCOUNT + [429, 429]
    assert client_of(world.ana).get("/account").status_code == 200


def test_letting_in_takes_two_statements(
    app: Flask, world: World, program_of: type_of_program
) -> None:
    program = program_of(world.ana)
    program.get("/groups")
    with statements() as sent:
        program.get("/nowhere")
    assert sent == []
    with statements() as sent:
        program.get("/groups", query_string={"after": "x"})
    assert len(sent) == 2


def test_who_is_paused_reads_and_who_left_does_not(
    world: World, program_of: type_of_program
) -> None:
    pau, ana = program_of(world.pau), program_of(world.ana)
    with transaction():
        membership = membership_in(world.session, world.ana, world.borgo)
        assert membership is not None
        membership.until = membership.since + timedelta(days=1)
    assert pau.get("/groups").status_code == 200
    assert ana.get("/groups").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("DELETE", "/kinds", 405), ("GET", "/kinds?words=%00", 400)],
)
def test_whatever_is_wrong_is_a_problem(
    world: World, program_of: type_of_program, method: str, path: str, status: int
) -> None:
    answer = program_of(world.ana).open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.get_json()["status"] == status
    assert status != 405 or "GET" in answer.headers["Allow"]


def test_a_fault_of_ours_is_a_problem_without_its_reason(
    app: Flask, world: World, program_of: type_of_program, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.testing = False
    program = program_of(world.ana)
    monkeypatch.setattr("toolshare.people.roles.network_of", lambda *_a, **_k: 1 / 0)
    answer = program.get("/groups")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "division" not in answer.text
