"""Files that are put into the watched folder are read once they lie still, each once."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from discovery import scans, watched_folder
from discovery.models import Record, Scan, WatchedFile

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
EARLIER = NOW - timedelta(minutes=5)
ROW = "spend amount=20 date=2026-03-04 text=CHATGPT id=%s"


@pytest.fixture
def folder(files, tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty watched folder, whose files are card exports."""
    place = tmp_path / "exports"
    place.mkdir()
    settings.PENUMBRA = settings.PENUMBRA | {"WATCHED_FOLDER": str(place)}
    recognised = scans.open_scans
    monkeypatch.setattr(
        scans, "open_scans", lambda path, **more: recognised(path, connector="fake_card", **more)
    )
    return place


def put(path: Path, text: str, when: datetime = EARLIER) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", "utf-8")
    os.utime(path, (when.timestamp(), when.timestamp()))


def look(now: datetime = NOW) -> int:
    taken = watched_folder.open_new(now)
    scans.run_unfinished()
    return taken


def test_a_file_is_read_once_and_again_when_it_is_written_again(folder):
    put(folder / "march.txt", ROW % 1)
    assert (look(), look()) == (1, 0)
    (scan,) = Scan.objects.all()
    assert (scan.state, scan.file_name, scan.requested_by) == ("done", "march.txt", "watched folder")
    put(folder / "march.txt", f"{ROW % 1}\n{ROW % 2}", EARLIER + timedelta(minutes=1))
    assert look() == 1
    assert Record.objects.filter(current=True).count() == 2


def test_a_file_that_is_still_being_written_waits(folder):
    put(folder / "april.txt", ROW % 1, NOW - timedelta(seconds=2))
    put(folder / "may.txt.part", ROW % 2)
    put(folder / ".hidden", ROW % 3)
    assert look() == 0
    assert look(NOW + timedelta(seconds=30)) == 1


def test_files_of_folders_within_it_are_read_by_their_place(folder):
    put(folder / "cards" / "berlin" / "march.txt", ROW % 1)
    assert look() == 1
    assert Scan.objects.get().file_name == "cards/berlin/march.txt"


def test_what_cannot_be_read_says_so_until_it_changes_or_goes(folder, monkeypatch):
    def unreadable(path, **more):
        yield scans.Failure(more["file_name"], "it is empty; export it again")

    put(folder / "empty.csv", "")
    with monkeypatch.context() as broken:
        broken.setattr(scans, "open_scans", unreadable)
        assert (look(), look()) == (1, 0)
    assert watched_folder.refused() == [("empty.csv", ["it is empty; export it again"])]
    put(folder / "empty.csv", ROW % 1, EARLIER + timedelta(minutes=1))
    assert look() == 1
    assert watched_folder.refused() == []
    (folder / "empty.csv").unlink()
    look()
    assert not WatchedFile.objects.exists()
    assert Record.objects.filter(current=True).count() == 1


def test_a_worker_that_is_stopped_while_it_begins_is_followed_by_another(folder, monkeypatch):
    def stopped(path, **more):
        raise KeyboardInterrupt

    put(folder / "march.txt", ROW % 1)
    with monkeypatch.context() as broken:
        broken.setattr(scans, "open_scans", stopped)
        with pytest.raises(KeyboardInterrupt):
            look()
    assert look() == 0  # the first may still be at it
    assert look(NOW + timedelta(hours=1)) == 1
    assert Record.objects.filter(current=True).count() == 1


def test_without_a_folder_nothing_is_looked_at(files, settings, tmp_path):
    settings.PENUMBRA = settings.PENUMBRA | {"WATCHED_FOLDER": ""}
    assert watched_folder.open_new(NOW) == 0
    settings.PENUMBRA = settings.PENUMBRA | {"WATCHED_FOLDER": str(tmp_path / "not there")}
    assert watched_folder.open_new(NOW) == 0


def test_folders_that_may_not_be_looked_into_are_named(folder, monkeypatch):
    put(folder / "cards" / "march.txt", ROW % 1)
    (folder / ".trash").mkdir()
    assert watched_folder.closed() == []
    listed = os.scandir

    def scandir(place: str) -> object:
        if Path(place).name == "cards":
            raise PermissionError(13, "Permission denied", str(place))
        return listed(place)

    monkeypatch.setattr(os, "scandir", scandir)  # tests may run as root, who may look into all
    assert watched_folder.closed() == ["cards"]
