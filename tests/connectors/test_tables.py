"""What the table connectors make of small files in known shapes."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from discovery.connectors import by_name, recognise
from discovery.connectors.base import HEAD_BYTES, Head, UnreadableFile
from discovery.records import Ignored, Payment, Rejected, Spend, Who

SAMPLES = Path(__file__).parent.parent / "samples"


def head(content: bytes) -> Head:
    return Head("file", content[:HEAD_BYTES], len(content) <= HEAD_BYTES)


def read(content: bytes, connector: str = "") -> list:
    reader = by_name(connector) if connector else recognise(head(content))
    return list(reader.read(io.BytesIO(content)))


def spends(rows: list) -> list[Spend]:
    return [row for _, row in rows if isinstance(row, Spend)]


def reasons(rows: list) -> list[tuple[int, str]]:
    return [(line, row.reason) for line, row in rows if isinstance(row, Rejected)]


def test_a_card_programme_reads_whole():
    content = (SAMPLES / "card_programme.csv").read_bytes()
    rows = read(content)
    assert recognise(head(content)).name == "card_table"
    first, second, refund = spends(rows)
    assert first == Spend(
        account="", own_id="T-1", date=date(2026, 3, 2), text="OPENAI *CHATGPT SUBSCR", amount=20_000_000,
        currency="USD", who=Who(name="MARA LINDQUIST"), card="4417", payment=Payment.CARD, type="Purchase",
        mcc="5734", department="Design",
    )  # fmt: skip
    assert (second.text, second.amount) == ('CAFE "OLD MILL", PORTLAND', 1_234_500_000)
    assert (second.merchant_amount, second.merchant_currency) == (1_100_000_000, "EUR")
    assert (refund.own_id, refund.amount) == ("T-4", -20_000_000)


def test_every_row_is_accounted_for_with_its_line_and_reason():
    rows = read((SAMPLES / "card_programme.csv").read_bytes())
    assert [line for line, _ in rows] == list(range(1, 11))
    assert [(line, reason.split(";")[0]) for line, reason in reasons(rows)] == [
        (6, 'column "Transaction Date" holds no possible date'),
        (7, 'column "Amount" holds no amount as this file writes amounts (decimal mark ".")'),
    ]
    assert {line: row.why for line, row in rows if isinstance(row, Ignored)} == {
        1: "header, or a line above it",
        4: "not settled yet",
        8: "payment of a bill",
        9: "declined, void or deleted",
        10: "total or note",
    }


def test_a_german_bank_statement_with_lines_above_and_below():
    content = (SAMPLES / "kontoauszug.csv").read_text("utf-8").encode("cp1252")
    rows = read(content)
    assert recognise(head(content)).name == "bank_table"
    assert [(s.date, s.text, s.amount) for s in spends(rows)] == [
        (date(2026, 4, 3), "DeepL SE - Rechnung 2026-118 DeepL Pro", 1_499_000_000),
        (date(2026, 4, 5), "Müller GmbH - Gutschrift Rückzahlung", -250_000_000),
        (date(2026, 4, 7), "Stadtwerke - Abschlag April", 80_680_000),
    ]
    assert {(s.currency, s.account) for s in spends(rows)} == {("EUR", "DE02120300000000202051")}
    assert rows[-1] == (8, Ignored("total or note"))


def test_expenses_say_who_paid_and_take_the_currency_from_the_cells():
    content = (SAMPLES / "expenses.csv").read_bytes()
    assert recognise(head(content)).name == "expense_table"
    own, company = spends(read(content))
    assert (own.who.email, own.amount, own.currency, own.payment) == (
        "mara@example.com", 30_000_000, "USD", Payment.PERSONAL,
    )  # fmt: skip
    assert company.payment == Payment.CARD


def test_invoice_lines_keep_net_tax_and_document_and_credit_notes_come_back():
    content = (SAMPLES / "invoices.csv").read_bytes()
    assert recognise(head(content)).name == "procurement_table"
    first, second, credit = spends(read(content))
    assert (first.amount, first.net, first.tax) == (1_190_000_000, 1_000_000_000, 190_000_000)
    assert (first.text, first.cost_centre, first.due) == (
        "Anthropic PBC - Claude Team, 25 seats", "4100", date(2026, 6, 3),
    )  # fmt: skip
    assert first.document == second.document != credit.document
    assert first.own_id != second.own_id
    assert (credit.amount, credit.net, credit.tax) == (-238_000_000, -200_000_000, -38_000_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_any_encoding_reads_alike(encoding):
    text = "Datum;Händler;Betrag;Währung;Karteninhaber\n01.02.2026;Café Zoë;12,50;EUR;Jörg Süß\n"
    (row,) = spends(read(text.encode(encoding)))
    assert (row.text, row.amount, row.who.name) == ("Café Zoë", 12_500_000, "Jörg Süß")


def test_a_wrong_byte_costs_nothing_but_itself():
    content = b"Date,Merchant,Amount,Currency,Card\n2026-01-02,Caf\xe9 \xc3\x9cber,5.00,EUR,1234\n"
    (row,) = spends(read(content))
    assert row.text == "Café Über"


def test_chase_pays_negative_and_its_bill_is_no_purchase():
    content = (
        b"Transaction Date,Post Date,Description,Category,Type,Amount,Memo\n"
        b"08/03/2026,08/04/2026,OPENAI *CHATGPT,Shopping,Sale,-20.00,\n"
        b"08/05/2026,08/06/2026,OPENAI *CHATGPT,Shopping,Return,20.00,\n"
        b"08/09/2026,08/09/2026,AUTOMATIC PAYMENT - THANK,,Payment,900.00,\n"
    )
    sale, back = spends(read(content))
    assert (sale.amount, sale.currency, sale.date) == (20_000_000, "USD", date(2026, 8, 3))
    assert back.amount == -20_000_000


def test_capital_one_has_a_column_each_way():
    content = (
        b"Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n"
        b"2026-02-20,2026-02-21,2717,CURSOR,Software,20.00,\n"
        b"2026-02-22,2026-02-23,2717,CURSOR,Software,,5.00\n"
        b"2026-02-23,2026-02-23,2717,CAPITAL ONE AUTOPAY PYMT,Payment,,\n"
    )
    rows = read(content)
    assert [s.amount for s in spends(rows)] == [20_000_000, -5_000_000]
    assert reasons(rows) == [
        (4, 'column "Debit" or "Credit" is empty; fill in the amount and scan the file again')
    ]


def test_the_day_order_is_decided_for_the_file():
    days = ("03/04/2026", "25/04/2026", "26/04/2026", "04/25/2026")
    content = "Date,Merchant,Amount,Currency,Card\n" + "".join(f"{day},SHOP,1.00,EUR,1\n" for day in days)
    rows = read(content.encode())
    assert [s.date for s in spends(rows)] == [date(2026, 4, 3), date(2026, 4, 25), date(2026, 4, 26)]
    assert [line for line, _ in reasons(rows)] == [5]


def test_a_day_order_that_shows_late_is_found():
    early = b"02/01/2026,A SHOP,1.00,EUR,1\n" * 5000
    content = b"Date,Merchant,Amount,Currency,Card\n" + early + b"13/01/2026,A SHOP,1.00,EUR,1\n"
    rows = spends(read(content))
    assert len(rows) == 5001
    assert rows[0].date == date(2026, 1, 2)


def test_a_day_order_that_nothing_shows_is_not_guessed():
    with pytest.raises(UnreadableFile, match="YYYY-MM-DD"):
        read(b"Date,Merchant,Amount,Currency,Card\n03/04/2026,A,1.00,EUR,1\n")


def test_a_currency_that_nothing_shows_is_not_guessed():
    with pytest.raises(UnreadableFile, match="does not say its currency"):
        read(b"Date,Merchant,Amount,Card\n2026-04-03,A,1.00,1\n")


def test_the_currency_may_stand_in_the_header():
    (row,) = spends(read(b"Date,Merchant,Amount (CAD),Card\n2026-04-03,A,1.00,1\n"))
    assert row.currency == "CAD"


def test_a_header_without_rows_is_an_empty_export():
    rows = read(b"Date,Merchant,Amount,Currency,Card number\n")
    assert rows == [(1, Ignored("header"))]


def test_an_unclosed_quote_costs_its_own_row():
    body = b"".join(b"2026-01-%02d,SHOP %d,1.00,EUR,1\n" % (n % 28 + 1, n) for n in range(300))
    content = b"Date,Merchant,Amount,Currency,Card\n" + b'2026-01-01,"BAD,1.00,EUR,1\n' + body
    rows = read(content)
    assert len(spends(rows)) == 300
    assert [line for line, _ in reasons(rows)] == [2]


def test_a_quoted_cell_may_hold_lines():
    content = (
        b'Date,Merchant,Amount,Currency,Card\n2026-01-01,"ACME\nLTD",1.00,EUR,1\n2026-01-02,B,2.00,EUR,1\n'
    )
    rows = read(content)
    assert [(line, s.text) for line, s in rows if isinstance(s, Spend)] == [(2, "ACME LTD"), (4, "B")]


def test_a_line_of_many_megabytes_is_rejected_and_the_rest_reads():
    content = (
        b"Date,Merchant,Amount,Currency,Card\n2026-01-01,A,1.00,EUR,1\n2026-01-01,"
        + b"x" * 5_000_000
        + b",1.00,EUR,1\n2026-01-02,B,2.00,EUR,1\n"
    )
    rows = read(content)
    assert [s.text for s in spends(rows)] == ["A", "B"]
    assert [line for line, _ in reasons(rows)] == [3]


def test_a_file_that_breaks_off_says_so():
    rows = read(b"Date,Merchant,Amount,Currency,Card\n2026-01-01,A,1.00,EUR,1\n2026-01-02,B")
    assert [s.text for s in spends(rows)] == ["A"]
    assert "cut off" in reasons(rows)[0][1]


def test_whole_card_numbers_and_secrets_are_not_kept():
    content = (
        b"Date,Merchant,Amount,Currency,Card number\n2026-01-01,A,1.00,EUR,4111 1111 1111 1234\n"
        b"2026-01-99,https://x.example/r?token=abc,1.00,EUR,4111111111111234\n"
    )
    rows = read(content)
    assert spends(rows)[0].card == "411111******1234"
    (bad,) = [row for _, row in rows if isinstance(row, Rejected)]
    assert "token=abc" not in bad.row
    assert "4111111111111234" not in bad.row


def test_a_reason_never_holds_the_rows_data():
    rows = read((SAMPLES / "card_programme.csv").read_bytes())
    for _, reason in reasons(rows):
        assert "JO PARK" not in reason
        assert "NOTION" not in reason


def sheet(*rows: tuple, title_rows: int = 0) -> bytes:
    book = Workbook()
    for _ in range(title_rows):
        book.active.append(["Report"])
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_reads_like_a_text_file():
    content = sheet(
        ("Date", "Merchant", "Amount", "Currency", "Card number"),
        (date(2026, 3, 4), "OPENAI", 20.1, "EUR", 4417),
        (46085, "CURSOR", 0.1 + 0.2, "EUR", 4417),
        (date(2026, 3, 6), "FIGMA", -15, "EUR", 4417),
        title_rows=2,
    )
    assert recognise(head(content)).name == "card_table"
    rows = [(line, s.date, s.text, s.amount, s.card) for line, s in read(content) if isinstance(s, Spend)]
    assert rows == [
        (4, date(2026, 3, 4), "OPENAI", 20_100_000, "4417"),
        (5, date(2026, 3, 4), "CURSOR", 300_000, "4417"),
        (6, date(2026, 3, 6), "FIGMA", -15_000_000, "4417"),
    ]


def test_a_damaged_workbook_is_one_sentence():
    content = sheet(("Date", "Merchant", "Amount", "Currency"), (date(2026, 3, 4), "A", 1, "EUR"))
    with pytest.raises(UnreadableFile, match="damaged or cut off"):
        read(content[:-200], "card_table")


def test_an_old_workbook_is_told_how_to_be_saved():
    with pytest.raises(UnreadableFile, match="save it as"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


@pytest.mark.parametrize(
    "content",
    [
        b'{"uuid": "1", "published": "2026-01-01T00:00:00Z"}',
        b'[{"amount": 1}]',
        b"<?xml version='1.0'?><Invoice/>",
        b"OFXHEADER:100\nDATA:OFXSGML\n<OFX><STMTTRN><TRNAMT>-1.00<DTPOSTED>20260101</STMTTRN></OFX>",
        b"!Type:Bank\nD01/02/2026\nT-5.00\nPShop\n^\n",
        b"Jan  1 00:00:00 host sshd[1]: accepted key for root\n" * 20,
        b"Date (UTC),Request ID,User,Application,Status\n2026-01-01T00:00:00Z,1,A,Slack,Success\n",
        b"",
    ],
)
def test_what_is_no_table_of_spending_is_not_taken_for_one(content):
    for name in ("card_table", "bank_table", "expense_table", "procurement_table"):
        assert by_name(name).recognises(head(content)) == 0


_REPEATED = """Supplier,Invoice Number,Invoice Date,Description,Line Amount,Tax Amount,Total,Currency
OpenAI,A-1,2026-03-31,ChatGPT,80.00,16.00,120.00,GBP
OpenAI,A-1,2026-03-31,API,20.00,4.00,120.00,GBP
Notion,N-1,2026-03-30,Seats,50.00,0.00,50.00,GBP
"""


def test_a_total_that_each_line_of_an_invoice_repeats_is_not_counted_for_each():
    rows = [row for _, row in by_name("procurement_table").read(io.BytesIO(_REPEATED.encode()))]
    spends = [row for row in rows if isinstance(row, Spend)]
    assert [(row.net, row.tax, row.amount) for row in spends] == [
        (80_000_000, 16_000_000, 96_000_000),
        (20_000_000, 4_000_000, 24_000_000),
        (50_000_000, 0, 50_000_000),
    ]
    with_tax = _REPEATED.replace("80.00", "96.00").replace("20.00,4.00", "24.00,4.00")
    rows = [row for _, row in by_name("procurement_table").read(io.BytesIO(with_tax.encode()))]
    assert [row.amount for row in rows if isinstance(row, Spend)] == [96_000_000, 24_000_000, 50_000_000]


def test_a_total_of_each_line_is_its_own():
    own = _REPEATED.replace("120.00", "96.00", 1).replace("120.00", "24.00", 1)
    rows = [row for _, row in by_name("procurement_table").read(io.BytesIO(own.encode()))]
    assert [row.amount for row in rows if isinstance(row, Spend)] == [96_000_000, 24_000_000, 50_000_000]


@pytest.mark.parametrize("header", ["Rate", "Unit Price", "Einzelpreis", "Exchange Rate", "Quantity"])
def test_the_price_of_one_is_not_taken_for_what_was_spent(header):
    content = (
        f"Bill Date,Bill Number,Vendor Name,Due Date,Currency Code,Description,{header}\n"
        "2026-03-05,B-1,OpenAI,2026-04-05,USD,ChatGPT Team,30.00\n"
    ).encode()
    with pytest.raises(UnreadableFile, match="no column with an amount"):
        read(content, "procurement_table")
    assert spends(read(content.replace(header.encode(), b"Column 7"), "procurement_table"))


def test_what_cannot_be_printed_of_a_header_stands_in_no_sentence():
    rows = read("Purchase Date,Merchant,Amount\x81 (\x90),Currency\n2026-01-01,A,what,EUR\n".encode())
    assert [reason.isprintable() for _, reason in reasons(rows)] == [True]


def test_a_secret_in_a_header_stands_in_no_sentence():
    rows = read(b"Purchase Date,Merchant,Amount (AKIAQ7ZXKJ3MPLWVTN5D),Currency\n2026-01-01,A,what,EUR\n")
    assert ["AKIA" in reason for _, reason in reasons(rows)] == [False]
