"""Bills of clouds: tables of up to millions of lines with many columns, in CSV or Parquet.

Columns are known by their names alone, without case and punctuation, in any order. Most lines of a
bill say the same but for their amounts, so what they say is worked out once and kept.
"""

from __future__ import annotations

import io
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from operator import itemgetter
from typing import BinaryIO, ClassVar, NamedTuple

from discovery.connectors.base import Connector, Head, Kind, UnreadableFile
from discovery.connectors.csv_rows import EMPTY_ROW, HEADER_ROW, SHIFTED_ROW, SHORT_ROW, Block, csv_blocks
from discovery.connectors.declared_encodings import Rejoined
from discovery.connectors.decoding import decoded, text_lines
from discovery.connectors.invoice_tables import name_of
from discovery.connectors.metered_values import period
from discovery.connectors.parquet_rows import (
    PARQUET_START,
    is_parquet,
    names_column,
    parquet_columns,
    parquet_rows,
)
from discovery.connectors.table_layout import DELIMITERS
from discovery.records import Ignored, Rejected, Rows, Usage

_BLOCK = 1 << 16
_ABOVE = 20
_SAMPLE_LINES = 500
#: So many different lines are kept in mind; more of them begin anew.
_MOST_KEPT = 50_000
#: What bills state of taxes, which is no use.
TAX = Ignored("tax, which the cost of use leaves out")
_NO_PERIOD = Rejected("the line does not say readably when its period begins; export the bill again")
#: How exports write that there is no value.
_NOTHING = frozenset({"NULL", "null", "None", "nan", "NaN", "\\N"})

Said = Usage | Rejected | Ignored
Cells = tuple[str, ...]
CellRows = Iterator[tuple[int, Cells | Rejected | Ignored]]


class _Header(NamedTuple):
    delimiter: str
    above: int  # rows up to and with the header
    names: list[str]


class BillingTable(Connector):
    """What connectors of one kind of bill share.

    Attributes:
        essential: columns without which it is no such bill, as ``name_of`` writes them.
        dates: the columns of its period's beginning and its end.
        described: columns that say what a line is; lines alike in them differ in period and amounts only.
        amounts: columns of amounts and quantities.
        telling: columns that, with the period, tell a line apart from the others of its bill, and which
            stay as they are when its amounts are stated again; none where the table lacks the first.
    """

    kind = Kind.CLOUD
    essential: ClassVar[dict[str, str]]  # by folded name, as a Parquet file writes it
    dates: ClassVar[tuple[str, str]]
    described: ClassVar[tuple[str, ...]]
    amounts: ClassVar[tuple[str, ...]]
    telling: ClassVar[tuple[str, ...]]

    @abstractmethod
    def meaning(self, cells: Cells) -> Said:
        """What a line with these cells of ``described`` is, its period and amounts left out."""

    @abstractmethod
    def line(self, meaning: Usage, amounts: Cells) -> Said:
        """The line with its cells of ``amounts``, written with a decimal point; its days are known."""

    def recognises(self, head: Head) -> int:
        if is_parquet(head):
            return 95 if all(names_column(head, name) for name in self.essential.values()) else 0
        text = decoded(head.start)
        if text.lstrip()[:1] in ("{", "[", "<", ""):
            return 0
        lines = list(islice(io.StringIO(text, newline=None), _ABOVE))
        return 95 if self._header(lines) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row a line of the bill. Raises UnreadableFile where the file is none or breaks off."""
        start = stream.read(_BLOCK)
        if start.startswith(PARQUET_START):
            names, rows = self._of_parquet(stream)
            return self._lines(rows, ".", apart=self.telling[0] in names)
        return self._of_text(start, stream)

    def _header(self, lines: list[str]) -> _Header | None:
        for delimiter in DELIMITERS:
            above = 0
            for block in csv_blocks(iter(lines), delimiter, 0):
                for row in block.rows if isinstance(block, Block) else ():
                    above += 1
                    names = list(map(name_of, row))
                    if self.essential.keys() <= set(names):
                        return _Header(delimiter, above, names)
        return None

    def _columns(self, names: Sequence[str]) -> list[int]:
        """Where the described columns and the amounts stand; -1 where the table has no such column."""
        at = {name: column for column, name in reversed(list(enumerate(names)))}
        return [at.get(name, -1) for name in self.described + self.dates + self.amounts + self.telling]

    def _of_parquet(self, stream: BinaryIO) -> tuple[list[str], CellRows]:
        stated = parquet_columns(stream)
        names = list(map(name_of, stated))
        if not self.essential.keys() <= set(names):
            raise UnreadableFile(self._missing())
        columns = self._columns(names)
        wanted = sorted({column for column in columns if column >= 0})
        place = {column: number for number, column in enumerate(wanted)}
        pick = itemgetter(*(place.get(column, -1) for column in columns))
        rows = parquet_rows(stream, [stated[column] for column in wanted])
        return names, ((number, pick((*row, ""))) for number, row in enumerate(rows, 1))

    def _of_text(self, start: bytes, stream: BinaryIO) -> Rows:
        whole: BinaryIO = Rejoined(start, stream)  # type: ignore[assignment]
        lines = text_lines(whole)
        sample = list(islice(lines, _SAMPLE_LINES))
        header = self._header(sample[:_ABOVE])
        if header is None:
            raise UnreadableFile(self._missing())
        rows = self._of_lines(chain(sample, lines), header)
        yield from self._lines(rows, self._mark(sample, header), apart=self.telling[0] in header.names)

    def _mark(self, sample: list[str], header: _Header) -> str:
        """The decimal mark, which a spreadsheet may have changed when it saved the bill again.

        The last mark of a cell is the decimal one: programs write no groups of thousands.
        """
        at = {name: column for column, name in enumerate(header.names)}
        columns = [at[name] for name in self.amounts if name in at]
        last = {".": 0, ",": 0}
        for block in csv_blocks(iter(sample), header.delimiter, 0):
            for row in block.rows if isinstance(block, Block) else ():
                for cell in (row[column] for column in columns if column < len(row)):
                    if cell[:1].isdigit() and (mark := max(".,", key=cell.rfind)) in cell:
                        last[mark] += 1
        return "," if last[","] > last["."] else "."

    def _of_lines(self, lines: Iterator[str], header: _Header) -> CellRows:
        width, left = len(header.names), header.above
        pick = itemgetter(*self._columns(header.names))
        for block in csv_blocks(lines, header.delimiter, width):
            if not isinstance(block, Block):
                line, rejected = block
                yield line, rejected._replace(row="")  # whose cells nobody can name
                continue
            for line, row in zip(block.lines, block.rows, strict=True):
                if left:
                    left -= 1
                    yield line, HEADER_ROW
                elif len(row) == width:
                    row.append("")
                    yield line, pick(row)
                elif not any(cell.strip() for cell in row):
                    yield line, EMPTY_ROW
                else:
                    yield line, SHORT_ROW if len(row) < width else SHIFTED_ROW

    def _lines(self, rows: CellRows, mark: str, *, apart: bool) -> Rows:
        known: dict[Cells, Said] = {}
        of_period = len(self.described)
        of_amounts = of_period + 2
        of_telling = of_amounts + len(self.amounts)
        meaning_of: Callable[[Cells], Said] = self.meaning
        for number, row in rows:
            if isinstance(row, Rejected | Ignored):
                yield number, row
                continue
            described = row[:of_period]
            meaning = known.get(described)
            if meaning is None:
                if len(known) >= _MOST_KEPT:
                    known.clear()
                stated = tuple("" if cell in _NOTHING else cell.strip() for cell in described)
                meaning = known[described] = meaning_of(stated)
            if type(meaning) is not Usage:
                yield number, meaning
                continue
            days = period(*row[of_period:of_amounts])
            if days is None:
                yield number, _NO_PERIOD
                continue
            amounts = row[of_amounts:of_telling]
            if mark == ",":
                amounts = tuple(cell.replace(".", "").replace(",", ".") for cell in amounts)
            line = _told_apart(row[of_period:of_amounts], row[of_telling:]) if apart else ""
            yield number, self.line(meaning._replace(date=days[0], until=days[1], line=line), amounts)

    def _missing(self) -> str:
        names = ", ".join(self.essential.values())
        return f"no bill was found in the file: its columns must include {names}; export it with all columns"


def _told_apart(moments: Cells, cells: Cells) -> str:
    """The same of one line, whether CSV or Parquet holds it: moments to the second, nothing as nothing."""
    to_the_second = (moment[:19].replace("T", " ") for moment in moments)
    return "\x1f".join((*to_the_second, *("" if cell in _NOTHING else cell for cell in cells)))
