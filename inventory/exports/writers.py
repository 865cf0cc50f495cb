"""Rows as CSV, JSON or XLSX bytes, the same bytes for the same rows.

In CSV and XLSX a text that a spreadsheet would run as a formula is made harmless.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from discovery.spreadsheet_cells import harmless
from inventory.exports.period import Row

_XLSX_CELL = 32_767  # characters a cell holds
_NO_CLOCK = "2000-01-01T00:00:00Z"


def write_json(columns: Sequence[str], rows: Iterable[Row], out: BinaryIO) -> None:
    """One array, an object a line."""
    out.write(b"[")
    separator = b"\n"
    for row in rows:
        out.write(separator + json.dumps(row, ensure_ascii=False, default=_as_json).encode())
        separator = b",\n"
    out.write(b"\n]\n" if separator == b",\n" else b"]\n")


def write_csv(columns: Sequence[str], rows: Iterable[Row], out: BinaryIO) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)  # CR LF: Python then quotes a lone CR too
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[column]) for column in columns])
    text.detach()


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Row]


def write_xlsx(
    columns: Sequence[str], rows: Iterable[Row], out: BinaryIO, beside: Sheet | None = None
) -> None:
    """One sheet with the rows, which programs read first, and one more where it is given."""
    book = Workbook(write_only=True)
    for one in (Sheet("Export", columns, rows), *([beside] if beside else [])):
        sheet = book.create_sheet(one.name)
        sheet.append(list(one.columns))
        for row in one.rows:
            cells = []
            for column in one.columns:
                cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", _cell(row[column]))[:_XLSX_CELL])
                cell.data_type = "s"  # a text, whatever it looks like
                cells.append(cell)
            sheet.append(cells)
    with tempfile.TemporaryFile() as made:
        book.save(made)
        _without_clock(made, out)


WRITERS = {"csv": write_csv, "json": write_json, "xlsx": write_xlsx}


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dict():
            return "; ".join(harmless(f"{key} {item}") for key, item in value.items())
        case list():
            return "; ".join(harmless(str(item)) for item in value)
        case date():
            return value.isoformat()
        case _:
            return harmless(str(value))


def _as_json(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"an export holds a {type(value).__name__}")


def _without_clock(made: io.IOBase, out: BinaryIO) -> None:
    """The same workbook without the times at which it was made."""
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in sorted(before.namelist()):
            body = before.read(name)
            if name == "docProps/core.xml":
                body = re.sub(rb"\d{4}-\d\d-\d\dT[0-9:.]+Z", _NO_CLOCK.encode(), body)
            after.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
