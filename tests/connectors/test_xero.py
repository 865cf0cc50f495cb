"""Xero bills: a line each, together the bill's total; sales, drafts and voided bills are none."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.xero_bills import XeroBills
from discovery.records import Ignored, Payment, Rejected, Spend
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

XERO = XeroBills()
PAGE = (SAMPLES / "xero_bills" / "invoices.json").read_bytes()
BILLS: list[dict[str, Any]] = json.loads(PAGE)["Invoices"]


def bill(**more: Any) -> bytes:
    stated = {
        "Type": "ACCPAY",
        "InvoiceID": "i-1",
        "Status": "PAID",
        "Contact": {"Name": "Perplexity"},
        "DateString": "2026-05-01T00:00:00",
        "CurrencyCode": "USD",
        "LineItems": [{"Description": "Pro", "LineAmount": 20, "TaxAmount": 2}],
        "SubTotal": 20,
        "TotalTax": 2,
        "Total": 22,
    }
    return json.dumps({"Invoices": [stated | more]}).encode()


def only(content: bytes) -> Any:
    ((_, row),) = read(XERO, content)
    return row


def test_a_bill_is_a_record_a_line_and_a_bill_without_lines_one():
    rows = [row for _, row in read(XERO, PAGE)]
    assert counts(read(XERO, PAGE)) == (3, 0, 2)
    seats, credits, *_, whole = rows
    assert seats == Spend(
        account="",
        own_id="b1d0a000-0000-4000-8000-000000000001/1",
        date=date(2026, 3, 31),
        text="OpenAI Ireland Ltd - ChatGPT Team, 4 seats",
        amount=98_400_000,
        currency="EUR",
        type="ACCPAY",
        net=80_000_000,
        tax=18_400_000,
        department="Design",
        cost_centre="D-12",
        stated_at="2026-03-31T12:00:00+00:00",
        document="b1d0a000-0000-4000-8000-000000000001",
        due=date(2026, 4, 30),
    )
    assert (credits.net, credits.tax) == (17_560_000, 4_040_000)
    # The totals that the bill states, in its own words: 97.56, 22.44 and 120.00.
    assert (seats.net + credits.net, seats.tax + credits.tax) == (97_560_000, 22_440_000)
    assert (whole.amount, whole.tax, whole.own_id[-2:]) == (200_000_000, 0, "/1")


@pytest.mark.parametrize(
    "changed",
    [
        {"Status": "VOIDED"},
        {"Status": "DELETED"},
        {"Status": "DRAFT"},
        {"Type": "ACCREC"},
        {"Type": "RECEIVE"},
        {"Type": "SPEND-TRANSFER"},
    ],
)
def test_what_is_not_bought_is_passed_over(changed: dict):
    assert isinstance(only(bill(**changed)), Ignored)


@pytest.mark.parametrize("status", ["SUBMITTED", "AUTHORISED", "PAID"])
def test_a_bill_that_waits_counts(status: str):
    assert only(bill(Status=status)).amount == 22_000_000


def test_a_credit_note_is_money_back_and_money_spent_is_paid_by_bank():
    note = json.dumps(
        {"CreditNotes": [json.loads(bill(Type="ACCPAYCREDIT", CreditNoteID="c-1"))["Invoices"][0]]}
    )
    assert (only(note.encode()).amount, only(note.encode()).net) == (-22_000_000, -20_000_000)
    spent = only(bill(Type="SPEND", InvoiceID=None, BankTransactionID="t-1"))
    assert (spent.payment, spent.document, spent.amount) == (Payment.BANK, "t-1", 22_000_000)


@pytest.mark.parametrize(
    ("kind", "lines", "expected"),
    [
        ("Inclusive", [{"LineAmount": 22, "TaxAmount": 2}], [(20_000_000, 2_000_000)]),
        ("Exclusive", [{"LineAmount": "20.00", "TaxAmount": None}], [(20_000_000, 2_000_000)]),
        (None, [{"LineAmount": 22}], [(20_000_000, 2_000_000)]),
        ("Exclusive", [{"LineAmount": 15, "TaxAmount": 2}], [(15_000_000, 2_000_000), (5_000_000, 0)]),
    ],
)
def test_lines_with_and_without_tax_add_up(kind: str | None, lines: list[dict], expected: list[tuple]):
    rows = [row for _, row in read(XERO, bill(LineAmountTypes=kind, LineItems=lines))]
    assert [(row.net, row.tax) for row in rows] == expected
    assert sum(row.amount for row in rows) == 22_000_000


def test_a_line_of_text_is_no_line_and_a_broken_line_costs_no_other():
    note = {"Description": "for March"}
    rows = [row for _, row in read(XERO, bill(LineItems=[note, {"LineAmount": 20, "TaxAmount": 2}]))]
    assert sorted(type(row).__name__ for row in rows) == ["Ignored", "Spend"]
    rows = [
        row for _, row in read(XERO, bill(LineItems=[{"LineAmount": "x"}, {"LineAmount": 5, "TaxAmount": 1}]))
    ]
    assert [type(row) for row in rows] == [Rejected, Spend]
    assert rows[1].amount == 6_000_000


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ({"Contact": None}, "supplier"),
        ({"CurrencyCode": ""}, "currency"),
        ({"DateString": "soon"}, "date"),
        ({"InvoiceID": None, "CreditNoteID": ""}, "number"),
        ({"Type": "OTHER"}, "type"),
        ({"LineItems": [], "Total": None, "SubTotal": None}, "neither lines nor a total"),
    ],
)
def test_a_bill_that_lacks_the_essential_is_rejected(missing: dict, reason: str):
    row = only(bill(**missing))
    assert isinstance(row, Rejected)
    assert reason in row.reason


def test_dates_may_be_milliseconds_alone():
    row = only(bill(DateString=None, Date="/Date(1508198400000+0000)/", UpdatedDateUTC="2026-05-02T01:00:00"))
    assert (row.date, row.stated_at) == (date(2017, 10, 17), "2026-05-02T01:00:00+00:00")


@pytest.mark.parametrize(("name", "content"), variants(BILLS).items())
def test_the_same_bills_in_other_shapes_are_the_same_records(name: str, content: bytes):
    assert recognised_by(content) == {"xero_bills"}, name
    assert [row for _, row in read(XERO, content)] == [row for _, row in read(XERO, PAGE)]


def test_names_may_begin_small_as_libraries_write_them():
    text = re.sub(r'"([A-Z])(\w*)":', lambda name: f'"{name[1].lower()}{name[2]}":', PAGE.decode())
    assert '"invoices":' in text
    assert recognised_by(text.encode()) == {"xero_bills"}
    assert read(XERO, text.encode()) == read(XERO, PAGE)


def test_pages_behind_each_other_and_empty_pages():
    assert counts(read(XERO, PAGE + b"\n" + PAGE)) == (6, 0, 4)
    empty = b'{"Id":"1","Status":"OK","ProviderName":"x","Invoices":[]}'
    assert recognised_by(empty) == {"xero_bills"}
    assert read(XERO, empty) == []


@needs_shared
def test_the_real_bill():
    content = (SHARED / "xero" / "accpay_list_first_invoice.json").read_bytes()
    assert recognised_by(content) == {"xero_bills"}
    # jq '.Invoices[] | .SubTotal, .TotalTax, .Total' of the file: 135.00, 13.50, 148.50
    row = only(content)
    assert (row.net, row.tax, row.amount) == (135_000_000, 13_500_000, 148_500_000)
    assert (row.text, row.currency, row.date, row.due) == (
        "Melrose Parking", "AUD", date(2017, 10, 17), date(2017, 10, 26),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_breaks_nothing_but_the_file(seed: int):
    assert_survives(XERO, PAGE, seed)
