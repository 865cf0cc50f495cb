"""Invoices and credit notes as UBL 2.1 (PEPPOL BIS Billing 3.0), a file each; some months in a zip."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from xml.sax.saxutils import escape

from discovery.sample_company.files import AnyFile, FileRow, SampleArchive, SampleFile
from discovery.sample_company.money_text import decimal
from discovery.sample_company.world import Feed, InvoiceLine, Spending, Supplier, World

_NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd"
_BUYERS = {
    "EUR": Supplier("Norrland", "Norrland AB", "SE", "SE000000000101", "Stockholm"),
    "USD": Supplier("Norrland US", "Norrland US Inc.", "US", "US00-0000011", "Denver"),
}


def invoice_files(seed: int, world: World) -> list[AnyFile]:
    """``seed`` decides nothing here: the documents follow from the world."""
    files: list[AnyFile] = []
    zipped: dict[str, list[SampleFile]] = defaultdict(list)
    months = sorted({f"{s.day:%Y-%m}" for s in world.spending if s.document(Feed.INVOICES)})
    for spent in world.spending:
        if not spent.document(Feed.INVOICES):
            continue
        month = f"{spent.day:%Y-%m}"
        file = _file(spent)
        if months.index(month) % 4 == 2:
            zipped[month].append(file)
        else:
            files.append(file)
    ordinary = next((s for s in world.spending if s.lines and not s.product), None)
    if ordinary:
        files.append(_broken(ordinary))
    return [*files, *(SampleArchive(f"invoices/{m}.zip", tuple(zipped[m])) for m in sorted(zipped))]


def _file(spent: Spending) -> SampleFile:
    kind = "credit-note" if spent.amount < 0 else "invoice"
    name = f"invoices/{spent.day}-{kind}-{spent.number}.xml"
    return _framed(name, spent, str(spent.day), "")


def _broken(spent: Spending) -> SampleFile:
    """An invoice of a day that no calendar has: none of its lines can be booked."""
    return _framed("invoices/invoice-of-no-day.xml", spent, "2026-02-30", "date")


def _framed(name: str, spent: Spending, issued: str, bad: str) -> SampleFile:
    head, tail = _document(spent, issued)
    credit = spent.amount < 0
    rows = tuple(
        FileRow(_line(number, line, spent.currency, credit).encode(), bad, spent.day)
        for number, line in enumerate(spent.lines, 1)
    )
    return SampleFile(name, rows, lambda file: (head, tail), b"\n", by_line=True)


def _document(spent: Spending, issued: str) -> tuple[bytes, bytes]:
    """What stands before and after the lines."""
    supplier = spent.supplier
    assert supplier is not None  # noqa: S101  (the feed says so)
    credit = spent.amount < 0
    root = "CreditNote" if credit else "Invoice"
    currency = spent.currency
    net, tax = abs(spent.net or 0), abs(spent.tax or 0)
    percent = spent.lines[0].tax_percent
    number = f"{supplier.name[:3].upper()}-{spent.day.year}-{spent.number:06}"
    type_code = (
        "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>"
        if credit
        else "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>"
    )
    due = "" if credit else f"<cbc:DueDate>{spent.day + timedelta(days=14)}</cbc:DueDate>"
    head = f"""<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="{_NAMESPACE}:{root}-2"
  xmlns:cac="{_NAMESPACE}:CommonAggregateComponents-2"
  xmlns:cbc="{_NAMESPACE}:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>
  <cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>
  <cbc:ID>{number}</cbc:ID>
  <cbc:IssueDate>{issued}</cbc:IssueDate>
  {due}{type_code}
  <cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>
  <cbc:BuyerReference>NRL-{spent.number % 97:02}</cbc:BuyerReference>
{_party("AccountingSupplierParty", supplier)}
{_party("AccountingCustomerParty", _BUYERS[currency])}
  <cac:PaymentMeans>
    <cbc:PaymentMeansCode name="Credit transfer">30</cbc:PaymentMeansCode>
    <cbc:PaymentID>{number}</cbc:PaymentID>
  </cac:PaymentMeans>
  <cac:TaxTotal>
    <cbc:TaxAmount currencyID="{currency}">{decimal(tax)}</cbc:TaxAmount>
    <cac:TaxSubtotal>
      <cbc:TaxableAmount currencyID="{currency}">{decimal(net)}</cbc:TaxableAmount>
      <cbc:TaxAmount currencyID="{currency}">{decimal(tax)}</cbc:TaxAmount>
{_category("TaxCategory", percent, 6)}
    </cac:TaxSubtotal>
  </cac:TaxTotal>
  <cac:LegalMonetaryTotal>
    <cbc:LineExtensionAmount currencyID="{currency}">{decimal(net)}</cbc:LineExtensionAmount>
    <cbc:TaxExclusiveAmount currencyID="{currency}">{decimal(net)}</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="{currency}">{decimal(net + tax)}</cbc:TaxInclusiveAmount>
    <cbc:PayableAmount currencyID="{currency}">{decimal(net + tax)}</cbc:PayableAmount>
  </cac:LegalMonetaryTotal>
"""
    return head.encode(), f"\n</{root}>\n".encode()


def _party(role: str, party: Supplier) -> str:
    return f"""  <cac:{role}>
    <cac:Party>
      <cbc:EndpointID schemeID="0088">{sum(party.tax_id.encode()):013}</cbc:EndpointID>
      <cac:PartyName><cbc:Name>{escape(party.name)}</cbc:Name></cac:PartyName>
      <cac:PostalAddress>
        <cbc:CityName>{escape(party.city)}</cbc:CityName>
        <cac:Country><cbc:IdentificationCode>{party.country}</cbc:IdentificationCode></cac:Country>
      </cac:PostalAddress>
      <cac:PartyTaxScheme>
        <cbc:CompanyID>{party.tax_id}</cbc:CompanyID>
        <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>
      </cac:PartyTaxScheme>
      <cac:PartyLegalEntity>
        <cbc:RegistrationName>{escape(party.legal_name)}</cbc:RegistrationName>
      </cac:PartyLegalEntity>
    </cac:Party>
  </cac:{role}>"""


def _line(number: int, line: InvoiceLine, currency: str, credit: bool) -> str:
    word, quantity = ("CreditNoteLine", "CreditedQuantity") if credit else ("InvoiceLine", "InvoicedQuantity")
    each = decimal(line.net // line.quantity)
    return f"""  <cac:{word}>
    <cbc:ID>{number}</cbc:ID>
    <cbc:{quantity} unitCode="C62">{line.quantity}</cbc:{quantity}>
    <cbc:LineExtensionAmount currencyID="{currency}">{decimal(line.net)}</cbc:LineExtensionAmount>
    <cac:Item>
      <cbc:Name>{escape(line.item)}</cbc:Name>
{_category("ClassifiedTaxCategory", line.tax_percent, 6)}
    </cac:Item>
    <cac:Price><cbc:PriceAmount currencyID="{currency}">{each}</cbc:PriceAmount></cac:Price>
  </cac:{word}>"""


def _category(element: str, percent: int, indent: int) -> str:
    """Standard rate, or reverse charge where another country's buyer owes the tax."""
    code = "S" if percent else "AE"
    space = " " * indent
    return (
        f"{space}<cac:{element}><cbc:ID>{code}</cbc:ID><cbc:Percent>{percent}</cbc:Percent>"
        f"<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:{element}>"
    )
