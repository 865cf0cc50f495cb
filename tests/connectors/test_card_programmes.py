"""Ramp, Brex, Stripe Issuing and Plaid: units, signs, states, and every way of wrapping the objects."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors import by_name
from discovery.connectors.api_objects import day_in
from discovery.connectors.base import Connector
from discovery.records import Ignored, Payment, Rejected, Removed, Spend, Who
from tests.connectors.event_files import (
    SAMPLES,
    SHARED,
    assert_survives,
    counts,
    needs_shared,
    read,
    read_as_far_as_possible,
    recognised_by,
)

RAMP: dict[str, Any] = {
    "id": "r1",
    "amount": 20,
    "currency_code": "USD",
    "state": "CLEARED",
    "merchant_name": "OpenAI",
    "merchant_descriptor": "OPENAI *CHATGPT",
    "card_id": "c",
    "user_transaction_time": "2026-03-01T10:00:00+00:00",
}
BREX: dict[str, Any] = {
    "id": "pste_1",
    "card_id": "c",
    "description": "OpenAI",
    "amount": {"amount": 2000, "currency": "USD"},
    "initiated_at_date": "2026-03-01",
    "posted_at_date": "2026-03-03",
    "type": "PURCHASE",
    "merchant": {"raw_descriptor": "OPENAI *CHATGPT", "mcc": "5734"},
}
STRIPE: dict[str, Any] = {
    "id": "ipi_1",
    "object": "issuing.transaction",
    "amount": -2000,
    "currency": "usd",
    "type": "capture",
    "created": 1772359200,
    "merchant_data": {"name": "OPENAI *CHATGPT", "category_code": "5734"},
}
PLAID: dict[str, Any] = {
    "transaction_id": "tA",
    "account_id": "a",
    "amount": 20,
    "iso_currency_code": "USD",
    "date": "2026-03-03",
    "authorized_date": "2026-03-01",
    "name": "OPENAI *CHATGPT",
    "merchant_name": "OpenAI",
    "pending": False,
    "payment_channel": "online",
}
#: An object, and under what an answer of the API holds it.
OBJECTS = {
    "ramp": (RAMP, "data"),
    "brex": (BREX, "items"),
    "stripe_issuing": (STRIPE, "data"),
    "plaid": (PLAID, "added"),
}


def rows_of(name: str, *objects: dict[str, Any]) -> list[object]:
    return [row for _, row in read(by_name(name), json.dumps(objects).encode())]


def spend_of(name: str, found: dict[str, Any]) -> Spend:
    (row,) = rows_of(name, found)
    assert isinstance(row, Spend), row
    return row


def sample(name: str) -> bytes:
    (path,) = (SAMPLES / name).glob("*.json")
    return path.read_bytes()


def flat(found: dict[str, Any], joint: str, prefix: str = "") -> dict[str, Any]:
    """The object as what makes tables of an API writes it."""
    cells: dict[str, Any] = {}
    for key, value in found.items():
        if isinstance(value, dict):
            cells |= flat(value, joint, f"{prefix}{key}{joint}")
        else:
            cells[f"{prefix}{key}"] = "" if value is None else value
    return cells


def table(*objects: dict[str, Any], joint: str = ".", delimiter: str = ",") -> bytes:
    rows = [flat(found, joint) for found in objects]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


# --- all of them --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OBJECTS)
def test_one_purchase(name: str) -> None:
    row = spend_of(name, OBJECTS[name][0])
    assert (row.date, row.amount, row.currency) == (date(2026, 3, 1), 20_000_000, "USD")
    assert row.text == "OPENAI *CHATGPT" or row.text == "OpenAI OPENAI *CHATGPT"
    assert row.own_id


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_way_of_wrapping_them(name: str, encoding: str) -> None:
    found, member = OBJECTS[name]
    page = {member: [found, found], "next_cursor": None}
    for text in (
        json.dumps(page),
        json.dumps(page, indent=2),
        json.dumps(page) + "\n" + json.dumps(page),
        json.dumps([found, found]),
        json.dumps(found),
        json.dumps(found, indent=1),
        "\n".join(map(json.dumps, (found, found))) + "\n",
        json.dumps({key.upper(): value for key, value in found.items()}),
    ):
        content = text.encode(encoding)
        assert recognised_by(content) == {name}, text
        records, rejected, ignored = counts(read(by_name(name), content))
        assert records >= 1
        assert (rejected, ignored) == (0, 0)


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize("joint", [".", "_", "__"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_tables_of_their_fields_say_the_same(name: str, joint: str, delimiter: str) -> None:
    found = OBJECTS[name][0]
    content = table(found, found, joint=joint, delimiter=delimiter)
    assert name in recognised_by(content)
    header, first, second = (row for _, row in read(by_name(name), content))
    assert isinstance(header, Ignored)
    assert first == second == spend_of(name, found)


@pytest.mark.parametrize("name", OBJECTS)
def test_what_is_missing_is_said_and_costs_no_other_row(name: str) -> None:
    found = OBJECTS[name][0]
    day = {
        "ramp": "user_transaction_time",
        "brex": "initiated_at_date",
        "stripe_issuing": "created",
        "plaid": "date",
    }
    undated = found | {day[name]: "soon", "posted_at_date": "", "authorized_date": None}
    for wrong in (found | {"amount": None, "name": "x"}, found | {"amount": [1]}, undated):
        rejected, good = rows_of(name, wrong, found)
        assert isinstance(rejected, Rejected), wrong
        assert "export" in rejected.reason
        assert "OPENAI" not in rejected.reason
        assert isinstance(good, Spend)


@pytest.mark.parametrize("name", OBJECTS)
def test_fields_of_any_type_are_no_traceback(name: str) -> None:
    found = OBJECTS[name][0]
    for key in found:
        for value in (None, True, -1, 1e300, float("inf"), "", "x" * 5000, [], [[]], [None], {}, {"a": {}}):
            (row,) = rows_of(name, found | {key: value})
            assert isinstance(row, Spend | Removed | Rejected | Ignored)


@pytest.mark.parametrize("name", OBJECTS)
def test_a_cut_off_file_says_so(name: str) -> None:
    content = sample(name)
    rows, sentence = read_as_far_as_possible(by_name(name), content[: len(content) * 2 // 3])
    assert rows
    assert "breaks off" in sentence or "damaged" in sentence


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=10**6), st.sampled_from(sorted(OBJECTS)))
def test_damage_anywhere_leaves_the_rows_before_it(seed: int, name: str) -> None:
    assert_survives(by_name(name), sample(name), seed)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.integers(min_value=0, max_value=400), st.sampled_from(sorted(OBJECTS)))
def test_damaged_tables_are_no_traceback(noise: bytes, at: int, name: str) -> None:
    found = OBJECTS[name][0]
    content = table(found, found, found)
    connector: Connector = by_name(name)
    for garbled in (content[:at], content[:at] + noise + content[at:]):
        recognised_by(garbled)
        rows, _ = read_as_far_as_possible(connector, garbled)
        assert all(isinstance(row, Spend | Removed | Rejected | Ignored) for _, row in rows)


def test_seconds_milliseconds_and_days() -> None:
    same = (
        1772359200,
        "1772359200",
        1772359200000,
        "1772359200.0",
        "2026-03-01T10:00:00Z",
        "2026-03-01 10:00:00",
    )
    assert {day_in(value) for value in same} == {date(2026, 3, 1)}
    assert [day_in(value) for value in (None, 17, "soon", 9999999999, [], True)] == [None] * 6


# --- Ramp ---------------------------------------------------------------------------------------------


def test_ramp_sample() -> None:
    rows = read(by_name("ramp"), sample("ramp"))
    assert counts(rows) == (4, 1, 2)
    assert rows[0][1] == Spend(
        account="entity-us",
        own_id="5d0c0000-0000-4000-8000-000000000001",
        date=date(2026, 3, 2),
        text="OPENAI *CHATGPT SUBSCR",
        amount=240_500_000,
        currency="USD",
        who=Who(name="Mia Okonkwo"),
        payment=Payment.CARD,
        type="CLEARED",
        mcc="5734",
        department="Design",
        cost_centre="CC-410",
        stated_at="2026-03-05T09:00:00+00:00",
    )


@pytest.mark.parametrize(
    ("stated", "amount", "currency"),
    [
        ({"amount": 135}, 135_000_000, "USD"),
        ({"amount": 0.1 + 0.2}, 300_000, "USD"),
        ({"amount": "12.34"}, 12_340_000, "USD"),
        ({"amount": "$1,234.50"}, 1_234_500_000, "USD"),
        ({"amount": -5}, -5_000_000, "USD"),
        ({"amount": 20, "currency_code": None}, 20_000_000, "USD"),
        ({"amount": 20, "currency_code": "eur"}, 20_000_000, "EUR"),
        ({"amount": {"amount": 2000, "currency_code": "EUR"}}, 20_000_000, "EUR"),
        ({"amount": {"amount": 2000, "currency_code": "JPY"}}, 2_000_000_000, "JPY"),
        (
            {"amount": {"amount": 20000, "currency_code": "KWD", "minor_unit_conversion_rate": 1000}},
            20_000_000,
            "KWD",
        ),
        ({"amount": 7, "entity_amount": {"value": 2000, "currency": "GBP"}}, 20_000_000, "GBP"),
    ],
)
def test_ramp_states_amounts_in_two_units(stated: dict[str, Any], amount: int, currency: str) -> None:
    row = spend_of("ramp", RAMP | stated)
    assert (row.amount, row.currency) == (amount, currency)


def test_ramp_keeps_the_merchants_currency_beside_the_booked_one() -> None:
    original = {"amount": 1800, "currency_code": "EUR"}
    row = spend_of("ramp", RAMP | {"original_transaction_amount": original})
    assert (row.merchant_amount, row.merchant_currency) == (18_000_000, "EUR")
    refund = spend_of("ramp", RAMP | {"original_transaction_amount": original, "amount": -20})
    assert (refund.amount, refund.merchant_amount) == (-20_000_000, -18_000_000)
    same = spend_of("ramp", RAMP | {"original_transaction_amount": {"amount": 2000, "currency_code": "USD"}})
    assert (same.merchant_amount, same.merchant_currency) == (None, "")


@pytest.mark.parametrize(
    ("state", "spent"),
    [("CLEARED", True), ("COMPLETION", True), (None, True), ("PENDING", False), ("PENDING_INITIATION", False),
     ("DECLINED", False), ("ERROR", False), ("declined", False)],
)  # fmt: skip
def test_ramp_counts_what_is_settled(state: str | None, spent: bool) -> None:
    (row,) = rows_of("ramp", RAMP | {"state": state})
    assert isinstance(row, Spend if spent else Ignored)


# --- Brex ---------------------------------------------------------------------------------------------


def test_brex_sample() -> None:
    rows = [row for _, row in read(by_name("brex"), sample("brex"))]
    assert [type(row) for row in rows] == [Spend, Spend, Spend, Ignored, Ignored, Rejected]
    spends = [row for row in rows if isinstance(row, Spend)]
    assert [(row.amount, row.currency) for row in spends] == [
        (20_000_000, "USD"), (4_500_000_000, "JPY"), (-20_000_000, "USD"),
    ]  # fmt: skip
    assert (spends[0].date, spends[0].mcc, spends[0].payment) == (date(2026, 3, 2), "5734", Payment.CARD)


@pytest.mark.parametrize(
    ("kind", "card", "spent"),
    [
        ("PURCHASE", True, True),
        ("REFUND", True, True),
        ("CHARGEBACK", True, True),
        ("BNPL_FEE", False, True),
        ("SOMETHING_NEW", True, True),
        ("COLLECTION", False, False),
        ("REWARDS_CREDIT", False, False),
        ("PAYMENT", False, False),
        ("BOOK_TRANSFER", False, False),
        ("DIVIDEND", False, False),
    ],
)
def test_brex_counts_purchases_and_what_came_back(kind: str, card: bool, spent: bool) -> None:
    (row,) = rows_of("brex", BREX | {"type": kind, "card_id": "c" if card else None})
    assert isinstance(row, Spend if spent else Ignored)
    if kind in ("REFUND", "CHARGEBACK"):
        assert isinstance(row, Spend)
        assert row.amount == -20_000_000


# --- Stripe Issuing -----------------------------------------------------------------------------------


def test_stripe_sample() -> None:
    rows = read(by_name("stripe_issuing"), sample("stripe_issuing"))
    assert counts(rows) == (3, 1, 1)
    assert rows[0][1] == Spend(
        account="",
        own_id="ipi_1",
        date=date(2026, 3, 2),
        text="DEEPL SE",
        amount=21_500_000,
        currency="USD",
        who=Who("mia@example.com", name="Mia Okonkwo"),
        card="*0042",
        payment=Payment.CARD,
        type="capture",
        mcc="5734",
        url="https://deepl.com",
        merchant_amount=20_000_000,
        merchant_currency="EUR",
        department="Design",
        cost_centre="CC-410",
    )


@pytest.mark.parametrize(
    ("currency", "stated", "amount"),
    [
        ("usd", -2000, 20_000_000),
        ("jpy", -2000, 2_000_000_000),
        ("kwd", -20000, 20_000_000),
        ("isk", -2000, 20_000_000),
        ("mga", -2000, 2_000_000_000),
        ("usd", 2000, -20_000_000),
        ("usd", 0, 0),
    ],
)
def test_stripe_amounts_are_in_its_smallest_units(currency: str, stated: int, amount: int) -> None:
    assert spend_of("stripe_issuing", STRIPE | {"currency": currency, "amount": stated}).amount == amount


def test_stripe_events_hold_a_transaction_and_other_objects_are_none() -> None:
    event = {
        "id": "evt_1",
        "object": "event",
        "type": "issuing_transaction.created",
        "data": {"object": STRIPE},
    }
    assert recognised_by(json.dumps(event).encode()) == {"stripe_issuing"}
    assert spend_of("stripe_issuing", event) == spend_of("stripe_issuing", STRIPE)
    authorization = STRIPE | {"object": "issuing.authorization", "id": "iauth_1"}
    payout = {"object": "payout", "amount": 5}
    assert [type(row) for row in rows_of("stripe_issuing", authorization, payout)] == [Ignored, Ignored]


def test_an_empty_list_of_stripe_is_known_by_its_address() -> None:
    content = b'{"object": "list", "data": [], "has_more": false, "url": "/v1/issuing/transactions"}'
    assert recognised_by(content) == {"stripe_issuing"}
    assert read(by_name("stripe_issuing"), content) == []


# --- Plaid --------------------------------------------------------------------------------------------


def test_plaid_sample() -> None:
    rows = [row for _, row in read(by_name("plaid"), sample("plaid"))]
    taken_back = [row for row in rows if isinstance(row, Removed)]
    assert counts(list(enumerate(rows))) == (4, 1, 6)
    assert taken_back == [Removed("acc-bank", ("t0",))]
    spends = [row for row in rows if isinstance(row, Spend)]
    assert [row.amount for row in spends] == [20_000_000, 99_990_000, -20_000_000, 49_500_000]
    assert [row.payment for row in spends] == [Payment.CARD] * 3 + [Payment.BANK]
    assert spends[0] == Spend(
        account="acc-card",
        own_id="tA1",  # not the same as ta1
        date=date(2026, 3, 2),
        text="OPENAI *CHATGPT SUBSCR",
        amount=20_000_000,
        currency="USD",
        who=Who(name="Mia Okonkwo"),
        card="*0042",
        payment=Payment.CARD,
        type="GENERAL_SERVICES",
        url="openai.com",
    )
    assert spends[1].text == "Amazon Marketplace AMZN Mktp Jasper"


@pytest.mark.parametrize(
    ("stated", "spent"),
    [
        ({"pending": True}, False),
        ({"pending": "True"}, False),
        ({"personal_finance_category": {"primary": "LOAN_PAYMENTS"}}, False),
        ({"personal_finance_category": {"primary": "TRANSFER_IN"}, "amount": -5}, False),
        ({"personal_finance_category": {"primary": "TRANSFER_OUT"}}, False),
        ({"personal_finance_category": {"primary": "INCOME"}, "amount": -5}, False),
        ({"personal_finance_category": {"primary": "BANK_FEES"}}, True),
        ({"category": ["Payment", "Credit Card"]}, False),
        ({"category": ["Transfer", "Credit"]}, False),
        ({"category": "['Transfer', 'Deposit']"}, False),
        ({"category": "Transfer, Payroll", "amount": -5}, False),
        ({"category": ["Transfer", "Third Party", "PayPal"]}, True),
        ({"category": ["Service", "Subscription"]}, True),
        ({"category": "['unclosed"}, True),
    ],
)
def test_plaid_counts_neither_payments_nor_transfers(stated: dict[str, Any], spent: bool) -> None:
    (row,) = rows_of("plaid", PLAID | stated)
    assert isinstance(row, Spend if spent else Ignored)


def test_plaid_answers_of_both_kinds_and_empty_ones() -> None:
    get = {"accounts": [], "item": {}, "total_transactions": 1, "transactions": [PLAID]}
    assert counts(read(by_name("plaid"), json.dumps(get).encode())) == (1, 0, 0)
    empty = {"accounts": [], "added": [], "modified": [], "removed": [], "next_cursor": "", "has_more": False}
    assert recognised_by(json.dumps(empty).encode()) == {"plaid"}
    assert read(by_name("plaid"), json.dumps(empty).encode()) == []


def test_what_one_file_says_of_accounts_is_not_known_in_the_next() -> None:
    content = json.dumps({"accounts": [{"account_id": "a", "type": "credit", "mask": "1"}], "added": [PLAID]})
    ((_, known),) = read(by_name("plaid"), content.encode())
    assert isinstance(known, Spend)
    assert known.payment == Payment.CARD
    assert spend_of("plaid", PLAID).payment == Payment.UNKNOWN


def test_plaid_accounts_may_stand_behind_their_transactions() -> None:
    content = json.dumps(
        {"added": [PLAID], "accounts": [{"account_id": "a", "type": "credit", "mask": "1234"}]}
    )
    ((_, known),) = read(by_name("plaid"), content.encode())
    assert (known.card, known.payment) == ("*1234", Payment.CARD)


# --- real files ---------------------------------------------------------------------------------------


@needs_shared
def test_the_real_ramp_transaction() -> None:
    """`jq '.amount, .state'`: 135 dollars, cleared; its minor units say 13500."""
    ((_, row),) = read(by_name("ramp"), (SHARED / "ramp/transaction_pipedream_test_event.json").read_bytes())
    assert isinstance(row, Spend)
    assert (row.text, row.amount, row.currency, row.department) == (
        "Facebook Ads", 135_000_000, "USD", "Implementations",
    )  # fmt: skip


@needs_shared
def test_the_real_brex_page() -> None:
    """`jq '.items[] | .type, .amount.amount'`: a collection of -63600 cents, a purchase of 12900."""
    rows = [
        row
        for _, row in read(
            by_name("brex"), (SHARED / "brex/card_transactions_docs_example.json").read_bytes()
        )
    ]
    assert isinstance(rows[0], Ignored)
    assert isinstance(rows[1], Spend)
    assert (rows[1].text, rows[1].amount, rows[1].own_id) == (
        "Chili's", 129_000_000, "pste_ckuwiblvv1tn101l3zvscxis8",
    )  # fmt: skip


@needs_shared
def test_the_real_plaid_answer() -> None:
    """`jq '.added[].amount, (.modified[] | .pending), (.removed | length)'`: 72.1; true; 1."""
    rows = [
        row
        for _, row in read(by_name("plaid"), (SHARED / "plaid/transactions_sync_response.json").read_bytes())
    ]
    assert [type(row) for row in rows] == [Spend, Ignored, Removed]
    assert isinstance(rows[0], Spend)
    assert (rows[0].amount, rows[0].date, rows[0].url) == (72_100_000, date(2023, 9, 22), "walmart.com")
