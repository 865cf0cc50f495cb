"""QuickBooks Online: bills, supplier credits and purchases, as its API answers queries in JSON.

API: https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/bill
     (also purchase, vendorcredit; change data capture)

A bill and the payment of it are one spend: payments are passed over. A purchase by card or cheque
is booked without a bill. Amounts of lines are without tax; where a company books tax into the lines,
no tax is stated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import BinaryIO

from discovery.connectors import quickbooks_api
from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.decoding import decoded
from discovery.connectors.invoice_records import Invoice, Line, records, taken_back, without_essentials
from discovery.connectors.json_documents import BAD_JSON, elements, looks_like_json, why_unreadable
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
from discovery.connectors.stated_values import DEPARTMENT, TYPE, id_of
from discovery.records import Ignored, Payment, Rejected, Row, Rows, Spend

_ENVELOPES = ("queryresponse", "cdcresponse", "batchitemresponse", "intuitresponse")
_KINDS = {"bill": "Bill", "purchase": "Purchase", "vendorcredit": "VendorCredit"}
_OTHERS = (
    "billpayment",
    "vendor",
    "account",
    "invoice",
    "payment",
    "customer",
    "item",
    "creditmemo",
    "deposit",
)
_KEY = re.compile(r'"(?:Bill|Purchase|VendorCredit)"\s*:\s*[\[{]')
_EMPTY = re.compile(r'^\s*\{\s*"QueryResponse"\s*:\s*\{\s*\}')
_LINES = ("accountbasedexpenselinedetail", "itembasedexpenselinedetail")
_NO_LINES = ("SubTotalLineDetail", "TaxLineDetail", "DescriptionOnly", "DescriptionLineDetail")
_LIST_OF_OBJECTS = re.compile(rb"\[\s*\{")
_STRANGE_PAGE = Rejected("the page's list stands in no QueryResponse; export it again as the API gives it")
_UNTOLD = (
    "the document has no DueDate to tell a bill from a supplier credit; export it inside its QueryResponse"
)
#: A deleted document names its lines no more; QuickBooks numbers them from 1.
_ANY_LINE = tuple(map(str, range(1, 101)))
_PAID = {"CreditCard": Payment.CARD, "Check": Payment.BANK}


class QuickbooksBills(Connector):
    name = "quickbooks_bills"
    kind = Kind.PROCUREMENT
    title = "QuickBooks Online bills and purchases (JSON)"
    reads = ("file", "api")
    api = quickbooks_api.BILLS

    def recognises(self, head: Head) -> int:
        if not looks_like_json(head):
            return 0
        start = decoded(head.start)
        if ('"QueryResponse"' in start or '"time"' in start[-2000:]) and _KEY.search(start):
            return 90
        if (
            '"TxnDate"' in start
            and '"TotalAmt"' in start
            and ('"VendorRef"' in start or '"PaymentType"' in start)
        ):
            return 85
        return 50 if _EMPTY.match(start) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row a line of a bill or purchase. Raises UnreadableFile where the file breaks off."""
        for position, raw in elements(stream):
            try:
                page = members_of(raw)
            except BAD_JSON:
                yield position, Rejected(why_unreadable(raw))
                continue
            found = False
            for kind, document in _documents(page, 0):
                found = True
                yield from _rows(position, kind, document)
            if not found:
                strange = page.keys().isdisjoint(_ENVELOPES) and _LIST_OF_OBJECTS.search(raw)
                yield position, _STRANGE_PAGE if strange else Ignored("a page without bills")


def _documents(page: Members, depth: int) -> Iterator[tuple[str | None, Members]]:
    """(kind, document) of what a page holds, in its order; a document without an envelope is itself."""
    if depth > 4:
        return
    if "totalamt" in page or at(page, "status") == "Deleted":
        yield _kind(page), page
        return
    for name, value in page.items():
        if name in _ENVELOPES:
            for inside in objects_at(page, name):
                yield from _documents(inside, depth + 1)
        elif name in _KINDS:
            yield from ((_KINDS[name], document) for document in objects_at(page, name))
        elif name in _OTHERS and isinstance(value, list | dict):
            yield from (("", document) for document in objects_at(page, name))


def _kind(document: Members) -> str | None:
    """What a document without an envelope is; None for a bill or a supplier credit that does not tell.

    Payments of bills and orders name a vendor, too. A bill is always due, a supplier credit never.
    """
    if "paymenttype" in document:
        return "Purchase"
    if "vendorref" not in document or "paytype" in document or "postatus" in document:
        return ""
    return "Bill" if "duedate" in document else None


def _rows(position: int, kind: str | None, document: Members) -> Iterator[Row]:
    lines = list(_lines(document, 0))
    places = range(max(1, len(lines)))
    number = text_at(document, "id", limit=100)
    if text_at(document, "status") == "Deleted":
        gone = taken_back(id_of(kind, number), _ANY_LINE) if kind and number else None
        yield position, gone or Ignored("deleted in QuickBooks")
        return
    if kind is None:
        yield position, Rejected(_UNTOLD, f"Id {text_at(document, 'id', limit=40)}")
        return
    if not kind:
        yield position, Ignored("neither a bill nor a purchase")
        return
    total = amount_at(document, "totalamt")
    if text_at(document, "privatenote").lower().startswith("voided") and not total:
        gone = taken_back(id_of(kind, number), _ANY_LINE) if number else None
        yield from ((position, gone if gone and not place else Ignored("voided")) for place in places)
        return
    issued = day_at(document, "txndate")
    common = _common(document, kind, issued or date.min)
    if not common.text:  # a purchase may name nobody: then its lines say what it was
        text = next((text for line in lines if (text := text_at(line, "description"))), "")
        common = common._replace(text=text or text_at(document, "privatenote"))
    problem = without_essentials(common)
    if not problem and issued is None:
        problem = "the document has no readable TxnDate"
    if problem:
        for _ in places:
            yield (
                position,
                Rejected(
                    f"{problem}; correct it in QuickBooks and export it again",
                    f"{kind} {text_at(document, 'id', limit=40)}",
                ),
            )
        return
    tax = amount_at(document, "txntaxdetail", "totaltax")
    credit = kind == "VendorCredit" or at(document, "credit") is True
    net = None if total is None or tax is None else total - tax
    read = [_line(position, number, line, common.text) for number, line in enumerate(lines, 1)]
    yield from records(
        Invoice(common, position, net, total, credit=credit), [(position, line) for line in read]
    )


def _lines(document: Members, depth: int) -> Iterator[Members]:
    """The lines that are bought; a bundle is its lines."""
    for line in objects_at(document, "line"):
        if at(line, "grouplinedetail") and depth < 2:
            yield from _lines(at(line, "grouplinedetail"), depth + 1)
        elif text_at(line, "detailtype") not in _NO_LINES and "amount" in line:
            yield line


def _line(position: int, number: int, line: Members, supplier: str) -> Line | Rejected:
    amount = amount_at(line, "amount")
    if amount is None:
        return Rejected("the line has no readable Amount; correct it in QuickBooks and export it again")
    detail: Members = next((line[name] for name in _LINES if isinstance(line.get(name), dict)), {})
    description = text_at(line, "description")
    tax = amount_at(detail, "taxamount")
    return Line(
        position,
        text_at(line, "id", limit=40) or str(number),
        "" if description == supplier else description or text_at(detail, "itemref", "name"),
        amount,
        Fraction(tax) if tax else None,
        text_at(detail, "classref", "name", limit=DEPARTMENT),
        "",
    )


def _common(document: Members, kind: str, issued: date) -> Spend:
    number = text_at(document, "id", limit=100)
    return Spend(
        account="",
        own_id="",
        date=issued,
        text=first_text(document, ("vendorref", "name"), ("entityref", "name"), limit=300),
        amount=0,
        currency=text_at(document, "currencyref", "value").upper(),
        payment=_PAID.get(text_at(document, "paymenttype"), Payment.UNKNOWN),
        type=kind[:TYPE],
        department=text_at(document, "departmentref", "name", limit=DEPARTMENT),
        stated_at=stated_at(document, "metadata", "lastupdatedtime"),
        document=id_of(kind, number) if number else "",
        due=day_at(document, "duedate"),
    )
