"""What is done by itself, on a large database: `python -m benchmarks.chores URL [times]`.

Each piece of the sweep is asked for what there is to do, which happens every minute and must not
depend on how much there is in all; the same for who sends mail and tells webhooks, every second. In the
time that passes, the least and the median of some times, in ms.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from toolshare import clock, create_app, settings
from toolshare.circulation import lapsing, replanning, sweeping
from toolshare.database import reading
from toolshare.messages import delivering, reminding
from toolshare.privacy import over, retention
from toolshare.records import AnySession
from toolshare.webhooks import following

Chore = Callable[[AnySession], object]


def chores() -> dict[str, Chore]:
    """What looks for something to do."""
    now = clock.now()
    after = over.After(over.USUAL_DAYS, now)
    named = {f"forgetting: {which.__name__}": which for which, _ in retention.SORTS}
    forgetting: dict[str, Chore] = {
        name: lambda session, which=which: session.scalars(which(after).limit(500)).all()
        for name, which in named.items()
    }
    return {
        "sweep: not fetched": lambda s: lapsing.not_fetched(s, now=now, at_most=500),
        "sweep: at risk": lambda s: replanning.kinds_at_risk(s, now=now),
        "sweep: all there may be": lambda s: list(sweeping.pieces(s, now=now)),
        "reminders": lambda s: list(reminding.pieces(s, now=now)),
        **forgetting,
        "mail that waits": lambda s: delivering.is_any_waiting(s, now=now),
        "entries for webhooks": following.is_any_behind,
    }


def main(url: str, times: str = "5") -> None:
    """Prints how long each takes."""
    with tempfile.TemporaryDirectory() as folder:
        given = {"TOOLSHARE_INSTANCE": str(Path(folder)), "TOOLSHARE_DATABASE_URL": url}
        app = create_app(settings.read(given))
        for name, chore in chores().items():
            with app.app_context():
                took = [timed(chore) for _ in range(int(times))]
            print(f"{name:36} {min(took):9.1f} {statistics.median(took):9.1f}", flush=True)


def timed(chore: Chore) -> float:
    """How long it takes, with nothing remembered of the time before."""
    with reading() as session:
        begun = time.perf_counter()
        chore(session)
        return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main(*sys.argv[1:])
