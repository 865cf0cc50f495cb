"""Coupa invoices, the same from XML and JSON: a line each, tax on the invoice or on its lines."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.coupa_invoices import CoupaInvoices
from discovery.records import Rejected, Spend, Who
from tests.connectors.event_files import (
    SAMPLES,
    SHARED,
    assert_survives,
    counts,
    needs_shared,
    read,
    recognised_by,
)
from tests.connectors.json_variants import variants

COUPA = CoupaInvoices()
PAGE = (SAMPLES / "coupa_invoices" / "invoices.xml").read_bytes()


def invoice(**more: Any) -> dict[str, Any]:
    stated = {
        "id": 12,
        "invoice-number": "I-12",
        "invoice-date": "2026-05-01T00:00:00+02:00",
        "status": "pending_approval",
        "document-type": "Invoice",
        "supplier": {"name": "DeepL SE"},
        "currency": {"code": "EUR"},
        "line-level-taxation": False,
        "tax-amount": "19.0",
        "gross-total": "119.0",
        "invoice-lines": [{"line-num": 1, "description": "API Pro", "total": "100.0", "tax-lines": []}],
    }
    return stated | {name.replace("_", "-"): value for name, value in more.items()}


def spends(**more: Any) -> list[Spend]:
    rows = [row for _, row in read(COUPA, json.dumps([invoice(**more)]).encode())]
    assert all(isinstance(row, Spend) for row in rows), rows
    return [row for row in rows if isinstance(row, Spend)]


def test_an_invoice_is_a_record_a_line_with_its_share_of_charges_and_tax():
    assert recognised_by(PAGE) == {"coupa_invoices"}
    assert counts(read(COUPA, PAGE)) == (2, 0, 1)
    seats, onboarding, _ = [row for _, row in read(COUPA, PAGE)]
    assert seats == Spend(
        account="",
        own_id="5001/1",
        date=date(2026, 3, 31),
        text="Glean Technologies - Work assistant, 10 seats",
        amount=338_250_000,  # 300 of 400, and so of the handling of 10 and the tax of 41
        currency="USD",
        who=Who("lena.okafor@acme.example", name="Lena Okafor"),
        type="Invoice",
        url="https://glean.example",
        net=307_500_000,
        tax=30_750_000,
        department="Marketing",
        cost_centre="SF-Marketing-Software",
        stated_at="2026-04-02T16:00:00+00:00",
        document="5001",
        due=date(2026, 4, 30),
    )
    assert (onboarding.amount, onboarding.cost_centre) == (112_750_000, "")
    assert seats.amount + onboarding.amount == 451_000_000


def test_tax_on_lines_and_charges():
    lines = [
        {"line-num": 1, "total": "100.0", "tax-lines": [{"amount": "19.0", "rate": "19.0"}]},
        {"line-num": 2, "total": "50.0", "tax-lines": []},
    ]
    rows = spends(line_level_taxation=True, tax_amount=None, gross_total="169.0", invoice_lines=lines)
    assert [(row.net, row.tax) for row in rows] == [(100_000_000, 19_000_000), (50_000_000, 0)]
    charge = [{"type": "InvoiceShippingCharge", "total": "15.0", "tax-lines": [{"amount": "3.0"}]}]
    rows = spends(line_level_taxation=True, gross_total="187.0", invoice_lines=lines, invoice_charges=charge)
    assert sum(row.net or 0 for row in rows) == 165_000_000
    assert sum(row.tax or 0 for row in rows) == 22_000_000


def test_without_a_stated_total_it_is_that_of_its_parts():
    (row,) = spends(gross_total=None, shipping_amount="1.0")
    assert (row.net, row.tax, row.amount) == (101_000_000, 19_000_000, 120_000_000)


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_credit_note_is_money_back_however_it_is_written(sign: str):
    (row,) = spends(
        document_type="Credit Note",
        tax_amount=f"{sign}19.0",
        gross_total=f"{sign}119.0",
        invoice_lines=[{"line-num": 1, "total": f"{sign}100.0"}],
    )
    assert (row.net, row.tax, row.amount) == (-100_000_000, -19_000_000, -119_000_000)


def test_a_line_may_state_price_and_quantity_alone():
    assert spends(invoice_lines=[{"id": 4, "price": "40.0", "quantity": "2.5"}])[0].net == 100_000_000


@pytest.mark.parametrize("status", ["voided", "draft", "save_as_draft", "new", "abandoned", "rejected"])
def test_what_is_not_owed_is_passed_over(status: str):
    assert counts(read(COUPA, json.dumps([invoice(status=status)]).encode())) == (0, 0, 1)


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ({"supplier": None}, "supplier"),
        ({"currency": {}}, "currency"),
        ({"invoice_date": "never"}, "invoice-date"),
        ({"id": None, "invoice_number": None}, "number"),
        ({"invoice_lines": [{"line-num": 1, "total": "x"}]}, "total"),
        ({"invoice_lines": [], "gross_total": None}, "neither lines nor a total"),
    ],
)
def test_an_invoice_that_lacks_the_essential_is_rejected(missing: dict, reason: str):
    ((_, row),) = read(COUPA, json.dumps([invoice(**missing)]).encode())
    assert isinstance(row, Rejected)
    assert reason in row.reason


@pytest.mark.parametrize(("name", "content"), variants([invoice(), invoice(id=13)]).items())
def test_the_same_invoices_in_other_shapes(name: str, content: bytes):
    assert recognised_by(content) == {"coupa_invoices"}, name
    assert [row.own_id for _, row in read(COUPA, content)] == ["12/1", "13/1"]


def test_names_may_have_underscores():
    content = json.dumps([invoice()]).replace("invoice-", "invoice_").replace("line-", "line_").encode()
    assert recognised_by(content) == {"coupa_invoices"}
    assert [row.amount for _, row in read(COUPA, content)] == [119_000_000]


def test_xml_in_other_encodings_is_the_same():
    text = PAGE.decode()
    for encoding in ("utf-16", "utf-8-sig"):
        assert recognised_by(text.encode(encoding)) == {"coupa_invoices"}
        assert read(COUPA, text.encode(encoding)) == read(COUPA, PAGE)


@needs_shared
def test_the_real_excerpt_lacks_supplier_and_lines():
    content = (SHARED / "coupa" / "invoice_header_excerpt.xml").read_bytes()
    assert recognised_by(content) == {"coupa_invoices"}
    ((line, row),) = read(COUPA, content)
    assert line == 2
    assert row == Rejected("the invoice names no supplier; export the invoices with all their fields", "500")


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_breaks_nothing_but_the_file(seed: int):
    assert_survives(COUPA, PAGE, seed)
    assert_survives(COUPA, json.dumps([invoice(), invoice(id=13)]).encode(), seed)
