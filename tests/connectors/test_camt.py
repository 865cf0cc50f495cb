"""camt.053, camt.052 and camt.054: every version, batches, reversals and what is not spending."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.camt import Camt
from discovery.records import Ignored, Payment, Rejected, Spend, Who
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

CAMT = Camt()
SAMPLE = (SAMPLES / "camt" / "statement.xml").read_bytes()

OUT, IN = "<CdtDbtInd>DBIT</CdtDbtInd>", "<CdtDbtInd>CRDT</CdtDbtInd>"
BOOKED = "<Sts>BOOK</Sts><BookgDt><Dt>2026-03-01</Dt></BookgDt>"


def statement(*entries: str, kind: str = "Stmt", created: str = "2026-04-01T06:00:00Z") -> bytes:
    """A statement without namespace or version, which reads all the same."""
    message = {"Stmt": "BkToCstmrStmt", "Rpt": "BkToCstmrAcctRpt", "Ntfctn": "BkToCstmrDbtCdtNtfctn"}[kind]
    account = "<Acct><Id><IBAN>DE89 3704 0044 0532 0130 00</IBAN></Id><Nm>Own Company</Nm></Acct>"
    inside = f"<{kind}><CreDtTm>{created}</CreDtTm>{account}{''.join(entries)}</{kind}>"
    return f"<Document><{message}>{inside}</{message}></Document>".encode()


def entry(
    *details: str,
    amount: str = "10.00",
    side: str = OUT,
    state: str = BOOKED,
    more: str = "",
    ccy: str = "EUR",
) -> str:
    inside = f"<NtryDtls>{''.join(f'<TxDtls>{d}</TxDtls>' for d in details)}</NtryDtls>" if details else ""
    return f'<Ntry><Amt Ccy="{ccy}">{amount}</Amt>{side}{state}{more}{inside}</Ntry>'


def rows_of(*entries: str, kind: str = "Stmt") -> list[object]:
    return [row for _, row in read(CAMT, statement(*entries, kind=kind))]


def spends_of(*entries: str, kind: str = "Stmt") -> list[Spend]:
    rows = rows_of(*entries, kind=kind)
    assert all(isinstance(row, Spend) for row in rows), rows
    return [row for row in rows if isinstance(row, Spend)]


def paid_to(name: str) -> str:
    return f"<RltdPties><Cdtr><Nm>{name}</Nm></Cdtr></RltdPties>"


def code(domain: str, family: str, sub_family: str) -> str:
    inside = f"<Fmly><Cd>{family}</Cd><SubFmlyCd>{sub_family}</SubFmlyCd></Fmly>"
    return f"<BkTxCd><Domn><Cd>{domain}</Cd>{inside}</Domn></BkTxCd>"


def test_a_statement_of_two_accounts() -> None:
    rows = read(CAMT, SAMPLE)
    assert counts(rows) == (6, 1, 2)
    assert rows[0] == (
        14,
        Spend(
            account="DE89370400440532013000",
            own_id="26062-000101/2026-03-03/49900000",
            date=date(2026, 3, 3),
            text="DeepL SE DeepL Pro March",  # neither references nor the creditor's IBAN
            amount=49_900_000,
            currency="EUR",
            payment=Payment.BANK,
            type="PMNT/RDDT/ESDD",
            stated_at="2026-04-01T04:00:00+00:00",
        ),
    )


def test_a_batch_becomes_its_transactions_and_its_charges() -> None:
    jasper, runway, charges = (row for _, row in read(CAMT, SAMPLE)[1:4])
    assert isinstance(jasper, Spend)
    assert isinstance(runway, Spend)
    assert isinstance(charges, Spend)
    assert jasper.amount + runway.amount + charges.amount == 121_500_000
    assert (jasper.text, jasper.who) == ("Jasper AI Inc Invoice 88", Who(name="Team Marketing"))
    assert (runway.text, runway.merchant_amount, runway.merchant_currency) == ("Runway AI", 43_200_000, "USD")
    assert charges.text.startswith("bank charges")
    assert len({row.own_id for row in (jasper, runway, charges)}) == 3


def test_a_reversed_debit_is_negative_spend_on_the_same_vendor() -> None:
    reversed_ = read(CAMT, SAMPLE)[4][1]
    assert isinstance(reversed_, Spend)
    assert (reversed_.text, reversed_.amount) == ("DeepL SE", -49_900_000)


def test_a_card_account_shows_no_whole_number_and_keeps_five_decimals() -> None:
    card = read(CAMT, SAMPLE)[-1][1]
    assert isinstance(card, Spend)
    assert (card.account, card.card, card.payment) == ("411111******1111", "411111******1111", Payment.CARD)
    assert (card.amount, card.merchant_amount, card.merchant_currency) == (22_000_010, 20_000_000, "USD")


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("<Sts>PDNG</Sts>", "not booked yet"),
        ("<Sts><Cd>PDNG</Cd></Sts>", "not booked yet"),
        ("<Sts><Cd>FUTR</Cd></Sts>", "not booked yet"),
        ("<Sts>INFO</Sts>", "for information"),
        ("<Sts><Cd>INFO</Cd></Sts>", "for information"),
    ],
)
def test_what_is_not_booked_is_no_spending(status: str, why: str) -> None:
    (row,) = rows_of(entry(paid_to("OpenAI"), state=status))
    assert isinstance(row, Ignored)
    assert why in row.why


@pytest.mark.parametrize(
    ("details", "amounts"),
    [
        (("<Amt>4</Amt>", "<Amt>6</Amt>"), [4, 6]),
        # Sides as the other party sees them.
        ((f"<Amt>4</Amt>{IN}", f"<Amt>6</Amt>{IN}"), [4, 6]),
        # One transaction of the batch came back.
        (("<Amt>14</Amt>", f"<Amt>4</Amt>{IN}"), [14, -4]),
        # Do not add up, are zero, or in another currency: the entry is what was booked.
        (("<Amt>4</Amt>", "<Amt>5</Amt>"), [10]),
        (("<Amt>0</Amt>", "<Amt>0</Amt>"), [10]),
        (('<Amt Ccy="SEK">4</Amt>', '<Amt Ccy="SEK">6</Amt>'), [10]),
        (("<Amt>10</Amt>", ""), [10]),
        # Alone, whatever it says of itself.
        (('<Amt Ccy="EUR">9</Amt>',), [10]),
    ],
)
def test_a_batch_is_taken_apart_only_where_it_adds_up(details: tuple[str, ...], amounts: list[int]) -> None:
    named = [f"{detail}{paid_to(f'Vendor {n}')}" for n, detail in enumerate(details)]
    rows = spends_of(entry(*named))
    assert [row.amount // 1_000_000 for row in rows] == amounts
    if len(amounts) == 1 < len(details):
        assert rows[0].text == "Vendor 0 Vendor 1"


@pytest.mark.parametrize(
    "charges",
    [
        '<Chrgs><Amt Ccy="EUR">1</Amt></Chrgs>',  # version 2
        '<Chrgs><Rcrd><Amt Ccy="EUR">0.4</Amt></Rcrd><Rcrd><Amt Ccy="EUR">0.6</Amt></Rcrd></Chrgs>',
        '<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">1</TtlChrgsAndTaxAmt>'
        '<Rcrd><Amt Ccy="EUR">1</Amt></Rcrd></Chrgs>',
    ],
)
def test_charges_of_a_batch_are_a_record_of_their_own(charges: str) -> None:
    rows = spends_of(entry("<Amt>4</Amt>", "<Amt>5</Amt>", more=charges))
    assert [row.amount for row in rows] == [4_000_000, 5_000_000, 1_000_000]


@pytest.mark.parametrize(
    ("parties", "text"),
    [
        ("<Cdtr><Nm>OpenAI</Nm></Cdtr>", "OpenAI"),
        ("<Cdtr><Pty><Nm>OpenAI</Nm></Pty></Cdtr>", "OpenAI"),
        ("<Cdtr><Agt><FinInstnId><Nm>OpenAI</Nm></FinInstnId></Agt></Cdtr>", "OpenAI"),
        ("<Cdtr><Nm>PayPal</Nm></Cdtr><UltmtCdtr><Nm>OpenAI</Nm></UltmtCdtr>", "PayPal OpenAI"),
        ("<Dbtr><Nm>own company</Nm></Dbtr><Cdtr><Nm>OpenAI</Nm></Cdtr>", "OpenAI"),
        # The bank fills in the wrong side; the own account is never the vendor.
        ("<Dbtr><Nm>OpenAI</Nm></Dbtr>", "OpenAI"),
        (
            "<Cdtr><Nm>Us</Nm></Cdtr><CdtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></CdtrAcct>"
            "<Dbtr><Nm>OpenAI</Nm></Dbtr>",
            "OpenAI",
        ),
    ],
)
def test_who_was_paid(parties: str, text: str) -> None:
    (row,) = spends_of(entry(f"<RltdPties>{parties}</RltdPties>"))
    assert row.text == text


@pytest.mark.parametrize(
    ("details", "more", "text"),
    [
        ("<RmtInf><Ustrd>ChatGPT</Ustrd><Ustrd>Team</Ustrd></RmtInf>", "", "ChatGPT Team"),
        (f"<RmtInf><Ustrd>{'x' * 136}Chat</Ustrd><Ustrd>GPT</Ustrd></RmtInf>", "", "x" * 136 + "ChatGPT"),
        ("<RmtInf><Strd><AddtlRmtInf>Claude</AddtlRmtInf></Strd></RmtInf>", "", "Claude"),
        ("<RmtInf><Strd><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf>", "", "RF18"),
        ("<AddtlTxInf>CLAUDE.AI</AddtlTxInf>", "<AddtlNtryInf>Card</AddtlNtryInf>", "CLAUDE.AI Card"),
        ("", "<AddtlNtryInf>CLAUDE.AI</AddtlNtryInf>", "CLAUDE.AI"),
        ("", code("PMNT", "ICDT", "DMCT"), "PMNT/ICDT/DMCT"),
        ("", "", "DBIT"),
    ],
)
def test_what_was_paid_for(details: str, more: str, text: str) -> None:
    (row,) = spends_of(entry(details, more=more))
    assert row.text == text


@pytest.mark.parametrize(
    ("bank_code", "side", "reversal", "ignored"),
    [
        (code("PMNT", "IDDT", "ESDD"), IN, False, True),
        (code("PMNT", "IDDT", "UPDD"), OUT, True, True),
        (code("PMNT", "MCRD", "POSP"), IN, False, True),
        (code("PMNT", "MCRD", "FEES"), OUT, False, False),
        (code("PMNT", "RCDT", "ESCT"), IN, False, False),
        (code("ACMT", "MDOP", "INTR"), IN, False, True),
        (code("ACMT", "MDOP", "INTR"), OUT, False, False),
        (code("CAMT", "ACCB", "ZABA"), OUT, False, True),
        (code("SECU", "SETT", "TRAD"), OUT, False, True),
        (code("SECU", "CUST", "FEES"), OUT, False, False),
        (code("PMNT", "CCRD", "POSD"), OUT, False, False),
    ],
)
def test_collections_and_own_money_are_no_spending(
    bank_code: str, side: str, reversal: bool, ignored: bool
) -> None:
    more = bank_code + ("<RvslInd>true</RvslInd>" if reversal else "")
    (row,) = rows_of(entry(paid_to("x"), side=side, more=more))
    assert isinstance(row, Ignored if ignored else Spend)


def test_one_reference_on_many_entries_makes_no_two_of_them_one() -> None:
    reference = "<AcctSvcrRef>STANDING-ORDER</AcctSvcrRef>"
    later = BOOKED.replace("03-01", "04-01")
    rows = spends_of(
        entry(more=reference), entry(more=reference, amount="11"), entry(more=reference, state=later)
    )
    assert len({row.own_id for row in rows}) == 3


@pytest.mark.parametrize("reference", ["", "NOTPROVIDED", "NONREF", "000", "17"])
def test_no_reference_is_no_id(reference: str) -> None:
    (row,) = spends_of(entry(more=f"<AcctSvcrRef>{reference}</AcctSvcrRef>"))
    assert row.own_id == ""


@pytest.mark.parametrize(
    "dates",
    [
        "<BookgDt><DtTm>2026-03-01T23:59:59.999-08:00</DtTm></BookgDt>",
        "<BookgDt><Dt>2026-03-01+01:00</Dt></BookgDt>",
        "<BookgDt><Dt>2026-02-31</Dt></BookgDt><ValDt><Dt>2026-03-01</Dt></ValDt>",
        "<ValDt><Dt>2026-03-01</Dt></ValDt>",
    ],
)
def test_the_day_is_the_one_that_the_bank_states(dates: str) -> None:
    (row,) = spends_of(entry(state=f"<Sts>BOOK</Sts>{dates}"))
    assert row.date == date(2026, 3, 1)


def test_only_a_notification_has_the_day_of_its_making() -> None:
    undated = entry(state="<Sts>BOOK</Sts>")
    assert spends_of(undated, kind="Ntfctn")[0].date == date(2026, 4, 1)
    assert spends_of(undated, kind="Rpt")[0].date == date(2026, 4, 1)
    (row,) = rows_of(undated)
    assert isinstance(row, Rejected)
    assert "BookgDt" in row.reason


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": ""},
        {"amount": "1,00"},
        {"amount": "1e3"},
        {"amount": "0.1234567"},
        {"side": ""},
        {"side": "<CdtDbtInd>X</CdtDbtInd>"},
        {"ccy": "???"},
        {"ccy": ""},
    ],
)
def test_an_entry_that_makes_no_sense_is_rejected_and_the_next_is_read(wrong: dict[str, str]) -> None:
    rejected, good = rows_of(entry(paid_to("Secret"), **wrong), entry())
    assert isinstance(rejected, Rejected)
    assert "Secret" not in rejected.reason
    assert isinstance(good, Spend)


@pytest.mark.parametrize("version", ["001.01", "001.02", "001.03", "001.04", "001.06", "001.08", "001.13"])
@pytest.mark.parametrize("prefix", ["", "ns2:"])
def test_any_version_and_prefix(version: str, prefix: str) -> None:
    content = statement(entry(paid_to("OpenAI"))).decode()
    if prefix:
        content = (
            content.replace("</", "<//").replace("<", f"<{prefix}").replace(f"<{prefix}//", f"</{prefix}")
        )
    name = f' xmlns{":" if prefix else ""}{prefix[:-1]}="urn:iso:std:iso:20022:tech:xsd:camt.053.{version}"'
    content = content.replace("Document>", f"Document{name}>", 1)
    assert recognised_by(content.encode()) == {"camt"}
    assert counts(read(CAMT, content.encode())) == (1, 0, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-2"])
def test_any_encoding(encoding: str) -> None:
    declared = '<?xml version="1.0" encoding="ISO-8859-2"?>' if encoding == "iso-8859-2" else ""
    content = (declared + statement(entry(paid_to("Café Zoë"))).decode()).encode(encoding)
    assert recognised_by(content) == {"camt"}
    ((_, row),) = read(CAMT, content)
    assert isinstance(row, Spend)
    assert row.text == "Café Zoë"


def test_a_statement_without_entries_is_read_and_one_without_statements_is_refused() -> None:
    assert read(CAMT, statement()) == []
    _, sentence = read_as_far_as_possible(CAMT, b"<Document><BkToCstmrStmt/></Document>")
    assert "no statement" in sentence


def test_a_document_type_is_refused_and_nothing_is_fetched() -> None:
    content = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + statement(entry("&x;"))
    rows, sentence = read_as_far_as_possible(CAMT, content)
    assert rows == []
    assert "DOCTYPE" in sentence


def test_other_payment_messages_are_not_taken_for_statements() -> None:
    assert (
        recognised_by(b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn/>')
        == set()
    )


def test_a_batch_of_thousands_is_read() -> None:
    details = [f"<Amt>1</Amt>{paid_to(f'Vendor {n}')}" for n in range(6000)]
    rows = spends_of(entry(*details, amount="6000"))
    assert len({row.text for row in rows}) == len(rows) == 6000


#: (records, rejected, ignored): entries counted with `xmllint --format FILE | grep -c '<Ntry>'`; none has
#: a batch that adds up in the entry's currency. Sum of DBIT and of CRDT by hand, from Amt of each Ntry.
REAL = {
    "camt/camt052.v8.xml": ((1, 0, 0), "SEK", ["200000"]),
    "camt/camt053.v2.five.decimals.xml": ((1, 0, 0), "EUR", ["-8.85"]),
    "camt/camt053.v2.minimal.xml": ((1, 0, 0), "EUR", ["-8.85"]),
    "camt/camt053.v2.multi.statement.xml": ((2, 0, 0), "EUR", ["-8.85", "7"]),
    "camt/camt053.v2.with-party-ids.xml": ((1, 0, 0), "EUR", ["-8.85"]),
    "camt/camt053.v3.xml": ((1, 0, 0), "EUR", ["-8.85"]),
    "camt/camt053.v4.xml": ((1, 0, 0), "EUR", ["-8.85"]),
    "camt/camt054.v2.with-account-name.xml": ((1, 0, 0), "SEK", ["200000"]),
    "camt/camt054.v4.xml": ((1, 0, 0), "SEK", ["200000"]),
    "camt/camt054.v8-with-UETR.xml": ((1, 0, 0), "SEK", ["200000"]),
    "camt/camt054.v8.xml": ((1, 0, 0), "SEK", ["200000"]),
}


@needs_shared
@pytest.mark.parametrize(("name", "expected"), REAL.items())
def test_the_real_statements_are_read(
    name: str, expected: tuple[tuple[int, int, int], str, list[str]]
) -> None:
    content = (SHARED / name).read_bytes()
    assert recognised_by(content) == {"camt"}
    rows = read(CAMT, content)
    counted, currency, amounts = expected
    assert counts(rows) == counted
    found = [row for _, row in rows if isinstance(row, Spend)]
    assert {row.currency for row in found} == {currency}
    assert [row.amount for row in found] == [round(float(amount) * 1_000_000) for amount in amounts]


@needs_shared
def test_no_real_statement_is_left_out() -> None:
    assert {path.name for path in (SHARED / "camt").iterdir()} == {name.partition("/")[2] for name in REAL}


@needs_shared
def test_the_real_archive_holds_two_statements() -> None:
    """Each: a debit of 754.25, a returned collection (IDDT), a credit of 1,405.31, read with `unzip -p`."""
    archive = zipfile.ZipFile(io.BytesIO((SHARED / "camt053" / "test-camt053.zip").read_bytes()))
    days: Counter[date] = Counter()
    for name in archive.namelist():
        rows = read(CAMT, archive.read(name))
        assert counts(rows) == (2, 0, 1)
        found = [row for _, row in rows if isinstance(row, Spend)]
        assert [row.amount for row in found] == [754_250_000, -1_405_310_000]
        assert found[0].text.startswith("INSURANCE COMPANY TESTX Insurance policy")
        days.update(row.date for row in found)
    assert days == {date(2014, 2, 5): 2, date(2014, 3, 5): 2}


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_leaves_the_rows_before_it(seed: int) -> None:
    assert_survives(CAMT, SAMPLE, seed)
