"""Backups by the clock, and how old the newest is: beside the server, one is made when it is due."""

import logging
import multiprocessing
import signal
from datetime import datetime, timedelta
from pathlib import Path

from toolshare import clock, settings
from toolshare.backups import folder
from toolshare.backups.making import Installation
from toolshare.backups.manifest import Manifest
from toolshare.backups.rotation import Keep
from toolshare.vitals.meter import Meter

LOOK_SECONDS = 60
log = logging.getLogger(__name__)


def installation_of(chosen: settings.Settings) -> Installation:
    """What belongs to an installation, as its settings name it."""
    return Installation(
        chosen.instance,
        chosen.photos,
        chosen.database_url,
        backups=chosen.backup_folder,
        elsewhere=chosen.shelf if chosen.bucket_url else None,
    )


def back_up(chosen: settings.Settings, into: Path) -> tuple[Path, Manifest]:
    """Makes a backup into a folder; refuses while another process is at it."""
    with folder.alone_in(into):
        return folder.add(installation_of(chosen), into, now=clock.now())


def prune(chosen: settings.Settings, into: Path) -> list[Path]:
    """Removes the backups of a folder that need not be kept any more; gives them."""
    with folder.alone_in(into):
        return folder.prune(
            installation_of(chosen), into, Keep(*chosen.backup_keep), now=clock.now()
        )


def back_up_when_due(chosen: settings.Settings, into: Path) -> bool:
    """Makes a backup and removes what need not be kept, when the newest is old enough."""
    with folder.alone_in(into):
        now = clock.now()
        if not folder.is_due(into, timedelta(hours=chosen.backup_hours), now=now):
            return False
        installation = installation_of(chosen)
        folder.add(installation, into, now=now)
        folder.prune(installation, into, Keep(*chosen.backup_keep), now=now)
        return True


def age_of_newest(chosen: settings.Settings) -> timedelta | None:
    """How long ago the newest backup was made; nothing when there is none, or no folder for them."""
    made: datetime | None = None
    if chosen.backup_folder:
        made = folder.newest(chosen.backup_folder, now=clock.now())
    return None if made is None else clock.now() - made


def is_late(chosen: settings.Settings) -> bool:
    """Whether backups should be made, and the last two were not."""
    if not chosen.backup_folder:
        return False
    age = age_of_newest(chosen)
    return age is None or age > 2 * timedelta(hours=chosen.backup_hours)


def keep_beside() -> None:
    """Makes backups when they are due in a process of its own, which ends with this one."""
    multiprocessing.Process(target=_keep_on, daemon=True).start()


def _keep_on() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    chosen, server = settings.read(), multiprocessing.parent_process()
    meter = Meter() if chosen.metrics_token else None
    while server is not None and server.is_alive():
        try:
            if chosen.backup_folder:
                back_up_when_due(chosen, chosen.backup_folder)
        except Exception:
            log.exception("A backup failed and will be tried again.")
            if meter is not None:
                meter.failed("backup")
        server.join(LOOK_SECONDS)
