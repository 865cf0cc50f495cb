"""``export spend``: every purchase once, summed by month, tool, department, door and currencies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from discovery.models import Purchase, SealedBlock
from discovery.money import as_text
from inventory.exports.period import REVIEW, UNKNOWN, Period, Row, WrongPeriod
from inventory.figures import PURCHASE_TOOL, purchases, spend_lines, sums_of
from inventory.money_totals import reporting_currency
from inventory.naming import ToolName, names_of

_COLUMNS = (
    "month",
    "product",
    "product_name",
    "vendor",
    "vendor_name",
    "department",
    "door",
    "amount",
    "currency",
    "net_amount",
    "tax",
    "merchant_amount",
    "merchant_currency",
    "reporting_amount",
    "reporting_currency",
)

#: How a row of this export was decided, where more than booked purchases are asked for.
_BOOKED = "match"


def columns(period: Period) -> tuple[str, ...]:
    return (*_COLUMNS, "decision", "source") if period.include else _COLUMNS


def rows(period: Period) -> Iterator[Row]:
    """Booked purchases; on request those in review, and what is sealed as sums by source and month.

    Sealed sums count records, not purchases: what several feeds tell of is in there several
    times, because no page or export looks inside a seal.
    """
    reach = period.reader.reach
    booked = reach.purchases(purchases(period.since, period.until))
    lines = [_line(row, _BOOKED) for row in spend_lines(booked, *_BY)]
    if REVIEW in period.include:
        waiting = Purchase.objects.filter(booked=False).annotate(tool=PURCHASE_TOOL)
        if period.since:
            waiting = waiting.filter(date__gte=period.since)
        if period.until:
            waiting = waiting.filter(date__lte=period.until)
        lines.extend(_line(row, REVIEW) for row in spend_lines(reach.purchases(waiting), *_BY))
    if UNKNOWN in period.include and not reach.whole:
        raise WrongPeriod("what is sealed belongs to no department; leave --include unknown out")
    if UNKNOWN in period.include:
        lines.extend(_sealed_lines(*period.months()))
    _name(lines)
    wanted = columns(period)
    for line in sorted(lines, key=order):
        yield {column: line[column] for column in wanted}


_BY = ("product", "vendor")


def _line(row: dict[str, Any], decision: str) -> Row:
    sums = sums_of(row)
    merchant = sums.merchant_amount if row["merchant_currency"] else None
    return {
        "month": row["month"],
        "product": row["product"] or None,
        "vendor": row["vendor"] or None,
        "department": row["department"] or None,
        "door": row["door"],
        "amount": as_text(sums.amount),
        "currency": row["currency"],
        "net_amount": as_text(sums.net),
        "tax": as_text(sums.tax),
        "merchant_amount": as_text(merchant),
        "merchant_currency": row["merchant_currency"] or None,
        **_reporting(sums.amount, row["currency"]),
        "decision": decision,
        "source": None,
    }


def _reporting(amount: int, currency: str) -> Row:
    known = currency == reporting_currency()
    return {
        "reporting_amount": as_text(amount) if known else None,
        "reporting_currency": currency if known else None,
    }


def _sealed_lines(first: str, last: str) -> Iterator[Row]:
    totals: dict[tuple[str, str, str], int] = defaultdict(int)
    blocks = SealedBlock.objects.filter(month__gte=first, month__lte=last)
    for source, month, sums in blocks.values_list("source__name", "month", "sums").iterator():
        for currency, (_, amount) in sums.items():
            totals[source, month, currency] += amount
    for (source, month, currency), amount in totals.items():
        yield {
            **dict.fromkeys(_COLUMNS),
            "month": month,
            "amount": as_text(amount),
            "currency": currency,
            **_reporting(amount, currency),
            "decision": UNKNOWN,
            "source": source,
        }


def _name(lines: list[Row]) -> None:
    vendor_of = {line["product"] or line["vendor"]: line["vendor"] or "" for line in lines}
    vendor_of.pop(None, None)
    names = names_of(vendor_of)
    for line in lines:
        name = names.get(line["product"] or line["vendor"], ToolName())
        line["product_name"] = name.product_name or None
        line["vendor_name"] = name.vendor_name or None


def order(line: Row) -> tuple[str, ...]:
    """What rows stand in order by. No two rows have the same."""
    keys = (
        "month",
        "decision",
        "vendor",
        "product",
        "department",
        "door",
        "currency",
        "merchant_currency",
        "source",
    )
    return tuple(line.get(key) or "" for key in keys)
