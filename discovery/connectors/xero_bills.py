"""Xero: bills, supplier credit notes and money spent, as the accounting API gives them in JSON.

API: https://developer.xero.com/documentation/api/accounting/invoices (also creditnotes, banktransactions)
Shape: github.com/XeroAPI/xero-node src/__tests__/unit/response-examples

A list asked for without ``page`` leaves the lines out; then the bill is one record, which the same
bill read with its lines replaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any, BinaryIO

from discovery.connectors.base import HEAD_BYTES, Connector, Head, Kind
from discovery.connectors.declared_encodings import Rejoined
from discovery.connectors.decoding import decoded
from discovery.connectors.invoice_records import Invoice, Line, records, without_essentials
from discovery.connectors.json_documents import BAD_JSON, elements, looks_like_json, shown, why_unreadable
from discovery.connectors.json_members import (
    Members,
    amount_at,
    at,
    day_at,
    first_text,
    members_of,
    objects_at,
    stated_at,
    text_at,
)
from discovery.connectors.moments import moment
from discovery.connectors.stated_values import COST_CENTRE, DEPARTMENT, OWN_ID, TYPE
from discovery.records import Ignored, Payment, Rejected, Row, Rows, Spend

_LISTS = frozenset({"invoices", "creditnotes", "banktransactions"})
_SHOWN = frozenset({"invoiceid", "creditnoteid", "banktransactionid", "type", "status", "date", "datestring"})
_TYPE = re.compile(r'"Type"\s*:\s*"(?:ACCPAY|ACCREC|ACCPAYCREDIT|ACCRECCREDIT|SPEND|RECEIVE)', re.IGNORECASE)
_LIST = re.compile(r'"(Invoices|CreditNotes|BankTransactions)"\s*:\s*\[', re.IGNORECASE)
_ID = re.compile(r'"(?:Invoice|CreditNote|BankTransaction)ID"', re.IGNORECASE)
_IDS = (("invoiceid",), ("creditnoteid",), ("banktransactionid",))
_DEPARTMENTS = ("depart", "dept", "team", "division", "business unit", "abteilung")

_SALE = Ignored("a sales invoice, credit to a customer or money received")
_TRANSFER = Ignored("a payment in advance or a transfer, which is no purchase of its own")
_NOT_OWED = {
    "DRAFT": Ignored("a draft"),
    "VOIDED": Ignored("a bill that was voided"),
    "DELETED": Ignored("a bill that was deleted"),
}


class XeroBills(Connector):
    name = "xero_bills"
    kind = Kind.PROCUREMENT
    title = "Xero bills (JSON)"

    def recognises(self, head: Head) -> int:
        if not looks_like_json(head):
            return 0
        start = decoded(head.start)
        if _ID.search(start):
            return 90 if _TYPE.search(start) else 0
        return 60 if _LIST.search(start) and '"ProviderName"' in start else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row a line of a bill. Raises UnreadableFile where the file breaks off."""
        start = stream.read(HEAD_BYTES)
        whole: Any = Rejoined(start, stream)
        for position, raw in elements(whole, _list_of(decoded(start))):
            try:
                document = members_of(raw)
            except BAD_JSON:
                yield position, Rejected(why_unreadable(raw))
                continue
            if not first_text(document, *_IDS) and any(name in document for name in _LISTS):
                yield position, Ignored("a page without bills")
                continue
            for place, row in _rows(position, document):
                yield (
                    place,
                    (
                        Rejected(row.reason, row.row or shown(raw, _SHOWN))
                        if isinstance(row, Rejected)
                        else row
                    ),
                )


def _list_of(start: str) -> frozenset[str]:
    """The list that pages hold; none where documents stand alone, for a bill holds its credit notes."""
    found = _LIST.search(start)
    alone = found is None or _ID.search(start[: found.start()])
    return frozenset() if found is None or alone else frozenset({found[1].lower()})


def _rows(position: int, document: Members) -> Iterator[Row]:
    kind = text_at(document, "type").upper()
    lines = objects_at(document, "lineitems")
    places = range(max(1, len(lines)))
    passed = _NOT_OWED.get(text_at(document, "status").upper())
    if kind in ("ACCREC", "ACCRECCREDIT") or kind.startswith("RECEIVE"):
        passed = _SALE
    elif kind.startswith("SPEND-"):
        passed = _TRANSFER
    if passed is not None:
        yield from ((position, passed) for _ in places)
        return
    issued = _date(document, "date")
    common = _common(document, kind, issued or date.min)
    problem = without_essentials(common)
    if kind not in ("ACCPAY", "ACCPAYCREDIT", "SPEND"):
        problem = "the document is of no type that Xero gives a bill"
    elif not problem and issued is None:
        problem = "the bill has no readable date"
    if problem:
        for _ in places:
            yield position, Rejected(f"{problem}; correct it in Xero and export it again")
        return
    inclusive = text_at(document, "lineamounttypes").lower() == "inclusive"
    total, tax = amount_at(document, "total"), amount_at(document, "totaltax")
    net = amount_at(document, "subtotal")
    if total is not None and tax is not None:
        net = total - tax
    invoice = Invoice(common, position, net, total, credit=kind == "ACCPAYCREDIT")
    read = [(position, _line(position, number, line, inclusive)) for number, line in enumerate(lines, 1)]
    # A line of a note alone has no amount and no part of the bill.
    yield from records(invoice, [(place, line) for place, line in read if line is not None])
    yield from ((place, Ignored("a line of text")) for place, line in read if line is None)


def _line(position: int, number: int, line: Members, inclusive: bool) -> Line | Rejected | None:
    amount, tax = amount_at(line, "lineamount"), amount_at(line, "taxamount")
    if amount is None:
        if not any(at(line, name) for name in ("lineamount", "unitamount", "quantity")):
            return None
        return Rejected("the line has no readable LineAmount; correct it in Xero and export it again")
    tracking = {
        text_at(part, "name").lower(): text_at(part, "option") for part in objects_at(line, "tracking")
    }
    return Line(
        position,
        # Its place, not LineItemID: a bill read first without lines has a line 1 only.
        str(number),
        text_at(line, "description"),
        amount - (tax or 0) if inclusive else amount,
        None if tax is None else Fraction(tax),
        _tracked(tracking, _DEPARTMENTS)[:DEPARTMENT],
        _tracked(tracking, ("cost",))[:COST_CENTRE],
    )


def _tracked(tracking: dict[str, str], beginnings: tuple[str, ...]) -> str:
    return next((option for name, option in tracking.items() if name.startswith(beginnings)), "")


def _common(document: Members, kind: str, issued: date) -> Spend:
    return Spend(
        account="",
        own_id="",
        date=issued,
        text=text_at(document, "contact", "name", limit=300),
        amount=0,
        currency=text_at(document, "currencycode").upper(),
        payment=Payment.BANK if kind == "SPEND" else Payment.UNKNOWN,
        type=kind[:TYPE],
        stated_at=stated_at(document, "updateddateutc"),
        document=first_text(document, *_IDS, limit=OWN_ID),
        due=_date(document, "duedate"),
    )


def _date(document: Members, name: str) -> date | None:
    """The day: as Xero writes it out, else of the milliseconds beside it."""
    for stated in (f"{name}string", name):
        if (found := day_at(document, stated)) is not None:
            return found
    try:
        return moment(text_at(document, name)).date()
    except (ValueError, OverflowError):
        return None
