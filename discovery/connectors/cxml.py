"""cXML invoices (InvoiceDetailRequest) and orders (OrderRequest), as SAP Ariba, Coupa and Jaggaer send them.

Standard: http://cxml.org/; DTD: http://xml.cXML.org/schemas/cXML/1.2.050/InvoiceDetail.dtd
Examples: https://compass.coupa.com (standard invoice examples), https://help.unimarket.com (invoices)

An order is a promise: it becomes spend when its invoice comes, so that counting both would count
twice. Orders are read and passed over. In cXML ``NetAmount`` is the sum to pay with tax, after
discounts; what is without tax here is that less ``Tax``.

A cXML file names its document type, which is never fetched, and holds a shared secret in ``Sender``,
which is never read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import BinaryIO

from discovery.connectors.amounts import amount
from discovery.connectors.apportioning import rounded
from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.dates import day
from discovery.connectors.decoding import decoded
from discovery.connectors.invoice_records import Invoice, Line, records, without_essentials
from discovery.connectors.stated_values import (
    ACCOUNT,
    COST_CENTRE,
    DEPARTMENT,
    PERSON,
    TYPE,
    address_of,
    id_of,
    text_of,
)
from discovery.connectors.xml_documents import Node, children
from discovery.money import MICRO
from discovery.records import NOBODY, Ignored, Rejected, Row, Rows, Spend, Who

_ROOT = re.compile(r"<(?:\w[\w.-]*:)?(cXML|InvoiceDetailRequest|OrderRequest)[\s>]")
_MESSAGE = re.compile(r"<(?:\w[\w.-]*:)?(InvoiceDetailRequest|OrderRequest)[\s>]")
_REQUESTS = ("InvoiceDetailRequest", "OrderRequest")
_ROOTS = frozenset({"cXML", *_REQUESTS})
_THROUGH = frozenset(
    {
        "Header",
        "Request",
        "Message",
        "InvoiceDetailOrder",
        "InvoiceDetailHeaderOrder",
        *_REQUESTS,
    }
)
_INVOICE_LINES = ("InvoiceDetailItem", "InvoiceDetailServiceItem", "InvoiceDetailOrderSummary")
_WANTED = frozenset(
    {
        "From",
        "To",
        "InvoiceDetailRequestHeader",
        "InvoiceDetailSummary",
        "OrderRequestHeader",
        "ItemOut",
        *_INVOICE_LINES,
    }
)
#: Who of the partners sells, the best first: remitTo may be a bank.
_SELLERS = ("from", "issuerofinvoice", "invoicefrom", "suppliercorporate", "sales", "remitto")
#: Whose need the invoice fills. Not billTo: that is the inbox of accounts payable.
_BUYERS = ("requester", "enduser", "buyer", "soldto")
_REQUESTERS = frozenset(
    {"requester", "requesteremail", "requestoremail", "requestedby", "orderedby", "useremail"}
)
_CREDIT = frozenset({"creditmemo", "linelevelcreditmemo"})
#: Numbers of companies, the most lasting first.
_DOMAINS = ("networkid", "duns")

_ORDER = Ignored("a purchase order, which is no spend until its invoice comes")
_TEST = Ignored("a message sent as a test")
_NOT_OWED = Ignored("an invoice that was cancelled or is for information only")


class Cxml(Connector):
    name = "cxml"
    kind = Kind.PROCUREMENT
    title = "cXML invoices and orders (SAP Ariba, Coupa)"

    def recognises(self, head: Head) -> int:
        start = decoded(head.start)
        if "<" not in start[:200] or not _ROOT.search(start):
            return 0
        if _MESSAGE.search(start):
            return 95
        return 30 if "cxml.dtd" in start.lower() or "invoicedetail.dtd" in start.lower() else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row an invoice or order line, and one for what an invoice's lines do not explain.

        Raises UnreadableFile for a file that breaks off or declares entities.
        """
        message: _Message | None = None
        for root, child in children(stream, _ROOTS, _WANTED, through=_THROUGH, document_type=True):
            if message is None:
                message = _Message(root)
            if child is None:
                yield from message.rows()
                message = None
            else:
                message.add(child)


class _Message:
    """One cXML document while it is read."""

    def __init__(self, root: Node) -> None:
        self._line = root.line
        self._parts: dict[str, Node] = {}
        self._request = root.name if root.name in _REQUESTS else ""
        self._test = False
        self._lines: list[Node] = []
        self._ordered: list[int] = []

    def add(self, child: Node) -> None:
        if child.name in _INVOICE_LINES:
            self._lines.append(child)
        elif child.name == "ItemOut":
            self._ordered.append(child.line)
        elif child.name in _REQUESTS:
            self._request, self._line = child.name, child.line
        elif child.name == "Request":
            self._test = child.attribute("deploymentMode").lower() == "test"
        else:
            self._parts.setdefault(child.name, child)

    def rows(self) -> Iterator[Row]:
        if self._request == "OrderRequest":
            yield from ((line, _ORDER) for line in self._ordered or [self._line])
            return
        places = [line.line for line in self._lines] or [self._line]
        if self._request != "InvoiceDetailRequest":
            yield self._line, Ignored("a cXML message that is neither an invoice nor an order")
            return
        header = self._part("InvoiceDetailRequestHeader")
        if self._test:
            yield from ((line, _TEST) for line in places)
        elif (
            header.attribute("operation").lower() == "delete"
            or header.attribute("isInformationOnly").lower() == "yes"
        ):
            yield from ((line, _NOT_OWED) for line in places)
        else:
            yield from self._invoice(header, places)

    def _part(self, name: str) -> Node:
        return self._parts.get(name) or Node(name, {}, self._line)

    # --- an invoice

    def _invoice(self, header: Node, places: list[int]) -> Iterator[Row]:
        summary = self._part("InvoiceDetailSummary")
        currency = self._currency(summary)
        issued = _day(header.attribute("invoiceDate"))
        common = self._common(header, currency, issued or date.min)
        problem = without_essentials(common)
        if not problem and issued is None:
            problem = "the invoice has no readable invoiceDate"
        if problem:
            for line in places:
                yield line, Rejected(f"{problem}; ask the supplier for a corrected invoice")
            return
        net, gross, beside = _totals(summary, currency)
        invoice = Invoice(
            common,
            self._line,
            net,
            gross,
            beside,
            credit=header.attribute("purpose").lower() in _CREDIT,
        )
        yield from records(invoice, [(node.line, _line(node, currency)) for node in self._lines])

    def _currency(self, summary: Node) -> str:
        """The currency of the totals, else of the first line that states one."""
        for part in (summary, *self._lines):
            for name in ("NetAmount", "DueAmount", "GrossAmount", "SubtotalAmount", "Tax"):
                money = part.first(name, "Money")
                if money is not None and (code := money.attribute("currency").strip().upper()):
                    return code
        return ""

    def _common(self, header: Node, currency: str, issued: date) -> Spend:
        partners = _partners(header)
        seller = _first(partners, _SELLERS)
        identity = _identity(self._part("From"))
        number = text_of(header.attribute("invoiceID"))
        name = _name(seller) or identity.partition(":")[2]
        supplier = identity or " ".join(name.casefold().split())
        credit = header.attribute("purpose").lower() in _CREDIT
        return Spend(
            account=_identity(self._part("To"))[:ACCOUNT],
            own_id="",
            date=issued,
            text=name,
            amount=0,
            currency=currency,
            who=_who(header, _first(partners, _BUYERS)),
            type=text_of(header.attribute("purpose") or "standard", TYPE),
            url=text_of(seller.value("Contact", "URL"), 300),
            department=_segment(header, "department", DEPARTMENT),
            cost_centre=_segment(header, "cost", COST_CENTRE),
            stated_at="",
            document=id_of(supplier, ("credit note " if credit else "") + number) if number else "",
            due=_due(header, issued),
        )


def _line(node: Node, currency: str) -> Line | Rejected:
    net, gross, _ = _totals(node, currency)
    net = gross if net is None else net
    if net is None:
        return Rejected(
            "the invoice line has no readable SubtotalAmount in the invoice's currency; "
            "ask the supplier for a corrected invoice",
            text_of(_item(node), 300),
        )
    tax = _money(node, "Tax", currency)
    return Line(
        node.line,
        text_of(node.attribute("invoiceLineNumber")) or "1",
        _item(node),
        net,
        None if tax is None else Fraction(tax),
        _segment(node, "department", DEPARTMENT),
        _segment(node, "cost", COST_CENTRE),
        _who(node, Node("", {}, node.line)),
    )


def _totals(part: Node, currency: str) -> tuple[int | None, int | None, int]:
    """(without tax, with tax, what of it is freight and charges less discounts) of a line or summary."""

    def money(name: str) -> int | None:
        return _money(part, name, currency)

    subtotal, tax = money("SubtotalAmount"), money("Tax")
    if subtotal is None:
        subtotal = _priced(part, currency)
    freight = money("ShippingAmount") or money("InvoiceDetailLineShipping")
    handling = money("SpecialHandlingAmount") or money("InvoiceDetailLineSpecialHandling")
    beside = (freight or 0) + (handling or 0) + (money("TotalCharges") or 0)
    off = abs(money("InvoiceDetailDiscount") or 0) + abs(money("TotalAllowances") or 0)
    beside += off if subtotal is not None and subtotal < 0 else -off
    without = money("TotalAmountWithoutTax")
    if without is None and subtotal is not None:
        without = subtotal + beside
    gross = money("NetAmount")
    if gross is not None and tax and gross == without:
        gross += tax  # some senders mean the amount without tax, as the name says elsewhere
    if gross is None and (before := money("GrossAmount")) is not None:
        gross = before - off
    if gross is None and (due := money("DueAmount")) is not None:
        gross = due + (money("DepositAmount") or 0)
    if gross is None and without is not None:
        gross = without + (tax or 0)
    if gross is not None and tax is not None:
        # Of a credit some senders write the sum to pay as one and the tax as what was paid.
        without = gross - (-tax if gross < 0 < tax else tax)
    return without, gross, beside


def _priced(line: Node, currency: str) -> int | None:
    """Quantity times price, of a line that leaves its subtotal to the reader."""
    price, basis = _money(line, "UnitPrice", currency), line.first("PriceBasisQuantity")
    try:
        quantity = amount(line.attribute("quantity"))
        per = amount(basis.attribute("quantity") or "1") if basis else MICRO
    except ValueError:
        return None
    return None if price is None or not per else rounded(Fraction(price * quantity, per), 1)


def _money(part: Node, name: str, currency: str) -> int | None:
    """The amount of an element's Money; None where it is missing, empty or in another currency."""
    found = part.first(name)
    money = found and (found.first("Money") or found.first("Amount", "Money"))
    if not money or not money.text or (money.attribute("currency") or currency).strip().upper() != currency:
        return None
    try:
        return amount(money.text)
    except ValueError:
        return None


def _item(node: Node) -> str:
    for name in ("InvoiceDetailItemReference", "InvoiceDetailServiceItemReference"):
        if (found := node.first(name)) is not None:
            return text_of(found.value("Description") or found.value("Description", "ShortName"))
    return text_of(node.value("Comments"), 300)


# --- parties


def _partners(header: Node) -> dict[str, Node]:
    """Each InvoicePartner by the role of its contact, the first of equals."""
    found: dict[str, Node] = {}
    for partner in header.all("InvoicePartner"):
        for contact in partner.all("Contact"):
            found.setdefault(contact.attribute("role").lower(), partner)
    return found


def _first(partners: dict[str, Node], roles: tuple[str, ...]) -> Node:
    return next((partners[role] for role in roles if role in partners), Node("InvoicePartner", {}, 0))


def _name(partner: Node) -> str:
    return text_of(partner.value("Contact", "Name"), 300)


def _identity(party: Node) -> str:
    """The number of a company with what numbers it: "networkid:AN0100"."""
    known: dict[str, str] = {}
    for credential in party.all("Credential"):
        if identity := text_of(credential.value("Identity"), 90):
            known.setdefault(text_of(credential.attribute("domain"), 25).lower(), identity)
    for domain in (*_DOMAINS, *known):
        if domain in known:
            return f"{domain}:{known[domain]}"
    return ""


def _who(part: Node, buyer: Node) -> Who:
    """Who asked for it: an address in a requester's extrinsic, else the buyer's contact."""
    for extrinsic in part.all("Extrinsic"):
        name = re.sub(r"[\W_]+", "", extrinsic.attribute("name")).lower()
        if name in _REQUESTERS and (
            address := address_of(extrinsic.text or extrinsic.value("Contact", "Email"))
        ):
            return Who(address)
    address = address_of(buyer.value("Contact", "Email"))
    return Who(address, name=text_of(buyer.value("Contact", "Name"), PERSON)) if address else NOBODY


def _segment(part: Node, named: str, limit: int) -> str:
    """The accounting segment or extrinsic whose name begins so ("Cost Center", "CostCentre")."""
    for accounting in (a for d in part.all("Distribution") for a in d.all("Accounting")):
        for segment in (*accounting.all("AccountingSegment"), *accounting.all("Segment")):
            label = segment.value("Name") or segment.attribute("type")
            if label.lower().startswith(named):
                return text_of(segment.attribute("id") or segment.value("Description"), limit)
    for extrinsic in part.all("Extrinsic"):
        if extrinsic.attribute("name").lower().startswith(named):
            return text_of(extrinsic.text, limit)
    return ""


# --- dates


def _day(text: str) -> date | None:
    try:
        return day(text)
    except ValueError:
        return None


def _due(header: Node, issued: date) -> date | None:
    """When it is to be paid: a stated day, else so many days after the invoice."""
    terms: dict[str, list[Node]] = defaultdict(list)
    for node in header.children:
        terms[node.name].append(node)
    for extrinsic in terms["Extrinsic"]:
        if extrinsic.attribute("name").lower().replace(" ", "") in ("duedate", "netduedate"):
            return _day(extrinsic.text)
    for term in (*terms["PaymentTerm"], *terms["InvoiceDetailPaymentTerm"]):
        days = term.attribute("payInNumberOfDays")
        # Terms for paying early are a discount, not the day it is due.
        discount = term.attribute("percentageRate").strip("0.") or term.first("Discount")
        if days.isascii() and days.isdigit() and len(days) <= 4 and not discount and issued != date.min:
            return issued + timedelta(days=int(days))
    return None
