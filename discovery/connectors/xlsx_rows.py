"""Rows of a spreadsheet (XLSX), read as text in the same shape as those of a CSV file.

Dates come as ISO dates, numbers exactly as the sheet shows them at full width, formulas as the
value they had when the file was saved.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import BinaryIO

from discovery.connectors.base import UnreadableFile
from discovery.connectors.csv_rows import Block

#: A workbook unpacks to five to thirty times its size; its shared texts are held in memory.
_MOST_UNPACKED = 1 << 30
_MOST_SHARED_TEXT = 64 << 20
_MOST_TIMES = 200
_SMALL = 16 << 20
_MOST_ROWS = 1_048_576  # of a sheet, by the format
_MOST_CELLS = 512
_BLOCK_ROWS = 512

ZIP_START = b"PK\x03\x04"
#: The container of old .xls files and of workbooks under a password.
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Workbook:
    """The sheets of a workbook, each readable any number of times."""

    def __init__(self, stream: BinaryIO) -> None:
        # Loading it takes as long as all else that a command loads, and few files are workbooks.
        from openpyxl import load_workbook  # type: ignore[import-untyped]
        from openpyxl.utils.datetime import CALENDAR_MAC_1904  # type: ignore[import-untyped]

        _guard(stream)
        with _damage():
            self._book = load_workbook(stream, read_only=True, data_only=True)
            self.sheets = [sheet for sheet in self._book.worksheets if sheet.sheet_state == "visible"]
        self.since_1904 = self._book.epoch == CALENDAR_MAC_1904

    def blocks(self, sheet: int) -> Iterator[Block]:
        """The rows of a sheet that hold anything; ``lines`` are its row numbers."""
        numbers: list[int] = []
        rows: list[list[str]] = []
        with _damage():
            page = self.sheets[sheet]
            page.reset_dimensions()  # some programs state them wrongly
            for number, values in enumerate(page.iter_rows(values_only=True), 1):
                if number > _MOST_ROWS:
                    break
                row = [_text(value) for value in values[:_MOST_CELLS]]
                while row and not row[-1]:
                    row.pop()
                if not row:
                    continue
                rows.append(row)
                numbers.append(number)
                if len(rows) == _BLOCK_ROWS:
                    yield Block(numbers, _even(rows))
                    numbers, rows = [], []
        if rows:
            yield Block(numbers, _even(rows))


def _even(rows: list[list[str]]) -> list[list[str]]:
    """Rows of one width: a sheet does not store the empty cells at a row's end."""
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\0", "").replace("_x000D_", "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _number(value: float) -> str:
    # A sheet shows fifteen digits; behind them a binary number has noise (33.300000000000004).
    text = format(value, ".15g")
    if "e" in text:
        text = format(value, ".6f")
    whole, _, decimals = text.partition(".")
    # What a formula divides has no end; a millionth is finer than any amount that is booked.
    return f"{value:.6f}".rstrip("0").rstrip(".") if len(decimals) > 6 else (text if decimals else whole)


def _guard(stream: BinaryIO) -> None:
    """Refuse what would unpack to more than a workbook of that size can hold."""
    try:
        with zipfile.ZipFile(stream) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError):
        raise UnreadableFile(
            "the workbook is damaged or cut off; open it in a spreadsheet program and save it again"
        ) from None
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnreadableFile("the workbook is encrypted; save it without a password")
    unpacked = sum(entry.file_size for entry in entries)
    stored = sum(entry.compress_size for entry in entries)
    if unpacked > _MOST_UNPACKED or (unpacked > _SMALL and unpacked > stored * _MOST_TIMES):
        raise UnreadableFile("the workbook unpacks to far more than it should; export it as CSV")
    shared = sum(e.file_size for e in entries if e.filename.lower().endswith("sharedstrings.xml"))
    if shared > _MOST_SHARED_TEXT:
        raise UnreadableFile("the workbook is too large to be read as XLSX; export it as CSV")
    stream.seek(0)


@contextmanager
def _damage() -> Iterator[None]:
    """Whatever openpyxl says about a damaged workbook, in one sentence."""
    try:
        yield
    except UnreadableFile:
        raise
    except Exception as error:  # the library names no errors of its own: ValueError, KeyError, ParseError...
        raise UnreadableFile(
            "the workbook is damaged; open it in a spreadsheet program and save it again, or export it as CSV"
        ) from error
