"""MT940 and MT942: entries, the ways of explaining them, and files that are not quite right."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.mt940 import Mt940
from discovery.connectors.mt940_details import details_of
from discovery.records import Ignored, Payment, Rejected, Spend
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

MT940 = Mt940()
STATEMENT = (SAMPLES / "mt940" / "statement.sta").read_bytes()
INTERIM = (SAMPLES / "mt940" / "interim.942").read_bytes()


def statement(*fields: str, account: str = "DE89370400440532013000", currency: str = "EUR") -> bytes:
    inside = "\n".join(fields)
    before = f":20:X\n:25:{account}\n:28C:1\n:60F:C260101{currency}1,\n"
    return f"{before}{inside}\n:62F:C260131{currency}1,\n-\n".encode()


def row_of(entry: str, details: str = "OpenAI", **of: str) -> object:
    ((_, row),) = read(MT940, statement(f":61:{entry}", f":86:{details}", **of))
    return row


def spend_of(entry: str, details: str = "OpenAI", **of: str) -> Spend:
    row = row_of(entry, details, **of)
    assert isinstance(row, Spend), row
    return row


def test_statements_with_and_without_swift_blocks() -> None:
    rows = read(MT940, STATEMENT)
    assert [line for line, _ in rows] == [6, 11, 13, 15, 17, 19, 31, 35, 38]
    assert counts(rows) == (7, 1, 1)
    assert rows[0][1] == Spend(
        account="37040044/0532013000",
        own_id="",
        date=date(2026, 1, 2),  # booked in the new year, valued in the old
        text="DeepL SE Koeln Maarweg 165, Koeln DeepL Pro Team Januar Rechnung 88",
        amount=49_900_000,
        currency="EUR",
        payment=Payment.BANK,
        type="NDDT",
    )


def test_sides_and_reversals() -> None:
    amounts = [row.amount for _, row in read(MT940, STATEMENT) if isinstance(row, Spend)]
    # D, C, RC (a credit taken back), RD (a debit taken back); D three times
    assert amounts == [
        49_900_000, -20_000_000, 15_000_000_000, -5_250_000, 20_000_000, 12_500_000, 3_000_000,
    ]  # fmt: skip


def test_dutch_details_and_a_till() -> None:
    openai, notion, till = (row for _, row in read(MT940, STATEMENT)[-3:])
    assert isinstance(openai, Spend)
    assert isinstance(notion, Spend)
    assert isinstance(till, Spend)
    assert openai.text == "OpenAI Ireland Ltd ChatGPT Team januari"
    assert notion.text == "Notion Labs Inc Invoice 9"
    assert (till.text, till.payment) == ("Supplementary text of a till", Payment.CARD)


def test_an_interim_report_has_its_currency_elsewhere() -> None:
    rows = read(MT940, INTERIM)
    assert counts(rows) == (1, 0, 1)
    booked = rows[0][1]
    assert isinstance(booked, Spend)
    assert (booked.amount, booked.currency, booked.text) == (99_990_000, "PLN", "OPENAI *CHATGPT SUBSCR")
    assert isinstance(rows[1][1], Ignored)


@pytest.mark.parametrize(
    ("entry", "amount"),
    [
        ("260103D1,5NTRFNONREF", 1_500_000),
        ("2601030103D1,NTRFNONREF", 1_000_000),
        ("2601030103DR1,5NTRFNONREF", 1_500_000),  # R of EUR
        ("2601030103CR1,5NTRFNONREF", -1_500_000),  # not a reversal
        ("2601030103RCR1,5NTRFNONREF", 1_500_000),
        ("2601030103RDR1,5NTRFNONREF", -1_500_000),
        ("2601030103CN0,01NTRFNONREF", -10_000),  # N of PLN
        ("260103D000000000025,00N102EREF", 25_000_000),
        ("260103D1,123NTRFNONREF", 1_123_000),  # the comma is never a thousands sign
        ("260103D,50NTRFNONREF", 500_000),
        ("260103D1.50NTRFNONREF", 1_500_000),
        ("2601030103DF2402,00S   X", 2_402_000_000),
        ("260103D7,00", 7_000_000),
        (" 260103 D 7,00NTRF", 7_000_000),
    ],
)
def test_an_entry_is_read_as_banks_write_it(entry: str, amount: int) -> None:
    row = spend_of(entry)
    assert (row.amount, row.date) == (amount, date(2026, 1, 3))


@pytest.mark.parametrize(
    ("entry", "day"),
    [
        ("2512310102D1,NTRF", date(2026, 1, 2)),
        ("2601021231D1,NTRF", date(2025, 12, 31)),
        ("2602300301D1,NTRF", date(2026, 3, 1)),  # banks whose months all have 30 days
        ("2603010230D1,NTRF", date(2026, 3, 1)),
        ("9901020103D1,NTRF", date(1999, 1, 3)),
        ("2402290229D1,NTRF", date(2024, 2, 29)),
        ("2412310229D1,NTRF", date(2024, 2, 29)),
    ],
)
def test_the_year_of_the_booking_is_the_nearest(entry: str, day: date) -> None:
    assert spend_of(entry).date == day


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("260230D1,NTRF", "no possible day"),
        ("269901D1,NTRF", "no possible day"),
        ("260103X1,NTRF", "side"),
        ("260103DNTRF", "amount"),
        ("260103D1,2,3NTRF", "amount"),
        ("260103D0,1234567NTRF", "amount"),
        ("", "amount"),
    ],
)
def test_an_entry_that_makes_no_sense_is_rejected_and_the_next_is_read(entry: str, why: str) -> None:
    content = statement(f":61:{entry}", ":86:Secret", ":61:260103D1,NTRF", ":86:OpenAI")
    (_, rejected), (_, good) = read(MT940, content)
    assert isinstance(rejected, Rejected)
    assert why in rejected.reason
    assert "Secret" not in rejected.reason
    assert isinstance(good, Spend)


def test_a_currency_must_be_known_and_may_be_a_former_one() -> None:
    assert isinstance(row_of("260103D1,NTRF", currency="XXX"), Rejected)
    assert spend_of("260103D1,NTRF", currency="DEM").currency == "DEM"


@pytest.mark.parametrize(
    ("kind", "code", "side", "ignored"),
    [
        ("NDDT", "171", "C", True),
        ("NRTI", "109", "D", True),
        ("NSWP", "999", "D", True),
        ("NINT", "999", "C", True),
        ("NINT", "999", "D", False),
        ("NDIV", "999", "C", False),  # "various" of Dutch banks
        ("NTRF", "166", "C", False),
        ("NTRF", "159", "C", False),
        ("NDDT", "105", "D", False),
    ],
)
def test_collections_and_own_money_are_no_spending(kind: str, code: str, side: str, ignored: bool) -> None:
    row = row_of(f"260103{side}1,{kind}", f"{code}?00X?32Somebody")
    assert isinstance(row, Ignored if ignored else Spend)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["166?00GUTSCHRIFT?20SVWZ+Team?32Jasper AI"], "Jasper AI Team"),
        # Wrapped at 65 characters in a word; sub-fields cut at 27.
        (["105?20SVWZ+" + "x" * 22 + "?21yy?32Open", "AI?33 Ltd"], f"OpenAI Ltd {'x' * 22}yy"),
        (["105?20EREF+77?21MREF+88?22CRED+DE1?23SVWZ+ChatGPT?24ABWA+OpenAI"], "OpenAI ChatGPT"),
        (["105?20EREF: 77 SVWZ: Chat"], "Chat"),
        # Other signs, and the sign inside a text.
        (["020~00Wyplata~20OPENAI~32Sp. z o.o."], "Sp. z o.o. OPENAI"),
        (["000>100987654321", ">20HUUR KANTOOR>21 FEB 2010"], "HUUR KANTOOR FEB 2010"),
        ([" 020?00Wyplata?20OPENAI"], "OPENAI"),
        (["~20SUBSKRYPCJA~32OPENAI IRELAND~38PL10"], "OPENAI IRELAND SUBSKRYPCJA"),
        (["~00PRZELEW~20OPENAI"], "OPENAI"),
        (["105?00X?20What? Really?32OpenAI"], "OpenAI What? Really"),
        (["105?00KARTENZAHLUNG"], "KARTENZAHLUNG"),
        # Plain text: a full line goes on in a word, a short one ends it.
        (["x" * 63 + "AB", "CD", "EF"], "x" * 63 + "ABCD EF"),
        (["999PN5477SCHECK-NR. 1"], "SCHECK-NR. 1"),
        (["To GB82WEST12345698765432 OpenAI"], "To OpenAI"),
        (["/TRTP/SEPA OVERBOEKING/IBAN/X/NAME/OpenAI/REMI/ChatGPT/EREF/NOTPROVIDED"], "OpenAI ChatGPT"),
        (["/BENM//NAME/Jasper/REMI//ISDT/2026-01-01"], "Jasper"),
        (["/EREF/1//CNTP/GB82WEST12345698765432/WESTGB2L/Otter.ai/City///REMI/USTD//Pro/"], "Otter.ai Pro"),
        (["/TRTP/IDEAL"], "IDEAL"),
        (["123-45 Jasper AI, 7 Main St"], "123-45 Jasper AI, 7 Main St"),
        ([""], ""),
    ],
)  # fmt: skip
def test_the_ways_of_saying_who_was_paid(lines: list[str], text: str) -> None:
    assert details_of(lines, []).text == text


def test_sberbank_says_it_after_ns() -> None:
    content = statement(
        ":61:2601030103DF2402,00S   X",
        ":NS:01526715",
        "02A1",
        "15Jasper Artificial Intellige",
        "16nce",
        "17G2",
    )
    ((_, row),) = read(MT940, content)
    assert isinstance(row, Spend)
    assert row.text == "Jasper Artificial Intelligence"


def test_without_details_the_entry_speaks() -> None:
    def text(*lines: str) -> str:
        ((_, row),) = read(MT940, statement(*lines))
        assert isinstance(row, Spend)
        return row.text

    assert text(":61:260103D1,NTRFNONREF//9", "OpenAI card") == "OpenAI card"
    assert text(":61:260103D1,NTRFOPENAI-7//9") == "OPENAI-7"
    assert text(":61:260103D1,NCHGNONREF") == "NCHG"


def test_details_of_the_statement_belong_to_no_entry() -> None:
    content = statement(":61:260103D1,NTRF", ":86:OpenAI") + b":86:D1C0\n"
    ((_, row),) = read(MT940, content)
    assert isinstance(row, Spend)
    assert row.text == "OpenAI"


def test_a_currency_behind_the_account_is_no_part_of_it() -> None:
    assert spend_of("260103D1,NTRF", account="NL91ABNA0417164300EUR").account == "NL91ABNA0417164300"
    assert spend_of("260103D1,NTRF", account="1234567EUR").account == "1234567EUR"


def test_a_file_of_openings_is_given_up_quickly() -> None:
    assert recognised_by(b":20:X\n:25:Y\n" * 5000) == set()


def test_a_card_account_shows_no_whole_number() -> None:
    row = spend_of("260103D1,NTRF", account="4111 1111 1111 1111")
    assert (row.account, row.card, row.payment) == ("411111******1111", "411111******1111", Payment.CARD)
    plain = spend_of("260103D1,NTRF", account="1966315302010001")
    assert (plain.account, plain.card, plain.payment) == ("1966315302010001", "", Payment.BANK)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_encoding_and_line_end(encoding: str, end: str) -> None:
    content = statement(":61:260103D1,NTRF", ":86:Café Zoë").decode().replace("\n", end).encode(encoding)
    assert recognised_by(content) == {"mt940"}
    ((_, row),) = read(MT940, content)
    assert isinstance(row, Spend)
    assert row.text == "Café Zoë"


@pytest.mark.parametrize(
    "before", ["", "\x01\n", "ABNANL2A\n940\nABNANL2A\n", ":940:\n", "{1:F01X}{2:O940X}{4:\n"]
)
def test_what_may_stand_before_a_statement(before: str) -> None:
    content = before.encode() + statement(":61:260103D1,NTRF", ":86:OpenAI")
    assert recognised_by(content) == {"mt940"}
    assert counts(read(MT940, content)) == (1, 0, 0)


@pytest.mark.parametrize(
    "end", ["-", "-}", "-}{5:}", "-XXX", "-\x03", "- ", ":90D:1EUR1,", ":62F:C260131EUR1,"]
)
def test_what_may_end_a_report(end: str) -> None:
    content = f":20:X\n:25:Y\n:34F:EURD0,\n:13D:2601061200+0100\n:61:260103D1,NTRF\n:86:OpenAI\n{end}\n"
    assert counts(read(MT940, content.encode())) == (1, 0, 0)


def test_a_block_on_the_line_of_its_first_field() -> None:
    message = statement(":61:260103D1,NTRF", ":86:OpenAI").removesuffix(b"-\n")
    content = b"{1:F01X}{2:O940X}{4:" + message + b"-}{5:}"
    assert recognised_by(content) == {"mt940"}
    assert counts(read(MT940, content)) == (1, 0, 0)


def test_only_statements_are_recognised() -> None:
    assert recognised_by(STATEMENT) == recognised_by(INTERIM) == {"mt940"}
    assert recognised_by(b":20:X\n:32A:260103EUR1,\n:59:Somebody\n") == set()  # MT103


def test_a_cut_off_file_gives_its_good_rows_and_says_so() -> None:
    rows, sentence = read_as_far_as_possible(MT940, STATEMENT[: STATEMENT.index(b"Kundin")])
    assert counts(rows) == (2, 0, 0)
    assert "breaks off" in sentence


@pytest.mark.parametrize(
    "content",
    [
        b":20:INTERIM\n:25:PL61109010140000071219812874\n:28C:9/1\n:34F:PLN0,\n",
        b":20:START\n:25:DE02120300000000202051\n:28C:3/1\n-\n",
    ],
)
def test_a_statement_without_what_it_must_say_is_not_taken_for_one_without_entries(content: bytes) -> None:
    assert read_as_far_as_possible(MT940, content) == (
        [],
        "the file breaks off before the end of its statement; download it again",
    )


def test_a_report_without_entries_gives_none() -> None:
    content = (
        b":20:INTERIM\n:25:PL61109010140000071219812874\n:28C:9/1\n:34F:PLN0,\n:13D:2601031200+0100\n-\n"
    )
    assert read_as_far_as_possible(MT940, content) == ([], "")


#: Entries: `grep -c '^:61:' FILE`. Money out and in: sides and amounts of the `:61:` lines, added up by
#: `awk`; opening less closing balances of the file (`:60F:`, `:62F:`), added up by another, are the same,
#: except in jejik__ing, jejik__triodos and self-provided, whose publishers changed amounts, and mBank,
#: which states no balance.
REAL = {
    "ASNB__0708271685_09022020_164516.940.txt": (8, 2771_960000, 2828_900000),
    "betterplace__sepa_mt9401.sta": (97, 14_457_610_840000, 5_188_474_940000),
    "betterplace__with_binary_character.sta": (4, 193282_050000, 14215_300000),
    "cmxl__mt940.sta": (16, 60_109_440000, 72_436_740000),
    "jejik__ing.sta": (7, 50_270000, 4_680000),
    "jejik__postfinance.sta": (4, 79_900000, 239_300000),
    "jejik__rabobank-iban.sta": (4, 70_000000, 0),
    "jejik__triodos.sta": (2, 715_700000, 0),
    "mBank__mt942.sta": (3, 0, 30000),
    "sberbank__171011_01234945.sta": (3, 9437_000000, 0),
    "self-provided__malformed_details.sta": (1, 233_150000, 0),
}


@needs_shared
@pytest.mark.parametrize(("name", "expected"), REAL.items())
def test_the_real_statements_are_read(name: str, expected: tuple[int, int, int]) -> None:
    content = (SHARED / "mt940" / name).read_bytes()
    assert recognised_by(content) == {"mt940"}
    rows = [row for _, row in read(MT940, content)]
    entries, out, came_in = expected
    assert len(rows) == entries
    assert not [row for row in rows if isinstance(row, Rejected)]
    amounts = [row.amount for row in rows if isinstance(row, Spend)]
    assert (sum(a for a in amounts if a > 0), -sum(a for a in amounts if a < 0)) == (out, came_in)


@needs_shared
def test_no_real_statement_is_left_out() -> None:
    assert set(REAL) == {path.name for path in (SHARED / "mt940").iterdir()}


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=10**6), st.sampled_from([STATEMENT, INTERIM]))
def test_damage_anywhere_leaves_the_rows_before_it(seed: int, content: bytes) -> None:
    assert_survives(MT940, content, seed)
