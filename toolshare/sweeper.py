"""What only time brings is written down: by `toolshare sweep`, and every minute beside the server."""

import logging
import multiprocessing
import signal

import click

from toolshare import clock, installation
from toolshare.app import create_app
from toolshare.circulation import sweeping
from toolshare.database import reading, transaction
from toolshare.messages import reminding
from toolshare.privacy import retention
from toolshare.vitals.meter import METER, Meter

EVERY_SECONDS = 60
log = logging.getLogger(__name__)


@click.command()
def sweep() -> None:
    """Ends what time has ended, and offers what is free to who waits for it.

    It reminds of what is due, and forgets who had what, too.

    `toolshare serve` does this every minute by itself; with another server, let a timer do it.
    """
    with installation.records():
        failed = sweep_once()
    if failed:
        raise click.ClickException(f"{failed} of the pieces failed: the lines above say why.")


def sweep_once() -> int:
    """Does every piece in a transaction of its own; how many failed, each of which is logged."""
    failed = 0
    with reading() as session:
        now = clock.now()
        pieces = [
            *sweeping.pieces(session, now=now),
            *retention.pieces(session, now=now),
            *reminding.pieces(session, now=now),
        ]
    for piece in pieces:
        try:
            with transaction() as session:
                piece(session)
        except Exception:
            log.exception("A sweep failed and will be tried again: %s", piece)
            failed += 1
    return failed


def sweep_beside() -> None:
    """Sweeps every minute in a process of its own, which ends with this one."""
    multiprocessing.Process(target=_sweep_on, daemon=True).start()


def _sweep_on() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    app, server = create_app(), multiprocessing.parent_process()
    meter: Meter | None = app.extensions[METER]
    while server is not None and server.is_alive():
        try:
            with app.app_context():
                failed = sweep_once()
        except Exception:
            log.exception("A sweep failed and will be tried again.")
            failed = 1
        if failed and meter is not None:
            meter.failed("sweep", failed)
        server.join(EVERY_SECONDS)
