"""Coupa: supplier invoices and credit notes, as its invoices API gives them in XML or JSON.

API: https://compass.coupa.com (Coupa Core API, Invoices API, Invoice Line API, Invoice Charge API)

Coupa answers in XML unless JSON is asked for; the names are the same. Tax stands on the invoice or,
with ``line-level-taxation``, on its lines and charges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import chain
from typing import Any, BinaryIO

from discovery.connectors.apportioning import rounded
from discovery.connectors.base import HEAD_BYTES, Connector, Head, Kind
from discovery.connectors.declared_encodings import Rejoined
from discovery.connectors.decoding import decoded
from discovery.connectors.invoice_records import Invoice, Line, records, without_essentials
from discovery.connectors.json_documents import BAD_JSON, elements, looks_like_json, why_unreadable
from discovery.connectors.json_members import (
    Members,
    amount_at,
    at,
    day_at,
    first_amount,
    first_text,
    members_of,
    objects_at,
    plain_name,
    stated_at,
    text_at,
)
from discovery.connectors.stated_values import (
    COST_CENTRE,
    DEPARTMENT,
    OWN_ID,
    PERSON,
    TYPE,
    address_of,
)
from discovery.connectors.table_words import is_draft, is_not_spent
from discovery.connectors.xml_documents import Node, children
from discovery.money import MICRO
from discovery.records import NOBODY, Ignored, Rejected, Row, Rows, Spend, Who

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

_BESIDE = ("shippingamount", "handlingamount", "miscamount")
_BESIDE_TAX = ("shippingtaxamount", "handlingtaxamount", "misctaxamount")
_DRAFTS = frozenset({"new", "save_as_draft", "save as draft"})
_NOT_OWED = frozenset({"abandoned", "invalid"})


class CoupaInvoices(Connector):
    name = "coupa_invoices"
    kind = Kind.PROCUREMENT
    title = "Coupa invoices (XML, JSON)"

    def recognises(self, head: Head) -> int:
        start = decoded(head.start)
        if looks_like_json(head):
            return 90 if _JSON_NAMES.search(start) and _COUPA_NAMES.search(start) else 0
        return 90 if "<" in start[:200] and _XML_ROOT.search(start) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row an invoice line. Raises UnreadableFile where the file breaks off."""
        start = stream.read(HEAD_BYTES)
        whole: Any = Rejoined(start, stream)
        if decoded(start[:4096]).lstrip().startswith("<"):
            for position, invoice in _from_xml(whole):
                yield from invoice_rows(position, invoice)
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


# --- one invoice


def invoice_rows(position: int, invoice: Members, places: Sequence[int] = ()) -> Iterator[Row]:
    """The rows of an invoice by its names without hyphens; ``places`` are where its lines stand."""
    lines = objects_at(invoice, "invoicelines")
    places = places if lines and places else [position] * max(1, len(lines))
    status = text_at(invoice, "status", limit=60).lower()
    if is_draft(status) or status in _DRAFTS:
        yield from ((place, Ignored("a draft")) for place in places)
        return
    if is_not_spent(status) or status in _NOT_OWED:
        yield from ((place, Ignored("an invoice that was voided, rejected or given up")) for place in places)
        return
    issued = day_at(invoice, "invoicedate")
    common = _common(invoice, issued or date.min)
    problem = without_essentials(common)
    if not problem and issued is None:
        problem = "the invoice has no readable invoice-date"
    if problem:
        number = text_at(invoice, "invoicenumber", limit=60)
        for place in places:
            yield place, Rejected(f"{problem}; export the invoices with all their fields", number)
        return
    per_line = str(at(invoice, "lineleveltaxation")).lower() == "true"
    read = [
        _line(place, number, line, per_line=per_line)
        for number, (place, line) in enumerate(zip(places, lines, strict=False), 1)
    ]
    net, gross, beside = _totals(invoice, read, per_line=per_line)
    credit = "credit" in text_at(invoice, "documenttype").lower()
    whole = Invoice(common, position, net, gross, beside, credit=credit)
    yield from records(whole, list(zip(places, read, strict=False)))


def _totals(
    invoice: Members, lines: list[Line | Rejected], *, per_line: bool
) -> tuple[int | None, int | None, int]:
    """(without tax, with tax, charges beside the lines)."""
    charges = objects_at(invoice, "invoicecharges")
    beside = _sum(amount_at(invoice, name) for name in _BESIDE) or _sum(
        amount_at(charge, "total") for charge in charges
    )
    if per_line:
        taxed = (rounded(line.tax, 1) for line in lines if isinstance(line, Line) and line.tax)
        on_charges = chain.from_iterable(map(_tax_lines, charges))
        tax = _sum(taxed) + (_sum(amount_at(invoice, name) for name in _BESIDE_TAX) or _sum(on_charges))
    else:
        stated = amount_at(invoice, "taxamount")
        tax = _sum(_tax_lines(invoice)) if stated is None else stated
    gross = first_amount(invoice, "totalwithtaxes", "grosstotal")
    if gross is not None:
        return gross - tax, gross, beside
    if not lines or any(isinstance(line, Rejected) for line in lines):
        return None, None, 0
    net = sum(line.net for line in lines if isinstance(line, Line)) + beside
    return net, net + tax, beside


def _sum(amounts: Iterable[int | None]) -> int:
    return sum(amount or 0 for amount in amounts)


def _tax_lines(part: Members) -> Iterator[int | None]:
    return (amount_at(line, "amount") for line in objects_at(part, "taxlines"))


def _line(position: int, number: int, line: Members, *, per_line: bool) -> Line | Rejected:
    net = first_amount(line, "total", "accountingtotal")
    if net is None:
        price, quantity = amount_at(line, "price"), amount_at(line, "quantity")
        if price is not None:
            net = price if quantity is None else rounded(Fraction(price * quantity, MICRO), 1)
    if net is None:
        return Rejected("the invoice line has no readable total; export the invoices with all their fields")
    tax = None
    if per_line:
        on_line = list(_tax_lines(line))
        tax = Fraction(_sum(on_line) if on_line else amount_at(line, "taxamount") or 0)
    return Line(
        position,
        first_text(line, ("linenum",), ("id",), limit=40) or str(number),
        text_at(line, "description") or text_at(line, "item", "name"),
        net,
        tax,
        _name(line, "department", limit=DEPARTMENT),
        _account(line),
        _who(line),
    )


def _account(part: Members) -> str:
    """The account code, which holds the cost centre; none where a line is split over several."""
    code = first_text(part, ("account", "code"), ("account", "name"), limit=COST_CENTRE)
    split = objects_at(part, "accountallocations")
    if not code and len(split) == 1:
        code = first_text(split[0], ("account", "code"), ("account", "name"), limit=COST_CENTRE)
    return code


def _name(part: Members, name: str, *, limit: int) -> str:
    return text_at(part, name, "name", limit=limit) or text_at(part, name, limit=limit)


def _who(part: Members) -> Who:
    person = at(part, "requestedby")
    address = address_of(at(person, "email"))
    login = "" if address else text_at(person, "login", limit=PERSON)
    full = first_text(person, ("fullname",), ("name",), limit=PERSON)
    if not full:
        full = f"{text_at(person, 'firstname', limit=90)} {text_at(person, 'lastname', limit=90)}".strip()
    return Who(address, login, full) if address or login or full else NOBODY


def _common(invoice: Members, issued: date) -> Spend:
    return Spend(
        account="",
        own_id="",
        date=issued,
        text=first_text(invoice, ("supplier", "name"), ("supplier", "displayname"), ("supplier",), limit=300),
        amount=0,
        currency=_name_of_currency(invoice),
        who=_who(invoice),
        type=text_at(invoice, "documenttype", limit=TYPE),
        url=text_at(invoice, "supplier", "website", limit=300),
        department=_name(invoice, "department", limit=DEPARTMENT)
        or _name(at(invoice, "requestedby") or {}, "department", limit=DEPARTMENT),
        cost_centre=_account(invoice),
        stated_at=stated_at(invoice, "updatedat"),
        document=first_text(invoice, ("id",), ("invoicenumber",), limit=OWN_ID),
        due=next(
            (
                found
                for name in ("netduedate", "paymentduedate", "duedate")
                if (found := day_at(invoice, name))
            ),
            None,
        ),
    )


def _name_of_currency(invoice: Members) -> str:
    """The code of the invoice, else of the first line that states one."""
    for part in (invoice, *objects_at(invoice, "invoicelines")):
        if code := first_text(part, ("currency", "code"), ("currency",), limit=10).upper():
            return code
    return ""
