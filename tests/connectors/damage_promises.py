"""What reading a damaged file must hold to, and what of it is broken.

Every row that a connector yields is one of those that a scan counts; every line of a table and every
element of a list is yielded; what is said is one sentence of what to do, without a row's data; the
same bytes give the same rows; and none of it takes long or much.
"""

from __future__ import annotations

import json
import re
import resource
import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from discovery.connectors import CONNECTORS, by_name, recognise
from discovery.connectors.base import Connector, Kind, UnreadableFile
from discovery.connectors.table_cells import without_credentials
from discovery.files import BadMember, Member, head_of, members
from discovery.identity import Identities
from discovery.records import Ignored, Rejected, Removed, Row
from discovery.staging import CHANNELS, StagedRows
from tests.connectors.damage_kinds import SECRETS
from tests.connectors.event_files import SAMPLES, read_as_far_as_possible
from vendors.matching.answers import Channel

_LONGEST_SENTENCE = 300
#: Seconds of the processor that a small file may take, and for each megabyte of a larger one.
_SECONDS, _SECONDS_A_MB = 3.0, 4.0
_HANGS = 6
#: By how much the process may grow while one file is read, beyond thirty times the file's size.
_MORE_MB = 150
_OF_MONEY = (Kind.CARD, Kind.BANK, Kind.EXPENSE, Kind.PROCUREMENT)
_TODAY = date(2026, 3, 9)
#: Shorter cells of people and accounts also stand in sentences by chance.
_SHORTEST_CELL = 6


@dataclass(frozen=True)
class Sample:
    """An intact file and who reads it."""

    name: str
    content: bytes
    connector: str

    @cached_property
    def rows(self) -> list[Row]:
        return read_as_far_as_possible(by_name(self.connector), self.content)[0]

    @cached_property
    def private(self) -> frozenset[str]:
        """What its records say of people, cards and accounts."""
        found: set[str] = set()
        for _, row in self.rows:
            for who in (getattr(row, "who", None), getattr(row, "owner", None), row):
                found.update(
                    str(getattr(who, name, "")) for name in ("email", "login", "name", "card", "own_id")
                )
        return frozenset(cell for cell in found if len(cell) >= _SHORTEST_CELL)

    @cached_property
    def one_row_a_line(self) -> bool:
        """Whether each line of the intact file is a row, as in tables and JSON lines."""
        return {line for line, _ in self.rows} == set(_full_lines(self.content))


@dataclass
class Reading:
    """What came of one variant."""

    read: bool = False
    refused: bool = False
    rows: int = 0
    broken: list[str] = field(default_factory=list)


class _Hangs(BaseException):
    """Reading takes so long that it is given up."""


def samples(more: Path | None = None) -> list[Sample]:
    """The samples of the tests, and those of another folder that some connector recognises."""
    found = []
    for folder in filter(None, (SAMPLES, more)):
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or path.name == "INDEX.tsv":
                continue
            own = path.parent.name if path.parent.name in {c.name for c in CONNECTORS} else ""
            try:
                member = next(m for m in members(path) if isinstance(m, Member))
                name = own or recognise(head_of(member)).name
            except (UnreadableFile, StopIteration):
                continue
            with member.open() as stream:
                found.append(Sample(f"{folder.name}/{path.relative_to(folder)}", stream.read(), name))
    return found


def read_variant(sample: Sample, content: bytes, path: Path, *, twice: bool) -> Reading:
    """Read a damaged file as a scan does, by who recognises it and by its own connector."""
    reading = Reading()
    path.write_bytes(content)
    started, before = time.process_time(), _peak_mb()
    try:
        with _given_up_after(_HANGS):
            for member in members(path):
                _read_member(sample, member, reading, twice=twice)
    except UnreadableFile as error:
        reading.refused = True
        _check_sentence(sample, str(error), reading)
    except _Hangs:
        reading.broken.append(f"is not read after {_HANGS} seconds")
    except Exception as error:
        reading.broken.append(f"traceback: {_where(error)}")
    seconds, grown = time.process_time() - started, _peak_mb() - before
    megabytes = len(content) / 1e6
    if seconds > _SECONDS + _SECONDS_A_MB * megabytes:
        reading.broken.append(f"took {seconds:.1f} seconds for {megabytes:.2f} MB")
    if grown > _MORE_MB + 30 * megabytes:
        reading.broken.append(f"took {grown:.0f} MB more for {megabytes:.2f} MB")
    return reading


def _read_member(sample: Sample, member: Member | BadMember, reading: Reading, *, twice: bool) -> None:
    if isinstance(member, BadMember):
        reading.refused = True
        _check_sentence(sample, member.error, reading)
        return
    readers = {sample.connector: by_name(sample.connector)}
    try:
        chosen = recognise(head_of(member))
        readers = {chosen.name: chosen, **readers}
    except UnreadableFile as error:
        reading.refused = True
        _check_sentence(sample, str(error), reading)
    for reader in readers.values():
        try:
            with member.open() as stream:
                content = stream.read()
        except UnreadableFile as error:
            reading.refused = True
            _check_sentence(sample, str(error), reading)
            return
        try:
            _check_rows(sample, reader, content, reading, twice=twice)
        except _Hangs:
            raise
        except Exception as error:
            reading.broken.append(f"traceback of {reader.name}: {_where(error)}")


def _check_rows(sample: Sample, reader: Connector, content: bytes, reading: Reading, *, twice: bool) -> None:
    rows, sentence = read_as_far_as_possible(reader, content)
    if sentence:
        reading.refused = True
        _check_sentence(sample, sentence, reading)
    else:
        reading.read = True
    reading.rows += len(rows)
    for reason in {row.reason for _, row in rows if isinstance(row, Rejected)}:
        _check_sentence(sample, reason, reading)
    staged = StagedRows(Identities(7), CHANNELS.get(reader.kind, Channel.EXPENSE), _TODAY)
    staged.add(rows)
    _check_kept_rows(sample, reader, rows, reading)
    of_no_use = sum(isinstance(row, Ignored | Removed) for _, row in rows)
    counted = len(staged.entries) + len(staged.rejected) + of_no_use
    if counted != len(rows):
        reading.broken.append(f"{reader.name}: {len(rows)} rows read, {counted} counted")
    if any(type(line) is not int or line < 1 for line, _ in rows):
        reading.broken.append(f"{reader.name}: a row has no line")
    if not sentence and reader.name == sample.connector:
        _check_nothing_lost(sample, rows, content, reading)
    if twice and read_as_far_as_possible(reader, content) != (rows, sentence):
        reading.broken.append(f"{reader.name}: the same bytes gave other rows")


def _check_kept_rows(sample: Sample, reader: Connector, rows: list[Row], reading: Reading) -> None:
    """What is kept of rejected rows: no credential, and of lists that are not of money nobody's address."""
    for kept in {row.row for _, row in rows if isinstance(row, Rejected) and row.row}:
        if any(secret in without_credentials(kept) for secret in SECRETS):
            reading.broken.append(f"{reader.name}: a secret in a row that is kept")
        if reader.kind not in _OF_MONEY and any("@" in cell and cell in kept for cell in sample.private):
            reading.broken.append(f"{reader.name}: a person's address in a row that is kept")


def _check_nothing_lost(sample: Sample, rows: list[Row], content: bytes, reading: Reading) -> None:
    """Of a file whose lines are rows, each must come as one; of what is whole JSON, each element."""
    told = {line for line, _ in rows}
    if sample.one_row_a_line and not re.search(rb'"|\x00|\r(?!\n)|[^\x00-\x7f]', content):
        if missing := set(_full_lines(content)) - told:
            reading.broken.append(f"{sample.connector}: {len(missing)} lines are told of by no row")
    elif content[:1] == b"[":
        try:
            expected = len(json.loads(content))
        except (ValueError, RecursionError):
            return
        if told != set(range(1, expected + 1)) and {line for line, _ in sample.rows} == set(
            range(1, max(line for line, _ in sample.rows) + 1)
        ):
            reading.broken.append(f"{sample.connector}: {len(told)} of {expected} elements are told of")
    elif sample.rows and not rows and content.strip() and not _is_empty_answer(content):
        reading.broken.append(f"{sample.connector}: a file that is not empty gave neither row nor sentence")


def _is_empty_answer(content: bytes) -> bool:
    """Whether it is whole JSON that lists no object, as APIs answer where there is none."""
    try:
        return isinstance(json.loads(content), dict) and not re.search(rb"\[\s*\{", content)
    except (ValueError, RecursionError):
        return False


def _check_sentence(sample: Sample, sentence: str, reading: Reading) -> None:
    if not sentence.strip() or sentence != sentence.strip() or not sentence.isprintable():
        reading.broken.append(f"no clear sentence: {sentence[:200]!r}")
    if len(sentence) > _LONGEST_SENTENCE:
        reading.broken.append(f"a sentence of {len(sentence)} characters: {sentence[:120]!r}")
    without_names = re.sub(r'"[^"]*"', '""', sentence)  # a column may be called "Trans. Date"
    if re.search(r"[.!?]$|\. [A-Z]|Error\b|Traceback|0x[0-9a-f]{6}|<class", without_names):
        reading.broken.append(f"not one sentence: {sentence[:200]!r}")
    if any(secret in sentence for secret in SECRETS):
        reading.broken.append(f"a secret in a sentence of {sample.connector}")
    if any(cell in sentence for cell in sample.private):
        reading.broken.append(f"row data in a sentence: {sentence[:200]!r}")


def _full_lines(content: bytes) -> Iterator[int]:
    return (number for number, line in enumerate(content.split(b"\n"), 1) if line.strip() not in (b"", b"[]"))


def _where(error: BaseException) -> str:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "/discovery/" in f.filename]
    where = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames[-3:]))
    return f"{type(error).__name__} at {where}"


@contextmanager
def _given_up_after(seconds: int) -> Iterator[None]:
    def give_up(*_: object) -> None:
        raise _Hangs

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
