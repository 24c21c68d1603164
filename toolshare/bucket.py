"""A bucket of S3-compatible storage as a shelf for photos: the only file that knows how to ask one."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from toolshare.shelves import Away, Lying

log = logging.getLogger(__name__)
PATIENCE = timedelta(seconds=10)


class Bucket:
    """A bucket, or what is under one prefix in it, in a storage that is asked by its path."""

    def __init__(self, url: str, *, region: str, key: str, secret: str) -> None:
        parts = urlsplit(url)
        name, _, prefix = parts.path.strip("/").partition("/")
        self.store = S3Store(
            name,
            prefix=prefix or None,
            endpoint=f"{parts.scheme}://{parts.netloc}",
            region=region,
            access_key_id=key,
            secret_access_key=secret,
            client_options={"allow_http": parts.scheme == "http", "timeout": PATIENCE},
            retry_config={"max_retries": 2, "retry_timeout": PATIENCE},
        )

    def put(self, name: str, content: bytes) -> None:
        """Lays a file there; Away when nobody can."""
        with _asking():
            obstore.put(self.store, name, content, attributes={"Content-Type": "image/webp"})

    def get(self, name: str, most: int | None = None) -> bytes | None:
        """What is in a file, or in its first bytes; None when there is none."""
        with _asking():
            try:
                if most is not None:
                    return obstore.get_range(self.store, name, start=0, length=most).to_bytes()
                return obstore.get(self.store, name).bytes().to_bytes()
            except FileNotFoundError:
                return None

    def remove(self, name: str) -> None:
        """Takes a file away, if it is there."""
        with _asking():
            obstore.delete(self.store, name)

    def lying(self) -> Iterator[Lying]:
        """All files that lie there."""
        with _asking():
            for some in obstore.list(self.store):
                for one in some:
                    yield Lying(one["path"], one["size"], one["last_modified"])


@contextmanager
def _asking() -> Iterator[None]:
    """Says plainly that it does not answer, or does not let us, and to whoever runs us why."""
    try:
        yield
    except (BaseError, FileNotFoundError) as error:
        log.warning("the storage of photos: %s", str(error).splitlines()[0])
        raise Away from error
