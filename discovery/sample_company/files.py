"""Files of rows: written whole, or cut into smaller files that say the same.

A file is a frame around rows. Where a bad row ends up is known only when it is written, so that a
file that was cut knows its bad rows' places too.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

#: Every member of an archive bears this time, so that the same input gives the same bytes.
_NO_CLOCK = (2000, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row as bytes. ``bad`` names what is wrong with it: date, amount, row, person, time."""

    body: bytes
    bad: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class RejectedRow:
    file: str
    line: int  # of a text file; of a JSON list the position, both counted from 1
    reason: str


@dataclass(frozen=True)
class SampleFile:
    """Attributes:

    name: path below the exports' folder.
    frame: what stands before and after the rows, given the file.
    between: what stands between two rows.
    by_line: whether rows are found by line, rather than by position among the rows.
    before, total: rows of the same export that came in files before, and in all of them.
    """

    name: str
    rows: tuple[FileRow, ...]
    frame: Callable[[SampleFile], tuple[bytes, bytes]]
    between: bytes
    by_line: bool
    before: int = 0
    total: int = 0

    def content(self) -> bytes:
        head, tail = self.frame(self)
        return head + self.between.join(row.body for row in self.rows) + tail

    def rejected(self) -> list[RejectedRow]:
        line = self.frame(self)[0].count(b"\n") + 1
        step = self.between.count(b"\n")
        found = []
        for position, row in enumerate(self.rows, 1):
            if row.bad:
                found.append(RejectedRow(self.name, line if self.by_line else position, row.bad))
            line += row.body.count(b"\n") + step
        return found

    def cut(self, parts: int) -> list[SampleFile]:
        """The same rows in several files, each with its own frame."""
        size = -(-len(self.rows) // parts) or 1
        path = Path(self.name)
        starts = range(0, len(self.rows), size)
        return [
            replace(
                self,
                name=str(path.with_name(f"{path.stem}.{number}of{len(starts)}{path.suffix}").as_posix()),
                rows=self.rows[start : start + size],
                before=start,
                total=len(self.rows),
            )
            for number, start in enumerate(starts, 1)
        ] or [self]


@dataclass(frozen=True)
class SampleArchive:
    """Several files in one zip, stored as they are: compressors differ between Pythons."""

    name: str
    members: tuple[SampleFile, ...]

    def content(self) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for member in self.members:
                archive.writestr(zipfile.ZipInfo(Path(member.name).name, _NO_CLOCK), member.content())
        return buffer.getvalue()

    def rejected(self) -> list[RejectedRow]:
        return [
            replace(row, file=f"{self.name}!{Path(row.file).name}")
            for member in self.members
            for row in member.rejected()
        ]


AnyFile = SampleFile | SampleArchive


def in_pieces(files: Sequence[AnyFile], parts: int) -> list[AnyFile]:
    """The same exports in smaller files: tables, statements and logs cut, archives taken apart."""
    pieces: list[AnyFile] = []
    for file in files:
        if isinstance(file, SampleArchive):
            pieces.extend(file.members)
        elif len(file.rows) < 2 * parts:
            pieces.append(file)
        else:
            pieces.extend(file.cut(parts))
    return pieces


def write_files(files: Sequence[AnyFile], folder: Path) -> list[Path]:
    paths = []
    for file in files:
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content())
        paths.append(path)
    return paths
