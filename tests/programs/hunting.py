"""schemathesis against a served installation: it asks the description for whatever it can think of."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from werkzeug.serving import make_server

HERE = Path(__file__).parent
DESCRIPTION = "/api/v1/openapi.json"


@contextmanager
def answering(app: Flask) -> Iterator[str]:
    """The address at which the application answers meanwhile."""
    server = make_server("127.0.0.1", 0, app, threaded=False)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def hunted(
    address: str, token: str, folder: Path, *, examples: int, phases: str
) -> subprocess.CompletedProcess[str]:
    """What schemathesis found with so many examples for each operation; it writes into `folder`."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(HERE / "schemathesis.toml")),
            *("run", address + DESCRIPTION, "--url", address),
            *("--header", f"Authorization: Bearer {token}"),
            *("--max-examples", str(examples), "--phases", phases),
            *("--seed", "1", "--generation-deterministic", "--no-color", "--warnings", "off"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
