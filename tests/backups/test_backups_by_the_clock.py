"""Backups are made when they are due, by one process at a time, and the right ones are kept."""

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backups.installation import furnish
from tests.conftest import Run
from tests.server import environment, serving
from tests.world import MONDAY_NOON, World
from toolshare import clock, keeper, settings
from toolshare.backups import folder
from toolshare.backups.reasons import AnotherIsAtIt
from toolshare.backups.rotation import Keep, superfluous
from toolshare.backups.whole_files import UNFINISHED
from toolshare.refusals import Refusal

KEEP = Keep(days=7, weeks=4, months=12)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOMENTS = st.sets(
    st.datetimes(
        MONDAY_NOON.replace(2024, tzinfo=None),
        MONDAY_NOON.replace(2027, tzinfo=None),
        timezones=st.just(UTC),
    ),
    max_size=60,
)
KEEPS = st.builds(Keep, *[st.integers(0, 5)] * 3)


def test_after_a_year_of_nightly_backups_some_of_each_age_are_left() -> None:
    kept: set[datetime] = set()
    for night in range(400):
        now = MONDAY_NOON + night * DAY
        kept.add(now)
        kept -= set(superfluous(kept, KEEP, now=now))
    ages = sorted((now - at).days for at in kept)
    assert ages[:7] == list(range(7))
    assert 18 <= len(ages) <= 23
    assert 300 < ages[-1] < 366


@given(made=MOMENTS, keep=KEEPS)
def test_the_newest_of_every_period_stays_and_nothing_of_the_future_goes(
    made: set[datetime], keep: Keep
) -> None:
    gone = superfluous(made, keep, now=MONDAY_NOON)
    past = {at for at in made if at <= MONDAY_NOON}
    left = past - set(gone)
    assert set(gone) <= past
    assert not past or max(past) in left
    assert len({at.date() for at in left}) >= min(keep.days, len({at.date() for at in past}))
    assert len(left) <= 1 + sum(keep)
    assert superfluous(left, keep, now=MONDAY_NOON) == []


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    """The folder for backups."""
    return tmp_path / "backups"


@pytest.fixture
def kept(world: World, chosen: settings.Settings, backups: Path) -> settings.Settings:
    """An installation that keeps backups by the clock."""
    furnish(world, chosen)
    return settings.read(
        {
            "TOOLSHARE_INSTANCE": str(chosen.instance),
            "TOOLSHARE_DATABASE_URL": chosen.database_url,
            "TOOLSHARE_BACKUP_FOLDER": str(backups),
            "TOOLSHARE_BACKUP_KEEP": "2,0,0",
        }
    )


def test_a_backup_is_made_when_the_newest_is_old_enough(
    kept: settings.Settings, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for hours in (0, 23, 24, 40, 48, 72):
        monkeypatch.setattr(clock, "now", lambda hours=hours: MONDAY_NOON + hours * HOUR)
        if keeper.back_up_when_due(kept, backups):
            made.append(hours)
    assert made == [0, 24, 48, 72]
    assert list(folder.backups_in(backups)) == [MONDAY_NOON + 48 * HOUR, MONDAY_NOON + 72 * HOUR]


def test_a_clock_that_was_ahead_keeps_no_backup_from_being_made(
    kept: settings.Settings, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: MONDAY_NOON + 3_000 * DAY)
    assert keeper.back_up_when_due(kept, backups)
    monkeypatch.setattr(clock, "now", lambda: MONDAY_NOON)
    assert keeper.is_late(kept)
    assert keeper.back_up_when_due(kept, backups)
    assert not keeper.back_up_when_due(kept, backups)
    assert not keeper.is_late(kept)
    assert len(folder.backups_in(backups)) == 2


def test_what_was_left_unfinished_goes_and_what_is_none_of_ours_stays(
    kept: settings.Settings, backups: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups.mkdir()
    for place in (backups, kept.instance):
        (place / f"{UNFINISHED}abc").mkdir()
    for name in ("toolshare-of-somebody.tar", "toolshare-2025-01-01-000000.tar", "photo.jpg"):
        (backups / name).touch()
    monkeypatch.setenv("TOOLSHARE_BACKUP_FOLDER", str(backups))
    monkeypatch.setenv("TOOLSHARE_BACKUP_KEEP", "0,0,0")
    assert run("backup", "--to-folder", "--prune")[0] == 0
    names = sorted(path.name for path in backups.iterdir() if not path.name.startswith("."))
    assert names == ["photo.jpg", "toolshare-2026-06-01-120000.tar", "toolshare-of-somebody.tar"]
    assert not list(kept.instance.glob(f"{UNFINISHED}*"))


BUSY = """
import sys, time
from pathlib import Path
from toolshare.backups.folder import alone_in
with alone_in(Path(sys.argv[1])):
    print("in", flush=True)
    time.sleep(60)
"""


def test_one_process_at_a_time_fills_the_folder(kept: settings.Settings, backups: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BUSY, backups], stdout=subprocess.PIPE, env=environment()
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == b"in\n"
        with pytest.raises(Refusal) as refused:
            keeper.back_up(kept, backups)
        other.kill()
    assert refused.value.reasons == (AnotherIsAtIt(),)
    assert keeper.back_up(kept, backups)[0].exists()


def test_the_server_makes_them_beside(kept: settings.Settings, backups: Path) -> None:
    (kept.instance / "settings.toml").write_text(f'backup_folder = "{backups}"\n')
    with serving(kept.instance, kept.database_url) as port:
        urlopen(f"http://127.0.0.1:{port}/sign-in").close()
        while not folder.backups_in(backups):
            time.sleep(0.05)


def test_how_old_the_newest_is_stands_below_a_check(
    run: Run, kept: settings.Settings, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOOLSHARE_BACKUP_FOLDER", str(backups))
    assert run("check") == (1, f"backups in {backups}: there is none\n")
    assert run("backup", "--to-folder")[0] == 0
    monkeypatch.setattr(clock, "now", lambda: MONDAY_NOON + 48 * HOUR)
    assert run("check") == (0, "All is well.\nThe newest backup is 48 hours old.\n")
    monkeypatch.setattr(clock, "now", lambda: MONDAY_NOON + 73 * HOUR)
    assert run("check")[1].startswith(f"backups in {backups}: the newest is 3 days old\n")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "Name a FILE"),
        (("--to-folder", "backup.tar"), "Name a FILE"),
        (("backup.tar", "--prune"), "No folder for backups is set."),
        (("--to-folder",), "No folder for backups is set."),
        (("--prune",), "No folder for backups is set."),
    ],
)
def test_what_cannot_be_meant_is_said(
    run: Run, tmp_path: Path, words: tuple[str, ...], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, said = run("backup", *words)
    assert status
    assert why in said
