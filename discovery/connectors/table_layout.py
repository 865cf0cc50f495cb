"""Where a table begins, how its cells are parted, and which column holds what.

Looks at the first rows only. A column's header says what it holds and its cells must agree;
where there is no header, or it tells nothing, the cells alone decide.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import mode

from discovery.connectors.amounts import CODE, CURRENCIES, amount, currency_in, stated_currency
from discovery.connectors.column_meaning import Meaning, columns_of, folded, folded_header, meanings_of
from discovery.connectors.dates import day, excel_day
from discovery.connectors.known_exports import KnownExport, known_export
from discovery.connectors.table_words import direction_of, is_per_unit, starts_a_total, yes_or_no

DELIMITERS = (",", ";", "\t", "|")
#: How far into a file its header may stand.
_PREAMBLE_ROWS = 60
#: So many rows decide what a column holds.
_LOOKED_AT = 200

_DATES = (Meaning.DATE, Meaning.POSTED)
_AMOUNTS = (Meaning.AMOUNT, Meaning.GROSS, Meaning.NET, Meaning.DEBIT, Meaning.CREDIT)
_TEXTS = (Meaning.STATEMENT_TEXT, Meaning.MERCHANT, Meaning.SUPPLIER, Meaning.DESCRIPTION)
_DECIMALS = re.compile(r"\d[.,]\d{1,2}(?!\d)")
#: A word alone, or with a figure inside: "End2end" is no amount.
_NAMED = re.compile(r"^[^\W\d_]+$|[^\W\d_]\d+[^\W\d_]")
#: A day as a spreadsheet counts it.
SERIAL = re.compile(r"[2-6]\d{4}(?:\.\d+)?")


@dataclass(slots=True)
class Layout:
    """A table that was found.

    Attributes:
        header: index of the header row among the rows looked at, -1 where there is none.
        headers: its cells, or column numbers where there is none.
        columns: the column of each meaning.
        known: what a person said of tables with this header; None: look among the known exports.
    """

    header: int
    headers: list[str]
    columns: dict[Meaning, int] = field(default_factory=dict)
    empty: bool = False  # a header and nothing below it
    known: KnownExport | None = None

    @property
    def width(self) -> int:
        return len(self.headers)

    @property
    def folded_headers(self) -> frozenset[str]:
        return frozenset(map(folded_header, self.headers)) | frozenset(map(folded, self.headers))

    @property
    def is_spend(self) -> bool:
        """Whether it has a date, an amount and a text."""
        return all(any(m in self.columns for m in group) for group in (_DATES, _AMOUNTS, _TEXTS))

    def missing(self) -> str:
        """What a table of spending needs and this one lacks, in words; "" where it has all."""
        for group, words in (
            (_DATES, "a date"),
            (_AMOUNTS, "an amount"),
            (_TEXTS, "a merchant, supplier or description"),
        ):
            if not any(meaning in self.columns for meaning in group):
                return words
        return ""


# --- what a cell looks like -------------------------------------------------------------------------


def is_date(cell: str) -> bool:
    for day_first in (True, False):
        try:
            day(cell, day_first)
        except ValueError:
            continue
        return True
    return False


def is_serial_date(cell: str) -> bool:
    """A spreadsheet's number for a day of about 1955 to 2090; only where a header says date."""
    if not SERIAL.fullmatch(cell):
        return False
    try:
        excel_day(float(cell))
    except ValueError:
        return False
    return True


def is_amount(cell: str) -> bool:
    for mark in ".,":
        try:
            amount(cell, mark)
        except ValueError:
            continue
        return True
    return False


def is_currency(cell: str) -> bool:
    return bool(stated_currency(cell) or (len(cell) <= 4 and currency_in(cell)))


def _mostly(cells: Sequence[str], looks: Callable[[str], bool]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(map(looks, filled)) * 2 > len(filled)


# --- finding the table ------------------------------------------------------------------------------


def delimiter_of(lines: Sequence[str]) -> str:
    """What parts the cells of a text: where most headers are known, then most cells line up."""

    def fit(delimiter: str) -> tuple[int, int]:
        rows = _split(lines[:_PREAMBLE_ROWS], delimiter)
        known = max((_known(row) for row in rows), default=0)
        widths = [len(row) for row in rows if len(row) > 1]
        return (known if known > 1 else 0, widths.count(mode(widths)) * mode(widths) if widths else 0)

    return max(DELIMITERS, key=fit)


def _split(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        return []


def _known(row: Sequence[str]) -> int:
    """How many headers of a row are known; none in a row that holds a date or an amount."""
    if any(cell and (is_date(cell) or (is_amount(cell) and not _NAMED.search(folded(cell)))) for cell in row):
        return 0
    return sum(1 for cell in row if cell and meanings_of(cell))


def find_table(rows: Sequence[Sequence[str]]) -> Layout:
    """The table in the first rows of a file or sheet; ``is_spend`` says whether it is of use."""
    known = [_known(row) for row in rows[:_PREAMBLE_ROWS]]
    most = max(known, default=0)
    return table_below(rows, known.index(most) if most >= 2 else -1)


def table_below(rows: Sequence[Sequence[str]], header: int) -> Layout:
    """The table below a header in that row; -1 where it has none."""
    headers = [cell.strip() for cell in rows[header]] if header >= 0 else []
    body = [row for row in rows[header + 1 :][:_LOOKED_AT] if any(row)]
    wide = [row for row in body if not starts_a_total(next(filter(None, row), ""))] or body
    width = max((len(row) for row in wide), default=0)
    if header < 0:
        widths = [len(row) for row in wide if len(row) > 2]
        if not widths:
            return Layout(-1, [])
        headers = [f"column {number}" for number in range(1, width + 1)]
        usual = mode(widths)
        wide = [row for row in wide if len(row) == usual]
    layout = Layout(header, headers, empty=header >= 0 and not body)
    cells = _columns(wide, max(width, len(headers)))
    _by_header(layout, cells)
    if not layout.empty:
        _by_content(layout, cells)
        _texts_as_named(layout, cells)
    if header >= 0 and (known := known_export(layout.folded_headers)) is not None:
        _as_known(layout, known)
    return layout


def _as_known(layout: Layout, known: KnownExport) -> None:
    """Give columns the meaning that they have in this export alone."""
    named = {folded_header(name): column for column, name in reversed(list(enumerate(layout.headers)))}
    for meaning, header in known.meant:
        layout.columns.pop(meaning, None)
        if header in named:
            layout.columns[meaning] = named[header]


def _columns(rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    return [[row[i].strip() if i < len(row) else "" for row in rows] for i in range(width)]


def _agrees(meaning: Meaning, cells: list[str]) -> bool:
    """Whether the cells can be what their header says."""
    if meaning in _DATES:
        return _mostly(cells, lambda cell: is_date(cell) or is_serial_date(cell))
    if meaning in (Meaning.DEBIT, Meaning.CREDIT, Meaning.NET, Meaning.TAX, Meaning.MERCHANT_AMOUNT):
        return not any(cells) or _mostly(cells, is_amount)
    if meaning in _AMOUNTS or meaning == Meaning.BALANCE:
        return _mostly(cells, is_amount)
    if meaning in (Meaning.CURRENCY, Meaning.MERCHANT_CURRENCY):
        return _mostly(cells, is_currency) or not any(cells)
    if meaning == Meaning.DIRECTION:
        return _mostly(cells, lambda cell: direction_of(cell) is not None)
    if meaning == Meaning.REIMBURSABLE:
        return _mostly(cells, lambda cell: yes_or_no(cell) is not None)
    if meaning == Meaning.EMAIL:
        return _mostly(cells, lambda cell: "@" in cell)
    if meaning in _TEXTS:
        return _mostly(cells, lambda cell: not is_amount(cell) and not is_date(cell))
    return True


def _by_header(layout: Layout, cells: list[list[str]]) -> None:
    taken: dict[int, Meaning] = {}
    for meaning, candidates in columns_of(layout.headers).items():
        agreeing = [c for c in candidates if layout.empty or _agrees(meaning, cells[c])]
        if not agreeing and (
            meaning in (Meaning.DATE, Meaning.AMOUNT)
            or (meaning in _TEXTS and not any(text in layout.columns for text in _TEXTS))
        ):
            # The header says so; cells that are none are reasons to reject their rows, not the file.
            agreeing = [c for c in candidates if any(cells[c]) and c not in taken]
        if not agreeing and meaning == Meaning.POSTED:  # "Reserverad" stands where the day will be
            agreeing = [c for c in candidates if any(map(is_date, cells[c])) and c not in taken]
        for column in agreeing:
            if column not in taken:
                layout.columns[meaning] = column
                taken[column] = meaning
                break
            if meaning not in (Meaning.MERCHANT_AMOUNT, Meaning.MERCHANT_CURRENCY):
                layout.columns[meaning] = column  # one header may name two things
                break


def _texts_as_named(layout: Layout, cells: list[list[str]]) -> None:
    """Where no column reads like text, that which says so is one: banks name payers by their numbers, too."""
    if any(meaning in layout.columns for meaning in _TEXTS) or layout.header < 0:
        return
    for meaning, candidates in columns_of(layout.headers).items():
        free = (c for c in candidates if any(cells[c]) and c not in layout.columns.values())
        if meaning in _TEXTS and (column := next(free, None)) is not None:
            layout.columns[meaning] = column


def _by_content(layout: Layout, cells: list[list[str]]) -> None:
    """Fill in date, amount, text and currency from the cells where headers left them open."""
    columns = layout.columns
    free = [c for c in range(len(cells)) if c not in columns.values() and any(cells[c])]
    if not any(meaning in columns for meaning in _DATES):
        dates = [c for c in free if _mostly(cells[c], is_date) and not _mostly(cells[c], str.isdigit)]
        if dates:
            columns[Meaning.DATE] = dates[0]
            free.remove(dates[0])
    if not any(meaning in columns for meaning in _AMOUNTS):
        amounts = [
            c
            for c in free
            if _mostly(cells[c], is_amount)
            and any(map(_DECIMALS.search, cells[c]))
            and not _mostly(cells[c], is_date)
            and not (layout.header >= 0 and is_per_unit("".join(layout.headers[c : c + 1])))
        ]
        in_two = len(amounts) > 1 and _in_two_currencies(*(layout.headers[c : c + 1] for c in amounts[:2]))
        if len(amounts) > 1 and not in_two and _take_turns(cells[amounts[0]], cells[amounts[1]]):
            columns[Meaning.DEBIT], columns[Meaning.CREDIT] = amounts[:2]
        elif amounts and (layout.header < 0 or in_two or len(amounts) == 1):
            # Of several that have names none is known. Where each has a currency, rows of the second are
            # rejected: they fill nothing in the first.
            columns[Meaning.AMOUNT] = amounts[0]
        free = [c for c in free if c not in amounts]
    elif (one := Meaning.DEBIT in columns) != (Meaning.CREDIT in columns) and Meaning.AMOUNT not in columns:
        known, other = (Meaning.DEBIT, Meaning.CREDIT) if one else (Meaning.CREDIT, Meaning.DEBIT)
        beside = [
            c for c in free if _mostly(cells[c], is_amount) and _take_turns(cells[c], cells[columns[known]])
        ]
        if beside:
            columns[other] = beside[0]
            free.remove(beside[0])
    if Meaning.CURRENCY not in columns and layout.header < 0:
        codes = [c for c in free if all(cell in CURRENCIES for cell in cells[c])]
        if codes:
            columns[Meaning.CURRENCY] = codes[0]
            free.remove(codes[0])
    if not any(meaning in columns for meaning in _TEXTS):
        texts = [
            c
            for c in free
            if _mostly(
                cells[c],
                lambda cell: any(map(str.isalpha, cell)) and not is_date(cell) and not is_amount(cell),
            )
        ]
        if texts:
            columns[Meaning.DESCRIPTION] = max(
                texts, key=lambda c: (len(set(cells[c])), sum(map(len, cells[c])), -c)
            )


def _in_two_currencies(*headers: list[str]) -> bool:
    """Whether two amounts with headers are in different currencies, which are not money out and in."""
    codes = [set(CODE.findall(" ".join(header))) & CURRENCIES for header in headers]
    return all(codes) and codes[0] != codes[1]


def _take_turns(first: list[str], second: list[str]) -> bool:
    """Whether each row fills one of two columns: money out and money in."""
    filled = [(bool(a), bool(b)) for a, b in zip(first, second, strict=True) if a or b]
    return (
        len(filled) > 1 and all(a != b for a, b in filled) and {(True, False), (False, True)} <= set(filled)
    )
