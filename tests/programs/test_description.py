"""The description of all that is for programs: made from the code, and kept by it."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests.browser import shed
from tests.programs.conftest import token_of
from tests.world import World
from toolshare import gate
from toolshare.database import db, transaction
from toolshare.people.models import Person

HERE = Path(__file__).parent
DESCRIPTION = "/api/v1/openapi.json"
# For a long hunt: HUNT=200 pytest tests/programs/test_description.py
HUNT = os.environ.get("HUNT", "")
EXAMPLES, PHASES = HUNT or "3", "coverage,fuzzing,stateful" if HUNT else "fuzzing,stateful"


@pytest.fixture
def described(app: Flask) -> dict[str, Any]:
    answer: dict[str, Any] = app.test_client().get(DESCRIPTION).get_json()
    return answer


def operations(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in described["paths"].values():
        yield from path.items()


def test_every_route_for_programs_is_described_with_its_scope(
    app: Flask, described: dict[str, Any]
) -> None:
    stated = {
        name.removeprefix("programs."): [{"token": [scope.value]}]
        for name in app.view_functions
        if (scope := gate.scope_needed(name)) is not None
    }
    assert {one["operationId"]: one["security"] for _, one in operations(described)} == stated
    assert described["openapi"].startswith("3.1")


def test_every_operation_says_what_it_does_and_how_it_fails(described: dict[str, Any]) -> None:
    for method, one in operations(described):
        answers = one["responses"]
        assert one["summary"].endswith("."), one["operationId"]
        assert {"400", "401", "403", "404", "429", "503"} <= answers.keys()
        assert {*answers["401"]["content"]} == {"application/problem+json"}
        names = {parameter["name"] for parameter in one["parameters"]}
        assert ("Idempotency-Key" in names) == (method == "post")
        assert ("304" in answers) == (method == "get")


def test_every_name_that_it_uses_is_explained_in_it(described: dict[str, Any]) -> None:
    explained = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    used = set(_used(described))
    assert used <= explained
    assert len(used) > 20


def _used(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        for one in node.values():
            yield from _used(one)
    elif isinstance(node, list):
        for one in node:
            yield from _used(one)


@pytest.fixture
def address(app: Flask, world: World) -> Iterator[str]:
    """Where a server answers in whose shed there is something in every state."""
    app.testing = False
    with transaction():
        shed.fill(world)
    db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=False)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.mark.parametrize("who", ["cora"])
def test_schemathesis_finds_nothing(
    app: Flask, world: World, address: str, tmp_path: Path, who: str
) -> None:
    with transaction() as session:
        person = session.query(Person).filter_by(email=f"{who}@example.org").one()
        token = token_of(world, person)
    found = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(HERE / "schemathesis.toml")),
            *("run", address + DESCRIPTION, "--url", address),
            *("--header", f"Authorization: Bearer {token}"),
            *("--max-examples", EXAMPLES, "--phases", PHASES),
            *("--seed", "1", "--generation-deterministic", "--no-color", "--warnings", "off"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert "No issues found" in found.stdout
