"""Coupa: supplier invoices and credit notes, as its API gives them in XML or JSON and its export in CSV.

API: https://compass.coupa.com (Coupa Core API, Invoices API)

Coupa answers in XML unless JSON is asked for; the names are the same, also those of the CSV files,
so that an invoice read in two of these forms is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from discovery.connectors import coupa_api
from discovery.connectors.base import HEAD_BYTES, Connector, Head, Kind
from discovery.connectors.coupa_invoice_parts import invoice_rows
from discovery.connectors.coupa_invoices_csv import is_coupa_csv, rows_of_csv
from discovery.connectors.declared_encodings import Rejoined
from discovery.connectors.decoding import decoded
from discovery.connectors.json_documents import BAD_JSON, elements, looks_like_json, why_unreadable
from discovery.connectors.json_members import Members, members_of, plain_name
from discovery.connectors.xlsx_rows import ZIP_START
from discovery.connectors.xml_documents import Node, children
from discovery.records import Rejected, Rows

_LISTS = frozenset({"invoices", "invoiceheaders", "invoice-headers", "invoice_headers"})
_XML_ROOT = re.compile(r"<invoice-headers?[\s>]")
_JSON_NAMES = re.compile(r'"invoice[-_]number"\s*:')
_COUPA_NAMES = re.compile(r'"(?:invoice[-_]lines|line[-_]level[-_]taxation|document[-_]type)"\s*:')

_WANTED = frozenset(
    {
        *("id", "invoice-number", "invoice-date", "status", "document-type", "updated-at", "currency"),
        *("supplier", "requested-by", "created-by", "department", "account", "payment-date"),
        *("due-date", "net-due-date", "payment-due-date"),
        *("gross-total", "total-with-taxes", "tax-amount", "tax-lines", "line-level-taxation"),
        *("shipping-amount", "handling-amount", "misc-amount"),
        *("shipping-tax-amount", "handling-tax-amount", "misc-tax-amount"),
        *("invoice-line", "invoice-charge"),
    }
)
_THROUGH = frozenset({"invoice-lines", "invoice-charges"})


class CoupaInvoices(Connector):
    name = "coupa_invoices"
    kind = Kind.PROCUREMENT
    title = "Coupa invoices (XML, JSON, CSV)"
    reads = ("file", "api")
    api = coupa_api.INVOICES

    def recognises(self, head: Head) -> int:
        start = decoded(head.start)
        if looks_like_json(head):
            return 90 if _JSON_NAMES.search(start) and _COUPA_NAMES.search(start) else 0
        if "<" in start[:200] and _XML_ROOT.search(start):
            return 90
        return 95 if is_coupa_csv(head) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row an invoice line. Raises UnreadableFile where the file breaks off."""
        start = stream.read(HEAD_BYTES)
        whole: Any = Rejoined(start, stream)
        beginning = decoded(start[:4096]).lstrip()
        if beginning.startswith("<"):
            for position, invoice in _from_xml(whole):
                yield from invoice_rows(position, invoice)
            return
        if start.startswith(ZIP_START) or not beginning.startswith(("{", "[")):
            if stream.seekable():  # a workbook is not read from front to back
                stream.seek(stream.tell() - len(start))
                whole = stream
            yield from rows_of_csv(whole)
            return
        for position, raw in elements(whole, _LISTS):
            try:
                invoice = members_of(raw)
            except BAD_JSON:
                yield position, Rejected(why_unreadable(raw))
                continue
            yield from invoice_rows(position, invoice)


def _from_xml(stream: BinaryIO) -> Iterator[tuple[int, Members]]:
    """Each invoice with its line, in the form that its JSON has."""
    invoice: Members = {}
    roots = frozenset({"invoice-header"})
    for root, child in children(stream, roots, _WANTED, through=_THROUGH):
        if child is None:
            yield root.line, invoice
            invoice = {}
        elif child.name in ("invoice-line", "invoice-charge"):
            invoice.setdefault(f"{plain_name(child.name)}s", []).append(_members(child))
        elif child.name not in _THROUGH:
            invoice.setdefault(plain_name(child.name), _members(child))


def _members(node: Node) -> Any:
    if not node.children:
        return node.text
    if node.attributes.get("type") == "array":
        return [_members(child) for child in node.children]
    found: Members = {}
    for child in node.children:
        found.setdefault(plain_name(child.name), _members(child))
    return found
