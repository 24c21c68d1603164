"""The commands about groups and people."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import Run
from tests.world import PASSWORD, World
from toolshare import cli
from toolshare.people.joining import person_with
from toolshare.people.passwords import is_right
from toolshare.people.roles import memberships_of


@pytest.fixture
def init(tmp_path: Path) -> list[object]:
    """A command that founds Piana with Pia."""
    password = tmp_path / "password"
    password.write_text(f"{PASSWORD}\n")
    words = "init --group Piana --slug piana --coordinator Pia@Example.org --time-zone Europe/Rome"
    return [*words.split(), "--password-file", password]


def test_init_founds_a_group_whose_coordinator_can_sign_in(
    run: Run, init: list[object], session: Session
) -> None:
    assert run(*init) == (0, "Piana is founded, with Pia@Example.org as its coordinator.\n")
    pia = person_with(session, "pia@example.org")
    assert pia is not None
    assert is_right(pia, PASSWORD)
    (own,) = memberships_of(session, pia)
    assert (pia.name, own.group.slug, own.group.time_zone, own.role) == (
        "Pia",
        "piana",
        "Europe/Rome",
        "coordinator",
    )


def test_init_migrates_an_empty_installation(
    tmp_path: Path, init: list[object], monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("TOOLSHARE_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert run("groups") == (
        2,
        "toolshare: the database isn't migrated: run `toolshare migrate` first\n",
    )
    assert run(*init)[0] == 0
    assert run("groups") == (0, "piana: Piana, 1 person\n")


def test_init_asks_for_what_is_missing(environment: None, app: Flask) -> None:
    typed = f"Piana\npiana\npia@example.org\n{PASSWORD}\n{PASSWORD}\n"
    result = CliRunner().invoke(cli.toolshare, ["init"], input=typed)
    assert result.exit_code == 0, result.output
    assert result.output.endswith("Piana is founded, with pia@example.org as its coordinator.\n")
    assert PASSWORD not in result.output


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["--slug", "borgo"], "There is already a group with the short name “borgo”."),
        (["--slug", "Piana!"], "“Piana!” can't be a short name"),
        (["--coordinator", "pia"], "“pia” is not an e-mail address."),
        (["--time-zone", "Europe/Piana"], "There is no time zone “Europe/Piana”."),
    ],
)
def test_init_refuses_in_one_line_and_founds_nothing(
    run: Run, world: World, init: list[object], more: list[str], why: str
) -> None:
    status, said = run(*init, *more)
    assert (status, said.count("\n"), why in said) == (1, 1, True)
    assert "piana" not in run("groups")[1]


def test_init_refuses_a_password_that_is_too_short(
    run: Run, tmp_path: Path, init: list[object]
) -> None:
    (tmp_path / "password").write_text("short")
    status, said = run(*init)
    assert (status, "at least 10 characters" in said) == (1, True)
    assert run("groups") == (0, "")


def test_a_file_that_can_not_be_used_is_said_in_a_line(
    run: Run, tmp_path: Path, world: World, init: list[object]
) -> None:
    (tmp_path / "password").write_bytes(b"\xff\xfe")
    status, said = run(*init)
    assert (status, "--password-file: is not text in UTF-8" in said) == (2, True)
    out = tmp_path / "nowhere" / "people.csv"
    status, said = run("export-people", "--group", "borgo", "--out", out)
    assert (status, said) == (1, f"toolshare: {out}: No such file or directory\n")


def test_who_has_an_account_keeps_its_password(
    run: Run, tmp_path: Path, world: World, init: list[object], session: Session
) -> None:
    (tmp_path / "password").write_text("another password")
    assert run(*init, "--coordinator", "ana@example.org")[0] == 0
    session.rollback()
    assert is_right(person_with(session, "ana@example.org"), PASSWORD)


def test_groups_are_listed(run: Run, world: World) -> None:
    assert run("groups") == (
        0,
        "borgo: Borgo, under valle, 4 people\n"
        "castello: Castello, under valle, 1 person\n"
        "valle: Valle, 0 people\n",
    )
    assert json.loads(run("groups", "--json")[1])[0] == {
        "slug": "borgo",
        "name": "Borgo",
        "parent": "valle",
        "time_zone": "Europe/Rome",
        "people": 4,
    }


def test_people_are_exported_and_imported_again(run: Run, world: World, tmp_path: Path) -> None:
    out = tmp_path / "people.csv"
    assert run("export-people", "--group", "borgo", "--out", out) == (0, "")
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["name", "email", "role"],
        ["Ana", "ana@example.org", "member"],
        ["Cora", "cora@example.org", "coordinator"],
        ["Pau", "pau@example.org", "member"],
        ["Sam", "sam@example.org", "steward"],
    ]
    assert run("import-people", out, "--group", "borgo")[1].endswith("4 people, 0 changed.\n")
    assert run("import-people", out, "--group", "castello")[1].endswith("4 people, 4 changed.\n")
    assert run("export-people", "--group", "castello", "--out", "-")[1].count("\r\n") == 6


def test_a_dry_run_only_says_what_would_happen(run: Run, world: World, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes("name;email;role\nJosé;jose@example.org;steward\n".encode("cp1252"))
    assert run("import-people", file, "--group", "borgo", "--dry-run") == (
        0,
        "line 2: jose@example.org joins as steward\n1 people, 1 would change.\n",
    )
    assert "jose" not in run("export-people", "--group", "borgo", "--out", "-")[1]
    assert run("import-people", file, "--group", "borgo")[0] == 0
    assert (
        "José,jose@example.org,steward" in run("export-people", "--group", "borgo", "--out", "-")[1]
    )


def test_bad_lines_are_named_and_nobody_comes_in(run: Run, world: World, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,email\nAda,ada@example.org\nEva,nowhere\n")
    status, said = run("import-people", file, "--group", "borgo")
    assert (status, "Line 3: “nowhere” is not an e-mail address." in said) == (1, True)
    assert "ada" not in run("export-people", "--group", "borgo", "--out", "-")[1]
    assert run("import-people", file, "--group", "nowhere")[0] == 1


def test_whoever_runs_the_installation_can_make_a_password_link(run: Run, world: World) -> None:
    status, link = run("password-link", "ana@example.org")
    assert (status, link.startswith("https://tools.example.org/password/")) == (0, True)
    assert run("password-link", "nobody@example.org")[0] == 1


@pytest.mark.parametrize(
    "command", ["init", "groups", "import-people", "export-people", "password-link"]
)
def test_help_says_what_a_command_does(run: Run, command: str) -> None:
    status, said = run(command, "--help")
    assert (status, said.startswith("Usage: ")) == (0, True)
