"""Xero: the CSV of bills that its pages export, a row a line with the bill's totals on each.

Columns: docs.milientsoftware.com (Xero templates, which are those of Xero's own file)
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import BinaryIO

from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.invoice_records import Invoice, Line, records, without_essentials
from discovery.connectors.invoice_tables import (
    Cells,
    Customs,
    TableRow,
    by_invoice,
    customs_of_file,
    header_in,
    rows_below_header,
)
from discovery.connectors.stated_values import COST_CENTRE, DEPARTMENT, TYPE, id_of, text_of
from discovery.connectors.table_words import is_draft, is_not_spent
from discovery.records import Ignored, Rejected, Row, Rows, Spend

_NAMES = frozenset({"contactname", "invoicenumber", "invoicedate", "total", "lineamount", "taxamount"})
#: Other names of Xero's file, by which it is known where somebody renamed one of those above.
_MORE = frozenset(
    {"inventoryitemcode", "unitamount", "accountcode", "taxtype", "trackingname1", "invoiceamountdue"}
)
_AMOUNTS = ("total", "taxtotal", "lineamount", "taxamount")
_DATES = ("invoicedate", "duedate")
_DEPARTMENTS = ("depart", "dept", "team", "division", "business unit", "abteilung")


class XeroBillsCsv(Connector):
    name = "xero_bills_csv"
    kind = Kind.PROCUREMENT
    title = "Xero bills (CSV)"

    def recognises(self, head: Head) -> int:
        return 95 if header_in(head, _is_export) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row a line of a bill. Raises UnreadableFile where the file is no such table."""
        customs = customs_of_file(stream, _is_export, _AMOUNTS, _DATES, self.said.day_first)
        rows = rows_below_header(stream, _is_export)
        for bill in by_invoice(rows, _bill):
            if isinstance(bill, list):
                yield from _rows(bill, customs)
            else:
                yield bill


def _is_export(names: frozenset[str]) -> bool:
    missing = len(_NAMES - names)
    return not missing or (missing == 1 and len(_MORE & names) > 2)


def _bill(cells: Cells) -> object:
    return tuple(
        cells.get(name, "") for name in ("contactname", "invoicenumber", "invoicedate", "total", "type")
    )


def _rows(bill: list[TableRow], customs: Customs) -> Iterator[Row]:
    first = bill[0].cells
    kind = first.get("type", "").lower()
    status = first.get("status", "")
    passed = ""
    if kind.startswith("sales") or kind in ("accrec", "invoice", "accreccredit"):
        passed = "a sales invoice"
    elif is_draft(status):
        passed = "a draft"
    elif is_not_spent(status):
        passed = "a bill that was voided or deleted"
    if passed:
        yield from ((row.line, Ignored(passed)) for row in bill)
        return
    issued = customs.day(first.get("invoicedate", ""))
    supplier, number = text_of(first.get("contactname"), 300), text_of(first.get("invoicenumber"), 100)
    common = Spend(
        account="",
        own_id="",
        date=issued or date.min,
        text=supplier,
        amount=0,
        currency=first.get("currency", "").upper(),
        type=(first.get("type", "") or "Bill")[:TYPE],
        document=id_of(" ".join(supplier.casefold().split()), number) if number else "",
        due=customs.day(first.get("duedate", "")),
    )
    problem = without_essentials(common, number=False)
    if not problem and issued is None:
        problem = "the bill has no readable InvoiceDate"
    if problem:
        for row in bill:
            yield row.line, Rejected(f"{problem}; correct it in Xero and export it again")
        return
    total, tax = customs.amount(first.get("total", "")), customs.amount(first.get("taxtotal", ""))
    net = None if total is None or tax is None else total - tax
    invoice = Invoice(common, bill[0].line, net, total, credit="credit" in kind)
    yield from records(invoice, [(row.line, _line(row, place, customs)) for place, row in enumerate(bill, 1)])


def _line(row: TableRow, place: int, customs: Customs) -> Line | Rejected:
    cells = row.cells
    amount, tax = customs.amount(cells.get("lineamount", "")), customs.amount(cells.get("taxamount", ""))
    if amount is None:
        return Rejected("the line has no readable LineAmount; correct it in Xero and export it again")
    return Line(
        row.line,
        str(place),
        text_of(cells.get("description")),
        amount,
        None if tax is None else Fraction(tax),
        _tracked(cells, _DEPARTMENTS)[:DEPARTMENT],
        _tracked(cells, ("cost",))[:COST_CENTRE],
    )


def _tracked(cells: Cells, beginnings: tuple[str, ...]) -> str:
    for number in "12":
        if cells.get(f"trackingname{number}", "").lower().startswith(beginnings):
            return cells.get(f"trackingoption{number}", "")
    return ""
