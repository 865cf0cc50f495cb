"""CII invoices: the XML of ZUGFeRD, Factur-X and XRechnung in UN/CEFACT's syntax.

Standard: UN/CEFACT Cross Industry Invoice D16B; EN 16931-3-3; ZUGFeRD 1.0 (CrossIndustryDocument)

EN 16931 writes one model of an invoice in two syntaxes. What CII states is given the names that UBL
has for it, so that both add up in one way (see ``ubl_invoice``). A profile without lines (MINIMUM,
BASIC WL) is one record. ``discovery/pdf_invoices.py`` takes the XML out of a PDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.decoding import decoded
from discovery.connectors.ubl_invoice import InvoiceDocument
from discovery.connectors.xml_documents import Node, children
from discovery.records import Ignored, Row, Rows

_ROOTS = frozenset({"CrossIndustryInvoice", "CrossIndustryDocument"})
_ROOT = re.compile(r"<(?:\w[\w.-]*:)?CrossIndustry(?:Invoice|Document)[\s>]")
_THROUGH = frozenset({"SupplyChainTradeTransaction", "SpecifiedSupplyChainTradeTransaction"})
_LINE = "IncludedSupplyChainTradeLineItem"
_HEADS = ("ExchangedDocument", "HeaderExchangedDocument")
_AGREEMENTS = ("ApplicableHeaderTradeAgreement", "ApplicableSupplyChainTradeAgreement")
_SETTLEMENTS = ("ApplicableHeaderTradeSettlement", "ApplicableSupplyChainTradeSettlement")
_CONTEXTS = ("ExchangedDocumentContext", "SpecifiedExchangedDocumentContext")
_WANTED = frozenset({_LINE, *_CONTEXTS, *_HEADS, *_AGREEMENTS, *_SETTLEMENTS})

_LINE_SETTLEMENTS = ("SpecifiedLineTradeSettlement", "SpecifiedSupplyChainTradeSettlement")
_LINE_AGREEMENTS = ("SpecifiedLineTradeAgreement", "SpecifiedSupplyChainTradeAgreement")
_LINE_DELIVERIES = ("SpecifiedLineTradeDelivery", "SpecifiedSupplyChainTradeDelivery")
_SUMMATIONS = ("SpecifiedTradeSettlementHeaderMonetarySummation", "SpecifiedTradeSettlementMonetarySummation")
_LINE_SUMMATIONS = (
    "SpecifiedTradeSettlementLineMonetarySummation",
    "SpecifiedTradeSettlementMonetarySummation",
)
_NOT_SUMMED = ("GROUP", "INFORMATION")  # of the EXTENDED profile
#: The totals by the names that UBL has for them.
_TOTALS = {
    "TaxExclusiveAmount": "TaxBasisTotalAmount",
    "TaxInclusiveAmount": "GrandTotalAmount",
    "PrepaidAmount": "TotalPrepaidAmount",
    "PayableRoundingAmount": "RoundingAmount",
    "PayableAmount": "DuePayableAmount",
}


class CiiInvoice(Connector):
    name = "cii_invoice"
    kind = Kind.PROCUREMENT
    title = "CII invoices (ZUGFeRD, Factur-X, XRechnung)"

    def recognises(self, head: Head) -> int:
        start = decoded(head.start)
        return 95 if "<" in start[:200] and _ROOT.search(start) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row an invoice line, and one for what the lines do not explain.

        Raises UnreadableFile for a file that breaks off or declares a document type.
        """
        parts: list[Node] = []
        for root, child in children(stream, _ROOTS, _WANTED, through=_THROUGH):
            if child is None:
                yield from _rows(root, parts)
                parts = []
            else:
                parts.append(child)


def _rows(root: Node, parts: list[Node]) -> Iterator[Row]:
    lines = [part for part in parts if part.name == _LINE]
    if any(part.value("TestIndicator", "Indicator").lower() == "true" for part in parts):
        yield from ((line.line, Ignored("an invoice sent as a test")) for line in lines or [root])
        return
    document = InvoiceDocument(Node.of("Invoice", line=root.line))
    summation = None
    for part in parts:
        if part.name in _HEADS:
            _give(document, _head(part))
        elif part.name in _AGREEMENTS:
            _give(document, _agreement(part))
        elif part.name in _SETTLEMENTS:
            _give(document, _settlement(part))
            summation = _first(part, _SUMMATIONS) or summation
    # Lines last: the currency of their amounts stands behind them.
    for line in lines:
        if line.value("AssociatedDocumentLineDocument", "LineStatusReasonCode") in _NOT_SUMMED or _is_note(
            line
        ):
            yield line.line, Ignored("a line that sums up or explains others")
        else:
            document.add(_line(line))
    if not lines and summation is not None and (net := summation.first("TaxBasisTotalAmount")) is not None:
        document.add(
            Node.of(
                "InvoiceLine",
                _text("ID", "1"),
                _amount("LineExtensionAmount", net),
                line=root.line,
            )
        )
    yield from document.rows()


def _give(document: InvoiceDocument, parts: Iterator[Node]) -> None:
    for part in parts:
        document.add(part)


def _first(part: Node, names: tuple[str, ...]) -> Node | None:
    return next((found for name in names if (found := part.first(name)) is not None), None)


def _text(name: str, text: str) -> Node:
    return Node.of(name, text=text)


def _amount(name: str, stated: Node | None) -> Node:
    """An amount by another name; CII names its currency once for the invoice, rarely beside it."""
    if stated is None:
        return Node.of(name)
    return Node.of(name, text=stated.text, attributes=stated.attributes)


# --- the parts of an invoice


def _head(head: Node) -> Iterator[Node]:
    yield _text("ID", head.value("ID"))
    yield _text("InvoiceTypeCode", head.value("TypeCode"))
    yield _text("IssueDate", _day(head.value("IssueDateTime", "DateTimeString")))


def _day(text: str) -> str:
    """``20260331`` (format 102) as ``2026-03-31``; anything else as it came."""
    digits = text[:8]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 and digits.isdigit() else text


def _agreement(agreement: Node) -> Iterator[Node]:
    yield _text("BuyerReference", agreement.value("BuyerReference"))
    for name, stated in (
        ("AccountingSupplierParty", "SellerTradeParty"),
        ("AccountingCustomerParty", "BuyerTradeParty"),
    ):
        if (party := agreement.first(stated)) is not None:
            yield Node.of(name, _party(party))


def _party(party: Node) -> Node:
    parts = [
        Node.of("PartyName", _text("Name", party.value("SpecifiedLegalOrganization", "TradingBusinessName"))),
        Node.of(
            "PartyLegalEntity",
            _text("RegistrationName", party.value("Name")),
            _numbered("CompanyID", party.first("SpecifiedLegalOrganization", "ID")),
        ),
        _numbered("EndpointID", party.first("URIUniversalCommunication", "URIID")),
        Node.of("PartyIdentification", _numbered("ID", party.first("GlobalID") or party.first("ID"))),
        Node.of(
            "Contact",
            _text("Name", party.value("DefinedTradeContact", "PersonName")),
            _text(
                "ElectronicMail",
                party.value("DefinedTradeContact", "EmailURIUniversalCommunication", "URIID")
                or party.value("DefinedTradeContact", "EmailURIUniversalCommunication", "CompleteNumber"),
            ),
        ),
    ]
    # The number for VAT before the one of the tax office.
    registrations = [found for part in party.all("SpecifiedTaxRegistration") for found in part.all("ID")]
    for number in sorted(registrations, key=lambda number: number.attributes.get("schemeID") != "VA"):
        parts.append(Node.of("PartyTaxScheme", _text("CompanyID", number.text)))
    return Node.of("Party", *parts)


def _numbered(name: str, stated: Node | None) -> Node:
    if stated is None:
        return Node.of(name)
    return Node.of(name, text=stated.text, attributes=stated.attributes)


def _settlement(settlement: Node) -> Iterator[Node]:
    yield _text("DocumentCurrencyCode", settlement.value("InvoiceCurrencyCode"))
    yield _text(
        "DueDate", _day(settlement.value("SpecifiedTradePaymentTerms", "DueDateDateTime", "DateTimeString"))
    )
    yield _text("AccountingCost", settlement.value("ReceivableSpecifiedTradeAccountingAccount", "ID"))
    for means in settlement.all("SpecifiedTradeSettlementPaymentMeans"):
        card = means.value("ApplicableTradeSettlementFinancialCard", "ID")
        yield Node.of(
            "PaymentMeans",
            _text("PaymentMeansCode", means.value("TypeCode")),
            Node.of("CardAccount", _text("PrimaryAccountNumberID", card)),
        )
    for part in settlement.all("SpecifiedTradeAllowanceCharge"):
        yield Node.of(
            "AllowanceCharge",
            _text(
                "ChargeIndicator", part.value("ChargeIndicator", "Indicator") or part.value("ChargeIndicator")
            ),
            _amount("Amount", part.first("ActualAmount")),
            _category("TaxCategory", part.first("CategoryTradeTax")),
        )
    for part in settlement.all("SpecifiedLogisticsServiceCharge"):  # freight in the EXTENDED profile
        yield Node.of(
            "AllowanceCharge",
            _text("ChargeIndicator", "true"),
            _amount("Amount", part.first("AppliedAmount")),
            _category("TaxCategory", part.first("AppliedTradeTax")),
        )
    if (summation := _first(settlement, _SUMMATIONS)) is not None:
        for total in summation.all("TaxTotalAmount"):
            yield Node.of("TaxTotal", _amount("TaxAmount", total))
        yield Node.of(
            "LegalMonetaryTotal",
            *(_amount(name, found) for name, stated in _TOTALS.items() if (found := summation.first(stated))),
        )


def _category(name: str, tax: Node | None) -> Node:
    if tax is None:
        return Node.of(name)
    return Node.of(
        name,
        _text("ID", tax.value("CategoryCode")),
        _text("Percent", tax.value("RateApplicablePercent") or tax.value("ApplicablePercent")),
    )


def _is_note(line: Node) -> bool:
    """A line of ZUGFeRD 1.0 may hold text alone: no amount, no price, no quantity."""
    billed = _first(line, _LINE_SETTLEMENTS) or Node.of("")
    agreed = _first(line, _LINE_AGREEMENTS) or Node.of("")
    delivered = _first(line, _LINE_DELIVERIES) or Node.of("")
    stated = (
        (_first(billed, _LINE_SUMMATIONS) or Node.of("")).first("LineTotalAmount"),
        agreed.first("NetPriceProductTradePrice"),
        agreed.first("GrossPriceProductTradePrice"),
        delivered.first("BilledQuantity"),
    )
    return all(part is None for part in stated)


def _line(line: Node) -> Node:
    settlement = _first(line, _LINE_SETTLEMENTS) or Node.of("")
    summation = _first(settlement, _LINE_SUMMATIONS) or Node.of("")
    product = line.first("SpecifiedTradeProduct") or Node.of("")
    return Node.of(
        "InvoiceLine",
        _text("ID", line.value("AssociatedDocumentLineDocument", "LineID")),
        _amount("LineExtensionAmount", summation.first("LineTotalAmount")),
        _text("AccountingCost", settlement.value("ReceivableSpecifiedTradeAccountingAccount", "ID")),
        Node.of(
            "Item",
            _text("Name", product.value("Name")),
            _text("Description", product.value("Description")),
            _category("ClassifiedTaxCategory", settlement.first("ApplicableTradeTax")),
        ),
        line=line.line,
    )
