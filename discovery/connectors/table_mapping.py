"""A table that no connector recognises, read as a person said: its layout as data.

A mapping belongs to tables of one shape, which is their header: the same names in the same order,
whatever their case and accents. What cells show goes before what was answered: an answer holds
where they leave it open (is 03/04 a day in March or in April?).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice

from discovery.connectors.amounts import decimal_mark
from discovery.connectors.base import Connector, Head, Kind, UnreadableFile
from discovery.connectors.column_meaning import Meaning, folded
from discovery.connectors.dates import day_first, numbers_of
from discovery.connectors.decoding import decoded
from discovery.connectors.known_exports import KnownExport
from discovery.connectors.spend_tables import BankTable, CardTable, ExpenseTable, ProcurementTable, tables_in
from discovery.connectors.stated_values import address_of
from discovery.connectors.table_layout import Layout, find_table, is_amount, is_date, table_below
from discovery.records import Rejected, Spend

_M = Meaning

#: What a person can say that a column holds, in the order of importance.
OFFERED = (
    _M.DATE, _M.POSTED, _M.MERCHANT, _M.DESCRIPTION, _M.AMOUNT, _M.DEBIT, _M.CREDIT, _M.CURRENCY, _M.NET,
    _M.TAX, _M.EMAIL, _M.EMPLOYEE, _M.CARDHOLDER, _M.CARD, _M.ACCOUNT, _M.DEPARTMENT, _M.COST_CENTRE,
    _M.OWN_ID, _M.INVOICE, _M.MCC, _M.TYPE, _M.STATUS, _M.DIRECTION, _M.MERCHANT_AMOUNT,
    _M.MERCHANT_CURRENCY, _M.URL,
)  # fmt: skip
#: Meanings that say the same for a person's choice.
_SAME = {_M.STATEMENT_TEXT: _M.MERCHANT, _M.SUPPLIER: _M.MERCHANT, _M.GROSS: _M.AMOUNT}

_READERS: dict[Kind, type[Connector]] = {
    Kind.CARD: CardTable,
    Kind.BANK: BankTable,
    Kind.EXPENSE: ExpenseTable,
    Kind.PROCUREMENT: ProcurementTable,
}
KINDS = tuple(_READERS)

#: How far into a file its header may stand.
_PREAMBLE_ROWS = 60
_LOOKED_AT = 200
#: Rows that are passed over while looking for the first ones to show.
_MOST_LOOKED_THROUGH = 500


@dataclass(frozen=True)
class TableMapping:
    """How tables of one shape are read.

    Attributes:
        kind: which door the money came through.
        headers: the cells of the header, as they stand in the file.
        columns: the column of each meaning.
        mark: the decimal mark where no amount shows it, "" where nobody was asked.
        day_first: how ``03/04/2026`` is meant where no date shows it; None where nobody was asked.
        currency: of amounts whose row states none.
        spending_is_negative: the sign of a purchase.
    """

    kind: Kind
    headers: tuple[str, ...]
    columns: Mapping[Meaning, int] = field(default_factory=dict)
    mark: str = ""
    day_first: bool | None = None
    currency: str = ""
    spending_is_negative: bool = False

    @property
    def shape(self) -> str:
        return shape_of(self.headers)

    def layout_in(self, rows: Sequence[Sequence[str]]) -> Layout:
        """The table below the first row that is this mapping's header; a layout without columns elsewhere."""
        for number, row in enumerate(rows[:_PREAMBLE_ROWS]):
            if shape_of(row) == self.shape:
                return Layout(
                    header=number,
                    headers=[cell.strip() for cell in row],
                    columns=self._columns(),
                    empty=not any(any(cells) for cells in rows[number + 1 :]),
                    known=KnownExport(
                        name="as a person said",
                        kind=self.kind,
                        headers=frozenset(),
                        currency=self.currency,
                        day_first=self.day_first,
                        spending_is_negative=self.spending_is_negative,
                        unique_reference=_M.OWN_ID in self.columns,
                        mark=self.mark,
                    ),
                )
        return Layout(-1, [])

    def _columns(self) -> dict[Meaning, int]:
        """As the reader of this kind calls them: whoever is paid by invoice is a supplier."""
        columns = dict(self.columns)
        if self.kind == Kind.PROCUREMENT and _M.MERCHANT in columns:
            columns[_M.SUPPLIER] = columns.pop(_M.MERCHANT)
        return columns


def shape_of(header: Sequence[str]) -> str:
    """What tables with this header have in common, as a digest; empty cells at its end do not count."""
    names = [folded(cell) or cell.strip() for cell in header]
    while names and not names[-1]:
        names.pop()
    return hashlib.blake2b("\x1f".join(names).encode(), digest_size=16).hexdigest()


def shapes_in(head: Head) -> list[str]:
    """The shapes of every row that may be a header, in order; none where the file is no table."""
    try:
        tables = tables_in(head)
    except UnreadableFile:
        return []
    return [shape_of(row) for rows, _ in tables for row in rows[:_PREAMBLE_ROWS] if any(row)]


def rows_above(head: Head, shape: str) -> list[list[str]]:
    """What stands above the first row of this shape; nothing where the file has none."""
    try:
        tables = tables_in(head)
    except UnreadableFile:
        return []
    for rows, _ in tables:
        for number, row in enumerate(rows[:_PREAMBLE_ROWS]):
            if shape_of(row) == shape:
                return rows[:number]
    return []


def header_in(head: Head) -> tuple[str, ...]:
    """The header of the table in a file; none where no row names the columns. Raises UnreadableFile."""
    for rows, _ in tables_in(head):
        if (number := _header_in(rows)) >= 0:
            return tuple(cell.strip() for cell in rows[number])
    return ()


def mapped_table(mapping: TableMapping) -> Connector:
    """The connector that reads tables as the mapping says."""
    reader = _READERS[mapping.kind]()
    reader.find = mapping.layout_in  # type: ignore[attr-defined]
    return reader


# --- what to ask ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """What a file leaves open: ``shown`` is what its cells say, None where a person is asked."""

    asked: bool
    shown: object = None


@dataclass(frozen=True)
class Guess:
    """A table as far as it explains itself, to be completed by a person."""

    headers: tuple[str, ...]
    rows: list[list[str]]  # below the header, as far as looked at
    delimiter: str
    columns: dict[Meaning, int]

    def order(self, columns: Mapping[Meaning, int]) -> Question:
        """Whether the day comes before the month, with dates in these columns."""
        cells = [cell for m in (_M.DATE, _M.POSTED) for cell in self.cells(columns.get(m))]
        if not any(map(numbers_of, cells)):
            return Question(asked=False)
        shown = day_first(cells)
        return Question(asked=shown is None, shown=shown)

    def mark(self, columns: Mapping[Meaning, int]) -> Question:
        """Which sign is the decimal mark, with amounts in these columns."""
        cells = [cell for m in (_M.AMOUNT, _M.DEBIT, _M.CREDIT) for cell in self.cells(columns.get(m))]
        point, comma = decimal_mark(cells, "."), decimal_mark(cells, ",")
        if point == comma:
            return Question(asked=False, shown=point)
        return Question(asked=any("." in cell or "," in cell for cell in cells))

    def mostly_negative(self, columns: Mapping[Meaning, int]) -> bool:
        """Whether most amounts carry a minus."""
        signs = Counter(
            cell.lstrip("'($€£ ").startswith(("-", "−", "(")) or cell.endswith("-")
            for cell in self.cells(columns.get(_M.AMOUNT))
        )
        return signs[True] > signs[False]

    def cells(self, column: int | None) -> list[str]:
        """The filled cells of a column, in the rows looked at."""
        if column is None:
            return []
        return [cell for row in self.rows if column < len(row) and (cell := row[column].strip())]


def guess(head: Head) -> Guess:
    """The table of a file and what its columns may mean.

    Raises UnreadableFile where there is none with a header.
    """
    for rows, delimiter in tables_in(head):
        header = _header_in(rows)
        if header < 0:
            continue
        layout = table_below(rows, header)
        columns: dict[Meaning, int] = {}
        for meaning, column in layout.columns.items():
            meaning = _SAME.get(meaning, meaning)
            if meaning in OFFERED and column not in columns.values() and column < layout.width:
                columns.setdefault(meaning, column)
        body = [row for row in rows[header + 1 :] if any(row)][:_LOOKED_AT]
        _addresses_apart(columns, body, layout.width)
        _amounts_without_cents(columns, body, layout.width)
        return Guess(tuple(layout.headers), body, delimiter, columns)
    raise UnreadableFile(
        "no row was found that names the columns; write their names into the first row and upload it again"
    )


def _filled(body: Sequence[Sequence[str]], column: int) -> list[str]:
    return [cell for row in body if column < len(row) and (cell := row[column].strip())]


def _amounts_without_cents(columns: dict[Meaning, int], body: Sequence[Sequence[str]], width: int) -> None:
    """Where no amount was found, the one column whose numbers have groups of thousands."""
    if columns.keys() & {_M.AMOUNT, _M.DEBIT, _M.CREDIT}:
        return
    likely = [
        c
        for c in range(width)
        if c not in columns.values()
        and (cells := _filled(body, c))
        and all(is_amount(cell) and not is_date(cell) for cell in cells)
        and any("." in cell or "," in cell for cell in cells)
    ]
    if len(likely) == 1:
        columns[_M.AMOUNT] = likely[0]


def _addresses_apart(columns: dict[Meaning, int], body: Sequence[Sequence[str]], width: int) -> None:
    """A column of e-mail addresses is the person's and no description, whatever its name."""

    def filled(column: int) -> list[str]:
        return _filled(body, column)

    taken = set(columns.values()) - {columns.get(_M.DESCRIPTION)}
    free = [column for column in range(width) if column not in taken]
    addresses = [
        c for c in free if (cells := filled(c)) and sum("@" in cell for cell in cells) * 2 > len(cells)
    ]
    if not addresses or _M.EMAIL in columns:
        return
    columns[_M.EMAIL] = addresses[0]
    if columns.get(_M.DESCRIPTION) == addresses[0]:
        del columns[_M.DESCRIPTION]
        words = [
            c
            for c in free
            if c not in addresses
            and (cells := filled(c))
            and not any(is_amount(cell) or is_date(cell) for cell in cells[:20])
        ]
        if words:
            columns[_M.DESCRIPTION] = max(words, key=lambda c: (len(set(filled(c))), -c))


def _header_in(rows: Sequence[Sequence[str]]) -> int:
    """The row that names the columns: one with known names, else the first as wide as the table."""
    known = find_table(rows).header
    if known >= 0:
        return known
    widths = Counter(sum(map(bool, row)) for row in rows if sum(map(bool, row)) > 1)
    if not widths:
        return _header_of_addresses(rows)
    usual = max(widths, key=lambda width: (widths[width], width))
    for number, row in enumerate(rows[:_PREAMBLE_ROWS]):
        filled = [cell for cell in row if cell.strip()]
        if len(filled) >= max(2, usual) and not any(map(_is_value, filled)):
            return number
    return -1


def _header_of_addresses(rows: Sequence[Sequence[str]]) -> int:
    """The row that names the one column of a list of e-mail addresses."""
    filled = [(number, row[0].strip()) for number, row in enumerate(rows) if row and row[0].strip()]
    begin = next((place for place, (_, cell) in enumerate(filled) if address_of(cell)), 0)
    listed = sum(bool(address_of(cell)) for _, cell in filled[begin:])
    return filled[begin - 1][0] if begin and listed * 2 > len(filled) - begin else -1


def _is_value(cell: str) -> bool:
    """Whether a cell is no name of a column: a date, an amount, an address."""
    return is_date(cell) or is_amount(cell) or "@" in cell


# --- what comes of it -------------------------------------------------------------------------------


def first_rows(mapping: TableMapping, head: Head, number: int) -> Iterator[tuple[int, Spend | Rejected]]:
    """How the first rows of a file would be read, with their lines. Raises UnreadableFile."""
    rows = islice(mapped_table(mapping).read(BytesIO(whole_lines(head))), _MOST_LOOKED_THROUGH)
    return islice(((line, row) for line, row in rows if isinstance(row, Spend | Rejected)), number)


def whole_lines(head: Head) -> bytes:
    """The beginning of a text without the line that it breaks off in."""
    if head.complete:
        return head.start
    text = decoded(head.start)
    return (text[: text.rfind("\n") + 1] or text).encode()
