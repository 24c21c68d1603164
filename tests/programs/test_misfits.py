"""What is wrong with what a program has sent is said of each field, in the language it asked for."""

from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from pydantic import ValidationError

from tests.programs.conftest import type_of_program
from tests.world import World
from toolshare import wording
from toolshare.programs import asked
from toolshare.programs.misfits import NotAsDescribed, reason_of

LOAN = {"code": "0DSBM9E2"}
RESERVATION = {
    "kinds": [{"kind": 1}],
    "from_at": "2026-06-08T08:00:00Z",
    "until_at": "2026-06-09T08:00:00Z",
}
MISFITS: list[tuple[type[asked.Asked], dict[str, Any], str, str]] = [
    (asked.Borrowing, {}, "Missing", "code is missing."),
    (asked.Borrowing, {**LOAN, "more": 1}, "Unknown", "more is not known here."),
    (asked.Borrowing, {"code": ""}, "Empty", "code is empty."),
    (asked.Borrowing, {"code": 5}, "NotText", "code is no text that somebody could read."),
    (asked.Borrowing, {"code": " "}, "NotText", "code is no text that somebody could read."),
    (asked.Borrowing, {**LOAN, "quantity": "2"}, "NotANumber", "quantity is no number."),
    (asked.Borrowing, {**LOAN, "meter": float("inf")}, "NotANumber", "meter is no number."),
    (asked.Borrowing, {**LOAN, "quantity": 1.5}, "NotWhole", "quantity is no whole number."),
    (asked.Borrowing, {**LOAN, "quantity": 0}, "TooSmall", "quantity is too small: at least 1."),
    (asked.Paged, {"limit": "101"}, "TooLarge", "limit is too large: at most 100."),
    (asked.Paged, {"limit": "x"}, "NotANumber", "limit is no number."),
    (asked.Borrowing, {**LOAN, "to": "x" * 201}, "TooLong", "to is too long: at most 200."),
    (
        *(asked.Borrowing, {**LOAN, "until": 20260601}),
        *("NoTime", "until is no day and no moment as RFC 3339 writes them."),
    ),
    (
        *(asked.Reserving, {**RESERVATION, "from_at": "2026-06-08T08:00:00"}),
        *("NoTime", "from_at is no day and no moment as RFC 3339 writes them."),
    ),
    (
        *(asked.Reserving, {**RESERVATION, "weather_flexible": "yes"}),
        *("NeitherYesNorNo", "weather_flexible is neither true nor false."),
    ),
    (asked.SoughtLoans, {"open": "perhaps"}, "NeitherYesNorNo", "open is neither true nor false."),
    (asked.Reserving, {**RESERVATION, "kinds": []}, "Empty", "kinds is empty."),
    (asked.Reserving, {**RESERVATION, "kinds": {}}, "NoList", "kinds is no list."),
    (asked.Reserving, {**RESERVATION, "kinds": [1]}, "NoObject", "kinds.0 is no JSON object."),
    (
        *(asked.Returning, {"condition": "shiny"}),
        *("NoneOfThese", "condition is none of the words that are described."),
    ),
    (
        *(asked.Borrowing, {**LOAN, "until": "2999-01-01"}),
        *("OutOfReach", "until lies too far away."),
    ),
]


@pytest.mark.parametrize(("shape", "sent", "name", "says"), MISFITS)
def test_each_misfit_has_a_name_and_words_of_ours(
    app: Flask, shape: type[asked.Asked], sent: dict[str, Any], name: str, says: str
) -> None:
    with pytest.raises(ValidationError) as wrong:
        shape(**sent)
    (reason,) = (reason_of(one) for one in wrong.value.errors(include_url=False))
    with app.test_request_context(), force_locale("en"):
        assert (type(reason).__name__, wording.says(reason)) == (name, says)
    with app.test_request_context(), force_locale("es"):
        assert wording.says(reason) != says


def test_what_nobody_thought_of_is_worded_too() -> None:
    reason = reason_of({"type": "url_scheme", "loc": (), "msg": "URL scheme should be 'http'"})
    assert reason == NotAsDescribed("body")


def test_a_program_reads_of_every_field_in_its_own_language(
    world: World, program_of: type_of_program
) -> None:
    sent = {"json": {"quantity": 10_000}, "headers": {"Accept-Language": "it"}}
    answer = program_of(world.ana).open("/loans", method="POST", **sent)
    told = [(one["reason"], one["facts"]) for one in answer.get_json()["reasons"]]
    assert told == [
        ("Missing", {"field": "code"}),
        ("TooLarge", {"field": "quantity", "limit": 9_999}),
    ]
    assert "missing" not in answer.get_json()["detail"]
