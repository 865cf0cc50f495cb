"""Files to read: one, a folder's at any depth, or those inside an archive (one level deep, and one within).

A spreadsheet is packed like an archive but is one file; a PDF is opened for the invoice inside it. What
cannot be read says so in a sentence of its own and stops nothing beside it.
"""

from __future__ import annotations

import gzip
import io
import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from discovery.connectors.base import HEAD_BYTES, Head, UnreadableFile
from discovery.pdf_invoices import LARGEST_PDF, PDF, Encrypted, invoice_in

#: What an archive may hold; real exports stay far below.
MOST_MEMBERS = 10_000
MOST_UNPACKED = 16 << 30
#: Text packs five- to fiftyfold. A small file may pack better without harm.
MOST_TIMES = 200
SMALL = 32 << 20
#: Of a file inside an archive, with its folders.
LONGEST_NAME = 380
#: A workbook shows what it is only as a whole.
WORKBOOK_HEAD = 32 << 20
#: A Parquet file describes its columns before its row groups, some hundred kilobytes from its end.
PARQUET_END = 8 << 20

_LITTER = frozenset(("thumbs.db", "desktop.ini", "__macosx", "ehthumbs.db", "$recycle.bin"))
_ZIP, _EMPTY_ZIP, _GZIP = b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b"
_PARQUET = b"PAR1"
_TAR_AT, _TAR = 257, b"ustar"
_READABLE_ZIP = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_DAMAGE = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, EOFError)


@dataclass(frozen=True, slots=True)
class Member:
    """One readable file. ``name`` as messages name it, ``inner`` inside the archive at ``path``."""

    path: Path
    inner: str
    name: str
    size: int | None
    _chain: tuple[str, ...] = ()

    def open(self) -> BinaryIO:
        """The bytes, from the start; seekable. Raises UnreadableFile, also while they are read."""
        with _said(self.name):
            stream: IO[bytes] = self.path.open("rb")
            if not self._chain:
                return cast(BinaryIO, stream)
            for step in self._chain:
                stream = _opened(stream, step)
            # Where the archive does not state the size, it is held against that of the whole archive.
            packed = self.path.stat().st_size if self.size is None else None
            return cast(BinaryIO, io.BufferedReader(_Unpacked(stream, self.name, self.size, packed), 1 << 16))


@dataclass(frozen=True, slots=True)
class BadMember:
    """A file that cannot be read, with one sentence that says why and what to do."""

    name: str
    error: str


def members(path: Path) -> Iterator[Member | BadMember]:
    """Every file at a path, in the order of their names; hidden files and system litter are passed over.

    Raises UnreadableFile where there is nothing to read at the path at all.
    """
    try:
        kind = path.stat().st_mode
    except FileNotFoundError:
        raise UnreadableFile(f"no such file: {path}") from None
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror or 'input/output error'}") from None
    if not stat.S_ISDIR(kind):
        if not stat.S_ISREG(kind):
            raise UnreadableFile(f"{path} is no file; name a file, a folder or an archive")
        yield from _of_file(path, path.name)
        return
    found = False
    for file in _files_below(path):
        found = True
        if isinstance(file, BadMember):
            yield file
            continue
        inside = "/".join((path.name, *file.relative_to(path).parts)).lstrip("/")
        yield from _of_file(file, inside)
    if not found:
        raise UnreadableFile(f"{path} holds no file; put the exports into it and scan it again")


def head_of(member: Member) -> Head:
    """The beginning of a file, for recognition; a workbook whole, as far as it is of usual size."""
    with member.open() as stream:
        start = stream.read(HEAD_BYTES)
        if start.startswith(_ZIP):
            start += stream.read(WORKBOOK_HEAD - len(start))
        if start.startswith(_PARQUET):
            return Head(member.name, start, False, _end_of(stream))
        return Head(member.name, start, not stream.read(1))


def _end_of(stream: BinaryIO) -> bytes:
    """The last bytes of a file, as many as a Parquet file may take to describe its columns."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - PARQUET_END))
    return stream.read(PARQUET_END)


# --- folders ----------------------------------------------------------------------------------------


def _files_below(folder: Path) -> Iterator[Path | BadMember]:
    denied: list[BadMember] = []

    def deny(error: OSError) -> None:
        denied.append(BadMember(str(error.filename), f"{error.filename} cannot be read: {error.strerror}"))

    for parent, folders, names in os.walk(folder, onerror=deny):
        folders[:] = sorted(name for name in folders if not _is_litter(name))
        for name in sorted(names):
            file = Path(parent, name)
            # A pipe would wait for ever, a dangling link has nothing to say.
            if not _is_litter(name) and (file.is_file() or not file.exists()):
                yield file
    yield from denied


def _is_litter(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _LITTER


# --- archives ---------------------------------------------------------------------------------------


def shown(name: str) -> str:
    """A name as a message can hold it: on one line, each sign that cannot be shown as ``�``."""
    return name if name.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in name)


def _is_unicode(name: str) -> bool:
    """Names come as bytes; what of them is not UTF-8 can be stored nowhere."""
    return not any("\ud800" <= c <= "\udfff" for c in name)


def _of_file(path: Path, name: str) -> Iterator[Member | BadMember]:
    """A file itself, or what is inside it where it is an archive."""
    if not _is_unicode(str(path)):
        yield BadMember(shown(name), f"{shown(name)} has a name that is not Unicode; rename it")
        return
    name = shown(name)
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            if not _is_archive(stream):
                yield Member(path, "", name, size)
                return
    except OSError as error:
        yield BadMember(name, f"{name} cannot be read: {error.strerror or 'input/output error'}")
        return
    found = False
    try:
        with _said(name), path.open("rb") as stream:
            for entry in _entries(stream, name, size, nested=False):
                found = True
                if isinstance(entry, BadMember):
                    yield BadMember(shown(entry.name), shown(entry.error))
                elif len(inner := "!".join(entry.steps)) > LONGEST_NAME:
                    yield BadMember(
                        shown(f"{name}!{inner[:60]}…"), "a file name in an archive is too long; unpack it"
                    )
                elif not _is_unicode(inner):
                    inside = shown(f"{name}!{inner}")
                    yield BadMember(inside, f"{inside} has a name that is not Unicode; unpack and rename it")
                else:
                    yield Member(path, inner, shown(f"{name}!{inner}"), entry.size, entry.chain)
    except UnreadableFile as error:
        yield BadMember(name, shown(str(error)))
        return
    if not found:
        yield BadMember(name, f"{name} holds no file; pack the exports again")


@dataclass(frozen=True, slots=True)
class _Entry:
    steps: tuple[str, ...]  # the names that messages use
    chain: tuple[str, ...]  # how to open it: a letter for the kind of archive and the name inside
    size: int | None


def _is_archive(stream: IO[bytes]) -> bool:
    stream.seek(0)
    start = stream.read(_TAR_AT + len(_TAR))
    stream.seek(0)
    if start.startswith((_ZIP, _EMPTY_ZIP)):
        return not _is_workbook(stream)
    return start.startswith((_GZIP, PDF)) or start[_TAR_AT:] == _TAR


def _is_workbook(stream: IO[bytes]) -> bool:
    """Office files are packed as ZIP and name their parts in one file. A damaged archive is none."""
    try:
        with zipfile.ZipFile(stream) as packed:
            return "[Content_Types].xml" in packed.namelist()
    except (*_DAMAGE, ValueError, NotImplementedError, OSError):
        return b"[Content_Types].xml" in _beginning(stream)
    finally:
        stream.seek(0)


def _beginning(stream: IO[bytes]) -> bytes:
    stream.seek(0)
    return stream.read(4096)


def _entries(stream: IO[bytes], name: str, packed_size: int, *, nested: bool) -> Iterator[_Entry | BadMember]:
    start = _beginning(stream)
    stream.seek(0)
    if start.startswith((_ZIP, _EMPTY_ZIP)):
        yield from _in_zip(stream, name, nested=nested)
    elif start.startswith(_GZIP):
        yield from _in_gzip(stream, name, packed_size, nested=nested)
    elif start.startswith(PDF):
        yield _in_pdf(stream, name)
    else:
        yield from _in_tar(stream, name, nested=nested)


def _in_zip(stream: IO[bytes], name: str, *, nested: bool) -> Iterator[_Entry | BadMember]:
    with zipfile.ZipFile(stream) as archive:
        files = [info for info in archive.infolist() if not info.is_dir() and not _hidden(info.filename)]
        _guard_count(len(files), sum(info.file_size for info in files), name)
        for info in sorted(files, key=lambda info: info.filename):
            inside = f"{name}!{info.filename}"
            if info.flag_bits & 0x1:
                yield BadMember(inside, f"{inside} is encrypted; unpack it and scan the file")
            elif info.compress_type not in _READABLE_ZIP:
                yield BadMember(inside, f"{inside} is packed in an unknown way; unpack it and scan it")
            elif info.file_size > SMALL and info.file_size > MOST_TIMES * max(info.compress_size, 1):
                yield BadMember(inside, _bomb(inside))
            else:
                entry = _Entry((info.filename,), (f"z{info.filename}",), info.file_size)
                yield from _or_what_is_inside(
                    entry, inside, lambda info=info: archive.open(info), info.compress_size, nested=nested
                )


def _in_tar(stream: IO[bytes], name: str, *, nested: bool) -> Iterator[_Entry | BadMember]:
    with tarfile.open(fileobj=stream, mode="r:") as archive:
        infos = []
        for info in archive:
            if info.isfile() and not _hidden(info.name):
                infos.append(info)
            _guard_count(len(infos), sum(i.size for i in infos[-1:]), name)
        for info in sorted(infos, key=lambda info: info.name):
            entry = _Entry((info.name,), (f"t{info.name}",), info.size)
            yield from _or_what_is_inside(
                entry,
                f"{name}!{info.name}",
                lambda info=info: cast(IO[bytes], archive.extractfile(info)),
                info.size,
                nested=nested,
            )


def _in_gzip(stream: IO[bytes], name: str, packed_size: int, *, nested: bool) -> Iterator[_Entry | BadMember]:
    inside = Path(name.rpartition("!")[2]).name
    inside = f"{inside[:-4]}.tar" if inside.endswith(".tgz") else inside.removesuffix(".gz")
    with gzip.open(stream) as unpacked:
        start = unpacked.read(_TAR_AT + len(_TAR))
        if start[_TAR_AT:] == _TAR:
            unpacked.seek(0)
            limited = _Unpacked(cast(IO[bytes], unpacked), name, None, packed_size)
            for entry in _in_tar(io.BufferedReader(limited), name, nested=True):
                if isinstance(entry, _Entry):
                    entry = _Entry(entry.steps, ("g", *entry.chain), entry.size)
                yield entry
            return
    yield _Entry((inside,), ("g",), None)


def _in_pdf(stream: IO[bytes], name: str) -> _Entry | BadMember:
    """The invoice inside a PDF."""
    try:
        invoice = _invoice(stream)
    except Encrypted:
        return BadMember(name, f"{name} is an encrypted PDF; save it without a password and scan it again")
    if invoice is None:
        return BadMember(
            name,
            f"{name} is a PDF without an invoice inside that programs can read; export the data as CSV, or "
            "ask the supplier for a ZUGFeRD, Factur-X or XML invoice",
        )
    return _Entry(("invoice.xml",), ("pinvoice.xml",), len(invoice))


def _invoice(stream: IO[bytes]) -> bytes | None:
    pdf = stream.read(LARGEST_PDF + 1)
    return invoice_in(pdf) if len(pdf) <= LARGEST_PDF else None


def _or_what_is_inside(
    entry: _Entry, name: str, open_it: Callable[[], IO[bytes]], packed_size: int, *, nested: bool
) -> Iterator[_Entry | BadMember]:
    """An entry, or the files of the archive that it is; an archive inside that one stays closed."""
    try:
        with _said(name), open_it() as stream:
            if not _is_archive(stream):
                yield entry
                return
            if nested:
                yield BadMember(name, f"{name} is packed three times over; unpack it and scan it")
                return
            for inner in _entries(stream, name, packed_size, nested=True):
                if isinstance(inner, _Entry):
                    inner = _Entry(entry.steps + inner.steps, entry.chain + inner.chain, inner.size)
                yield inner
    except UnreadableFile as error:
        yield BadMember(name, str(error))


def _hidden(name: str) -> bool:
    return any(map(_is_litter, name.split("/")))


def _guard_count(count: int, unpacked: int, name: str) -> None:
    if count > MOST_MEMBERS:
        raise UnreadableFile(f"{name} holds more than {MOST_MEMBERS} files; pack fewer into one archive")
    if unpacked > MOST_UNPACKED:
        raise UnreadableFile(_bomb(name))


def _bomb(name: str) -> str:
    return f"{name} unpacks to far more than an export holds; it is not read"


def _opened(stream: IO[bytes], step: str) -> IO[bytes]:
    how, name = step[0], step[1:]
    if how == "z":
        return zipfile.ZipFile(stream).open(name)
    if how == "g":
        return cast(IO[bytes], gzip.open(stream))
    if how == "p":
        return io.BytesIO(_invoice(stream) or b"")
    found = tarfile.open(fileobj=stream, mode="r:").extractfile(name)  # noqa: SIM115 (read by the caller)
    if found is None:
        raise UnreadableFile(f"{name} is no file in its archive; scan the archive again")
    return found


class _Unpacked(io.RawIOBase):
    """A packed file as it unpacks: what is wrong with it is said, and it has an end."""

    def __init__(
        self, stream: IO[bytes], name: str, size: int | None, packed_size: int | None = None
    ) -> None:
        self._stream = stream
        self._name = name
        self._most = size if size is not None else MOST_UNPACKED
        if packed_size is not None:
            self._most = max(SMALL, MOST_TIMES * packed_size)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        with _said(self._name):
            data = self._stream.read(len(view))
            view[: len(data)] = data
            if data and self._stream.tell() > self._most:
                raise UnreadableFile(_bomb(self._name))
            return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        with _said(self._name):
            return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


@contextmanager
def _said(name: str) -> Iterator[None]:
    """What a library says about a damaged or locked file, in one sentence."""
    try:
        yield
    except _DAMAGE:
        raise UnreadableFile(f"{name} is damaged or cut off; pack or export it again") from None
    except (NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableFile(f"{name} cannot be unpacked; unpack it and scan the files in it") from error
    except KeyError:
        raise UnreadableFile(f"{name} is no longer in its archive; scan the archive again") from None
    except OSError as error:
        raise UnreadableFile(f"{name} cannot be read: {error.strerror or 'it is damaged'}") from None
