"""The settings of a bucket for photos: all that is needed or nothing, and what is wrong with them."""

import re
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import Any

NAMES = ("bucket_url", "bucket_region", "bucket_key", "bucket_secret")
A_BUCKET = re.compile(r"https?://[\w.:\[\]-]+(/[\w.-]+)+", re.ASCII)
USUAL_REGION = "us-east-1"  # what storages that have no regions go by


def chosen(given: Mapping[str, Any]) -> dict[str, str]:
    """The values of these settings, by their names; a ValueError names the one that is wrong."""
    bucket = {name: str(given.get(name, "")).strip().removesuffix("/") for name in NAMES}
    bucket["bucket_region"] = bucket["bucket_region"] or USUAL_REGION
    for name, is_wrong, why in _wrong(**bucket):
        if is_wrong:
            raise ValueError(f"{name}: {why}")
    return bucket


def _wrong(
    *, bucket_url: str, bucket_region: str, bucket_key: str, bucket_secret: str
) -> Iterator[tuple[str, bool, str]]:
    """What may be wrong, whether it is, and what is said then."""
    is_url = not bucket_url or bool(A_BUCKET.fullmatch(bucket_url))
    is_region = bool(re.fullmatch(r"[\w-]+", bucket_region, re.ASCII))
    like = "https://storage.example.org/bucket or the same with /a/prefix"
    yield "BUCKET_URL", not is_url, f"should be like {like}"
    yield "BUCKET_REGION", not is_region, f"should be like {USUAL_REGION}, but is {bucket_region!r}"
    yield "BUCKET_KEY", bool(bucket_key and not bucket_url), "needs TOOLSHARE_BUCKET_URL"
    yield "BUCKET_SECRET", bool(bucket_secret and not bucket_url), "needs TOOLSHARE_BUCKET_URL"
    yield "BUCKET_URL", bool(bucket_url and not bucket_key), "needs TOOLSHARE_BUCKET_KEY"
    yield "BUCKET_URL", bool(bucket_url and not bucket_secret), "needs TOOLSHARE_BUCKET_SECRET"
    is_there = find_spec("obstore") is not None
    yield "BUCKET_URL", bool(bucket_url and not is_there), "needs `pip install toolshare[bucket]`"
