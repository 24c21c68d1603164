"""`toolshare serve`: what it makes ready, where it listens, and what it says."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.postgres import Cluster
from tests.server import PATIENCE, TOOLSHARE, environment, free_port
from toolshare import serving
from toolshare.migrating import is_up_to_date
from toolshare.settings import WrongSetting


@contextmanager
def listening(host: str = "127.0.0.1") -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.create_server((host, 0)) as server:
        yield int(server.getsockname()[1])


def served(instance: Path, *options: str) -> tuple[int, str]:
    """Starts a server, waits for its first line, stops it: its status, and all that it said."""
    with subprocess.Popen(
        [*TOOLSHARE, "serve", *options],
        env=environment(TOOLSHARE_INSTANCE=str(instance)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        assert server.stdout is not None
        said = ""
        while "Ctrl+C" not in said and (line := server.stdout.readline()):
            said += line
        server.terminate()
        said += server.stdout.read()
        return server.wait(PATIENCE), said


def test_a_new_installation_is_made_and_served(tmp_path: Path) -> None:
    port = free_port()
    status, said = served(tmp_path / "instance", "--port", str(port))
    # Whoever stops it in its first moment may read that a worker had to be killed.
    first, *_ = said.splitlines()
    assert (status, first) == (0, f"Toolshare is at http://127.0.0.1:{port}  (Ctrl+C stops it)")
    assert is_up_to_date(f"sqlite:///{tmp_path / 'instance' / 'toolshare.sqlite'}")


def test_phones_scan_the_address_in_the_terminal(tmp_path: Path) -> None:
    port = free_port()
    _, said = served(tmp_path / "instance", "--port", str(port), "--host", "0.0.0.0")  # noqa: S104
    assert "█" in said
    assert f"Toolshare is at http://{serving.lan_address()}:{port}" in said


def test_with_https_it_says_what_phones_have_to_trust(tmp_path: Path) -> None:
    port, authority = free_port(), tmp_path / "instance" / "certificates" / "authority.pem"
    status, said = served(tmp_path / "instance", "--port", str(port), "--https")
    first, second, *_ = said.splitlines()
    address = f"https://127.0.0.1:{port}"
    assert first == f"Phones warn until they trust {address}/authority.crt, or {authority}"
    assert (status, second) == (0, f"Toolshare is at {address}  (Ctrl+C stops it)")


def test_a_port_that_is_taken_is_not_shared(tmp_path: Path) -> None:
    with listening() as port:
        status, said = served(tmp_path / "instance", "--port", str(port))
    why = f"can't serve on 127.0.0.1 port {port}: Address already in use; choose another --port"
    assert (status, said) == (2, f"toolshare: {why}\n")


def test_a_host_that_is_not_ours_is_refused() -> None:
    with pytest.raises(WrongSetting, match=r"can't serve on 192\.0\.2\.1 port 8000"):
        serving.claim("192.0.2.1", 8000)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("shed.example", "http://shed.example:8000"),
    ],
)
def test_people_are_told_the_address_that_they_can_open(host: str, address: str) -> None:
    assert serving.address_for_people(host, 8000) == address


@pytest.mark.postgres
def test_a_database_that_others_use_is_not_migrated_unasked(postgres_cluster: Cluster) -> None:
    with (
        postgres_cluster.database() as url,
        pytest.raises(WrongSetting, match="run `toolshare migrate` first"),
    ):
        serving.make_ready(url)


def test_the_command_migrates(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    said = subprocess.run(
        [*TOOLSHARE, "migrate"],
        env=environment(TOOLSHARE_INSTANCE=str(instance)),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said == "The database is up to date.\n"
    assert is_up_to_date(f"sqlite:///{instance / 'toolshare.sqlite'}")
