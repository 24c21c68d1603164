"""A file is there whole, or not at all."""

from pathlib import Path

import pytest

from toolshare.backups.whole_files import written_whole
from toolshare.refusals import Refusal


def written(path: Path, *, meanwhile: str = "", over: bool = False) -> None:
    with written_whole(path, over=over) as own:
        own.write_text("ours")
        if meanwhile:
            path.write_text(meanwhile)


def test_what_another_wrote_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="is there already"):
        written(tmp_path / "file", meanwhile="theirs")
    assert (tmp_path / "file").read_text() == "theirs"
    written(tmp_path / "file", meanwhile="theirs", over=True)
    assert (tmp_path / "file").read_text() == "ours"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_where_a_disk_has_no_links_a_file_gets_its_name_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(_self: Path, _target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    written(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "ours"
