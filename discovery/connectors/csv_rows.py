"""Rows of a delimited text file, in blocks and in bounded memory.

Almost every block of a file has one row a line and goes through the tokeniser whole. Where a
cell holds line breaks, or a quote is opened and never closed, rows are taken one by one: a
stray quote costs its own row, not the hundreds behind it.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from discovery.connectors.decoding import MAX_LINE
from discovery.connectors.table_cells import without_credentials
from discovery.records import Ignored, Rejected

#: What rows of any table are that hold no record.
HEADER_ROW = Ignored("header, or a line above it")
EMPTY_ROW = Ignored("empty row")
SHORT_ROW = Rejected("the row has fewer cells than the table; the file may be cut off: export it again")
SHIFTED_ROW = Rejected("the row has more cells than the table has columns; quote the cell with the separator")

_BLOCK_LINES = 1024
#: A cell with more line breaks than this is a quote that nobody closed.
_MOST_LINES_IN_A_ROW = 100

_UNCLOSED = Rejected(
    "a quotation mark is opened in this row and not closed; correct the row and scan the file again"
)
_TOO_LONG = Rejected("the row is longer than a million characters; correct it and scan the file again")


class Block(NamedTuple):
    """Rows that follow each other; ``lines`` has the line each begins on, counted from 1."""

    lines: Sequence[int]
    rows: list[list[str]]


class _Overrun(Exception):
    """A row goes on for more lines than any row does."""


def csv_blocks(lines: Iterator[str], delimiter: str, width: int) -> Iterator[Block | tuple[int, Rejected]]:
    """Every row with a cell in it, in order; ``width`` is the number of cells a row should have.

    Rows that cannot be told apart from their neighbours come as Rejected with their line.
    """
    number = 1
    while block := list(islice(lines, _BLOCK_LINES)):
        rows = _one_a_line(block, delimiter)
        if rows is None:
            taken = _Taken(block, lines, number)
            yield from _one_by_one(taken, delimiter, width)
            number = taken.number
            continue
        numbers: Sequence[int] = range(number, number + len(rows))
        number += len(rows)
        if not all(rows):  # empty lines
            numbers = [line for line, row in zip(numbers, rows, strict=True) if row]
            rows = [row for row in rows if row]
        if rows:
            yield Block(numbers, rows)


def _one_a_line(block: list[str], delimiter: str) -> list[list[str]] | None:
    """The rows of a block in which every line is a row, or None."""
    if max(map(len, block)) > MAX_LINE or block[-1].count('"') % 2:
        return None
    try:
        rows = list(csv.reader(block, delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        return None
    return rows if len(rows) == len(block) else None


class _Taken:
    """The lines of a block, and as many more as its last row needs."""

    def __init__(self, block: list[str], more: Iterator[str], number: int) -> None:
        self.waiting = deque(block)
        self.more = more
        self.number = number  # of the first waiting line
        self.row_lines: list[str] = []
        self.ran_out = False  # the row asks for more lines than there are: its quote is open

    def feed(self) -> Iterator[str]:
        """Lines for one row. Raises _Overrun where no row is that long."""
        self.row_lines, self.ran_out = [], False
        length = 0
        while True:
            line = self.waiting.popleft() if self.waiting else next(self.more, "")
            if not line:
                self.ran_out = True
                return
            self.row_lines.append(line)
            length += len(line)
            if length > MAX_LINE or len(self.row_lines) > _MOST_LINES_IN_A_ROW:
                raise _Overrun
            yield line

    def done(self, lines: int) -> int:
        """Say that the row ended after that many lines; the others wait again. The row's line."""
        self.waiting.extendleft(reversed(self.row_lines[lines:]))
        begun = self.number
        self.number += lines
        return begun


def _one_by_one(taken: _Taken, delimiter: str, width: int) -> Iterator[Block | tuple[int, Rejected]]:
    numbers: list[int] = []
    rows: list[list[str]] = []
    while taken.waiting:
        reason = _UNCLOSED
        try:
            row = next(csv.reader(taken.feed(), delimiter=delimiter, skipinitialspace=True), None)
        except _Overrun:
            row = None
            if len(taken.row_lines) == 1:
                reason = _TOO_LONG
        except csv.Error:
            row = None
        lines = len(taken.row_lines)
        if taken.ran_out:
            row = None
        elif row is not None and lines > 1:
            odd = sum(line.count('"') for line in taken.row_lines) % 2
            if odd or (width and not width <= len(row) <= width + 1):
                row = None
        if row is None:
            if rows:
                yield Block(numbers, rows)
                numbers, rows = [], []
            first = taken.row_lines[0] if taken.row_lines else ""
            yield taken.done(1), reason._replace(row=without_credentials(first[:2000].rstrip("\n")))
        elif row:
            rows.append(row)
            numbers.append(taken.done(lines))
        else:
            taken.done(lines)
    if rows:
        yield Block(numbers, rows)
