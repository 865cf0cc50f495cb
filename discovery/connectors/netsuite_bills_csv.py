"""NetSuite: a saved search of vendor bills as CSV, in which main line and lines of a bill both appear.

A bill's main line (``*``, or the one booked to accounts payable) is the sum of its lines: it is read
only where a bill has no other. Lines include those of tax, so that they add up to the main line.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
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
from discovery.connectors.netsuite_bills import currency_named, last_name
from discovery.connectors.stated_values import ACCOUNT, COST_CENTRE, DEPARTMENT, OWN_ID, TYPE, id_of, text_of
from discovery.connectors.table_words import is_draft, is_not_spent, yes_or_no
from discovery.records import Ignored, Rejected, Row, Rows, Spend

_MAIN = ("*", "mainline")
_AMOUNTS = ("amountforeigncurrency", "amount", "amountnet")
_DATES = ("date", "transactiondate", "duedate")
_SUPPLIERS = ("name", "vendor", "vendorname", "entity", "mainlinename")
_BILLS = ("bill", "vendbill", "vendor bill", "bill credit", "vendcred", "vendor credit")


def _is_search(names: frozenset[str]) -> bool:
    """The columns that a saved search has by default, with what tells main lines from others."""
    return (
        {"type", "documentnumber"} <= names
        and bool(names & {"date", "transactiondate"})
        and bool(names & set(_AMOUNTS))
        and bool(names & set(_SUPPLIERS))
        and bool(names & {*_MAIN, "internalid"})
    )


class NetsuiteBillsCsv(Connector):
    name = "netsuite_bills_csv"
    kind = Kind.PROCUREMENT
    title = "NetSuite vendor bills (saved search CSV)"

    def recognises(self, head: Head) -> int:
        return 95 if header_in(head, _is_search) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row a line of a bill. Raises UnreadableFile where the file is no such table."""
        customs = customs_of_file(stream, _is_search, _AMOUNTS, _DATES, self.said.day_first)
        for bill in by_invoice(rows_below_header(stream, _is_search), _bill):
            if isinstance(bill, list):
                yield from _rows(bill, customs)
            else:
                yield bill


def _first(cells: Cells, *names: str) -> str:
    return next((cells[name] for name in names if cells.get(name)), "")


def _bill(cells: Cells) -> object:
    own = cells.get("internalid", "")
    return own or tuple(_first(cells, *names) for names in (("type",), ("documentnumber",), _SUPPLIERS))


def _is_main(cells: Cells) -> bool:
    marked = _first(cells, *_MAIN)
    if any(name in cells for name in _MAIN):
        return marked == "*" or yes_or_no(marked) is True
    return "accounts payable" in cells.get("account", "").lower()


def _rows(bill: list[TableRow], customs: Customs) -> Iterator[Row]:
    lines = [row for row in bill if not _is_main(row.cells)]
    if lines:
        for row in bill:
            if _is_main(row.cells):
                yield row.line, Ignored("the main line of a bill, which its other lines add up to")
    else:
        lines = bill
    first = (lines or bill)[0].cells
    kind, status = first.get("type", "").lower(), _first(first, "status", "approvalstatus")
    if kind not in _BILLS:
        yield from ((row.line, Ignored("neither a vendor bill nor a credit of one")) for row in lines)
        return
    state = status.rpartition(":")[2]
    if is_draft(state) or is_not_spent(state):
        yield from ((row.line, Ignored("a bill that was voided, rejected or is a draft")) for row in lines)
        return
    issued = customs.day(_first(first, "date", "transactiondate"))
    common = _common(first, issued or date.min, customs)
    problem = without_essentials(common)
    if not problem and issued is None:
        problem = "the bill has no readable date"
    if problem:
        for row in lines:
            yield row.line, Rejected(f"{problem}; add it to the saved search and export it again")
        return
    credit = "cred" in kind
    yield from records(
        Invoice(common, lines[0].line, None, None, credit=credit),
        [(row.line, _line(row, place, customs)) for place, row in enumerate(lines, 1)],
    )


def _common(cells: Cells, issued: date, customs: Customs) -> Spend:
    supplier = last_name(_first(cells, *_SUPPLIERS), 300)
    number = cells.get("internalid", "") or id_of(
        " ".join(supplier.casefold().split()), cells.get("documentnumber", "")
    )
    return Spend(
        account=text_of(last_name(_first(cells, "subsidiary", "subsidiarynohierarchy"), ACCOUNT)),
        own_id="",
        date=issued,
        text=supplier,
        amount=0,
        currency=currency_named(_first(cells, "currency", "currencycode", "currencysymbol")),
        type=cells.get("type", "")[:TYPE],
        document=number[:OWN_ID],
        due=customs.day(cells.get("duedate", "")),
    )


def _line(row: TableRow, place: int, customs: Customs) -> Line | Rejected:
    cells = row.cells
    amount = customs.amount(_first(cells, *_AMOUNTS))
    if amount is None:
        return Rejected("the line has no readable amount; correct it and export it again")
    return Line(
        row.line,
        _first(cells, "lineuniquekey", "lineid", "linesequencenumber") or str(place),
        text_of(_first(cells, "memo", "memomain", "item", "account")),
        amount,
        None,
        last_name(cells.get("department", ""), DEPARTMENT),
        last_name(_first(cells, "class", "costcenter"), COST_CENTRE),
    )
