"""What a test needs from the machine: without it the test is skipped, and where CI runs it fails."""

import os
from typing import TypeVar

import pytest

Found = TypeVar("Found")


def need(found: Found | None, to_install: str) -> Found:
    """What was found; else one line that says what to install."""
    if found is not None:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(f"missing: {to_install}", pytrace=False)
    pytest.skip(f"missing: {to_install}")
