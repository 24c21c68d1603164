"""The examples for hosts: what other programs read of them is right, and they agree with each other."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.needs import need
from toolshare.cli import COMMANDS

HOUSE = Path(__file__).parent.parent
EXAMPLES = HOUSE / "docs" / "hosts" / "examples"
UNITS = sorted(EXAMPLES.glob("*.service"))
PAGES = "\n".join(page.read_text() for page in (HOUSE / "docs" / "hosts").glob("*.md"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_systemd_reads_the_service_without_a_doubt(unit: Path, tmp_path: Path) -> None:
    program = need(shutil.which("systemd-analyze"), "apt-get install systemd")
    copy = tmp_path / unit.name
    # What it starts has to be there, which is so on a host but not here.
    copy.write_text(unit.read_text().replace("/opt/toolshare/bin/toolshare", "/bin/true"))
    command = [program, "verify", "--man=no", copy]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_service_starts_a_command_that_there_is(unit: Path) -> None:
    (started,) = re.findall(
        r"^ExecStart=/opt/toolshare/bin/toolshare (\S+)", unit.read_text(), re.M
    )
    assert started in {command.name for command in COMMANDS}


def test_every_example_is_explained() -> None:
    assert [one.name for one in EXAMPLES.iterdir() if f"examples/{one.name})" not in PAGES] == []


def test_all_that_stands_in_front_leads_to_where_we_listen() -> None:
    listening = re.findall(r"--port (\d+)", (EXAMPLES / "toolshare.service").read_text())
    for name in ("Caddyfile", "nginx.conf"):
        led_to = re.findall(r"127\.0\.0\.1:(\d+)", (EXAMPLES / name).read_text())
        assert led_to == listening == ["8000"]


def test_the_image_is_given_all_that_the_wheel_is_built_from() -> None:
    given = {
        line[1:] for line in (HOUSE / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    needed = {"toolshare", "templates", "static", "setup.cfg", "setup.py", "pyproject.toml"}
    assert given >= needed | {"requirements", "README.md", "LICENSE"}
    assert all((HOUSE / name).exists() for name in given)
