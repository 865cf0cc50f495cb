"""UBL 2.1 invoices and credit notes (Peppol BIS Billing 3, XRechnung and their relatives).

Standard: http://docs.oasis-open.org/ubl/UBL-2.1.html; https://docs.peppol.eu/poacc/billing/3.0/

One record a line, so that a tool on an invoice of many things is seen. A line's net amount
carries its share of the document's allowances and charges of its tax category, its tax the
category's rate; cents lost or won by rounding go to the lines that rounding moved most. What
neither explains is a record of its own, so that the records of an invoice always add up to its
total with tax. An invoice is read whole or not at all: without its end nothing adds up.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import BinaryIO, NamedTuple

from discovery.connectors.amounts import CURRENCIES
from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.dates import day
from discovery.connectors.decoding import decoded
from discovery.connectors.invoice_sums import add_up
from discovery.connectors.stated_values import ACCOUNT, COST_CENTRE, PERSON, TYPE, address_of, id_of, text_of
from discovery.connectors.xml_documents import Node, children
from discovery.money import to_micro
from discovery.records import NOBODY, Payment, Rejected, Row, Rows, Spend, Who

_ROOTS = frozenset({"Invoice", "CreditNote", "SelfBilledInvoice", "SelfBilledCreditNote"})
_LINES = ("InvoiceLine", "CreditNoteLine")
_WANTED = frozenset(
    {
        "ID",
        "IssueDate",
        "DueDate",
        "InvoiceTypeCode",
        "CreditNoteTypeCode",
        "DocumentCurrencyCode",
        "AccountingCost",
        "BuyerReference",
        "AccountingSupplierParty",
        "AccountingCustomerParty",
        "PaymentMeans",
        "AllowanceCharge",
        "TaxTotal",
        "LegalMonetaryTotal",
        *_LINES,
    }
)
_NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
_ROOT = re.compile(r"<(?:\w[\w.-]*:)?(?:SelfBilled)?(?:Invoice|CreditNote)[\s>]")
_OF_ROOT = re.compile(re.escape(_NAMESPACE) + r"(?:SelfBilled)?(?:Invoice|CreditNote)-2")

#: UNCL 4461. Credit transfers, direct debits, giros and cheques; cards.
_BY_BANK = frozenset({"20", "21", "23", "30", "31", "42", "45", "46", "49", "50", "56", "57", "58", "59"})
_BY_CARD = frozenset({"48", "54", "55"})
_CREDIT_NOTE_TYPES = frozenset({"81", "83", "261", "308", "381", "396", "532"})

_DECIMAL = re.compile(r"[+-]?(?=\.?[0-9])[0-9]{0,12}(?:\.[0-9]{0,12})?")
_HOST = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:[/:?].*)?", re.IGNORECASE)

_Category = tuple[str, Fraction]  # (code, rate)


class UblInvoice(Connector):
    name = "ubl_invoice"
    kind = Kind.PROCUREMENT
    title = "UBL 2.1 invoices and credit notes"

    def recognises(self, head: Head) -> int:
        start = decoded(head.start)
        if "<" not in start[:200] or not _ROOT.search(start):
            return 0
        return 95 if _OF_ROOT.search(start) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row an invoice line, and one for what the lines do not explain.

        Raises UnreadableFile for a file that breaks off or declares a document type.
        """
        document: InvoiceDocument | None = None
        for root, child in children(stream, _ROOTS, _WANTED):
            if document is None:
                document = InvoiceDocument(root)
            if child is None:
                yield from document.rows()
                document = None
            else:
                document.add(child)


class _Line(NamedTuple):
    line: int  # in the file
    id: str
    net: int
    category: _Category
    tax: Fraction | None  # stated for the line itself
    item: str
    cost_centre: str


class InvoiceDocument:
    """One invoice or credit note while it is read: the children of its root, by UBL's names.

    EN 16931 has one model and two syntaxes; the reader of the other one gives its parts these names.
    """

    def __init__(self, root: Node) -> None:
        self._line = root.line
        self._credit_note = root.name.endswith("CreditNote")
        self._parts: dict[str, list[Node]] = defaultdict(list)
        self._lines: list[tuple[int, _Line | Rejected]] = []
        self._line_ids: Counter[str] = Counter()

    def add(self, child: Node) -> None:
        if child.name in _LINES:
            self._line_ids[child.value("ID")] += 1
            self._lines.append((child.line, self._read_line(child)))
        else:
            self._parts[child.name].append(child)

    def rows(self) -> Iterator[Row]:
        problem = self._problem()
        if problem:
            for number in [number for number, _ in self._lines] or [self._line]:
                yield number, Rejected(f"{problem}; ask the supplier for a corrected invoice")
            return
        readable = [line for _, line in self._lines if isinstance(line, _Line)]
        booked = iter(self._booked(readable, whole=len(readable) == len(self._lines)))
        for number, line in self._lines:
            if isinstance(line, Rejected):
                yield number, line
            else:
                yield next(booked)
        yield from booked  # what the lines do not explain

    # --- reading

    def _value(self, name: str, *path: str) -> str:
        return next((text for part in self._parts[name] if (text := part.value(*path))), "")

    def _problem(self) -> str:
        if not self._value("ID"):
            return "the invoice has no number"
        if self._date("IssueDate") is None:
            return "the invoice has no readable issue date"
        if self._currency() not in CURRENCIES:
            return "the invoice names no currency"
        return "" if self._lines else "the invoice has no lines"

    def _date(self, *path: str) -> date | None:
        try:
            return day(self._value(*path)[:10])
        except ValueError:
            return None

    def _currency(self) -> str:
        """That of the document; UBL leaves it optional, and each amount has its own."""
        stated = self._value("DocumentCurrencyCode").upper()
        totals = None if stated else next(iter(self._parts["LegalMonetaryTotal"]), None)
        payable = totals.first("PayableAmount") if totals is not None else None
        return stated if payable is None else payable.attributes.get("currencyID", "").upper()

    def _read_line(self, line: Node) -> _Line | Rejected:
        net = _money(line.first("LineExtensionAmount"), self._currency())
        if net is None:
            return Rejected(
                "the invoice line has no readable amount (LineExtensionAmount, in CII LineTotalAmount) "
                "in the invoice's currency; ask the supplier for a corrected invoice",
                text_of(f"{line.value('ID')} {line.value('Item', 'Name')}", 300),
            )
        item = line.first("Item") or line
        name, description = text_of(item.value("Name")), text_of(item.value("Description"))
        if description.casefold() not in name.casefold():
            name = f"{name} - {description}" if name else description
        tax = _money(line.first("TaxTotal", "TaxAmount"), self._currency())
        number = line.value("ID")
        again = self._line_ids[number]
        return _Line(
            line=line.line,
            id=number if again == 1 else f"{number}#{again}",
            net=net,
            category=_category(item.first("ClassifiedTaxCategory")),
            tax=None if tax is None else Fraction(tax),
            item=name,
            cost_centre=text_of(line.value("AccountingCost"), COST_CENTRE),
        )

    # --- adding up

    def _booked(self, lines: list[_Line], *, whole: bool) -> Iterator[Row]:
        """The records of the lines, then one for what they do not explain, all exact.

        ``whole``: no line was rejected. Otherwise each line keeps its own amounts: what the
        document says of all of them cannot be shared out among some.
        """
        nets = [Fraction(line.net) for line in lines]
        adjusted = self._with_allowances(lines, nets) if whole else nets
        taxes = [
            share * line.category[1] if line.tax is None or share != net else line.tax
            for line, net, share in zip(lines, nets, adjusted, strict=True)
        ]
        net_total, gross_total = self._totals() if whole else (None, None)
        sums = add_up(adjusted, taxes, net_total, gross_total, self._currency(), [line.net for line in lines])
        for line, (net, tax) in zip(lines, sums.lines, strict=True):
            yield self._record(line, net, tax)
        if any(sums.rest):
            rest = _Line(
                self._line, "rest", 0, ("", Fraction(0)), None, "allowances, charges and rounding", ""
            )
            yield self._record(rest, *sums.rest)

    def _with_allowances(self, lines: list[_Line], nets: list[Fraction]) -> list[Fraction]:
        """Each line's net with its share of the document's allowances and charges of its category."""
        adjusted = list(nets)
        for part in self._parts["AllowanceCharge"]:
            value = _money(part.first("Amount"), self._currency())
            if not value:
                continue
            value = value if part.value("ChargeIndicator").lower() in ("true", "1") else -value
            category = _category(part.first("TaxCategory"))
            alike = [i for i, line in enumerate(lines) if line.category == category]
            base = sum((nets[i] for i in alike), Fraction(0))
            for i in alike if base else ():
                adjusted[i] += value * nets[i] / base
        return adjusted

    def _totals(self) -> tuple[int | None, int | None]:
        """(without tax, with tax) as the document states them."""
        currency = self._currency()
        totals = next(iter(self._parts["LegalMonetaryTotal"]), None)
        if totals is None:
            return None, None
        gross = _money(totals.first("TaxInclusiveAmount"), currency)
        if gross is None:
            payable = _money(totals.first("PayableAmount"), currency)
            prepaid = _money(totals.first("PrepaidAmount"), currency) or 0
            rounding = _money(totals.first("PayableRoundingAmount"), currency) or 0
            gross = None if payable is None else payable + prepaid - rounding
        net = _money(totals.first("TaxExclusiveAmount"), currency)
        if net is None and gross is not None:
            stated = (_money(part.first("TaxAmount"), currency) for part in self._parts["TaxTotal"])
            tax = next((amount for amount in stated if amount is not None), None)
            net = None if tax is None else gross - tax
        return net, gross

    # --- records

    def _record(self, line: _Line, net: int, tax: int) -> Row:
        kind = self._value("InvoiceTypeCode") or self._value("CreditNoteTypeCode")
        credit = self._credit_note or kind in _CREDIT_NOTE_TYPES
        sign = -1 if self._credit_note or (credit and not self._is_negative()) else 1
        supplier, buyer = self._party("AccountingSupplierParty"), self._party("AccountingCustomerParty")
        supplier_name = _party_name(supplier)
        issued = self._date("IssueDate")
        assert issued is not None  # noqa: S101  (else _problem has said so)
        payment, card = self._payment()
        document = (
            _party_id(supplier) or " ".join(supplier_name.casefold().split()),
            ("credit note " if credit else "") + text_of(self._value("ID")),
        )
        return line.line, Spend(
            account=_scoped_id(buyer)[:ACCOUNT],
            own_id=id_of(*document, text_of(line.id)),
            date=issued,
            text=" - ".join(filter(None, (supplier_name, line.item)))[:1000],
            amount=sign * (net + tax),
            currency=self._currency(),
            who=self._who(buyer),
            card=card,
            payment=payment,
            type=text_of(kind or ("381" if credit else "380"), TYPE),
            url=_site(supplier),
            net=sign * net,
            tax=sign * tax,
            cost_centre=line.cost_centre
            or text_of(self._value("AccountingCost"), COST_CENTRE)
            or self._buyer_reference(),
            document=id_of(*document),
            due=self._date("DueDate") or self._date("PaymentMeans", "PaymentDueDate"),
        )

    def _is_negative(self) -> bool:
        """Whether an invoice that its type calls a credit says so by its amounts already."""
        net, gross = self._totals()
        stated = net if gross is None else gross
        if stated is None:
            stated = sum(line.net for _, line in self._lines if isinstance(line, _Line))
        return stated < 0

    def _party(self, name: str) -> Node:
        part = next(iter(self._parts[name]), None)
        return (part and part.first("Party")) or Node("Party", {}, self._line)

    def _buyer_reference(self) -> str:
        reference = self._value("BuyerReference")
        return "" if address_of(reference) else text_of(reference, COST_CENTRE)

    def _who(self, buyer: Node) -> Who:
        address = address_of(buyer.value("Contact", "ElectronicMail"))
        if address:
            return Who(address, name=text_of(buyer.value("Contact", "Name"), PERSON))
        address = address_of(self._value("BuyerReference"))
        return Who(address) if address else NOBODY

    def _payment(self) -> tuple[Payment, str]:
        """How it is paid, and the card where the supplier names one (its last digits)."""
        card = text_of(self._value("PaymentMeans", "CardAccount", "PrimaryAccountNumberID"), 40)
        digits = "".join(c for c in card if c.isdigit())
        shown = f"*{digits[-4:]}" if len(digits) >= 4 else ""
        codes = {part.value("PaymentMeansCode") for part in self._parts["PaymentMeans"]}
        if codes & _BY_CARD or (shown and not codes & _BY_BANK):
            return Payment.CARD, shown
        return (Payment.BANK if codes & _BY_BANK else Payment.UNKNOWN), ""


def _party_name(party: Node) -> str:
    return text_of(
        party.value("PartyName", "Name") or party.value("PartyLegalEntity", "RegistrationName"), 300
    )


def _party_id(party: Node) -> str:
    """The supplier's number, best the one for tax: an invoice number is unique only beside it."""
    return text_of(
        party.value("PartyTaxScheme", "CompanyID")
        or party.value("PartyLegalEntity", "CompanyID")
        or party.value("EndpointID")
        or party.value("PartyIdentification", "ID"),
        100,
    )


def _scoped_id(party: Node) -> str:
    """The receiving company: its electronic address, else a number of it, with what numbers it."""
    for path in (
        ("EndpointID",),
        ("PartyLegalEntity", "CompanyID"),
        ("PartyTaxScheme", "CompanyID"),
        ("PartyIdentification", "ID"),
    ):
        if text := text_of(party.value(*path), 100):
            found = party.first(*path)
            scheme = text_of(found.attributes.get("schemeID", ""), 15) if found else ""
            return f"{scheme}:{text}" if scheme else text
    return ""


def _site(party: Node) -> str:
    """The supplier's site, or the domain of its electronic address."""
    for stated in (party.value("WebsiteURI"), party.value("EndpointID")):
        text = text_of(stated, 300)
        if address := address_of(text):
            return address.partition("@")[2]
        if _HOST.fullmatch(text):
            return text
    return ""


def _money(amount: Node | None, currency: str) -> int | None:
    """An amount in 10⁻⁶, or None where it is missing, unreadable or in another currency.

    What is no code of ISO 4217 says of no other currency: Jordan's invoices write ``JO`` beside JOD.
    """
    stated = currency if amount is None else amount.attributes.get("currencyID", currency).upper()
    if amount is None or (stated != currency and stated in CURRENCIES):
        return None
    value = _decimal(amount.text)
    try:
        return None if value is None else to_micro(value)
    except ValueError:
        return None


def _decimal(text: str) -> Decimal | None:
    """A decimal of XML Schema, of a length that money has."""
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def _category(part: Node | None) -> _Category:
    if part is None:
        return "", Fraction(0)
    return part.value("ID"), Fraction(_decimal(part.value("Percent")) or 0) / 100
