"""Coupa: the CSV export of invoices, whose head, lines, charges and tax are rows of their own kinds.

Export: https://compass.coupa.com (flat file CSV export, Invoices Export; all rows of a file have the
same number of columns). Names of columns are those of the API. Each kind of row has a header of its
own; where a file has one header, it holds for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from discovery.connectors.base import Head, UnreadableFile
from discovery.connectors.coupa_invoice_parts import invoice_rows
from discovery.connectors.invoice_tables import header_in, name_of, table_rows
from discovery.connectors.json_members import Members
from discovery.records import Ignored, Rejected, Row, Rows

_NUMBER = re.compile(r"[-+]?[\d.,]+")
_HEAD, _LINE, _CHARGE, _TAX = "head", "line", "charge", "tax"
_KINDS = {
    "header": _HEAD,
    "invoiceheader": _HEAD,
    "line": _LINE,
    "invoiceline": _LINE,
    "charge": _CHARGE,
    "invoicecharge": _CHARGE,
    "taxline": _TAX,
    "invoicetaxline": _TAX,
}
#: Kinds that say again what lines say, or what was not paid to the supplier.
_OTHERS = {
    "linesplit",
    "invoicelinesplit",
    "invoicelineallocation",
    "lineallocation",
    "invoicechargeallocation",
    "chargeallocation",
    "withholdingtaxline",
    "matchingallocation",
    "failedtolerance",
    "tcstaxline",
    "payment",
}
#: A column as the reader of the API's answers names it.
_NAMES = {
    "headertaxamount": "taxamount",
    "suppliername": "supplier",
    "supplierdisplayname": "supplier",
    "currencycode": "currency",
    "linenumber": "linenum",
    "invoicelinenumber": "linenum",
    "departmentname": "department",
    "linedescription": "description",
    "linetotal": "total",
}


def is_coupa_csv(head: Head) -> bool:
    return header_in(head, _is_head)


def rows_of_csv(stream: BinaryIO) -> Rows:
    """One row an invoice line; rows of other kinds as what they are.

    Raises UnreadableFile where no header of invoices is found.
    """
    headers: dict[str, list[str]] = {}
    invoice: _Invoice | None = None
    for line, cells in table_rows(stream):
        if isinstance(cells, Rejected):
            yield line, cells
            continue
        names = [name_of(cell) for cell in cells]
        if kind := _kind_of_header(names, headers):
            headers[kind] = names
            yield line, Ignored("header")
            continue
        kind = _KINDS.get(names[0], names[0])
        if kind == _HEAD or (kind == _LINE and invoice is None and _HEAD not in headers):
            if invoice is not None:
                yield from invoice.rows()
            invoice = None
        row = _row(kind, cells, headers)
        if kind == _HEAD and row is not None:
            invoice = _Invoice(line, row)
        elif kind in (_LINE, _CHARGE, _TAX) and row is not None and invoice is not None:
            yield from invoice.add(line, kind, row)
        elif kind in _OTHERS:
            yield line, Ignored("a split, allocation or withheld tax, which its lines hold already")
        else:
            yield (
                line,
                Rejected(
                    "the row belongs to no invoice above it; export the invoices with all their rows",
                    ",".join(cells)[:300],
                ),
            )
    if invoice is not None:
        yield from invoice.rows()
    if _HEAD not in headers:
        raise UnreadableFile("the file has no header of invoices; export it with its headers")


class _Invoice:
    """One invoice while its rows are read; they follow its head."""

    def __init__(self, line: int, head: Members) -> None:
        self._line = line
        self._members = head
        self._lines: list[Members] = []
        self._places: list[int] = []

    def add(self, line: int, kind: str, row: Members) -> Iterator[Row]:
        if kind == _LINE:
            self._lines.append(row)
            self._places.append(line)
            return
        if kind == _CHARGE:
            self._members.setdefault("invoicecharges", []).append(row)
        else:
            self._taxed_by(row).setdefault("taxlines", []).append(row)
        yield line, Ignored("a row of tax or charges, which is part of its invoice's sums")

    def _taxed_by(self, tax: Members) -> Members:
        """What a row of tax belongs to: the line it names, else the invoice."""
        number = tax.get("linenum", "")
        return next((line for line in self._lines if number and line.get("linenum") == number), self._members)

    def rows(self) -> Iterator[Row]:
        members = self._members | {"invoicelines": self._lines}
        if self._lines:
            yield self._line, Ignored("the head of an invoice, which its lines add up to")
        yield from invoice_rows(self._line, members, self._places)


def _is_head(names: frozenset[str]) -> bool:
    return {"invoicenumber", "invoicedate", "status"} <= names and bool(
        names & {"lineleveltaxation", "headertaxamount", "internalnote", "suppliernote"}
    )


def _kind_of_header(names: Sequence[str], headers: dict[str, list[str]]) -> str:
    """What kind of rows a header is for; "" where the row is none."""
    if len(names) < 3 or any(_NUMBER.fullmatch(name) for name in names if name):
        return ""
    found = frozenset(names)
    first = _KINDS.get(names[0], "")
    if _is_head(found):
        return _HEAD
    if not found & {"invoiceid", "id", "invoicenumber", "amount", "total", "createdat"}:
        return ""
    named = {"description", "price", "quantity", "rate", "base", "pct", "accountcode", "code"} & found
    if not named:
        return ""
    if first in (_LINE, _CHARGE, _TAX):
        return first
    if found & {"taxlinenumber", "taxlineid"} or {"amount", "rate"} <= found:
        return _TAX
    if any(name.startswith("charge") for name in names):
        return _CHARGE
    if "description" in found and found & {"price", "quantity", "total"}:
        return _LINE
    return "other" if {"amount", "pct"} & found else ""


def _row(kind: str, cells: Sequence[str], headers: dict[str, list[str]]) -> Members | None:
    names = headers.get(kind) or headers.get(_HEAD)
    if names is None:
        return None
    row: Members = {}
    for name, cell in zip(names, cells, strict=False):
        cell = cell.strip()
        if name and cell:
            row.setdefault(_NAMES.get(name, name), cell)
    if code := row.get("accountcode") or row.get("accountname"):
        row["account"] = {"code": code}
    if email := row.get("requestedbyemail") or row.get("requesteremail"):
        row["requestedby"] = {"email": email}
    return row
