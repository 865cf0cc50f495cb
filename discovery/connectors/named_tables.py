"""Tables of which the headers alone say what they are: lists of sign-ins, of people, of members.

A reader gives the headers it knows; the row that has most of them is the header, wherever in the
first rows it stands. CSV in any encoding and with any delimiter, and the sheets of a workbook.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import islice
from typing import BinaryIO

from discovery.connectors.base import Ask, Head, LeftOpen, UnreadableFile
from discovery.connectors.column_meaning import LONGEST_HEADER, folded
from discovery.connectors.csv_rows import HEADER_ROW, SHIFTED_ROW, Block, csv_blocks
from discovery.connectors.dates import day_first, numbers_of
from discovery.connectors.decoding import decoded, text_lines
from discovery.connectors.moments import leaves_order_open
from discovery.connectors.table_layout import DELIMITERS
from discovery.connectors.xlsx_rows import OLE_START, ZIP_START, Workbook
from discovery.records import Ignored, Rejected

#: How many rows may stand above the header.
_ABOVE = 60
#: So many rows show how a file writes its dates.
_LOOKED_AT = 1500

_EMPTY = Ignored("a row that says nothing of what is read")
_NO_ORDER = (
    "the file writes dates such as 03/04/2026 and no row shows whether the day or the month comes first; "
    "export it with dates as YYYY-MM-DD"
)

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")

#: The column of each meaning in a row of headers; empty where the row is no header of this table.
Find = Callable[[Sequence[str]], dict[str, int]]
Cells = dict[str, str]


class Wordings:
    """What headers mean. Case, accents, punctuation and spaces in a header change nothing.

    Each meaning has its wordings parted by ``;``. The earlier wording wins where a table has
    columns for several, and the first column where headers are alike.
    """

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self._meanings: dict[str, list[tuple[int, str]]] = {}
        for meaning, wordings in meanings.items():
            for rank, wording in enumerate(wordings.split(";")):
                self._meanings.setdefault(squeezed(wording), []).append((rank, meaning))

    def columns(self, headers: Sequence[str]) -> dict[str, int]:
        """The column of each meaning that the headers name."""
        best: dict[str, tuple[int, int]] = {}
        for column, header in enumerate(headers):
            if len(header) > LONGEST_HEADER:
                continue
            known = self._meanings.get(squeezed(header)) or self._meanings.get(_outside_brackets(header))
            for rank, meaning in known or ():
                best[meaning] = min(best.get(meaning, (rank, column)), (rank, column))
        return {meaning: column for meaning, (_, column) in best.items()}


def squeezed(header: str) -> str:
    """A header without case, accents, punctuation and spaces: ``Application ID `` is ``applicationid``."""
    return folded(header).replace(" ", "")


def _outside_brackets(header: str) -> str:
    """``Status [READ ONLY]`` is ``status``."""
    return squeezed(_BRACKETS.sub(" ", header))


def alike(wordings: str) -> frozenset[str]:
    """Headers, parted by ``;``, as ``squeezed`` makes them."""
    return frozenset(map(squeezed, wordings.split(";")))


@dataclass(slots=True)
class NamedTable:
    """A table that was found; its rows can be read any number of times where the stream can go back.

    Attributes:
        columns: the column of each meaning.
        headers: the cells of the header.
    """

    columns: dict[str, int]
    headers: list[str]
    above: int  # rows up to and with the header
    blocks: Callable[[], Iterator[Block | tuple[int, Rejected]]] = field(repr=False)

    def rows(self) -> Iterator[tuple[int, Cells | Rejected | Ignored]]:
        """Every row with its line: the cells by meaning, or why the row is none."""
        left = self.above
        width = len(self.headers)
        columns = list(self.columns.items())
        for block in self.blocks():
            if not isinstance(block, Block):
                line, rejected = block
                yield line, rejected._replace(row="")  # whose cells nobody can name
                continue
            for line, row in zip(block.lines, block.rows, strict=True):
                if left:
                    left -= 1
                    yield line, HEADER_ROW
                    continue
                if len(row) > width and any(cell.strip() for cell in row[width:]):
                    yield line, SHIFTED_ROW
                    continue
                cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns}
                yield line, cells if any(cells.values()) else _EMPTY

    def rows_above(self) -> list[list[str]]:
        """The rows above the header."""
        first = next(self.blocks(), None)
        return first.rows[: self.above - 1] if isinstance(first, Block) else []

    def day_first(self, meanings: Iterable[str], said: bool | None = None) -> bool | None:
        """Whether the dates of these columns write the day first; None where their form leaves no doubt.

        ``said``: by a person, for where no row shows it. Raises LeftOpen where it cannot be told.
        Looks at every row if it has to.
        """
        wanted = [meaning for meaning in meanings if meaning in self.columns]
        first = list(islice(self._cells(wanted), _LOOKED_AT * len(wanted)))
        order = day_first(first)
        if order is not None or all(numbers_of(cell) is None for cell in first):
            return order
        order = day_first(self._cells(wanted))
        if order is None and leaves_order_open(self._cells(wanted)):
            if said is None:
                raise LeftOpen(_NO_ORDER, Ask.ORDER)
            return said
        return order

    def _cells(self, meanings: list[str]) -> Iterator[str]:
        for _, row in self.rows():
            if isinstance(row, dict):
                yield from (row[meaning] for meaning in meanings)


def as_shown(cells: Cells, kept: Iterable[str]) -> str:
    """The row for whoever mends it: the named cells alone, and no address where columns have moved."""
    told = ((name, cells.get(name, "")) for name in kept)
    return "; ".join(f"{name}: {cell}" for name, cell in told if cell and "@" not in cell)[:4000]


def headers_in(head: Head, find: Find) -> list[str] | None:
    """The header of the table in a file's beginning, None where it has none; for recognition."""
    if head.start.startswith(OLE_START):
        return None
    if head.start.startswith(ZIP_START):
        return next((row for rows in _sheets_in(head) for row in rows if find(row)), None)
    text = decoded(head.start)
    if text.lstrip()[:1] in ("{", "[", "<", ""):
        return None
    lines = list(islice(io.StringIO(text, newline=None), _ABOVE))
    found = _header(lines, find)
    return found[2] if found else None


def table_in(stream: BinaryIO, find: Find, missing: str) -> NamedTable:
    """The table of a file. Raises UnreadableFile with the sentence ``missing`` where it has none."""
    start = stream.read(len(OLE_START))
    stream.seek(0)
    if start.startswith(OLE_START):
        raise UnreadableFile(
            "the workbook is of the old .xls format or under a password; save it as .xlsx without "
            "a password, or as CSV"
        )
    table = _in_workbook(Workbook(stream), find) if start.startswith(ZIP_START) else _in_text(stream, find)
    if table is None:
        raise UnreadableFile(missing)
    return table


def _in_text(stream: BinaryIO, find: Find) -> NamedTable | None:
    found = _header(list(islice(text_lines(stream), _ABOVE)), find)
    if found is None:
        return None
    delimiter, above, headers, columns = found

    def blocks() -> Iterator[Block | tuple[int, Rejected]]:
        stream.seek(0)
        return csv_blocks(text_lines(stream), delimiter, len(headers))

    return NamedTable(columns, headers, above, blocks)


def _header(lines: list[str], find: Find) -> tuple[str, int, list[str], dict[str, int]] | None:
    """Delimiter, rows up to the header, its cells and columns: where most of them are known."""
    best = None
    for delimiter in DELIMITERS:
        rows = [row for b in csv_blocks(iter(lines), delimiter, 0) if isinstance(b, Block) for row in b.rows]
        for number, row in enumerate(rows, 1):
            columns = find(row)
            if columns and (best is None or len(columns) > len(best[3])):
                best = delimiter, number, row, columns
    return best


@lru_cache(maxsize=4)
def _sheets_in(head: Head) -> list[list[list[str]]]:
    """The first rows of each sheet, opened once for all who look for their table."""
    if not head.complete:
        return []
    try:
        book = Workbook(io.BytesIO(head.start))
        return [_first_rows(book, number) for number in range(len(book.sheets))]
    except UnreadableFile:
        return []


def _first_rows(book: Workbook, number: int) -> list[list[str]]:
    rows: list[list[str]] = []
    for block in book.blocks(number):
        rows.extend(block.rows)
        if len(rows) >= _ABOVE:
            break
    return rows[:_ABOVE]


def _in_workbook(book: Workbook, find: Find) -> NamedTable | None:
    for number in range(len(book.sheets)):
        for above, row in enumerate(_first_rows(book, number), 1):
            if columns := find(row):
                return NamedTable(columns, row, above, partial(book.blocks, number))
    return None
