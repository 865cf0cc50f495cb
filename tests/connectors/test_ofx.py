"""OFX and QFX statements: every way that banks write them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.ofx import Ofx
from discovery.records import Ignored, Payment, Rejected, Row, Spend
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

OFX = Ofx()
CARD = (SAMPLES / "ofx" / "card.qfx").read_bytes()
BANK = (SAMPLES / "ofx" / "bank.ofx").read_bytes()


def statement(*transactions: str, card: bool = True, currency: str = "USD") -> bytes:
    account = (
        "<CCACCTFROM><ACCTID>x1234</CCACCTFROM>"
        if card
        else "<BANKACCTFROM><BANKID>1<ACCTID>2</BANKACCTFROM>"
    )
    kind = "CCSTMTRS" if card else "STMTRS"
    rows = "".join(f"<STMTTRN>{fields}</STMTTRN>" for fields in transactions)
    return (
        f"OFXHEADER:100\n\n<OFX><{kind}><CURDEF>{currency}{account}<BANKTRANLIST>{rows}</BANKTRANLIST></{kind}></OFX>"
    ).encode()


def transaction(**fields: str) -> str:
    stated = {"TRNTYPE": "DEBIT", "DTPOSTED": "20260301", "TRNAMT": "-1.00", "NAME": "Otter.ai"} | fields
    return "".join(f"<{name}>{value}" for name, value in stated.items())


def row_of(*, card: bool = True, currency: str = "USD", **fields: str) -> object:
    return read(OFX, statement(transaction(**fields), card=card, currency=currency))[0][1]


def spend_of(*, card: bool = True, currency: str = "USD", **fields: str) -> Spend:
    row = row_of(card=card, currency=currency, **fields)
    assert isinstance(row, Spend)
    return row


def test_the_answer_to_an_order_of_a_transfer_is_counted_and_no_spending() -> None:
    ordered = (
        b"OFXHEADER:100\n\n<OFX><BANKMSGSRSV1><INTRATRNRS><INTRARS><CURDEF>USD<SRVRTID>1001<XFERINFO>"
        b"<BANKACCTFROM><BANKID>1<ACCTID>2</BANKACCTFROM><BANKACCTTO><BANKID>1<ACCTID>3</BANKACCTTO>"
        b"<TRNAMT>200.00</XFERINFO></INTRARS></INTRATRNRS></BANKMSGSRSV1></OFX>"
    )
    assert counts(read(OFX, ordered)) == (0, 0, 1)


def test_a_card_statement_in_sgml() -> None:
    rows = read(OFX, CARD)
    assert [line for line, _ in rows] == [14, 15, 16, 17, 18, 19, 20, 21, 22]
    assert counts(rows) == (5, 2, 2)
    assert rows[0][1] == Spend(
        account="411111******1234",
        own_id="2026030300001",
        date=date(2026, 3, 3),  # DTUSER: the day of the purchase
        text="OPENAI *CHATGPT SUBSCR 4158799686 CA",
        amount=20_000_000,
        currency="USD",
        card="411111******1234",
        payment=Payment.CARD,
        type="DEBIT",
        mcc="5734",
        stated_at="2026-04-01T13:00:00+00:00",
    )


def test_a_refund_is_negative_spend_and_the_paid_bill_is_none() -> None:
    refund, paid, autopay = (row for _, row in read(OFX, CARD)[1:4])
    assert isinstance(refund, Spend)
    assert (refund.amount, refund.type) == (-20_000_000, "CREDIT")
    assert isinstance(paid, Ignored)
    assert isinstance(autopay, Ignored)


def test_fees_stay_and_foreign_amounts_name_their_currency() -> None:
    rows = [row for _, row in read(OFX, CARD)]
    foreign, fee, payee = rows[4], rows[7], rows[8]
    assert isinstance(foreign, Spend)
    assert (foreign.amount, foreign.currency, foreign.merchant_currency) == (1_234_500_000, "USD", "EUR")
    assert isinstance(fee, Spend)
    assert (fee.text, fee.amount) == ("ANNUAL FEE", 95_000_000)
    assert isinstance(payee, Spend)
    assert (payee.text, payee.amount) == ("AT&T & Sons", 9_900_000)


def test_a_bank_statement_in_xml() -> None:
    rows = read(OFX, BANK)
    assert counts(rows) == (4, 0, 3)
    debit, pos = rows[0][1], rows[1][1]
    assert isinstance(debit, Spend)
    assert isinstance(pos, Spend)
    assert (debit.account, debit.own_id, debit.text) == ("DE89370400440532013000", "", "DEEPL SE KOELN DE")
    assert (debit.payment, pos.payment) == (Payment.BANK, Payment.CARD)
    assert pos.text == "Café Zoë"


def test_ids_that_all_rows_share_are_no_ids() -> None:
    shared = [row for _, row in read(OFX, BANK) if isinstance(row, Spend) and row.account == "COBADEFF/77"]
    assert [row.own_id for row in shared] == ["", ""]
    twice = statement(
        transaction(FITID="A-1"), transaction(FITID="A-1", TRNAMT="-2"), transaction(FITID="B-1")
    )
    assert [row.own_id for _, row in read(OFX, twice) if isinstance(row, Spend)] == ["A-1", "A-1", "B-1"]


@pytest.mark.parametrize(
    ("fitid", "own_id"), [("", ""), ("0", ""), ("0000", ""), ("17", ""), ("0000486", "0000486")]
)
def test_a_place_in_the_file_is_no_id(fitid: str, own_id: str) -> None:
    assert spend_of(FITID=fitid).own_id == own_id


@pytest.mark.parametrize(
    ("stated", "amount"),
    [
        ("-6.60", 6_600_000),
        ("-80", 80_000_000),
        ("+00000000000115.8331", -115_833_100),
        ("-00000000001500.0000", 1_500_000_000),
        ("-49,9", 49_900_000),
        ("-1.234,56", 1_234_560_000),
        ("-1,234.56", 1_234_560_000),
        ("- .5", 500_000),
        ("0", 0),
    ],
)
def test_amounts_are_exact_however_they_are_written(stated: str, amount: int) -> None:
    assert spend_of(TRNAMT=stated).amount == amount


@pytest.mark.parametrize(
    "stated", ["", "abc", "1,234", "$120", "1.2.3", "--1", "1e5", "-", "9" * 13, "0.1234567", "٣"]
)
def test_an_amount_that_is_none_or_may_mean_two_things_is_rejected(stated: str) -> None:
    row = row_of(TRNAMT=stated)
    assert isinstance(row, Rejected)
    assert "TRNAMT" in row.reason


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("20260301", date(2026, 3, 1)),
        ("20260301235959.000[-8:PST]", date(2026, 3, 1)),
        ("20260301000000[+12:NZST]", date(2026, 3, 1)),
        ("20180804093914:014", date(2018, 8, 4)),
        ("2026-03-01", date(2026, 3, 1)),
    ],
)
def test_the_day_is_the_one_that_the_bank_states(stated: str, day: date) -> None:
    assert spend_of(DTPOSTED=stated).date == day


@pytest.mark.parametrize("stated", ["", "201120000000", "20120231", "1 March 2026", "00000000", "99991231"])
def test_an_impossible_day_is_rejected(stated: str) -> None:
    row = row_of(DTPOSTED=stated)
    assert isinstance(row, Rejected)
    assert "DTPOSTED" in row.reason
    assert "Otter.ai" not in row.reason


@pytest.mark.parametrize("kind", ["PAYMENT", "XFER", "DEP", "DIRECTDEP", "INT", "DIV", "int"])
def test_money_that_came_in_is_ignored_and_the_same_going_out_is_spend(kind: str) -> None:
    assert isinstance(row_of(card=False, TRNTYPE=kind, TRNAMT="5"), Ignored)
    assert spend_of(card=False, TRNTYPE=kind, TRNAMT="-5").amount == 5_000_000


@pytest.mark.parametrize(
    ("name", "is_payment"),
    [
        ("PAYMENT - THANK YOU", True),
        ("ONLINE PYMT", True),
        ("AUTOMATIC PAYMENT", True),
        ("CAPITAL ONE AUTOPAY, THANK YOU", True),
        ("OPENAI *CHATGPT", False),
        ("PAYPAL *MIDJOURNEY", False),
        ("PAYMENT REFUND OTTER.AI", False),
        ("STRIPE PAYMENTS OTTER", False),
    ],
)
def test_a_credit_is_the_paid_bill_only_where_it_says_so(name: str, is_payment: bool) -> None:
    row = row_of(TRNTYPE="CREDIT", TRNAMT="20.00", NAME=name)
    assert isinstance(row, Ignored if is_payment else Spend)


def test_a_currency_must_be_known() -> None:
    assert isinstance(row_of(currency=""), Rejected)
    assert isinstance(row_of(currency="???"), Rejected)
    inside = transaction() + "<CURRENCY><CURRATE>1.0<CURSYM>aud</CURRENCY>"
    ((_, row),) = read(OFX, statement(inside, currency=""))
    assert isinstance(row, Spend)
    assert row.currency == "AUD"


@pytest.mark.parametrize(
    ("name", "memo", "text"),
    [
        ("OPENAI *CHATGPT SUBSCR", "OPENAI *CHATGPT SUBSCR CA", "OPENAI *CHATGPT SUBSCR CA"),
        ("ANTHROPIC", "Card purchase", "ANTHROPIC Card purchase"),
        ("ANTHROPIC CLAUDE", "claude", "ANTHROPIC CLAUDE"),
        ("", "CBA:Transfer", "CBA:Transfer"),
        ("A < B <3", "", "A < B <3"),
        ("<![CDATA[ R&amp;D <b> ]]>", "", "R&amp;D <b>"),
    ],
)
def test_the_merchant_is_name_and_memo_with_each_word_once(name: str, memo: str, text: str) -> None:
    assert spend_of(NAME=name, MEMO=memo).text == text


def test_encodings_are_those_of_the_bytes_and_the_header() -> None:
    for header, encoding in (
        ("CHARSET:1252", "cp1252"),
        ("CHARSET:1252", "utf-8"),
        ("CHARSET:NONE", "utf-16"),
        ("CHARSET:1250", "cp1250"),
        ("CHARSET:ISO-8859-2", "iso-8859-2"),
        ("CHARSET:zlib", "utf-8"),
    ):
        content = statement(transaction(NAME="Žižkov é")).decode()
        if "1252" in encoding:
            content = content.replace("Žižkov", "Café")
        rows = read(OFX, content.replace("OFXHEADER:100", f"OFXHEADER:100\n{header}").encode(encoding))
        assert isinstance(rows[0][1], Spend)
        assert rows[0][1].text == ("Café é" if "1252" in encoding else "Žižkov é")


def test_entities_are_never_followed() -> None:
    content = statement(transaction(NAME="&x; &amp; &#65;")).replace(
        b"<OFX>", b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><OFX>'
    )
    ((_, row),) = read(OFX, content)
    assert isinstance(row, Spend)
    assert row.text == "&x; & A"


def test_a_cut_off_file_gives_its_good_rows_and_says_so() -> None:
    rows, sentence = read_as_far_as_possible(OFX, CARD[: CARD.index(b"<NAME>MIDJOURNEY")])
    assert counts(rows) == (2, 0, 2)
    assert "breaks off" in sentence


def test_an_error_message_of_the_bank_is_no_empty_statement() -> None:
    content = b"OFXHEADER:100\n\n<OFX><STATUS><CODE>15500<SEVERITY>ERROR<MESSAGE>no</STATUS></OFX>"
    rows, sentence = read_as_far_as_possible(OFX, content)
    assert rows == []
    assert "error message" in sentence


def test_a_value_of_many_megabytes_is_cut() -> None:
    content = statement(transaction(MEMO="x" * (5 << 20)), transaction(NAME="Claude"))
    first, second = (row for _, row in read(OFX, content))
    assert isinstance(first, Spend)
    assert len(first.text) <= 2001
    assert isinstance(second, Spend)
    assert second.text == "Claude"


def test_only_ofx_is_recognised() -> None:
    assert recognised_by(CARD) == recognised_by(BANK) == {"ofx"}
    assert recognised_by(b"<html><body>OFX download failed</body></html>") == set()


REAL = {
    "ofxparse__account_listing_aggregation.ofx": (0, 0, 0),
    "ofxparse__bank_medium.ofx": (3, 0, 0),
    "ofxparse__checking.ofx": (3, 0, 0),
    "ofxparse__date_missing.ofx": (0, 3, 0),
    "ofxparse__empty_balance.ofx": (1, 0, 0),
    "ofxparse__fidelity-savings.ofx": (0, 0, 4),
    "ofxparse__fidelity.ofx": (0, 0, 17),
    "ofxparse__investment_medium.ofx": (0, 0, 3),
    "ofxparse__multiple_accounts2.ofx": (0, 0, 0),
    "ofxparse__ofx-v102-empty-tags.ofx": (1, 0, 0),
    "ofxparse__signon_success.ofx": (0, 0, 0),
    "ofxparse__suncorp.ofx": (1, 0, 0),
    "ofxparse__td_ameritrade.ofx": (0, 0, 0),
    "ofxparse__vanguard.ofx": (0, 0, 1),
    "test_ofx.ofx": (4, 0, 0),
    "test_ofx_iban.ofx": (4, 0, 0),
}


def _real(name: str) -> list[Row]:
    return read(OFX, (SHARED / "ofx" / name).read_bytes())


@needs_shared
@pytest.mark.parametrize(("name", "expected"), REAL.items())
def test_the_real_statements_are_read(name: str, expected: tuple[int, int, int]) -> None:
    assert recognised_by((SHARED / "ofx" / name).read_bytes()) == {"ofx"}
    assert counts(_real(name)) == expected


@needs_shared
def test_no_real_statement_is_left_out() -> None:
    assert set(REAL) == {path.name for path in (SHARED / "ofx").iterdir()}


@needs_shared
def test_what_real_statements_say() -> None:
    lunch = _real("ofxparse__bank_medium.ofx")[0][1]
    assert isinstance(lunch, Spend)
    assert (lunch.account, lunch.date, lunch.amount) == (
        "160000100/00/12300000012345678",
        date(2009, 4, 1),
        6_600_000,
    )
    assert (lunch.payment, lunch.currency, lunch.own_id) == (Payment.CARD, "CAD", "0000123456782009040100001")
    transfer = _real("ofxparse__ofx-v102-empty-tags.ofx")[0][1]
    assert isinstance(transfer, Spend)
    assert (transfer.currency, transfer.amount, transfer.own_id) == ("AUD", -12_340_000, "")
    shop = _real("ofxparse__suncorp.ofx")[0][1]
    assert isinstance(shop, Spend)
    assert re.fullmatch("EFTPOS WDL HANDYWAY ALDI STORE +GEELONG WEST VICAU", shop.text)
    amounts = [row.amount for _, row in _real("test_ofx.ofx") if isinstance(row, Spend)]
    assert amounts == [80_000_000, 90_000_000, 100_000_000, 90_000_000]


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=10**6), st.sampled_from([CARD, BANK]))
def test_damage_anywhere_leaves_the_rows_before_it(seed: int, content: bytes) -> None:
    assert_survives(OFX, content, seed)
