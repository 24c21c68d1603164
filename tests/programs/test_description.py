"""The description of all that is for programs: made from the code, and kept by it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.browser import shed
from tests.programs.conftest import token_of
from tests.programs.hunting import DESCRIPTION, answering, hunted
from tests.world import World
from toolshare import gate
from toolshare.database import db, transaction


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


def test_schemathesis_finds_nothing(app: Flask, world: World, tmp_path: Path) -> None:
    app.testing = False
    with transaction():
        shed.fill(world)
        token = token_of(world, world.cora)
    db.session.remove()
    with answering(app) as address:
        found = hunted(address, token, tmp_path, examples=3, phases="fuzzing,stateful")
    assert found.returncode == 0, found.stdout + found.stderr
    assert "No issues found" in found.stdout
