"""QuickBooks bills and purchases: a line each; the payment of a bill is not a second spend."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.quickbooks_bills import QuickbooksBills
from discovery.records import Ignored, Payment, Rejected, Spend
from tests.connectors.event_files import SAMPLES, assert_survives, counts, read, recognised_by
from tests.connectors.json_variants import variants

QUICKBOOKS = QuickbooksBills()
PAGE = (SAMPLES / "quickbooks_bills" / "query_bill.json").read_bytes()


def document(**more: Any) -> dict[str, Any]:
    return {
        "Id": "1",
        "TxnDate": "2026-05-01",
        "VendorRef": {"value": "5", "name": "Runway"},
        "CurrencyRef": {"value": "USD"},
        "TotalAmt": 110,
        "TxnTaxDetail": {"TotalTax": 10},
        "Line": [{"Id": "1", "Amount": 100, "DetailType": "AccountBasedExpenseLineDetail"}],
    } | more


def page(kind: str = "Bill", **more: Any) -> bytes:
    return json.dumps({"QueryResponse": {kind: [document(**more)]}, "time": "2026-05-02"}).encode()


def only(content: bytes) -> Any:
    ((_, row),) = read(QUICKBOOKS, content)
    return row


def test_bills_and_purchases_but_not_the_payment_of_bills():
    assert recognised_by(PAGE) == {"quickbooks_bills"}
    assert counts(read(QUICKBOOKS, PAGE)) == (3, 0, 1)
    seats, credits, refund, payment = [row for _, row in read(QUICKBOOKS, PAGE)]
    assert seats == Spend(
        account="",
        own_id="Bill/145/1",
        date=date(2026, 3, 31),
        text="Anthropic - Claude Team, 10 seats",
        amount=300_000_000,
        currency="EUR",
        type="Bill",
        net=250_000_000,
        tax=50_000_000,
        department="Engineering",
        stated_at="2026-04-01T15:00:00+00:00",
        document="Bill/145",
        due=date(2026, 4, 30),
    )
    assert (credits.text, credits.amount, credits.department) == (
        "Anthropic - API credits",
        60_000_000,
        "Berlin",
    )
    assert (refund.amount, refund.payment, refund.tax) == (-30_000_000, Payment.CARD, None)
    assert isinstance(payment, Ignored)


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([100], [(100_000_000, 10_000_000)]),
        ([110], [(100_000_000, 10_000_000)]),  # the line holds the tax
        ([60, 20], [(60_000_000, 6_000_000), (20_000_000, 2_000_000), (20_000_000, 2_000_000)]),
    ],
)
def test_lines_add_up_to_the_total(amounts: list[int], expected: list[tuple]):
    lines = [{"Id": str(i), "Amount": value, "Description": "Gen"} for i, value in enumerate(amounts)]
    rows = [row for _, row in read(QUICKBOOKS, page(Line=lines))]
    assert [(row.net, row.tax) for row in rows] == expected
    assert sum(row.amount for row in rows) == 110_000_000


def test_a_supplier_credit_is_money_back():
    assert only(page("VendorCredit")).amount == -110_000_000


def test_without_a_word_of_tax_none_is_stated():
    row = only(page(TxnTaxDetail=None, TotalAmt=100))
    assert (row.amount, row.net, row.tax) == (100_000_000, None, None)


def test_a_bundle_is_its_lines():
    bundle = {"DetailType": "GroupLineDetail", "GroupLineDetail": {"Line": [{"Id": "7", "Amount": 100}]}}
    assert only(page(Line=[bundle])).own_id == "Bill/1/7"


def test_a_purchase_may_name_nobody():
    row = only(
        page(
            "Purchase",
            VendorRef=None,
            PaymentType="Check",
            Line=[{"Amount": 100, "Description": "ELEVENLABS.IO"}],
        )
    )
    assert (row.text, row.payment) == ("ELEVENLABS.IO", Payment.BANK)


@pytest.mark.parametrize(
    "content",
    [
        page(PrivateNote="Voided - double", TotalAmt=0, Line=[{"Id": "1", "Amount": 0}]),
        b'{"CDCResponse":[{"QueryResponse":[{"Bill":[{"domain":"QBO","status":"Deleted","Id":"125"}]}]}],"time":"x"}',
        page("BillPayment", PayType="Check"),
        page("Vendor"),
        b'{"QueryResponse":{},"time":"2026-05-02"}',
    ],
)
def test_what_is_not_bought_is_passed_over(content: bytes):
    assert counts(read(QUICKBOOKS, content)) == (0, 0, 1)


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ({"VendorRef": None, "Line": []}, "supplier"),
        ({"CurrencyRef": None}, "currency"),
        ({"TxnDate": "2026-02-30"}, "TxnDate"),
        ({"Id": None}, "number"),
        ({"Line": [{"Amount": "many"}]}, "Amount"),
    ],
)
def test_a_bill_that_lacks_the_essential_is_rejected(missing: dict, reason: str):
    row = only(page(**missing))
    assert isinstance(row, Rejected)
    assert reason in row.reason


def test_changes_single_documents_and_empty_answers_are_recognised():
    changes = {"CDCResponse": [{"QueryResponse": [{"Bill": [document()]}, {"Purchase": []}]}], "time": "x"}
    single = {"Bill": document(), "time": "x"}
    for content in (json.dumps(changes).encode(), json.dumps(single).encode()):
        assert recognised_by(content) == {"quickbooks_bills"}
        assert only(content).document == "Bill/1"
    assert recognised_by(b'{"QueryResponse": {}, "time": "2026"}') == {"quickbooks_bills"}


BARE = document(DueDate="2026-05-31")


@pytest.mark.parametrize(("name", "content"), variants([BARE, BARE | {"Id": "2"}]).items())
def test_documents_without_an_envelope(name: str, content: bytes):
    assert recognised_by(content) == {"quickbooks_bills"}, name
    assert [row.document for _, row in read(QUICKBOOKS, content)] == ["Bill/1", "Bill/2"]


def test_a_bare_order_is_no_spend_and_a_bare_supplier_credit_is_not_taken_for_a_bill():
    order = only(json.dumps([BARE | {"POStatus": "Open"}]).encode())
    assert isinstance(order, Ignored)
    credit = only(json.dumps([document(Balance=110)]).encode())  # a supplier credit is never due
    assert isinstance(credit, Rejected)
    assert "supplier credit" in credit.reason


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_breaks_nothing_but_the_file(seed: int):
    assert_survives(QUICKBOOKS, PAGE, seed)
