"""`toolshare serve` as a process of its own, the way people run it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

PATIENCE = 30  # seconds
TOOLSHARE = [sys.executable, "-c", "from toolshare.cli import main; main()"]


def environment(**ours: str) -> dict[str, str]:
    """The environment of a fresh shell, with these settings and no others of Toolshare's."""
    foreign = ("TOOLSHARE_", "PYTHONPATH")
    kept = {name: word for name, word in os.environ.items() if not name.startswith(foreign)}
    return kept | ours


@contextmanager
def serving(
    instance: Path,
    database_url: str,
    toolshare: Sequence[str | Path] = TOOLSHARE,
    known: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[int]:
    """The port on which a server answers that keeps its things in `instance`."""
    port = free_port()
    with (instance.parent / "server.log").open("w") as log:
        server = subprocess.Popen(
            [*toolshare, "serve", "--port", str(port)],
            env=environment(
                TOOLSHARE_INSTANCE=str(instance), TOOLSHARE_DATABASE_URL=database_url, **known
            ),
            stdout=log,
            stderr=log,
        )
        try:
            wait_until_it_answers(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(PATIENCE)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_answers(port: int, server: "subprocess.Popen[bytes]") -> None:
    """Returns when the server takes a connection."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"no server on port {port}")
