"""What is counted while we work: how long each kind of answer takes, and what fails beside the server."""

import os
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)  # seconds
NOWHERE = "none"
METER = "meter"  # where an app keeps its own


def count_together(folder: Path) -> None:
    """Lets all processes that are forked from this one count in files of this folder.

    Whoever asks one of them is told the sum. The library looks for the folder when it is imported,
    which is before we know whether anybody wants to be told.
    """
    os.environ[FOLDER] = str(folder)
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]


class Meter:
    """The counts of one process, by which nobody can be told from another."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.answers = Histogram(
            "toolshare_request_seconds",
            "How long answers took, by what was asked for and what sort of answer it was.",
            ("endpoint", "status"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.readings = Counter(
            "toolshare_replica_reads",
            "What may be some seconds old, by who answered: the replica, or the primary, and why.",
            ("answer",),
            registry=self.registry,
        )
        self.failures = Counter(
            "toolshare_failures",
            "What failed beside the server and is tried again: pieces of sweeps, backups.",
            ("of",),
            registry=self.registry,
        )

    def answered(self, endpoint: str | None, status: int, *, seconds: float) -> None:
        """Counts an answer; endpoints are ours, so there are only so many."""
        self.answers.labels(endpoint or NOWHERE, f"{status // 100}xx").observe(seconds)

    def read_by(self, how: str) -> None:
        """Counts what may lag, by whom it was answered."""
        self.readings.labels(how).inc()

    def failed(self, what: str, times: int = 1) -> None:
        """Counts what failed beside the server."""
        self.failures.labels(what).inc(times)

    def told(self, more: Collector) -> str:
        """All counts, and what the database says besides, in the words of Prometheus."""
        registry = CollectorRegistry()
        registry.register(more)
        return generate_latest(self._everybodys()).decode() + generate_latest(registry).decode()

    def _everybodys(self) -> CollectorRegistry:
        folder = os.environ.get(FOLDER)
        if folder is None:
            return self.registry
        summed = CollectorRegistry()
        MultiProcessCollector(summed, path=folder)  # type: ignore[no-untyped-call]
        return summed
