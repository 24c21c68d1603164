"""A machine that serves Toolshare, and whose plug can be pulled."""

import os
import signal
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from tests.server import TOOLSHARE, environment, free_port, wait_until_it_answers


class Machine:
    """`toolshare serve` on a machine whose plug can be pulled."""

    def __init__(
        self,
        folder: Path,
        database_url: str,
        workers: int = 1,
        known: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.folder, self.database_url, self.port = folder, database_url, free_port()
        self.workers, self.known = str(workers), known
        self.server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers."""
        ours = {
            "TOOLSHARE_INSTANCE": str(self.folder / "served"),
            "TOOLSHARE_DATABASE_URL": self.database_url,
        }
        with (self.folder / "server.log").open("a") as log:
            self.server = subprocess.Popen(
                [*TOOLSHARE, "serve", "--port", str(self.port), "--workers", self.workers],
                env=environment(**ours, **self.known),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until_it_answers(self.port, self.server)

    def pull_the_plug(self) -> None:
        """No process of it does anything any more, from one moment to the next."""
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()
            self.server = None
            wait_until_nothing_answers(self.port)

    def start_anew(self) -> None:
        """Pulls the plug, and puts it in again."""
        self.pull_the_plug()
        self.start()


def wait_until_nothing_answers(port: int) -> None:
    """A process that was killed holds its port for some milliseconds, and takes nobody in."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            return
        except OSError:  # it is dying
            continue
