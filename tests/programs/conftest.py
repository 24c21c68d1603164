"""Programs that act for people of the cast."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.world import MONDAY_NOON, World
from toolshare.database import transaction
from toolshare.people.models import Person
from toolshare.programs import tokens
from toolshare.programs.scopes import Scope


class Program:
    """A program with a token."""

    def __init__(self, app: Flask, token: str) -> None:
        self.client = app.test_client()
        self.token = token

    def open(self, path: str, **more: Any) -> TestResponse:
        """Sends a request under /api/v1 with the token."""
        ours = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}
        headers = ours | more.pop("headers", {})
        return self.client.open(f"/api/v1{path}", headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        """Reads."""
        return self.open(path, method="GET", **more)

    def post(self, path: str, key: str | None = None, **body: Any) -> TestResponse:
        """Acts; `key` is its Idempotency-Key."""
        headers = {"Idempotency-Key": key} if key else {}
        return self.open(path, method="POST", json=body, headers=headers)


type_of_program = Callable[..., Program]


def token_of(world: World, person: Person, *scopes: Scope, days: int = 90) -> str:
    """A token of this person for these scopes, or for all."""
    lasting = timedelta(days=days)
    return tokens.make(
        world.session, person, "Screen", scopes or tuple(Scope), lasting=lasting, now=MONDAY_NOON
    )


@pytest.fixture
def program_of(app: Flask, world: World) -> type_of_program:
    """A program that acts for this person, in these scopes, or in all."""

    def program_of(person: Person, *scopes: Scope) -> Program:
        with transaction():
            return Program(app, token_of(world, person, *scopes))

    return program_of
