"""An S3-compatible storage on this machine: a server of its own, asked over the network."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import uuid4

from tests.needs import need
from tests.server import PATIENCE, free_port, wait_until_it_answers

MOTO = Path(__file__).parent.parent / ".venv" / "storage" / "bin" / "moto_server"


@contextmanager
def running(log: Path) -> Iterator[str]:
    """The address of a storage that runs for the block."""
    command = need(MOTO if MOTO.exists() else None, "make .venv/development")
    port = free_port()
    with log.open("w") as written:
        address = [command, "-H", "127.0.0.1", "-p", str(port)]
        server = subprocess.Popen(address, stdout=written, stderr=written)
        try:
            wait_until_it_answers(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(PATIENCE)


def new_bucket(storage: str) -> dict[str, str]:
    """The variables of an installation whose photos go into a bucket of their own."""
    url = f"{storage}/photos-{uuid4().hex}"
    urlopen(Request(url, method="PUT")).close()  # noqa: S310
    return {
        "TOOLSHARE_BUCKET_URL": f"{url}/of/the/shed",
        "TOOLSHARE_BUCKET_KEY": "borgo",
        "TOOLSHARE_BUCKET_SECRET": "the barn is green",
    }
