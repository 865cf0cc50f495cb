"""Expense exports as the systems head their columns; rows are invented.

Headers: Pleo's data points (help.pleo.io 103000303677), Concur's reporting fields (Analysis and
Intelligence data model, Expense folder) and API entries (v3 expense entries), Expensify's default
template (real file beside the project). What Spendesk, Navan, Rippling, Ramp and Brex export each
company composes itself; these are compositions of their usual fields.
"""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from discovery.connectors import recognise
from discovery.connectors.base import Head
from discovery.connectors.column_meaning import Meaning, meanings_of
from discovery.connectors.table_words import payment_of_kind
from discovery.records import Ignored, Payment, Spend

SAMPLES = Path(__file__).parent.parent / "samples" / "expense_table"

EUROS = [(27_600_000, "EUR", 30_000_000, "USD"), (18_400_000, "EUR", 20_000_000, "USD")]
DOLLARS = [(30_000_000, "USD", None, ""), (20_000_000, "USD", None, "")]


def spends(content: bytes) -> list[Spend]:
    connector = recognise(Head("export.csv", content, complete=True))
    assert connector.name == "expense_table"
    rows = [row for _, row in connector.read(io.BytesIO(content))]
    assert all(isinstance(row, Spend | Ignored) for row in rows), rows
    return [row for row in rows if isinstance(row, Spend)]


@pytest.mark.parametrize(
    ("export", "ids", "money", "email"),
    [
        ("concur", ["99012", "99013"], EUROS, False),
        ("concur_entries", ["e1", "e2"], DOLLARS, True),
        ("pleo", ["p1", "p2"], EUROS, True),
        ("spendesk", ["s1", "s2"], EUROS, True),
        ("navan", ["n1", "n2"], EUROS, True),
        ("rippling", ["r1", "r2"], DOLLARS, True),
        ("brex", ["b1", "b2"], DOLLARS, True),
    ],
)
def test_each_export_says_who_paid_whom_what_and_how(
    export: str, ids: list[str], money: list[tuple], email: bool
):
    rows = spends((SAMPLES / f"{export}.csv").read_bytes())
    assert [row.own_id for row in rows] == ids
    assert [row.date for row in rows] == [date(2026, 3, 14), date(2026, 3, 15)]
    assert [row.text for row in rows] == ["MIDJOURNEY INC.", "OpenAI"]
    assert [(r.amount, r.currency, r.merchant_amount, r.merchant_currency) for r in rows] == money
    assert [row.payment for row in rows] == [Payment.PERSONAL, Payment.CARD]
    for row in rows:
        assert row.who.email == ("lena.okafor@acme.example" if email else "")
        assert email or row.who.login == "10034"


def test_an_amount_keeps_the_currency_that_is_named_after_it():
    rows = spends(
        b"Employee,Transaction Date,Vendor,Payment Type,Transaction Amount,Transaction Currency,"
        b"Reimbursement Currency\nLena Okafor,2026-03-14,Midjourney,Cash,30.00,USD,EUR\n"
    )
    assert [(row.amount, row.currency) for row in rows] == [(30_000_000, "USD")]


def test_a_currency_named_after_another_amount_is_not_that_of_the_booked_one():
    rows = spends(
        b"User,User email,Date,Merchant,Reimbursable,Local Amount,Local Currency,Amount,Currency\n"
        b"Lena Okafor,lena@acme.example,2026-03-14,Midjourney,yes,30.00,USD,24.10,GBP\n"
    )
    (row,) = rows
    assert (row.amount, row.currency) == (24_100_000, "GBP")
    assert (row.merchant_amount, row.merchant_currency) == (30_000_000, "USD")


@pytest.mark.parametrize(
    ("kind", "payment"),
    [
        ("Out-of-pocket", Payment.PERSONAL),
        ("REIMBURSEMENT", Payment.PERSONAL),
        ("Card", Payment.CARD),
        ("Card fees", Payment.UNKNOWN),
        ("Bank charges", Payment.UNKNOWN),
        ("Online Fees", Payment.UNKNOWN),
    ],
)
def test_the_kind_of_an_expense_says_how_it_was_paid_only_where_it_is_about_that(kind: str, payment: Payment):
    assert payment_of_kind(kind) is payment


def test_what_stands_in_brackets_may_tell_two_amounts_apart():
    (rank, meaning), *_ = meanings_of("Approved Amount (rpt)")
    (other_rank, other), *_ = meanings_of("Transaction Amount")
    assert (meaning, other) == (Meaning.AMOUNT, Meaning.AMOUNT)
    assert rank < other_rank
    assert meanings_of("Amount (USD)") == meanings_of("Amount")
