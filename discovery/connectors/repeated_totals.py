"""Whether a table of invoice lines repeats the invoice's total on each of them.

Then the total is no amount of the row: an invoice of three lines would count three times.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from itertools import groupby

from discovery.connectors.amounts import amount


class LineAmounts(Enum):
    """What the amounts of the lines are where the total is the invoice's."""

    WITH_TAX = auto()
    WITHOUT_TAX = auto()


#: Rounding of a line's tax, in 10⁻⁶.
_ROUNDING = 20_000


def line_amounts(
    rows: Sequence[Sequence[str]], document: Sequence[int], total: int, line: int, tax: int | None, mark: str
) -> LineAmounts | None:
    """What the rows say; None where the total is each row's own, or nothing tells.

    ``document``, ``total``, ``line`` and ``tax`` are columns. Rows of one invoice follow each other.
    Every invoice of several lines must agree.
    """
    found: set[LineAmounts | None] = set()
    last = max(*document, total, line, tax or 0)
    whole = [row for row in rows if len(row) > last]
    for _, group in groupby(whole, key=lambda row: [row[column].strip() for column in document]):
        lines = list(group)
        if len(lines) > 1:
            found.add(_of_invoice(lines, total, line, tax, mark))
    return found.pop() if len(found) == 1 else None


def _of_invoice(
    lines: Sequence[Sequence[str]], total: int, line: int, tax: int | None, mark: str
) -> LineAmounts | None:
    totals = {_value(row[total], mark) for row in lines}
    stated = totals.pop()
    if totals or not stated:
        return None
    amounts = sum(_value(row[line], mark) for row in lines)
    taxes = 0 if tax is None else sum(_value(row[tax], mark) for row in lines)
    if abs(amounts - stated) <= _ROUNDING:
        return LineAmounts.WITH_TAX
    return LineAmounts.WITHOUT_TAX if taxes and abs(amounts + taxes - stated) <= _ROUNDING else None


def _value(cell: str, mark: str) -> int:
    try:
        return amount(cell.strip(), mark) if cell.strip() else 0
    except ValueError:
        return 0
