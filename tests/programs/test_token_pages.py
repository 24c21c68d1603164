"""Pages on which a person lets a program act in their name."""

import re
from datetime import datetime, timedelta

import pytest

from tests.conftest import type_of_client
from tests.programs.conftest import type_of_program
from tests.world import MONDAY_NOON, World
from toolshare import clock
from toolshare.programs.models import ProgramToken

TOKENS = "/account/tokens"
MADE = {"name": " Signboard ", "scopes": ["catalogue:read"], "days": "30"}


def test_a_token_is_shown_once_and_then_works(world: World, client_of: type_of_client) -> None:
    ana = client_of(world.ana)
    shown = ana.post(TOKENS, data=MADE)
    token = re.findall(r"toolshare_\w{38}", shown.text)
    assert (len(token), shown.headers["Cache-Control"]) == (1, "no-store")
    page = ana.get(TOKENS).text
    assert token[0] not in page
    assert all(words in page for words in ("Signboard", "catalogue:read", "1 Jul", "never"))
    kinds = {"headers": {"Authorization": f"Bearer {token[0]}"}}
    assert client_of(None).get("/api/v1/kinds", **kinds).status_code == 200
    assert "Mon 1 Jun, 12:00" in ana.get(TOKENS).text
    token_id = world.session.query(ProgramToken.id).scalar()
    ana.post(f"{TOKENS}/{token_id}/revocation")
    assert client_of(None).get("/api/v1/kinds", **kinds).status_code == 401
    assert "Signboard" not in ana.get(TOKENS).text


@pytest.mark.parametrize(
    ("differences", "says"),
    [
        ({"name": " "}, "This field is required"),
        ({"scopes": []}, "Nothing was chosen that the program may do."),
        ({"scopes": ["all"]}, "is not a valid choice"),
        ({"days": "9999"}, "Not a valid choice"),
    ],
)
def test_what_is_missing_is_said(
    world: World, client_of: type_of_client, differences: dict[str, object], says: str
) -> None:
    answer = client_of(world.ana).post(TOKENS, data=MADE | differences)
    assert answer.status_code == 422
    assert says in answer.text
    assert world.session.query(ProgramToken).count() == 0


def test_nobody_revokes_anothers_token(
    world: World, client_of: type_of_client, program_of: type_of_program
) -> None:
    program = program_of(world.ana)
    token_id = world.session.query(ProgramToken.id).scalar()
    answer = client_of(world.cora).post(f"{TOKENS}/{token_id}/revocation")
    assert answer.status_code == 404
    assert program.get("/groups").status_code == 200


def test_a_token_that_has_ended_says_why(
    world: World,
    client_of: type_of_client,
    program_of: type_of_program,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program_of(world.ana)
    monkeypatch.setattr(clock, "now", lambda: later)
    later: datetime = MONDAY_NOON + timedelta(days=90)
    assert "expired on" in client_of(world.ana).get(TOKENS).text
    client_of(world.ana).post("/account/sign-out-everywhere")
    assert "ended with your sign-ins" in client_of(world.ana).get(TOKENS).text
