"""Tables in which an invoice takes several rows: its head repeated on each line, or in a row of its own.

The spend tables read a row as a record. Here what the rows of one invoice state together must be
known first, so rows are taken invoice by invoice; those of one invoice follow each other. Columns
are known by their names as the system writes them, without case and punctuation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, islice
from typing import Any, BinaryIO, NamedTuple

from discovery.connectors.amounts import amount, decimal_mark
from discovery.connectors.base import Ask, Head, LeftOpen, UnreadableFile
from discovery.connectors.column_meaning import folded
from discovery.connectors.csv_rows import EMPTY_ROW, HEADER_ROW, Block, csv_blocks
from discovery.connectors.dates import day, day_first, numbers_of
from discovery.connectors.declared_encodings import Rejoined
from discovery.connectors.decoding import text_lines
from discovery.connectors.spend_tables import tables_in
from discovery.connectors.table_layout import delimiter_of
from discovery.connectors.xlsx_rows import ZIP_START, Workbook
from discovery.records import Ignored, Rejected, Row

#: How far into a file its header may stand.
_PREAMBLE_ROWS = 60
_SAMPLE_LINES = 500
#: So many amounts show what their decimal mark is.
_AMOUNTS_LOOKED_AT = 5000

_UNDECIDED = (
    "the file writes dates such as 03/04/2026 and no row shows whether the day or the month comes first; "
    "export it with dates as YYYY-MM-DD"
)
_NO_HEADER = "the row that names the columns was not found; export the file again"

Cells = dict[str, str]  # a row by the names of its columns


class Customs(NamedTuple):
    """How a file writes amounts and dates, decided once for all of its rows."""

    mark: str = "."
    day_first: bool | None = None

    def amount(self, cell: str) -> int | None:
        try:
            return amount(cell, self.mark) if cell.strip() else None
        except ValueError:
            return None

    def day(self, cell: str) -> date | None:
        try:
            return day(cell, self.day_first)
        except ValueError:
            return None


class TableRow(NamedTuple):
    line: int
    cells: Cells


def name_of(header: str) -> str:
    """A header without case, punctuation and spaces: ``*ContactName`` and ``Contact Name`` are one."""
    return folded(header).replace(" ", "") or header.strip()


def header_in(head: Head, wanted: Callable[[frozenset[str]], bool]) -> bool:
    """Whether a row near the beginning of a table names the columns that are wanted."""
    try:
        tables = tables_in(head)
    except UnreadableFile:
        return False
    return any(wanted(frozenset(map(name_of, row))) for rows, _ in tables for row in rows[:_PREAMBLE_ROWS])


def rows_below_header(stream: BinaryIO, wanted: Callable[[frozenset[str]], bool]) -> Iterator[TableRow | Row]:
    """Each row below the header by column name; rows above it, and what is no row, as what they are.

    Raises UnreadableFile where there is no header.
    """
    names: list[str] = []
    above = 0
    for line, row in table_rows(stream):
        if isinstance(row, Rejected):
            yield line, row
        elif names:
            if list(map(name_of, row)) == names:
                yield line, Ignored("header")
            elif any(cell.strip() for cell in row):
                yield TableRow(line, _named(names, row))
            else:
                yield line, EMPTY_ROW
        else:
            found = [name_of(cell) for cell in row]
            if wanted(frozenset(found)):
                names = found
            above += 1
            if above > _PREAMBLE_ROWS and not names:
                raise UnreadableFile(_NO_HEADER)
            yield line, HEADER_ROW
    if not names:
        raise UnreadableFile(_NO_HEADER)


def _named(names: Sequence[str], row: Sequence[str]) -> Cells:
    found: Cells = {}
    for name, cell in zip(names, row, strict=False):
        if name and not found.get(name):  # of columns with one name the first that is filled
            found[name] = cell.strip()
    return found


def table_rows(stream: BinaryIO) -> Iterator[tuple[int, list[str] | Rejected]]:
    """The rows of a text, or of the first sheet of a workbook, with their lines."""
    start = stream.read(len(ZIP_START))
    blocks: Iterable[Any]
    if start.startswith(ZIP_START) and stream.seekable():
        stream.seek(stream.tell() - len(start))
        book = Workbook(stream)
        blocks = book.blocks(0) if book.sheets else ()
    else:
        whole: Any = Rejoined(start, stream)
        lines = text_lines(whole)
        sample = list(islice(lines, _SAMPLE_LINES))
        blocks = csv_blocks(chain(sample, lines), delimiter_of(sample), 0) if sample else ()
    for block in blocks:
        if isinstance(block, Block):
            yield from zip(block.lines, block.rows, strict=True)
        else:
            yield block


def customs_of(
    rows: Iterable[Cells], amounts: Sequence[str], dates: Sequence[str], said: bool | None
) -> Customs:
    """How the rows write the named columns. ``said``: the order of dates where none shows it.

    Raises LeftOpen where that is not said.
    """
    seen: list[str] = []
    shown: bool | None = None
    open_dates = False
    for cells in rows:
        if len(seen) < _AMOUNTS_LOOKED_AT:
            seen.extend(cell for name in amounts if (cell := cells.get(name, "")))
        for name in dates if shown is None else ():
            cell = cells.get(name, "")
            if numbers := numbers_of(cell):
                open_dates = open_dates or numbers[0] != numbers[1]
                shown = day_first([cell])
                if shown is not None:
                    break
    if shown is None and open_dates:
        if said is None:
            raise LeftOpen(_UNDECIDED, Ask.ORDER)
        shown = said
    return Customs(decimal_mark(seen), True if shown is None else shown)


def customs_of_file(
    stream: BinaryIO,
    wanted: Callable[[frozenset[str]], bool],
    amounts: Sequence[str],
    dates: Sequence[str],
    said: bool | None = None,
) -> Customs:
    """How a whole file writes the named columns; the stream is left where it stood.

    One that cannot be taken back is trusted to write amounts and dates as programs do.
    """
    if not stream.seekable():
        return Customs()
    began = stream.tell()
    try:
        rows = rows_below_header(stream, wanted)
        return customs_of((row.cells for row in rows if isinstance(row, TableRow)), amounts, dates, said)
    finally:
        stream.seek(began)


def by_invoice(
    rows: Iterator[TableRow | Row], key: Callable[[Cells], object]
) -> Iterator[list[TableRow] | Row]:
    """The rows that follow each other and have one key together; others as they are, in their place."""
    together: list[TableRow] = []
    for row in rows:
        if not isinstance(row, TableRow):
            if together:
                yield together
                together = []
            yield row
            continue
        if together and key(together[0].cells) != key(row.cells):
            yield together
            together = []
        together.append(row)
    if together:
        yield together
