"""Files that are there whole, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from toolshare.backups.reasons import IsThereAlready
from toolshare.refusals import Refusal
from toolshare.snapshots import sync

UNFINISHED = ".toolshare-unfinished-"


@contextmanager
def written_whole(path: Path, *, over: bool = False) -> Iterator[Path]:
    """A file to write, readable by its owner only, that gets its name when the block has ended well.

    It lies in a folder of its own beside `path`, which goes with all that is in it. Refuses where
    something has the name, unless it may be written over.
    """
    if path.exists() and not over:
        raise Refusal(IsThereAlready(str(path)))
    with TemporaryDirectory(prefix=UNFINISHED, dir=path.parent) as folder:
        own = Path(folder, path.name)
        own.touch(mode=0o600)
        yield own
        sync(own)
        _name(own, path, over=over)
        sync(path.parent)


def _name(own: Path, path: Path, *, over: bool) -> None:
    if over:
        own.replace(path)
        return
    try:
        path.hardlink_to(own)
    except FileExistsError:
        raise Refusal(IsThereAlready(str(path))) from None
    except OSError:  # a memory stick has no links
        own.rename(path)
