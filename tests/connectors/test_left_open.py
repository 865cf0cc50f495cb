"""Tables that state no currency, or no order of day and month: asked for in one question, then read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from discovery.connectors import by_name
from discovery.connectors.base import Ask, LeftOpen, Said
from discovery.records import Contract, Row, SignIn, Spend
from tests.connectors.event_files import SHARED, needs_shared

OPEN = "Date,Description,Amount\n{day},CURSOR,-20.00\n{day},BAHN,-7.50\n"
SIGN_INS = (
    "CreatedDateTime,UserPrincipalName,AppDisplayName,Status,Request ID,IP address,Resource,Client app\n"
    "3/4/2026 7:22:01 AM,ann@corp.example,ChatGPT,Success,r1,,,\n"
)
REGISTER = (
    "Supplier,Product,Start date,End date,Notice period,Owner,Annual value EUR\n"
    "OpenAI,ChatGPT,03/04/2026,03/04/2027,30 days,ann@corp.example,100\n"
)


def read(connector: str, text: str | bytes, said: Said = Said()) -> list[Row]:  # noqa: B008 (never changed)
    raw = text.encode() if isinstance(text, str) else text
    return [row for _, row in by_name(connector).answered(said).read(BytesIO(raw))]


def spends(connector: str, text: str | bytes, said: Said) -> list[tuple[date, int, str]]:
    return [(r.date, r.amount, r.currency) for r in read(connector, text, said) if isinstance(r, Spend)]


@pytest.mark.parametrize("connector", ["bank_table", "card_table", "expense_table", "procurement_table"])
def test_a_table_without_a_currency_asks_for_it_and_is_read_in_what_was_said(connector):
    text = OPEN.format(day="2026-04-23")
    with pytest.raises(LeftOpen) as asked:
        read(connector, text)
    assert asked.value.ask == Ask.CURRENCY
    assert "Amount (USD)" in str(asked.value)
    assert "--" not in str(asked.value)
    told = spends(connector, text, Said(currency="SEK"))
    assert told == [(date(2026, 4, 23), 20_000_000, "SEK"), (date(2026, 4, 23), 7_500_000, "SEK")]


def test_what_the_table_states_goes_before_what_was_said():
    text = "Date,Description,Amount (USD)\n2026-04-23,CURSOR,-20.00\n"
    assert spends("bank_table", text, Said(currency="SEK"))[0][2] == "USD"
    text = "Date,Description,Amount,Currency\n2026-04-23,CURSOR,-20.00,USD\n2026-04-24,CURSOR,-20.00,EUR\n"
    assert [row[2] for row in spends("bank_table", text, Said(currency="SEK"))] == ["USD", "EUR"]


def test_an_open_order_of_dates_is_asked_for_and_the_answer_holds_where_no_row_shows_it():
    text = OPEN.format(day="03/04/2026")
    with pytest.raises(LeftOpen) as asked:
        read("bank_table", text, Said(currency="USD"))
    assert asked.value.ask == Ask.ORDER
    assert spends("bank_table", text, Said("USD", day_first=True))[0][0] == date(2026, 4, 3)
    assert spends("bank_table", text, Said("USD", day_first=False))[0][0] == date(2026, 3, 4)
    shown = text + "23/04/2026,CURSOR,-20.00\n"
    assert spends("bank_table", shown, Said("USD", day_first=False))[0][0] == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("connector", "text"), [("entra_sign_in_table", SIGN_INS), ("contract_register", REGISTER)]
)
def test_lists_whose_dates_stay_open_ask_the_same(connector, text):
    with pytest.raises(LeftOpen) as asked:
        read(connector, text)
    assert asked.value.ask == Ask.ORDER
    days = []
    for day_first in (True, False):
        row = next(
            r for r in read(connector, text, Said(day_first=day_first)) if isinstance(r, SignIn | Contract)
        )
        days.append(row.at.date() if isinstance(row, SignIn) else row.start)
    assert days == [date(2026, 4, 3), date(2026, 3, 4)]


@needs_shared
@pytest.mark.parametrize(
    ("name", "amounts"),
    [
        ("balance", ["33.50", "-1533.50"]),
        # Money in less what was taken back of it; money out less what came back of it.
        ("debit_credit_amount", ["-20.00", "13.50", "-33.50", "1500.00"]),
        ("original_currency_empty", ["-1525.00"]),
    ],
)
def test_real_statements_without_a_currency_are_read_in_the_one_that_was_said(name, amounts):
    content = (SHARED / "bank_csv" / f"{name}.csv").read_bytes()
    told = spends("bank_table", content, Said("SEK"))
    assert told == [(date(2018, 12, 15), int(Decimal(amount) * 1_000_000), "SEK") for amount in amounts]
