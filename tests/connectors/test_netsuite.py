"""NetSuite vendor bills, as records of their own and as lines of a query."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.netsuite_bills import NetsuiteBills
from discovery.records import Rejected, Spend
from tests.connectors.event_files import (
    SAMPLES,
    assert_survives,
    counts,
    read,
    read_as_far_as_possible,
    recognised_by,
)
from tests.connectors.json_variants import variants

NETSUITE = NetsuiteBills()
BILL = (SAMPLES / "netsuite_bills" / "vendor_bill.json").read_bytes()


def query(*rows: dict[str, Any]) -> bytes:
    stated = {
        "links": [],
        "id": "5",
        "tranid": "B-5",
        "trandate": "2026-03-31",
        "vendor": "Cursor",
        "netamount": "40.00",
        "cur": "USD",
    }
    return json.dumps(
        {"links": [], "count": len(rows), "hasMore": False, "items": [stated | r for r in rows]}
    ).encode()


def spends(content: bytes) -> list[Spend]:
    rows = [row for _, row in read(NETSUITE, content)]
    assert all(isinstance(row, Spend) for row in rows), rows
    return [row for row in rows if isinstance(row, Spend)]


def test_a_bill_is_a_record_a_line():
    assert recognised_by(BILL) == {"netsuite_bills"}
    usage, seats = spends(BILL)
    assert usage == Spend(
        account="Acme GmbH",
        own_id="8801/expense 1",
        date=date(2026, 3, 31),
        text="Mistral AI - La Plateforme, API usage",
        amount=178_500_000,
        currency="EUR",
        type="VendBill",
        net=150_000_000,
        tax=28_500_000,
        department="Engineering",
        cost_centre="R-12",
        stated_at="2026-04-01T10:00:00+00:00",
        document="8801",
        due=date(2026, 4, 30),
    )
    assert (seats.own_id, seats.amount, seats.department) == ("8801/item 1", 59_500_000, "Legal")
    assert usage.amount + seats.amount == 238_000_000


def test_a_credit_is_money_back_and_a_bill_without_lines_is_one_record():
    credit = json.loads(BILL.replace(b"/vendorbill/", b"/vendorcredit/"))
    assert sum(row.amount for row in spends(json.dumps(credit).encode())) == -238_000_000
    bare = json.loads(BILL) | {"expense": {"links": []}, "item": {"links": []}}
    (row,) = spends(json.dumps(bare).encode())
    assert (row.net, row.tax, row.own_id) == (200_000_000, 38_000_000, "8801/1")


def test_without_a_word_of_tax_none_is_stated():
    bill = {k: v for k, v in json.loads(BILL).items() if k not in ("taxTotal", "item")}
    bill["expense"] = {"items": [{"line": 1, "amount": 238.0}]}
    (row,) = spends(json.dumps(bill).encode())
    assert (row.amount, row.net, row.tax) == (238_000_000, None, None)


def test_rows_of_a_query_are_lines_without_tax():
    content = query(
        {"linesequencenumber": "1", "memo": "Seats", "dept": "Ops : Data"},
        {"linesequencenumber": "2", "netamount": "-5.5"},
        {"type": "VendCred", "id": "6", "netamount": "-7", "linesequencenumber": "1"},
        {"type": "PurchOrd"},
        {"mainline": "T"},
        {"taxline": "T"},
    )
    assert recognised_by(content) == {"netsuite_bills"}
    rows = [row for _, row in read(NETSUITE, content)]
    assert counts(read(NETSUITE, content)) == (3, 0, 3)
    first, second, credit = rows[:3]
    assert (first.own_id, first.text, first.department) == ("5/1", "Cursor - Seats", "Data")
    assert [(row.amount, row.net, row.tax) for row in (first, second, credit)] == [
        (40_000_000, 40_000_000, None),
        (-5_500_000, -5_500_000, None),
        (-7_000_000, -7_000_000, None),
    ]


def test_a_line_without_a_number_has_no_id_of_its_own():
    (row,) = spends(query({}))
    assert (row.own_id, row.document) == ("", "5")


def test_dates_in_the_account_s_format_are_decided_for_the_file():
    rows = spends(query({"trandate": "3/4/2026"}, {"trandate": "3/31/2026"}))
    assert [row.date for row in rows] == [date(2026, 3, 4), date(2026, 3, 31)]
    assert spends(query({"trandate": "4/4/2026"}))[0].date == date(2026, 4, 4)
    rows_, sentence = read_as_far_as_possible(NETSUITE, query({"trandate": "3/4/2026"}))
    assert rows_ == []
    assert "whether the day or the month" in sentence


def test_the_amount_in_the_currency_of_the_bill_goes_before_the_one_in_that_of_the_books():
    (row,) = spends(query({"netamount": "44.00", "foreignamount": "40.00", "cur": "EUR"}))
    assert (row.amount, row.currency) == (40_000_000, "EUR")


@pytest.mark.parametrize(
    ("stated", "code"),
    [("USA", "USD"), ("British pound", "GBP"), ("EUR", "EUR"), ("€", "EUR"), ("Money", "")],
)
def test_currencies_by_name(stated: str, code: str):
    ((_, row),) = read(NETSUITE, query({"cur": stated}))
    assert row.currency == code if code else "no currency" in row.reason


@pytest.mark.parametrize("status", ["Bill : Rejected", "Voided", "Cancelled"])
def test_what_is_not_owed_is_passed_over(status: str):
    assert counts(read(NETSUITE, query({"status": status}))) == (0, 0, 1)


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ({"vendor": None}, "supplier"),
        ({"trandate": "2026-02-30"}, "tranDate"),
        ({"netamount": None}, "amount"),
        ({"id": None, "tranid": None}, "number"),
    ],
)
def test_a_row_that_lacks_the_essential_is_rejected(missing: dict, reason: str):
    ((_, row),) = read(NETSUITE, query(missing))
    assert isinstance(row, Rejected)
    assert reason in row.reason


def test_a_list_of_links_says_what_to_do():
    links = [
        {"rel": "self", "href": "https://x.suitetalk.api.netsuite.com/services/rest/record/v1/vendorBill/7"}
    ]
    content = json.dumps({"links": [], "count": 1, "items": [{"links": links, "id": "7"}]}).encode()
    assert recognised_by(content) == {"netsuite_bills"}
    ((_, row),) = read(NETSUITE, content)
    assert isinstance(row, Rejected)
    assert "expandSubResources" in row.reason


@pytest.mark.parametrize(
    ("name", "content"), variants([json.loads(BILL), json.loads(BILL) | {"id": "8802"}]).items()
)
def test_the_same_bills_in_other_shapes(name: str, content: bytes):
    assert recognised_by(content) == {"netsuite_bills"}, name
    assert [row.document for _, row in read(NETSUITE, content)] == ["8801", "8801", "8802", "8802"]


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_breaks_nothing_but_the_file(seed: int):
    assert_survives(NETSUITE, BILL, seed)
    assert_survives(NETSUITE, query({"line": "1"}, {"line": "2"}), seed)
