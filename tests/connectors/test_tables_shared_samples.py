"""Real exports kept beside the project, not in it: what the table connectors make of them."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from discovery.connectors import CONNECTORS, by_name, recognise
from discovery.connectors.base import HEAD_BYTES, Head, UnreadableFile
from discovery.records import Payment, Rejected, Spend

SAMPLES = Path(__file__).parents[3] / "shared" / "formats" / "samples"
TABLES = ("card_table", "bank_table", "expense_table", "procurement_table")
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="no ../shared/formats/samples beside the project"
)


def read(name: str, kind: str) -> list[Spend]:
    content = (SAMPLES / name).read_bytes()
    connector = recognise(Head(name, content[:HEAD_BYTES], len(content) <= HEAD_BYTES))
    assert connector.name == kind
    rows = [row for _, row in connector.read(io.BytesIO(content))]
    assert not [row for row in rows if isinstance(row, Rejected)]
    return [row for row in rows if isinstance(row, Spend)]


def brief(rows: list[Spend]) -> list[tuple]:
    return [(row.date, row.text, row.amount / 1_000_000, row.currency) for row in rows]


def test_american_express():
    first, second = read("card_csv/amex_full_export.csv", "card_table")
    assert (first.own_id, first.date, first.text, first.amount, first.currency) == (
        "320261830000001", date(2026, 7, 1), "AMZN MKTP US*A12BC3", 54_990_000, "USD",
    )  # fmt: skip
    assert (first.card, first.who.name, second.text) == ("71002", "JONATHAN BRUNO", "NETFLIX.COM")
    (ads,) = read("card_csv/amex_multiline_cell.csv", "card_table")
    assert brief([ads]) == [(date(2026, 3, 1), "GOOGLE *ADS 8829", 1500.0, "USD")]


def test_chase_and_capital_one():
    assert brief(read("card_csv/chase_credit.csv", "card_table")) == [
        (date(2025, 8, 26), "REPLIT  INC.", 16.33, "USD"),
        (date(2025, 8, 24), "WISPR", 15.0, "USD"),
    ]
    (row,) = read("card_csv/capitalone.csv", "card_table")
    assert brief([row]) == [(date(2026, 2, 20), "TST* PEACE OF MIND BRE", 15.92, "USD")]
    assert row.card == "2717"


def test_expensify():
    (row,) = read("expensify/default_csv_one_line.csv", "expense_table")
    assert brief([row]) == [(date(2016, 12, 12), "Uber", 18.68, "USD")]
    assert (row.own_id, row.payment, row.mcc) == ("7871304959002483", Payment.PERSONAL, "")


def test_bank_statements():
    rows = read("bank_csv/sparkasse_csv_camt.csv", "bank_table")
    assert [(r.date, r.amount, r.account) for r in rows] == [
        (date(2026, 4, 24), 3_580_000, "DE00111111110000000001"),
        (date(2026, 4, 25), 50_000_000, "DE00111111110000000001"),
        (date(2026, 4, 24), -2_500_000_000, "DE00111111110000000001"),
    ]
    rows = read("bank_csv/meta_data_separated_credit_debit.csv", "bank_table")
    assert [(r.date, r.text, r.amount, r.currency, r.account) for r in rows] == [
        (date(2020, 4, 1), "LABEL 1", 50_000_000, "EUR", "08088804068"),
        (date(2020, 4, 1), "LABEL 2", 100_000_000, "EUR", "08088804068"),
        (date(2020, 4, 2), "LABEL 3", 80_680_000, "EUR", "08088804068"),
        (date(2020, 4, 2), "LABEL 4", -1_300_000_000, "EUR", "08088804068"),
    ]
    for name in ("multi_currency", "sample_statement_en"):
        rows = read(f"bank_csv/{name}.csv", "bank_table")
        assert [(r.amount, r.currency) for r in rows] == [(33_500_000, "USD"), (-1_525_000_000, "EUR")]


def test_workbooks():
    assert read("bank_csv/empty_statement_en.xlsx", "bank_table") == []
    rows = read("bank_csv/sample_statement_en_empty_values.xlsx", "bank_table")
    assert [(r.date, r.amount, r.currency) for r in rows] == [
        (date(2024, 3, 7), 579_680_000, "USD"),
        (date(2024, 3, 7), 544_000_000, "USD"),
        (date(2024, 3, 7), 1_084_000_000, "USD"),
    ]


def test_without_a_header_the_cells_decide():
    content = (SAMPLES / "bank_csv/original_currency_no_header.csv").read_bytes()
    (row,) = [row for _, row in by_name("bank_table").read(io.BytesIO(content))]
    assert (row.date, row.amount, row.currency) == (date(2018, 12, 15), -1_525_000_000, "EUR")


@pytest.mark.parametrize("name", ["balance", "debit_credit_amount", "original_currency_empty"])
def test_statements_that_state_no_currency_are_refused_with_the_way_to_mend_it(name):
    with pytest.raises(UnreadableFile, match="does not say its currency"):
        read(f"bank_csv/{name}.csv", "bank_table")


def test_no_other_format_is_taken_for_a_table():
    tables = [connector for connector in CONNECTORS if connector.name in TABLES]
    others = [
        path
        for path in SAMPLES.rglob("*")
        if path.is_file() and path.parent.name not in ("bank_csv", "card_csv", "expensify")
    ]
    assert others
    for path in others:
        content = path.read_bytes()
        head = Head(path.name, content[:HEAD_BYTES], len(content) <= HEAD_BYTES)
        assert [connector.recognises(head) for connector in tables] == [0, 0, 0, 0], path.name
