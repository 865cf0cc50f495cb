"""Tables of spending in CSV or XLSX, whoever wrote them: cards, banks, expenses, procurement.

One reader, four connectors. The reader finds the table in the file and its columns by meaning;
which kind of table it is follows from the columns it has. See docs/connectors for how to export.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import chain, islice
from typing import BinaryIO, cast

from discovery.connectors.base import Ask, Connector, Head, Kind, LeftOpen, Said, UnreadableFile, in_blocks
from discovery.connectors.column_meaning import Meaning, folded
from discovery.connectors.csv_rows import HEADER_ROW, Block, csv_blocks
from discovery.connectors.dates import day_first
from discovery.connectors.decoding import decoded, text_lines
from discovery.connectors.known_exports import known_export
from discovery.connectors.table_layout import Layout, delimiter_of, find_table
from discovery.connectors.table_plan import Plan, UndecidedDates, plan_for
from discovery.connectors.table_records import TableReader
from discovery.connectors.unread_formats import no_spending
from discovery.connectors.xlsx_rows import OLE_START, ZIP_START, Workbook
from discovery.records import Ignored, Rows
from discovery.spend_columns import Block as RowBlock
from discovery.spend_columns import rows_of

_M = Meaning

#: Finds the table in the first rows of a file or sheet.
Find = Callable[[Sequence[Sequence[str]]], Layout]

#: Lines that decide how a file is read. They are read twice, the rest once.
_SAMPLE_LINES = 1500
_SAMPLE_SIZE = 1 << 20

_UNDECIDED = (
    "the file writes dates such as 03/04/2026 and no row shows whether the day or the month comes first; "
    "export it with dates as YYYY-MM-DD"
)
_OLD_WORKBOOK = (
    "the workbook is of the old .xls format or under a password; save it as .xlsx without "
    "a password, or as CSV"
)
_NO_TABLE = (
    "no table with a date, an amount and a merchant or description was found; its first row must name "
    "the columns, for example Date, Description, Amount, Currency"
)

#: Headers of a cloud's usage, which is no list of payments however much of it looks like one.
_METERED = ("chargeperiod", "usagestart", "billingperiodstart")

#: What a column says about the kind of table it stands in.
_SIGNS_OF_KIND: dict[Kind, dict[Meaning, int]] = {
    Kind.CARD: {
        _M.CARD: 40, _M.CARDHOLDER: 35, _M.MCC: 20, _M.STATEMENT_TEXT: 30, _M.MERCHANT_CURRENCY: 5,
        _M.MERCHANT: 5,
    },
    Kind.BANK: {
        _M.BALANCE: 40, _M.COUNTER_ACCOUNT: 40, _M.ACCOUNT: 20, _M.DEBIT: 10, _M.CREDIT: 10, _M.DIRECTION: 10,
        _M.POSTED: 5,
    },
    Kind.EXPENSE: {
        _M.REIMBURSABLE: 50, _M.REPORT: 35, _M.EMAIL: 25, _M.EMPLOYEE: 25, _M.RECEIPT: 20, _M.PAYMENT: 15,
        _M.MERCHANT: 5, _M.CATEGORY: 5,
    },
    Kind.PROCUREMENT: {
        _M.SUPPLIER: 40, _M.INVOICE: 40, _M.ORDER: 40, _M.DUE: 20, _M.NET: 15, _M.TAX: 10, _M.LINE_NUMBER: 10,
    },
}  # fmt: skip


class SpendTable(Connector):
    """What the four kinds of tables share."""

    def recognises(self, head: Head) -> int:
        return dict(_kinds(head)).get(self.kind, 0)

    def find(self, rows: Sequence[Sequence[str]]) -> Layout:
        """The table in the first rows of a file or sheet."""
        return find_table(rows)

    def read(self, stream: BinaryIO) -> Rows:
        return rows_of(self.read_blocks(stream))

    def read_blocks(self, stream: BinaryIO) -> Iterator[RowBlock]:
        start = stream.read(len(OLE_START))
        if start.startswith(OLE_START):
            raise UnreadableFile(_OLD_WORKBOOK)
        if start.startswith(ZIP_START):
            stream.seek(0)
            return in_blocks(_read_workbook(self.kind, stream, self.find, self.said))
        return _read_text(self.kind, start, stream, self.find, self.said)


class CardTable(SpendTable):
    name = "card_table"
    kind = Kind.CARD
    title = "Card transactions (CSV, XLSX)"


class BankTable(SpendTable):
    name = "bank_table"
    kind = Kind.BANK
    title = "Bank statement (CSV, XLSX)"


class ExpenseTable(SpendTable):
    name = "expense_table"
    kind = Kind.EXPENSE
    title = "Employee expenses (CSV, XLSX)"


class ProcurementTable(SpendTable):
    name = "procurement_table"
    kind = Kind.PROCUREMENT
    title = "Invoices and purchase orders (CSV, XLSX)"


# --- recognising ------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _kinds(head: Head) -> tuple[tuple[Kind, int], ...]:
    """How surely a file is each kind of table; empty where it is none."""
    if head.start.startswith(OLE_START):
        return tuple((kind, 1) for kind in _SIGNS_OF_KIND)  # to say what to do with it
    try:
        layout, rows = _workbook_head(head) if head.start.startswith(ZIP_START) else _text_head(head)
    except UnreadableFile:
        return ()
    return tuple(_scores(layout, rows).items()) if layout is not None else ()


def _text_head(head: Head) -> tuple[Layout | None, list[list[str]]]:
    text = decoded(head.start)
    if text.lstrip()[:1] in ("{", "[", "<", ""):
        return None, []
    lines = list(islice(io.StringIO(text, newline=None), _SAMPLE_LINES))
    if not head.complete and len(lines) > 1:
        lines.pop()
    rows = _rows_of(lines, delimiter_of(lines))
    return find_table(rows), rows


def _workbook_head(head: Head) -> tuple[Layout | None, list[list[str]]]:
    if not head.complete:
        return None, []
    book = Workbook(io.BytesIO(head.start))
    found = _sheet_with_a_table(book, find_table)
    return (found[1], found[2]) if found else (None, [])


def tables_in(head: Head) -> list[tuple[list[list[str]], str]]:
    """The first rows of a text, or of each sheet of a workbook, with what parts a text's cells.

    Raises UnreadableFile where the file is no table at all.
    """
    if head.start.startswith(OLE_START):
        raise UnreadableFile(_OLD_WORKBOOK)
    if head.start.startswith(ZIP_START):
        if not head.complete:
            raise UnreadableFile("the workbook is larger than 32 MB; save its sheet as CSV")
        book = Workbook(io.BytesIO(head.start))
        return [(_first_rows(book, number), "") for number in range(len(book.sheets))]
    text = decoded(head.start)
    if text.lstrip()[:1] in ("{", "[", "<", ""):
        raise UnreadableFile(
            "the file is no table: save it as CSV or XLSX, the columns named in its first row"
        )
    lines = list(islice(io.StringIO(text, newline=None), _SAMPLE_LINES))
    if not head.complete and len(lines) > 1:
        lines.pop()
    delimiter = delimiter_of(lines)
    return [(_rows_of(lines, delimiter), delimiter)]


def _scores(layout: Layout, rows: list[list[str]]) -> dict[Kind, int]:
    if not layout.is_spend:
        return {}
    first = layout.headers if layout.header >= 0 or not rows else rows[0]  # names that nobody knows yet
    if any(word in folded(header).replace(" ", "") for header in first for word in _METERED):
        return {}
    if no_spending(first):
        return {}
    known = known_export(layout.folded_headers) if layout.header >= 0 else None
    scores = {}
    for kind, signs in _SIGNS_OF_KIND.items():
        points = sum(points for meaning, points in signs.items() if meaning in layout.columns)
        if kind == Kind.BANK and _M.DATE not in layout.columns:
            points += 20  # only a bank knows days of booking alone
        if known is not None:
            points = 60 if kind == known.kind else 0
        scores[kind] = 30 + min(60, points)
    if layout.header < 0 or max(scores.values()) == 30:  # nothing tells: a statement has money out and in
        scores[Kind.BANK] += 1 if _mostly_negative(layout, rows) else -1
    return scores


def _mostly_negative(layout: Layout, rows: list[list[str]]) -> bool:
    column = layout.columns.get(_M.AMOUNT)
    if column is None:
        return True
    cells = [row[column].strip() for row in rows[layout.header + 1 :] if column < len(row)]
    negative = sum(cell.startswith(("-", "−")) or cell.endswith("-") for cell in cells)
    return negative * 2 > len(cells)


# --- text -------------------------------------------------------------------------------------------


def _read_text(kind: Kind, start: bytes, stream: BinaryIO, find: Find, said: Said) -> Iterator[RowBlock]:
    lines = text_lines(cast(BinaryIO, _Rejoined(start, stream)))
    sample = list(_sample(lines))
    if not sample:
        raise UnreadableFile("the file is empty; export it again")
    delimiter = delimiter_of(sample)
    rows = _rows_of(sample, delimiter)
    layout = find(rows)
    plan = _plan(kind, layout, rows, delimiter, said, lambda: _order_of_all(stream, layout, delimiter))
    if stream.seekable() and stream.tell() == 0:  # every row was looked at for its dates
        lines, sample = text_lines(stream), []
    header_lines = _lines_before(layout, rows)
    reader = TableReader(plan) if plan else None
    for block in csv_blocks(chain(sample, lines), delimiter, layout.width):
        if not isinstance(block, Block):
            yield [block]
            continue
        if reader is None:
            yield [(line, Ignored("header")) for line in block.lines]
            continue
        if header_lines:
            head = min(header_lines, len(block.rows))
            yield [(line, HEADER_ROW) for line in block.lines[:head]]
            header_lines -= head
            block = Block(block.lines[head:], block.rows[head:])
        if block.rows:
            yield reader.block(block)


def _sample(lines: Iterator[str]) -> Iterator[str]:
    size = 0
    for line in islice(lines, _SAMPLE_LINES):
        yield line
        size += len(line)
        if size > _SAMPLE_SIZE:
            return


def _rows_of(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """The rows of a few lines, as the reading will see them."""
    rows: list[list[str]] = []
    for block in csv_blocks(iter(lines), delimiter, 0):
        if isinstance(block, Block):
            rows.extend(block.rows)
    return rows


def _lines_before(layout: Layout, rows: list[list[str]]) -> int:
    """How many rows stand before the first one of the table's body."""
    return min(layout.header + 1, len(rows))


def _plan(
    kind: Kind,
    layout: Layout,
    rows: list[list[str]],
    delimiter: str,
    said: Said,
    look_at_all: Callable[[], bool | None],
) -> Plan | None:
    """The plan for a table; None where it has a header and no row."""
    if layout.empty and not layout.missing():
        return None
    if layout.header < 0 and not layout.is_spend:
        raise UnreadableFile(_NO_TABLE)
    preamble = rows[: max(layout.header, 0)]
    body = rows[layout.header + 1 :]
    plan = partial(plan_for, kind, layout, preamble, body, delimiter=delimiter, currency=said.currency)
    try:
        return plan()
    except UndecidedDates:
        order = look_at_all()
    if order is None:
        order = said.day_first
    if order is None:
        raise LeftOpen(_UNDECIDED, Ask.ORDER)
    return plan(order=order)


def _order_of_all(stream: BinaryIO, layout: Layout, delimiter: str) -> bool | None:
    """The date order that any row of the whole file shows; leaves the stream at its start."""
    if not stream.seekable():
        return None
    stream.seek(0)
    columns = [layout.columns[m] for m in (_M.DATE, _M.POSTED) if m in layout.columns]
    order = None
    for block in csv_blocks(text_lines(stream), delimiter, layout.width):
        if isinstance(block, Block):
            order = day_first(row[c] for row in block.rows for c in columns if c < len(row))
        if order is not None:
            break
    stream.seek(0)
    return order


class _Rejoined(io.RawIOBase):
    """A stream whose first bytes were read already."""

    def __init__(self, start: bytes, stream: BinaryIO) -> None:
        self._start = start
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        start, self._start = self._start, b""
        return start + self._stream.read(size)


# --- workbooks --------------------------------------------------------------------------------------


def _sheet_with_a_table(book: Workbook, find: Find) -> tuple[int, Layout, list[list[str]]] | None:
    """The first sheet with a table of spending, else the first with the header of one."""
    empty = None
    for number in range(len(book.sheets)):
        rows = _first_rows(book, number)
        layout = find(rows)
        if layout.is_spend and not layout.empty:
            return number, layout, rows
        if layout.is_spend and empty is None:
            empty = number, layout, rows
    return empty


def _first_rows(book: Workbook, number: int) -> list[list[str]]:
    rows: list[list[str]] = []
    for block in book.blocks(number):
        rows.extend(block.rows)
        if len(rows) >= _SAMPLE_LINES:
            break
    return rows


def _read_workbook(kind: Kind, stream: BinaryIO, find: Find, said: Said) -> Rows:
    book = Workbook(stream)
    found = _sheet_with_a_table(book, find)
    if found is None:
        raise UnreadableFile(_NO_TABLE)
    number, layout, rows = found

    def order_of_all() -> bool | None:
        columns = [layout.columns[m] for m in (_M.DATE, _M.POSTED) if m in layout.columns]
        for block in book.blocks(number):
            order = day_first(row[c] for row in block.rows for c in columns if c < len(row))
            if order is not None:
                return order
        return None

    plan = _plan(kind, layout, rows, "", said, order_of_all)
    reader = TableReader(plan, since_1904=book.since_1904) if plan else None
    above = _lines_before(layout, rows)
    for block in book.blocks(number):
        if above or reader is None:
            head = min(above, len(block.rows)) if reader is not None else len(block.rows)
            yield from ((line, HEADER_ROW) for line in block.lines[:head])
            above -= head
            block = Block(block.lines[head:], block.rows[head:])
        if block.rows and reader is not None:
            yield from reader.rows(block)
