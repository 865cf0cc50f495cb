"""What holds for any table: amounts and rows read back, and no bytes break the reader."""

from __future__ import annotations

import csv
import io
import random
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors import by_name
from discovery.connectors.amounts import amount, decimal_mark
from discovery.connectors.base import HEAD_BYTES, Head, UnreadableFile
from discovery.connectors.csv_rows import Block
from discovery.connectors.dates import day
from discovery.connectors.table_layout import find_table
from discovery.connectors.table_plan import plan_for
from discovery.connectors.table_records import TableReader
from discovery.records import Ignored, Rejected, Spend

TABLES = ("card_table", "bank_table", "expense_table", "procurement_table")
few = settings(max_examples=60, deadline=None)

_GROUPS = {".": (",", " ", "\u00a0", "'", ""), ",": (".", " ", "\u202f", "’", "")}


def grouped(whole: int, sign: str) -> str:
    return f"{whole:,}".replace(",", sign)


@few
@given(
    cents=st.integers(0, 10**12),
    mark=st.sampled_from(".,"),
    group=st.integers(0, 4),
    style=st.sampled_from(["{}", "-{}", "{}-", "({})", "−{}", "$ {}", "{} EUR", "-€{}", "€ -{}", "CHF {}"]),
)
def test_an_amount_in_any_style_is_exact(cents, mark, group, style):
    text = style.format(f"{grouped(cents // 100, _GROUPS[mark][group])}{mark}{cents % 100:02}")
    negative = "-" in style or "−" in style or "(" in style
    assert decimal_mark([text]) == mark
    assert amount(text, mark) == (-1 if negative else 1) * cents * 10_000


@few
@given(st.dates(date(1970, 1, 1), date(2099, 12, 31)), st.booleans())
def test_a_day_reads_back_from_every_way_to_write_it(when, day_first):
    order = f"{when.day}/{when.month}/" if day_first else f"{when.month}/{when.day}/"
    for text in (
        when.isoformat(),
        f"{when:%Y%m%d}",
        f"{when:%d.%m.%Y}",
        f"{when.isoformat()}T23:59:59Z",
        f"{order}{when.year}",
        f"{order}{when.year} 11:59 PM",
        f"{when:%d %b %Y}",
    ):
        assert day(text, day_first) == when


#: Field → how headers of seven languages word it.
_HEADERS = {
    "date": "Transaction Date|Datum|Date de l'opération|Fecha|Data operazione|Data|Kaufdatum",
    "text": "Merchant|Händler|Commerçant|Comercio|Esercente|Sprzedawca|Handlare",
    "amount": "Amount|Betrag|Montant|Importe|Importo|Kwota|Belopp",
    "currency": "Currency|Währung|Devise|Moneda|Divisa|Waluta|Valutakod",
    "card": "Card number|Kartennummer|Numéro de carte|Tarjeta|Numero carta|Numer karty|Kortnummer",
    "holder": "Cardholder|Karteninhaber|Titulaire|Titular|Titolare|Posiadacz karty|Kortinnehavare",
}

_texts = st.text("abcXYZ äöüéñçßÅŽ€&*#.,;:'\"/-+()0123456789|?%", min_size=1, max_size=30).map(
    lambda text: "M" + " ".join(text.split()) + "x"
)
_row = st.tuples(
    st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    _texts,
    st.integers(1, 10**9),
    st.sampled_from(["EUR", "USD", "SEK"]),
    st.integers(1000, 9999),
    st.sampled_from(["ANNA BERG", "Jörg Süß", "O'NEIL, P"]),
)


@few
@given(
    rows=st.lists(_row, min_size=1, max_size=12),
    language=st.integers(0, 6),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
    order=st.permutations(list(_HEADERS)),
    mark=st.sampled_from(".,"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    line_end=st.sampled_from(["\r\n", "\n"]),
)
def test_any_table_reads_back(rows, language, delimiter, encoding, order, mark, quoting, line_end):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    writer.writerow([_HEADERS[field].split("|")[language] for field in order])
    for when, text, cents, currency, card, holder in rows:
        cells = {
            "date": when.isoformat(),
            "text": text,
            "amount": f"{cents // 100}{mark}{cents % 100:02}",
            "currency": currency,
            "card": f"****{card}",
            "holder": holder,
        }
        writer.writerow([cells[field] for field in order])
    read = list(by_name("card_table").read(io.BytesIO(out.getvalue().encode(encoding))))
    assert [
        (s.date, s.text, s.amount, s.currency, s.card, s.who.name) for _, s in read if isinstance(s, Spend)
    ] == [
        (when, text, cents * 10_000, currency, f"****{card}", holder)
        for when, text, cents, currency, card, holder in rows
    ]


@few
@given(st.binary(max_size=3000) | st.text(max_size=1500).map(lambda t: t.encode()), st.sampled_from(TABLES))
def test_no_bytes_break_a_reader(content, name):
    connector = by_name(name)
    assert 0 <= connector.recognises(Head("file", content[:HEAD_BYTES], True)) <= 100
    for start in (b"", b"Date,Merchant,Amount,Currency\n2026-01-01,A,1.00,EUR\n", b"PK\x03\x04"):
        try:
            for line, row in connector.read(io.BytesIO(start + content)):
                assert line >= 1
                assert isinstance(row, Spend | Rejected | Ignored)
        except UnreadableFile:
            continue


_CELLS = (
    "| |2026-01-02|2026-13-02|01/02/2026|25/12/2026|10.00|-3.50|1,000.00|x|Total|USD|EUR|Refund|Payment|"
    "Pending|Declined|OPENAI|PAYMENT - THANK YOU|Opening balance|Merchant\nof two lines|yes|no|Date|"
    "12.3456789|4417|anna@example.com"
)
_cell = st.sampled_from(_CELLS.split("|"))


@few
@given(
    st.lists(st.lists(_cell, min_size=8, max_size=8), min_size=1, max_size=30),
    st.sampled_from(["card_table", "bank_table", "expense_table"]),
)
def test_a_block_reads_as_its_rows_do_one_by_one(rows, name):
    headers = ["Date", "Merchant", "Description", "Amount", "Currency", "Type", "Status", "Employee email"]
    sample = [
        headers,
        ["2026-01-02", "OPENAI", "Plus", "10.00", "USD", "Purchase", "Settled", "a@example.com"],
        ["2026-01-03", "OPENAI", "Plus", "10.00", "EUR", "Purchase", "Settled", "a@example.com"],
    ]
    reader = TableReader(plan_for(by_name(name).kind, find_table(sample), [], sample[1:]))
    block = list(reader.rows(Block(range(1, len(rows) + 1), rows)))
    assert block == [(line, reader.judge(row)) for line, row in enumerate(rows, 1)]


def test_reading_takes_no_more_memory_for_more_rows():
    import tracemalloc

    def peak(rows: int) -> int:
        chance = random.Random(1)
        line = "2026-01-%02d,SHOP %d,%s,EUR,%04d\n"
        body = "".join(
            line % (n % 28 + 1, chance.randrange(10**6), Decimal(chance.randrange(10**6)) / 100, n % 1000)
            for n in range(rows)
        )
        stream = io.BytesIO(b"Date,Merchant,Amount,Currency,Card\n" + body.encode())
        tracemalloc.start()
        assert sum(isinstance(row, Spend) for _, row in by_name("card_table").read(stream)) == rows
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    assert peak(24_000) < peak(6_000) + 4_000_000
