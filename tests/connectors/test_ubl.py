"""UBL invoices: one record a line, and together exactly the invoice's total with tax."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.ubl_invoice import UblInvoice
from discovery.records import Payment, Rejected, Row, Spend, Who
from tests.connectors.event_files import (
    SAMPLES,
    SHARED,
    assert_survives,
    needs_shared,
    read,
    read_as_far_as_possible,
    recognised_by,
)

UBL = UblInvoice()
CREDIT_NOTE = (SAMPLES / "ubl_invoice" / "credit_note.xml").read_bytes()
CENT = Decimal("0.01")


def line(number: str, net: object, percent: object = "25", item: str = "ChatGPT seats", **more: str) -> str:
    category = f"<ClassifiedTaxCategory><ID>S</ID><Percent>{percent}</Percent></ClassifiedTaxCategory>"
    return (
        f"<InvoiceLine><ID>{number}</ID><LineExtensionAmount>{net}</LineExtensionAmount>"
        f"<Item><Name>{item}</Name>{more.get('item', category)}</Item>{more.get('line', '')}</InvoiceLine>"
    )


def allowance(amount: object, percent: object = "25", *, charge: bool = False) -> str:
    return (
        f"<AllowanceCharge><ChargeIndicator>{str(charge).lower()}</ChargeIndicator><Amount>{amount}</Amount>"
        f"<TaxCategory><ID>S</ID><Percent>{percent}</Percent></TaxCategory></AllowanceCharge>"
    )


def invoice(
    *lines: str,
    net: object = None,
    gross: object = None,
    currency: str = "EUR",
    supplier: str = "<PartyTaxScheme><CompanyID>DE1</CompanyID></PartyTaxScheme>",
    number: str = "R-1",
    more: str = "",
) -> bytes:
    totals = "" if net is None else f"<TaxExclusiveAmount>{net}</TaxExclusiveAmount>"
    totals += "" if gross is None else f"<TaxInclusiveAmount>{gross}</TaxInclusiveAmount>"
    return (
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">'
        f"<ID>{number}</ID><IssueDate>2026-03-31</IssueDate><DocumentCurrencyCode>{currency}</DocumentCurrencyCode>"
        f"<AccountingSupplierParty><Party><PartyName><Name>Acme AI</Name></PartyName>{supplier}</Party>"
        f"</AccountingSupplierParty>{more}<LegalMonetaryTotal>{totals}</LegalMonetaryTotal>"
        f"{''.join(lines)}</Invoice>"
    ).encode()


def spends(content: bytes) -> list[Spend]:
    rows = [row for _, row in read(UBL, content)]
    assert all(isinstance(row, Spend) for row in rows)
    return [row for row in rows if isinstance(row, Spend)]


def micro(amount: object) -> int:
    return int(Decimal(str(amount)) * 1_000_000)


def assert_adds_up(rows: list[Spend], net: object, gross: object) -> None:
    assert sum(row.amount for row in rows) == micro(gross)
    assert sum(row.net or 0 for row in rows) == micro(net)
    for row in rows:
        assert row.amount == (row.net or 0) + (row.tax or 0)


def test_a_credit_note_is_negative_and_says_who_and_how() -> None:
    (row,) = spends(CREDIT_NOTE)
    assert row == Spend(
        account="0007:5560000000",
        own_id="DE1234/credit note CN-7/1",
        date=date(2026, 3, 31),
        text="Aleph Alpha GmbH - Luminous API credits",
        amount=-35_700_000,
        currency="EUR",
        who=Who("maja.lindqvist@acme.example"),
        card="*1234",
        payment=Payment.CARD,
        type="381",
        url="https://www.aleph-alpha.example/shop",
        net=-30_000_000,
        tax=-5_700_000,
        document="DE1234/credit note CN-7",
        due=date(2026, 4, 15),
    )


def test_an_invoice_number_is_unique_only_beside_its_supplier() -> None:
    one = spends(invoice(line("1", "10"), gross="12.5"))[0]
    other = spends(invoice(line("1", "10"), gross="12.5", supplier="<EndpointID>77</EndpointID>"))[0]
    nameless = spends(invoice(line("1", "10"), gross="12.5", supplier=""))[0]
    assert [row.own_id for row in (one, other, nameless)] == ["DE1/R-1/1", "77/R-1/1", "acme ai/R-1/1"]


def test_two_lines_of_one_number_stay_two() -> None:
    ids = [row.own_id for row in spends(invoice(line("1", "10"), line("1", "10"), gross="25"))]
    assert ids == ["DE1/R-1/1", "DE1/R-1/1#2"]


def test_cents_of_rounding_go_to_the_lines_that_rounding_moved_most() -> None:
    rows = spends(invoice(*(line(str(i), "0.33", "19") for i in range(3)), net="0.99", gross="1.18"))
    assert [row.tax for row in rows] == [70_000, 60_000, 60_000]
    assert_adds_up(rows, "0.99", "1.18")


def test_allowances_and_charges_are_shared_out_within_their_tax_category() -> None:
    rows = spends(
        invoice(
            line("1", "300", "25"),
            line("2", "100", "25"),
            line("3", "100", "6"),
            more=allowance("40", "25") + allowance("10", "6", charge=True),
            net="470",
            gross="566.60",
        )
    )
    assert [row.net for row in rows] == [270_000_000, 90_000_000, 110_000_000]
    assert_adds_up(rows, "470", "566.60")


def test_what_the_lines_do_not_explain_is_a_record_of_its_own() -> None:
    rows = spends(
        invoice(line("1", "100"), more=allowance("10", "6", charge=True), net="110", gross="135.60")
    )
    assert [row.amount for row in rows] == [125_000_000, 10_600_000]
    assert rows[1].own_id == "DE1/R-1/rest"
    assert rows[1].text == "Acme AI - allowances, charges and rounding"
    assert_adds_up(rows, "110", "135.60")


def test_tax_that_no_line_states_is_shared_by_amount() -> None:
    plain = [line(str(i), net, item="") for i, net in enumerate(("60", "40"))]
    untaxed = [text.replace("ClassifiedTaxCategory", "Other") for text in plain]
    rows = spends(invoice(*untaxed, net="100", gross="120"))
    assert [row.tax for row in rows] == [12_000_000, 8_000_000]


def test_tax_stated_by_a_line_itself_holds() -> None:
    own = "<TaxTotal><TaxAmount>3.10</TaxAmount></TaxTotal>"
    rows = spends(invoice(line("1", "10", line=own, item=""), gross="13.10", net="10"))
    assert (rows[0].tax, rows[0].amount) == (3_100_000, 13_100_000)


def test_without_totals_a_line_is_taxed_by_its_rate() -> None:
    (row,) = spends(invoice(line("1", "9.99", "19")))
    assert (row.net, row.tax, row.amount) == (9_990_000, 1_900_000, 11_890_000)


def test_a_line_that_cannot_be_read_costs_no_other() -> None:
    rows = [row for _, row in read(UBL, invoice(line("1", "ten"), line("2", "10"), net="20", gross="25"))]
    assert isinstance(rows[0], Rejected)
    assert "LineExtensionAmount" in rows[0].reason
    assert isinstance(rows[1], Spend)
    assert rows[1].amount == 12_500_000
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (invoice(line("1", "1"), number=""), "no number"),
        (invoice(line("1", "1"), currency="XXX"), "no currency"),
        (invoice(line("1", "1")).replace(b"2026-03-31", b"2026-02-30"), "issue date"),
        (invoice(), "no lines"),
    ],
)
def test_an_invoice_that_lacks_the_essential_is_rejected(content: bytes, reason: str) -> None:
    ((_, row),) = read(UBL, content)
    assert isinstance(row, Rejected)
    assert reason in row.reason


@pytest.mark.parametrize("amount", ["1E-999999", "1e5", "NaN", "1_0", "1,5", "", "٣", "0.1234567", "9" * 13])
def test_an_amount_is_a_plain_decimal(amount: str) -> None:
    ((_, row),) = read(UBL, invoice(line("1", amount)))
    assert isinstance(row, Rejected)


def test_a_currency_that_is_none_says_nothing_beside_that_of_the_invoice() -> None:
    (row,) = spends(
        invoice(line("1", "10")).replace(b"<LineExtensionAmount>", b'<LineExtensionAmount currencyID="JO">')
    )
    assert row.net == 10_000_000


def test_amounts_in_another_currency_are_not_added() -> None:
    foreign = line("1", "10").replace("<LineExtensionAmount>", '<LineExtensionAmount currencyID="SEK">')
    ((_, row),) = read(UBL, invoice(foreign))
    assert isinstance(row, Rejected)
    yen = spends(invoice(line("1", "999", "10"), currency="JPY", net="999", gross="1099"))[0]
    assert (yen.tax, yen.amount) == (100_000_000, 1_099_000_000)


@pytest.mark.parametrize(
    ("code", "payment"),
    [
        ("30", Payment.BANK),
        ("58", Payment.BANK),
        ("49", Payment.BANK),
        ("54", Payment.CARD),
        ("1", Payment.UNKNOWN),
    ],
)
def test_the_payment_is_what_the_invoice_says(code: str, payment: Payment) -> None:
    means = f"<PaymentMeans><PaymentMeansCode>{code}</PaymentMeansCode></PaymentMeans>"
    assert spends(invoice(line("1", "1"), more=means))[0].payment is payment


@pytest.mark.parametrize(
    ("stated", "url"),
    [
        ("<WebsiteURI>www.otter.ai</WebsiteURI>", "www.otter.ai"),
        ('<EndpointID schemeID="EM">billing@otter.ai</EndpointID>', "otter.ai"),
        ('<EndpointID schemeID="0088">7300010000001</EndpointID>', ""),
    ],
)
def test_the_site_is_a_domain_or_nothing(stated: str, url: str) -> None:
    assert spends(invoice(line("1", "1"), supplier=stated))[0].url == url


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE Invoice SYSTEM "http://192.0.2.1/x.dtd">',
        '<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Invoice [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_are_never_followed(prologue: str, encoding: str) -> None:
    content = (prologue + invoice(line("1", "1", item="&c;")).decode()).encode(encoding)
    rows, sentence = read_as_far_as_possible(UBL, content)
    assert rows == []
    assert "document type" in sentence


def test_elements_nested_without_end_are_refused() -> None:
    rows, sentence = read_as_far_as_possible(UBL, b"<a>" * 100_000)
    assert rows == []
    assert "nested" in sentence


def test_an_attached_file_is_passed_over() -> None:
    attached = f"<AdditionalDocumentReference><B>{'QUJD' * 1_000_000}</B></AdditionalDocumentReference>"
    assert len(spends(invoice(line("1", "1"), more=attached))) == 1


def test_bytes_decide_the_encoding_not_the_declaration() -> None:
    text = invoice(line("1", "1", item="Café")).decode()
    for declared, actual in (
        ("UTF-8", "cp1252"),
        ("ISO-8859-1", "utf-8"),
        ("UTF-16", "utf-16"),
        ("cp1250", "cp1250"),
    ):
        content = f'<?xml version="1.0" encoding="{declared}"?>{text}'.encode(actual)
        assert spends(content)[0].text == "Acme AI - Café"


def test_a_cut_off_invoice_is_not_booked_in_part() -> None:
    content = invoice(line("1", "1"), line("2", "1"))
    rows, sentence = read_as_far_as_possible(UBL, content[: content.index(b"<ID>2")])
    assert rows == []
    assert "breaks off" in sentence


def test_invoices_that_the_buyer_writes_are_invoices() -> None:
    for root in ("SelfBilledInvoice", "SelfBilledCreditNote"):
        content = invoice(line("1", "10"), gross="12.5").replace(b"Invoice-2", root.encode() + b"-2")
        content = content.replace(b"<Invoice ", b"<%s " % root.encode()).replace(
            b"</Invoice>", b"</%s>" % root.encode()
        )
        if "Credit" in root:
            content = content.replace(b"InvoiceLine", b"CreditNoteLine")
        assert recognised_by(content) == {"ubl_invoice"}
        assert [row.amount for row in spends(content)] == [-12_500_000 if "Credit" in root else 12_500_000]


def test_any_prefix_is_understood() -> None:
    text = CREDIT_NOTE.decode()
    usual = re.sub(r"(</?|xmlns:)b\b", r"\1cbc", re.sub(r"(</?|xmlns:)a\b", r"\1cac", text))
    bare = re.sub(r"(</?)ubl:", r"\1", usual).replace("xmlns:ubl=", "xmlns=")
    assert "<cbc:ID>" in bare
    assert "<CreditNote" in bare
    for content in (usual.encode(), bare.encode()):
        assert recognised_by(content) == {"ubl_invoice"}
        assert read(UBL, content) == read(UBL, CREDIT_NOTE)


def test_a_credit_note_may_have_lines_that_take_back_a_credit() -> None:
    content = (
        invoice(line("1", "100"), line("2", "-40"), net="60", gross="75")
        .replace(b"Invoice-2", b"CreditNote-2")
        .replace(b"<Invoice ", b"<CreditNote ")
        .replace(b"</Invoice>", b"</CreditNote>")
        .replace(b"InvoiceLine", b"CreditNoteLine")
    )
    rows = spends(content)
    assert [row.amount for row in rows] == [-125_000_000, 50_000_000]
    assert_adds_up(rows, "-60", "-75")


@pytest.mark.parametrize("sign", ["", "-"])
def test_an_invoice_of_a_credit_s_type_is_money_back_once(sign: str) -> None:
    kind = "<InvoiceTypeCode>381</InvoiceTypeCode>"
    content = invoice(line("1", f"{sign}10"), more=kind, net=f"{sign}10", gross=f"{sign}12.5")
    assert [row.amount for row in spends(content)] == [-12_500_000]


def test_only_ubl_is_recognised() -> None:
    assert recognised_by(CREDIT_NOTE) == {"ubl_invoice"}
    assert recognised_by(CREDIT_NOTE.decode().encode("utf-16")) == {"ubl_invoice"}
    assert recognised_by(b'<Invoice xmlns="http://www.fatturapa.gov.it/sdi"></Invoice>') == set()


#: file → (net, gross, amounts of the lines), signs as booked.
REAL = {
    "Allowance-example.xml": ("5900", "7125", ["5000.00", "1000.00", "1125.00"]),
    "Vat-category-S.xml": ("7000", "8550", ["5102.04", "2300.00", "1147.96"]),
    "base-example.xml": ("1325", "1656.25", ["3567.31", "-1911.06"]),
    "base-negative-inv-correction.xml": ("-1325", "-1656.25", ["-3567.31", "1911.06"]),
    "vat-category-E.xml": ("1200", "1200", ["1200"]),
}


@needs_shared
@pytest.mark.parametrize(("name", "expected"), REAL.items())
def test_the_real_invoices_add_up(name: str, expected: tuple[str, str, list[str]]) -> None:
    content = (SHARED / "ubl" / name).read_bytes()
    net, gross, lines = expected
    assert recognised_by(content) == {"ubl_invoice"}
    rows = spends(content)
    assert_adds_up(rows, net, gross)
    assert [row.amount for row in rows] == [micro(amount) for amount in lines]


@needs_shared
def test_no_real_invoice_is_left_out() -> None:
    assert set(REAL) == {path.name for path in (SHARED / "ubl").iterdir()}


@needs_shared
def test_what_a_real_invoice_says() -> None:
    first = spends((SHARED / "ubl" / "base-example.xml").read_bytes())[0]
    assert first.text == "SupplierTradingName Ltd. - item name - Description of item"
    assert (first.account, first.own_id) == ("0002:FR23342", "GB1232434/Snippet1/1")
    assert (first.date, first.due) == (date(2017, 11, 13), date(2017, 12, 1))
    assert first.who == Who("lj@buyer.se", name="Lisa Johnson")
    assert (first.cost_centre, first.payment) == ("Konteringsstreng", Payment.BANK)


_AMOUNTS = st.decimals(min_value=-2000, max_value=2000, places=2)
_RATES = st.sampled_from(["0", "5.5", "7", "19", "25"])


@settings(max_examples=100, deadline=None)
@given(
    lines=st.lists(st.tuples(_AMOUNTS, _RATES), min_size=1, max_size=12),
    allowances=st.lists(st.tuples(_AMOUNTS, _RATES, st.booleans()), max_size=3),
    cents=st.integers(min_value=-3, max_value=3),
)
def test_records_always_add_up_to_the_stated_totals(
    lines: list[tuple[Decimal, str]], allowances: list[tuple[Decimal, str, bool]], cents: int
) -> None:
    by_rate: dict[str, Decimal] = {}
    for net, rate in lines:
        by_rate[rate] = by_rate.get(rate, Decimal(0)) + net
    for amount, rate, charge in allowances:
        by_rate[rate] = by_rate.get(rate, Decimal(0)) + (amount if charge else -amount)
    net = sum(by_rate.values(), Decimal(0))
    tax = sum(
        ((base * Decimal(rate) / 100).quantize(CENT, ROUND_HALF_UP) for rate, base in by_rate.items()),
        Decimal(0),
    )
    gross = net + tax + cents * CENT
    content = invoice(
        *(line(str(i), amount, rate) for i, (amount, rate) in enumerate(lines)),
        more="".join(allowance(amount, rate, charge=charge) for amount, rate, charge in allowances),
        net=net,
        gross=gross,
    )
    rows = spends(content)
    assert_adds_up(rows, net, gross)
    assert {row.document for row in rows} == {"DE1/R-1"}
    # The same corrected by a negative invoice cancels to nothing, line by line.
    mirror = spends(
        invoice(
            *(line(str(i), -amount, rate) for i, (amount, rate) in enumerate(lines)),
            more="".join(allowance(-amount, rate, charge=charge) for amount, rate, charge in allowances),
            net=-net,
            gross=-gross,
        )
    )
    assert [row.amount for row in mirror] == [-row.amount for row in rows]


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_breaks_nothing_but_the_file(seed: int) -> None:
    assert_survives(UBL, CREDIT_NOTE, seed)
    whole: list[Row] = read(UBL, CREDIT_NOTE)
    cut = seed % len(CREDIT_NOTE)
    rows, sentence = read_as_far_as_possible(UBL, CREDIT_NOTE[:cut])
    assert (rows == [] and sentence) or rows == whole


def test_an_invoice_without_a_currency_of_its_own_is_in_that_of_its_total() -> None:
    content = invoice(line("1", "100.00"), net="100.00", gross="125.00").replace(
        b"<DocumentCurrencyCode>EUR</DocumentCurrencyCode>", b""
    )
    assert [type(row) for _, row in read(UBL, content)] == [Rejected]
    total = b'<PayableAmount currencyID="SEK">125.00</PayableAmount></LegalMonetaryTotal>'
    rows = [row for _, row in read(UBL, content.replace(b"</LegalMonetaryTotal>", total))]
    assert [(row.currency, row.amount) for row in rows if isinstance(row, Spend)] == [("SEK", 125_000_000)]
