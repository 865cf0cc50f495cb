"""A folder that exports are put into: each file is read once it lies still.

Whoever exports (a person, a nightly job, an SFTP server) only writes files; nothing is moved or deleted.
What a file is, whether it was read before and which records it adds is decided as for every scan, so the
folder may keep old files, and a file that is written again is read again.

The database says what was taken. A worker takes a file by one statement, begins its scans, and says so; where
it is stopped in between, another one takes the file after a while, and resumes what was begun.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q

from discovery import scans
from discovery.models import WatchedFile

#: So long a file is not written to before it is taken for whole.
STILL = timedelta(seconds=10)
#: So long a worker may take to begin the scans of a file.
_AT_IT = timedelta(minutes=10)
#: Endings of files that a browser or a transfer is still writing.
_UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".crdownload", ".download")


class Found(NamedTuple):
    path: Path
    name: str  # within the folder
    size: int
    modified_ns: int


def open_new(now: datetime) -> int:
    """Begin the scans of every file that is new or was written again; the number of files taken.

    Does nothing where no folder is set or it is not there. ``scans.run_unfinished`` does the reading.
    """
    folder = settings.PENUMBRA["WATCHED_FOLDER"]
    if not folder or not Path(folder).is_dir():
        return 0
    known = {
        path: (size, modified)
        for path, size, modified in WatchedFile.objects.filter(_settled(now)).values_list(
            "path", "size", "modified_ns"
        )
    }
    still = (now - STILL).timestamp() * 1e9
    taken, there = 0, set()
    for found in _files(Path(folder)):
        there.add(found.name)
        if found.modified_ns <= still and known.get(found.name) != (found.size, found.modified_ns):
            taken += _take(found, now)
    gone = set(WatchedFile.objects.values_list("path", flat=True)) - there
    for path in gone:  # what was read of it stays; put there again, it is looked at again
        WatchedFile.objects.filter(path=path).delete()
    return taken


def closed() -> list[str]:
    """Folders within the watched one, and itself as ".", that may not be looked into."""
    folder = Path(settings.PENUMBRA["WATCHED_FOLDER"])
    found: list[str] = []

    def note(error: OSError) -> None:
        found.append(os.path.relpath(error.filename, folder))

    for _place, folders, _names in os.walk(folder, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
    return sorted(found)


def refused() -> list[tuple[str, list[str]]]:
    """(file, sentences) of what of the folder cannot be read, by name."""
    rows = WatchedFile.objects.exclude(refused="").order_by("path").values_list("path", "refused")
    return [(path, sentences.splitlines()) for path, sentences in rows]


def _settled(now: datetime) -> Q:
    """Files that need no second look unless they change: taken whole, or by a worker that is still at it."""
    return Q(scans_begun=True) | Q(taken_at__gt=now - _AT_IT)


def _files(folder: Path) -> Iterator[Found]:
    """Files at any depth, by name; what is hidden, a link or still being transferred is none."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place) / name
            if name.startswith(".") or name.lower().endswith(_UNFINISHED) or path.is_symlink():
                continue
            try:
                found = path.stat()
            except OSError:
                continue  # it went a moment ago
            yield Found(path, str(path.relative_to(folder)), found.st_size, found.st_mtime_ns)


def _take(found: Found, now: datetime) -> bool:
    """Begin the scans of a file, unless another worker was quicker."""
    now_it_is = {"size": found.size, "modified_ns": found.modified_ns, "taken_at": now, "scans_begun": False}
    row, new = WatchedFile.objects.get_or_create(path=found.name, defaults=now_it_is)
    mine = WatchedFile.objects.filter(pk=row.pk, taken_at=row.taken_at)
    if not new and not mine.update(**now_it_is):
        return False
    told = list(scans.open_scans(found.path, file_name=found.name, by="watched folder"))
    sentences = [one.error for one in told if isinstance(one, scans.Failure)]
    WatchedFile.objects.filter(pk=row.pk, taken_at=now).update(scans_begun=True, refused="\n".join(sentences))
    return True
