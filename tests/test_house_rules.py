"""The rules of the house that no tool of ours checks: where things lie, how long they may get."""

import ast
import re
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from statistics import median, quantiles

import pytest
from setuptools import find_packages

HOUSE = Path(__file__).parent.parent
PACKAGE = HOUSE / "toolshare"
ROOMS = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - {"migrations"}
FOLDERS = ("benchmarks", "docs", "requirements", "scripts", "static", "templates", "tests")
SETTINGS = ConfigParser()
SETTINGS.read(HOUSE / "setup.cfg", encoding="utf-8")

COMMITS = {"database.py": "transaction()"}
# Hosts that may be named; besides them what is reserved for examples, by RFC 2606 and RFC 5737.
KNOWN_HOSTS = {
    "127.0.0.1": "this machine",
    "localhost": "this machine",
    "www.w3.org": "names of XML, which nothing fetches",
    "www.crockford.com": "the source of our alphabet",
    "docs.citusdata.com": "what Citus says that it can and can't, for docs/scale.md",
    "docs.yugabyte.com": "the same of YugabyteDB",
    "jsonfeed.org": "the name of a standard, which nothing fetches",
}
NOT_OURS = {"vendor", "node_modules", "__pycache__"}
EXAMPLES = re.compile(r"(.+\.)?example(\.org|\.com|\.net)?$|192\.0\.2\.\d+$")


def files(*patterns: str, under: tuple[str, ...] = ("toolshare", *FOLDERS)) -> list[Path]:
    """Our own files, in folders and at the top."""
    found = [path for folder in under for one in patterns for path in (HOUSE / folder).rglob(one)]
    found += [path for one in patterns for path in HOUSE.glob(one)]
    return sorted(path for path in found if not NOT_OURS & set(path.parts))


def is_a_list_of_changes(path: Path) -> bool:
    """Whether this is a migration: what it holds is long, not hard."""
    return path.parent.name == "versions"


def name(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def lengths_of_functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name(path)} {node.name}()", (node.end_lineno or 0) - node.lineno + 1


def number_of_lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def listed(section: str, option: str) -> set[str]:
    """The lines of an option in setup.cfg."""
    return set(SETTINGS[section][option].split())


def test_there_is_a_house() -> None:
    assert {"people", "inventory", "circulation"} <= ROOMS
    assert len(files("*.py")) > 100


def test_only_the_database_commits() -> None:
    committing = {
        path.name
        for path in files("*.py", under=("toolshare",))
        if re.search(r"\.commit\(", path.read_text(encoding="utf-8"))
    }
    assert committing == COMMITS.keys()


def test_folders_of_templates_are_rooms() -> None:
    folders = {path.name for path in (HOUSE / "templates").iterdir() if path.is_dir()}
    assert folders - {"__pycache__", "layouts", "components", "errors"} <= ROOMS


def test_folders_of_tests_are_rooms() -> None:
    folders = {path.parent.name for path in (HOUSE / "tests").glob("*/*.py")}
    assert folders - {"browser", "journeys"} <= ROOMS


def test_the_wheel_holds_every_package() -> None:
    kept_elsewhere = {"toolshare.static", "toolshare.templates"}
    packages = find_packages(str(HOUSE), include=["toolshare", "toolshare.*"])
    assert listed("options", "packages") == {*packages, *kept_elsewhere}


def test_every_room_is_a_pure_domain() -> None:
    pure = listed("importlinter:contract:pure-domain", "source_modules")
    assert pure >= {f"toolshare.{room}" for room in ROOMS}


def test_every_module_says_in_a_sentence_what_it_is() -> None:
    for path in files("*.py"):
        if path.name == "__init__.py" and not number_of_lines(path):
            continue
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        assert re.match(r"\S.+\S", said), name(path)
        assert said.splitlines()[0].rstrip().endswith((".", ":")), name(path)


def test_functions_are_short() -> None:
    found = [
        one
        for path in files("*.py")
        if not is_a_list_of_changes(path)
        for one in lengths_of_functions(path)
    ]
    lengths = [length for _, length in found]
    assert [one for one in found if one[1] > 40] == []
    assert quantiles(lengths, n=10)[-1] <= 20
    assert median(lengths) <= 8


@pytest.mark.parametrize(
    ("pattern", "most"), [("*.py", 300), ("*.html", 120), ("*.js", 99)], ids=str
)
def test_files_are_short(pattern: str, most: int) -> None:
    outgrown = {name(path): number_of_lines(path) for path in files(pattern)}
    assert [one for one in outgrown.items() if one[1] > most] == []


def test_the_house_names_no_host_but_examples() -> None:
    # Pages load nothing from elsewhere; packages come from wherever a machine is told to get them.
    patterns = ("*.py", "*.html", "*.css", "*.js", "*.cfg", "*.toml", "*.txt", "*.in", "*.md")
    texts = [*files(*patterns), HOUSE / "Makefile", HOUSE / ".ci" / "run"]
    for path in texts:
        if path.name.startswith("LICENSE"):
            continue
        for host in re.findall(r"https?://(?:\w+@)?([\w.-]+)", path.read_text(encoding="utf-8")):
            assert host in KNOWN_HOSTS or EXAMPLES.match(host), f"{name(path)}: {host}"


def test_the_package_reads_nothing_beside_itself() -> None:
    for path in files("*.py", under=("toolshare",)):
        assert '"../' not in path.read_text(encoding="utf-8"), name(path)
        assert "'../" not in path.read_text(encoding="utf-8"), name(path)


def test_an_installation_is_never_committed() -> None:
    assert (HOUSE / "instance" / ".gitignore").read_text() == "*\n!.gitignore\n"
