"""The list of tools as a file: the tools, the order and the columns that a page shows.

Headers are those of ``export inventory`` where it has the column; amounts have a column for each currency.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from discovery.money import as_text
from inventory.exports.period import Row
from inventory.exports.readers import Reader
from inventory.listing import Line, Listing, Wanted, columns_for, lines, listing, months_by_tool, months_of
from inventory.money_totals import reporting_first
from inventory.reach import Reach

_TOOL = ("product", "product_name", "vendor", "vendor_name", "capability")
#: Column of the page → columns of the file, where that is no matter of currencies and months.
_PLAIN = {
    "status": ("status",),
    "owner": ("owner",),
    "people": ("people_count",),
    "doors": ("doors",),
    "flags": ("flags",),
    "last": ("last_seen",),
    "first": ("first_seen",),
    "departments": ("departments",),
    "plan": ("plan",),
    "sources": ("sources",),
}


def export_of(wanted: Wanted, reach: Reach) -> tuple[list[str], Iterator[Row]]:
    """Columns and rows within a reader's reach; people in fives for who has no right to names."""
    found = listing(wanted, reach)
    currencies = list(reporting_first(found.spend))
    months = months_of(found.window) if "trend" in wanted.columns else []
    columns = list(_TOOL)
    for name in (name for name in columns_for(reach) if name in wanted.columns):
        if name == "spend":
            columns += [_total(currency) for currency in currencies]
        elif name == "trend":
            columns += [_month(month, currency) for currency in currencies for month in months]
        else:
            columns += _PLAIN[name]
    return columns, _rows(found, columns, currencies, months)


def _total(currency: str) -> str:
    return f"spend_12m_{currency.lower()}"


def _month(month: str, currency: str) -> str:
    return f"spend_{month}_{currency.lower()}"


def _rows(found: Listing, columns: list[str], currencies: list[str], months: list[str]) -> Iterator[Row]:
    numbers = {entry.key: entry.pk for entry in found.entries}
    amounts = months_by_tool(list(numbers.values()), found.window, found.reach) if months else {}
    for line in lines(found, found.entries):
        paid, spend = amounts.get(numbers[line.key], {}), dict(line.spend)
        row = _columns(line, Reader(found.reach))
        for currency in currencies:
            row[_total(currency)] = as_text(spend.get(currency, 0))
            for month in months:
                row[_month(month, currency)] = as_text(paid.get((currency, month), 0))
        yield {column: row[column] for column in columns}


def _columns(line: Line, reader: Reader) -> dict[str, Any]:
    return {
        "product": line.product or None,
        "product_name": line.title if line.product else None,
        "vendor": line.vendor,
        "vendor_name": line.vendor_name,
        "capability": line.job.key if line.job else None,
        "status": line.status,
        "owner": line.owner or None,
        "people_count": reader.count(line.people),
        "doors": list(line.doors),
        "last_seen": line.last_seen,
        "first_seen": line.first_seen,
        "departments": list(line.departments),
        "plan": line.plan or None,
        "sources": list(line.sources),
        "flags": [rule for _severity, rule in line.flags],
    }
