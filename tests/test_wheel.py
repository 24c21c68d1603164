"""The wheel holds all that Toolshare needs, and runs where no checkout is."""

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import Distribution, distribution
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

from tests.server import environment, serving
from tests.world import PASSWORD

HOUSE = Path(__file__).parent.parent
# Where the checkout keeps what lies inside the package once it is installed.
FOLDERS = {"toolshare": "", "templates": "toolshare", "static": "toolshare"}
NEEDED_TO_BUILD = ("setup.py", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")
LOCKED = HOUSE / "requirements" / "runtime.txt"


def run(*command: object, cwd: Path, fails: bool = False) -> str:
    """What a command says, in a shell that knows nothing of us."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=cwd, env=environment(), capture_output=True, text=True, check=False
    )
    assert bool(done.returncode) == fails, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources so that no leftover gets into it."""
    copy = tmp_path_factory.mktemp("sources")
    for folder in FOLDERS:
        shutil.copytree(HOUSE / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in NEEDED_TO_BUILD:
        shutil.copy(HOUSE / name, copy)
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", copy, cwd=copy)
    (built,) = (copy / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="session")
def commands(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of a clean virtual environment with the locked requirements and the wheel.

    The wheel is installed with no index: what it says that it requires must be locked already.
    """
    folder = tmp_path_factory.mktemp("clean")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    python = folder / "bin" / "python"
    put_in_what_is_locked(
        Path(run(python, "-c", "import site; print(*site.getsitepackages())", cwd=folder).strip())
    )
    pip = [sys.executable, "-m", "pip", "-q", "--python", python, "install"]
    run(*pip, "--no-index", "--no-compile", wheel, cwd=folder)
    return folder / "bin"


def put_in_what_is_locked(packages: Path) -> None:
    """Copies the locked requirements from our own environment, where their hashes were looked at."""
    lines = re.findall(r"^([^\s#].*?)(?: \\)?$", LOCKED.read_text(), re.MULTILINE)
    for wanted in map(Requirement, lines):
        if wanted.marker is None or wanted.marker.evaluate():
            found = distribution(wanted.name)
            assert wanted.specifier.contains(found.version), wanted
            put_in(found, packages)


def put_in(package: Distribution, packages: Path) -> None:
    """Copies the files of a package, save commands, which begin with the path of our Python."""
    for file in package.files or []:
        if ".." not in file.parts:
            (packages / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file.locate(), packages / file)


def files_of(folder: str, lies_in: str) -> set[str]:
    """The files of a folder of the checkout, by the names that they have in the wheel."""
    found = [path.relative_to(HOUSE) for path in (HOUSE / folder).rglob("*") if path.is_file()]
    return {(Path(lies_in) / path).as_posix() for path in found if "__pycache__" not in path.parts}


def test_the_wheel_holds_every_file_and_nothing_else(wheel: Path) -> None:
    packed = {name for name in ZipFile(wheel).namelist() if not name.split("/")[0].endswith("info")}
    assert packed == {
        name for folder, inside in FOLDERS.items() for name in files_of(folder, inside)
    }


def test_the_wheel_serves_the_pages_where_no_checkout_is(commands: Path, tmp_path: Path) -> None:
    toolshare, instance = commands / "toolshare", tmp_path / "instance"
    (tmp_path / "password").write_text(PASSWORD)
    assert "serve" in run(toolshare, "--help", cwd=tmp_path)
    assert run(toolshare, "groups", cwd=tmp_path, fails=True) == ""
    about = ["--group", "Borgo Alto", "--slug", "borgo", "--coordinator", "cora@example.org"]
    run(toolshare, "init", *about, "--password-file", "password", cwd=tmp_path)
    assert "borgo: Borgo Alto, 1 person" in run(toolshare, "groups", cwd=tmp_path)
    (tmp_path / "things.csv").write_text("name,place\nŽaga · Πριόνι,Barn > Wall\n", "utf-8")
    run(toolshare, "import-items", "things.csv", "--group", "borgo", cwd=tmp_path)
    chosen = ["--stock", "avery-l7160", "--all", "--out", "labels.pdf"]
    assert run(toolshare, "labels", *chosen, cwd=tmp_path) == "1 labels in labels.pdf\n"
    assert run(toolshare, "check", cwd=tmp_path) == "All is well.\n"
    database = f"sqlite:///{instance / 'toolshare.sqlite'}"
    with serving(instance, database, toolshare=[toolshare]) as port:
        visit(f"http://127.0.0.1:{port}")


def visit(address: str) -> None:
    """Opens pages as Cora's browser does."""
    browser = build_opener(HTTPCookieProcessor())

    def fetch(path: str, fields: Sequence[tuple[str, str]] = ()) -> str:
        sent = urlencode(fields).encode() if fields else None
        with browser.open(address + path, sent, timeout=30) as answer:
            return str(answer.read().decode())

    assert "Toolshare" in fetch("/")
    (stylesheet,) = re.findall(r'href="(/static/css/[^"]+)"', fetch("/sign-in"))
    assert fetch(stylesheet).startswith("@layer")
    fetch("/sign-in", [("email", "cora@example.org"), ("password", PASSWORD)])
    assert "Borgo Alto" in fetch("/groups/borgo")
    assert "Žaga" in fetch("/groups/borgo/inventory")
