"""CII invoices add up as UBL's do: both are syntaxes of one model."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.cii_invoice import CiiInvoice
from discovery.records import Payment, Rejected, Spend, Who
from tests.connectors.event_files import (
    SAMPLES,
    assert_survives,
    counts,
    read,
    read_as_far_as_possible,
    recognised_by,
)

CII = CiiInvoice()
INVOICE = (SAMPLES / "cii_invoice" / "factur-x.xml").read_bytes()


def spends(content: bytes) -> list[Spend]:
    rows = [row for _, row in read(CII, content)]
    assert all(isinstance(row, Spend) for row in rows), rows
    return [row for row in rows if isinstance(row, Spend)]


def without_lines(content: bytes) -> bytes:
    return re.sub(
        rb"(?s)<ram:IncludedSupplyChainTradeLineItem>.*</ram:IncludedSupplyChainTradeLineItem>", b"", content
    )


def test_a_line_of_text_alone_is_none_and_the_totals_still_add_up():
    note = b"""<ram:IncludedSupplyChainTradeLineItem>
      <ram:AssociatedDocumentLineDocument><ram:IncludedNote><ram:Content>Delivered in March:</ram:Content>
      </ram:IncludedNote></ram:AssociatedDocumentLineDocument>
      <ram:SpecifiedLineTradeSettlement/></ram:IncludedSupplyChainTradeLineItem>"""
    first = b"<ram:IncludedSupplyChainTradeLineItem>"
    rows = read(CII, INVOICE.replace(first, note + first, 1))
    assert counts(rows) == (len(spends(INVOICE)), 0, 1)
    total = sum(row.amount for _, row in rows if isinstance(row, Spend))
    assert total == sum(row.amount for row in spends(INVOICE))


def test_an_invoice_is_a_record_a_line_after_its_discount():
    assert recognised_by(INVOICE) == {"cii_invoice"}
    api, book = spends(INVOICE)
    assert api == Spend(
        account="0007:5560000000",
        own_id="DE123456789/AA-2026-31/1",
        date=date(2026, 3, 31),
        text="Aleph Alpha - Language model API, March",
        amount=321_300_000,
        currency="EUR",
        who=Who("maja.lindqvist@acme.example"),
        payment=Payment.BANK,
        type="380",
        url="aleph-alpha.example",
        net=270_000_000,  # the discount of 30 is of its tax category alone
        tax=51_300_000,
        cost_centre="4711",
        document="DE123456789/AA-2026-31",
        due=date(2026, 4, 30),
    )
    assert (book.text, book.net, book.tax) == ("Aleph Alpha - Handbook - Printed", 50_000_000, 3_500_000)
    assert api.amount + book.amount == 374_800_000


@pytest.mark.parametrize("sign", [b"", b"-"])
def test_a_credit_note_is_money_back_however_it_is_written(sign: bytes):
    note = INVOICE.replace(b">380<", b">381<")
    for name in (b"LineTotalAmount", b"ActualAmount", b"TaxBasisTotalAmount", b"GrandTotalAmount"):
        note = note.replace(b"<ram:%s>" % name, b"<ram:%s>%s" % (name, sign))
    rows = spends(note)
    assert sum(row.amount for row in rows) == -374_800_000
    assert rows[0].document == "DE123456789/credit note AA-2026-31"


def test_a_profile_without_lines_is_one_record():
    (row,) = spends(without_lines(INVOICE))
    assert (row.net, row.tax, row.amount) == (320_000_000, 54_800_000, 374_800_000)
    assert (row.text, row.own_id) == ("Aleph Alpha", "DE123456789/AA-2026-31/1")


def test_a_card_is_known_by_its_last_digits():
    card = (
        b"<ram:TypeCode>48</ram:TypeCode><ram:ApplicableTradeSettlementFinancialCard>"
        b"<ram:ID>555544443333</ram:ID></ram:ApplicableTradeSettlementFinancialCard>"
    )
    row = spends(INVOICE.replace(b"<ram:TypeCode>58</ram:TypeCode>", card))[0]
    assert (row.payment, row.card) == (Payment.CARD, "*3333")


def test_lines_that_sum_up_others_and_tests_are_passed_over():
    group = INVOICE.replace(
        b"<ram:LineID>1</ram:LineID>",
        b"<ram:LineID>1</ram:LineID><ram:LineStatusReasonCode>GROUP</ram:LineStatusReasonCode>",
    )
    assert counts(read(CII, group))[2] == 1
    test = INVOICE.replace(
        b"<rsm:ExchangedDocumentContext>",
        b"<rsm:ExchangedDocumentContext><ram:TestIndicator><udt:Indicator>true</udt:Indicator></ram:TestIndicator>",
    )
    assert counts(read(CII, test)) == (0, 0, 2)


def test_the_first_version_of_zugferd_has_other_names():
    old = INVOICE.decode()
    for new_name, old_name in (
        ("CrossIndustryInvoice", "CrossIndustryDocument"),
        ("ExchangedDocument>", "HeaderExchangedDocument>"),
        ("rsm:SupplyChainTradeTransaction", "rsm:SpecifiedSupplyChainTradeTransaction"),
        ("ApplicableHeaderTrade", "ApplicableSupplyChainTrade"),
        ("SpecifiedLineTradeSettlement", "SpecifiedSupplyChainTradeSettlement"),
        ("SettlementLineMonetarySummation", "SettlementMonetarySummation"),
        ("SettlementHeaderMonetarySummation", "SettlementMonetarySummation"),
        ("RateApplicablePercent", "ApplicablePercent"),
    ):
        old = old.replace(new_name, old_name)
    assert recognised_by(old.encode()) == {"cii_invoice"}
    assert read(CII, old.encode()) == read(CII, INVOICE)


def test_prefixes_currencies_beside_amounts_and_encodings_change_nothing():
    text = INVOICE.decode()
    plain = (
        text.replace("ram:", "a:").replace("xmlns:ram", "xmlns:a").replace("udt:", "b:").replace(":udt", ":b")
    )
    stated = text.replace("<ram:LineTotalAmount>", '<ram:LineTotalAmount currencyID="EUR">')
    for content in (plain.encode(), stated.encode(), text.encode("utf-16"), text.encode("utf-8-sig")):
        assert recognised_by(content) == {"cii_invoice"}
        assert read(CII, content) == read(CII, INVOICE)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"AA-2026-31", b"", "no number"),
        (b"20260331", b"20260231", "issue date"),
        (b">EUR</ram:InvoiceCurrencyCode", b"></ram:InvoiceCurrencyCode", "no currency"),
        (b"<ram:LineTotalAmount>300.00", b"<ram:LineTotalAmount>many", "LineExtensionAmount"),
    ],
)
def test_what_is_missing_is_said(old: bytes, new: bytes, reason: str):
    rejected = [row for _, row in read(CII, INVOICE.replace(old, new)) if isinstance(row, Rejected)]
    assert rejected
    assert all(reason in row.reason for row in rejected)


def test_document_types_are_never_followed():
    declared = INVOICE.replace(b"<rsm:Cross", b'<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd"><rsm:Cross', 1)
    rows, sentence = read_as_far_as_possible(CII, declared)
    assert rows == []
    assert "document type" in sentence


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_breaks_nothing_but_the_file(seed: int):
    assert_survives(CII, INVOICE, seed)
    rows, sentence = read_as_far_as_possible(CII, INVOICE[: seed % len(INVOICE)])
    assert (rows == [] and sentence) or rows == read(CII, INVOICE)
