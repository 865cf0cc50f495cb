"""Tables in which an invoice takes several rows: nothing of it is counted twice."""

from __future__ import annotations

import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from discovery.connectors import by_name, recognise
from discovery.connectors.base import Connector, Head
from discovery.connectors.csv_rows import csv_blocks
from discovery.records import Rejected, Spend
from tests.connectors.event_files import SAMPLES, counts, damaged, read, read_as_far_as_possible

XERO, NETSUITE, COUPA = map(by_name, ("xero_bills_csv", "netsuite_bills_csv", "coupa_invoices"))
FILES: dict[Connector, bytes] = {
    XERO: (SAMPLES / "xero_bills_csv" / "bills.csv").read_bytes(),
    NETSUITE: (SAMPLES / "netsuite_bills_csv" / "search.csv").read_bytes(),
    COUPA: (SAMPLES / "coupa_invoices" / "export.csv").read_bytes(),
}


def spends(connector: Connector, content: bytes) -> list[Spend]:
    return [row for _, row in read(connector, content) if isinstance(row, Spend)]


def brief(rows: list[Spend]) -> list[tuple]:
    return [(row.own_id, row.text, row.amount / 10**6, row.currency) for row in rows]


@pytest.mark.parametrize("connector", FILES, ids=lambda c: c.name)
def test_each_is_recognised_before_the_tables_of_single_rows(connector: Connector):
    content = FILES[connector]
    assert recognise(Head("export", content, complete=True)) is connector
    marked = content.decode().encode("utf-16")
    assert recognise(Head("export", marked, complete=True)) is connector
    assert read(connector, marked) == read(connector, content)


@pytest.mark.parametrize("connector", FILES, ids=lambda c: c.name)
def test_every_row_of_the_file_is_accounted_for(connector: Connector):
    content = FILES[connector]
    lines = content.decode().count("\n")
    assert sorted(line for line, _ in read(connector, content)) == list(range(1, lines + 1))


@pytest.mark.parametrize("connector", FILES, ids=lambda c: c.name)
def test_the_same_as_a_workbook(connector: Connector):
    book = Workbook()
    for block in csv_blocks(iter(FILES[connector].decode().splitlines(keepends=True)), ",", 0):
        for row in block.rows:
            book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    head = Head("export.xlsx", out.getvalue(), complete=True)
    assert recognise(head) is connector
    assert brief(spends(connector, out.getvalue())) == brief(spends(connector, FILES[connector]))


def test_xero_repeats_the_total_on_each_line():
    assert counts(read(XERO, FILES[XERO])) == (3, 0, 3)
    rows = spends(XERO, FILES[XERO])
    assert brief(rows) == [
        ("openai ireland/OAI-1/1", "OpenAI Ireland - ChatGPT Team", 96.0, "GBP"),
        ("openai ireland/OAI-1/2", "OpenAI Ireland - API credits", 24.0, "GBP"),
        ("anthropic/CN-1/1", "Anthropic - Credit for seats", -12.0, "GBP"),
    ]
    first = rows[0]
    assert (first.net, first.tax, first.department, first.cost_centre) == (
        80_000_000,
        16_000_000,
        "Design",
        "D-12",
    )
    assert (first.date, first.due) == (date(2026, 3, 31), date(2026, 4, 30))


def test_xero_lines_with_tax_add_up_too():
    header = (
        "*ContactName,*InvoiceNumber,*InvoiceDate,Total,TaxTotal,Description,LineAmount,TaxAmount,"
        "Currency,Type\n"
    )
    content = header + "Suno,S-1,2026-03-31,24.00,4.00,Pro,24.00,4.00,EUR,Bill\n"
    (row,) = spends(XERO, content.encode())
    assert (row.net, row.tax, row.amount) == (20_000_000, 4_000_000, 24_000_000)
    # Two bills without a number are two, and a bill whose lines are not all there keeps its total.
    content = (
        header
        + "Suno,,2026-03-31,12.00,2.00,Pro,5.00,1.00,EUR,Bill\n"
        + "Suno,,2026-03-30,6.00,1.00,,5.00,1.00,EUR,Bill\n"
    )
    rows = spends(XERO, content.encode())
    assert [row.amount for row in rows] == [6_000_000, 6_000_000, 6_000_000]
    assert {row.own_id for row in rows} == {""}


@pytest.mark.parametrize(
    "name", ["ContactName", "InvoiceNumber", "InvoiceDate", "Total", "LineAmount", "TaxAmount"]
)
def test_a_renamed_column_of_xero_counts_nothing_twice(name: str):
    content = FILES[XERO].replace(f"{name},".encode(), b"Other,", 1)
    assert recognise(Head("x", content, complete=True)) is XERO
    assert sum(row.amount for row in spends(XERO, content)) in (0, 108_000_000, 90_000_000)
    assert sum(counts(read(XERO, content))) == 6


def test_dates_that_stay_open_are_asked_for():
    content = FILES[XERO].replace(b"31/03", b"01/03").replace(b"30/0", b"02/0").replace(b"29/0", b"03/0")
    content = content.replace(b"28/0", b"04/0")
    rows, sentence = read_as_far_as_possible(XERO, content)
    assert rows == []
    assert "YYYY-MM-DD" in sentence


def test_netsuite_states_the_main_line_beside_the_lines():
    assert counts(read(NETSUITE, FILES[NETSUITE])) == (4, 0, 5)
    rows = spends(NETSUITE, FILES[NETSUITE])
    assert brief(rows) == [
        ("901/1", "OpenAI - ChatGPT Team", 100.0, "USD"),
        ("901/2", "OpenAI - API", 20.0, "USD"),
        ("902/1", "OpenAI - Refund", -10.0, "USD"),
        ("903/1", "Cursor - Seats", 40.0, "USD"),
    ]
    assert (rows[0].department, rows[0].cost_centre, rows[0].net) == ("Data", "R-12", None)


def test_netsuite_without_a_mark_tells_the_main_line_by_its_account():
    content = FILES[NETSUITE].decode()
    unmarked = "".join(line.partition(",")[2] for line in content.splitlines(keepends=True)).encode()
    assert recognise(Head("x", unmarked, complete=True)) is NETSUITE
    assert brief(spends(NETSUITE, unmarked)) == brief(spends(NETSUITE, FILES[NETSUITE]))


def test_coupa_has_a_row_for_each_part_of_an_invoice():
    assert counts(read(COUPA, FILES[COUPA])) == (3, 0, 11)
    rows = spends(COUPA, FILES[COUPA])
    assert brief(rows) == [
        ("5001/1", "Glean Technologies - Work assistant, 10 seats", 338.25, "USD"),
        ("5001/2", "Glean Technologies - Onboarding", 112.75, "USD"),
        ("5002/1", "DeepL SE - API Pro", 119.0, "EUR"),
    ]
    assert (rows[0].net, rows[0].tax, rows[0].cost_centre) == (
        307_500_000,
        30_750_000,
        "SF-Marketing-Software",
    )
    assert (rows[2].net, rows[2].tax) == (100_000_000, 19_000_000)
    assert rows[0].stated_at == "2026-04-02T16:00:00+00:00"


def test_the_same_coupa_invoice_as_xml_is_the_same_records():
    answer = spends(COUPA, (SAMPLES / "coupa_invoices" / "invoices.xml").read_bytes())
    export = spends(COUPA, FILES[COUPA])[:2]
    assert [(row.own_id, row.amount, row.net) for row in answer] == [
        (row.own_id, row.amount, row.net) for row in export
    ]


def test_coupa_lines_without_a_head_are_rejected():
    lines = FILES[COUPA].splitlines(keepends=True)
    rows = [row for _, row in read(COUPA, b"".join(lines[:4] + lines[5:6]))]
    assert isinstance(rows[-1], Rejected)
    assert "no invoice above it" in rows[-1].reason


@pytest.mark.parametrize(
    ("connector", "old", "new", "reason"),
    [
        (XERO, b"GBP", b"", "currency"),
        (XERO, b"OpenAI Ireland,", b",", "supplier"),
        (XERO, b",80.00,", b",many,", "LineAmount"),
        (NETSUITE, b"US Dollar", b"Money", "currency"),
        (NETSUITE, b",20.00,", b",many,", "amount"),
        (COUPA, b"Glean Technologies", b"", "supplier"),
        (COUPA, b"USD", b"", "currency"),
    ],
)
def test_what_is_missing_is_said(connector: Connector, old: bytes, new: bytes, reason: str):
    rejected = [
        row for _, row in read(connector, FILES[connector].replace(old, new)) if isinstance(row, Rejected)
    ]
    assert rejected
    assert all(reason in row.reason for row in rejected)


def test_an_ariba_report_is_a_table_of_lines():
    content = (
        b"Invoice Number,Supplier Name,Invoice Date,Invoice Line Number,Line Description,Net Amount,"
        b"Tax Amount,Gross Amount,Currency,Cost Center,Requester,PO Id,Invoice Status\n"
        b"777,Anthropic PBC,2026-03-31,1,Claude Team,100.00,19.00,119.00,EUR,4711,Lena Okafor,PO-1,Paid\n"
        b"777,Anthropic PBC,2026-03-31,2,API,50.00,9.50,59.50,EUR,4711,Lena Okafor,PO-1,Paid\n"
    )
    connector = recognise(Head("ariba.csv", content, complete=True))
    assert connector.name == "procurement_table"
    rows = spends(connector, content)
    assert [(row.net, row.tax, row.amount) for row in rows] == [
        (100_000_000, 19_000_000, 119_000_000),
        (50_000_000, 9_500_000, 59_500_000),
    ]
    assert rows[0].own_id == "Anthropic PBC/777/1"


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_gives_rows_or_a_sentence(seed: int):
    for connector, content in FILES.items():
        read_as_far_as_possible(connector, damaged(content, seed)[0])
        rows, _ = read_as_far_as_possible(connector, content[: seed % len(content)])
        assert all(isinstance(line, int) for line, _ in rows)
