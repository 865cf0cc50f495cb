"""Statements of bank and card accounts as OFX 1.02 (SGML), the way banks still send them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from discovery.sample_company.files import FileRow, SampleFile
from discovery.sample_company.money_text import decimal
from discovery.sample_company.world import Card, Feed, Means, Spending, World, chance

_HEADER = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

"""
_NAME = 32  # letters that OFX gives a payee
_ACCOUNTS = {
    "EUR": ("50010517", "0648489890", "norrbank-eur"),
    "USD": ("021000089", "8830021745", "first-pine-usd"),
}
_OVERLAP = timedelta(days=35)


def statement_files(seed: int, world: World) -> list[SampleFile]:
    random = chance(seed, "statement files")
    middle = world.start + (world.end - world.start) / 2
    files = []
    for currency in ("EUR", "USD"):
        lines = [s for s in world.spending if s.currency == currency and s.document(Feed.BANK)]
        early = (world.start, min(world.end, middle + _OVERLAP / 2))
        late = (max(world.start, middle - _OVERLAP / 2), world.end)
        spans = (early, late) if currency == "EUR" else ((world.start, world.end),)
        files += [_bank(random, currency, lines, *span) for span in spans]
    for number, card in enumerate(card for card in world.cards if card.statement):
        lines = [
            s
            for s in world.spending
            if s.card and s.card.last_four == card.last_four and s.document(Feed.STATEMENT)
        ]
        files.append(_card(random, card, lines, world.start, world.end))
        if number == 0:  # somebody exported this account again an hour later
            files.append(_again(files[-1]))
    return files


def _again(file: SampleFile) -> SampleFile:
    def frame(again: SampleFile) -> tuple[bytes, bytes]:
        head, tail = file.frame(again)
        return head.replace(b"225900<LANGUAGE>", b"235900<LANGUAGE>"), tail

    return replace(file, name=file.name.replace(".ofx", " (1).ofx"), frame=frame)


def _bank(random: Random, currency: str, lines: list[Spending], first: date, last: date) -> SampleFile:
    bank, account, name = _ACCOUNTS[currency]
    rows = []
    for spent in sorted(lines, key=lambda s: (s.posted, s.number)):
        document = spent.document(Feed.BANK)
        assert document is not None  # noqa: S101  (the feed says so)
        if not first <= document.day <= last:
            continue
        kind = spent.category if spent.means == Means.BANK and spent.category else "XFER"
        if spent.amount < 0:
            kind = "CREDIT"
        body = _transaction(
            kind, document.day, None, -spent.amount, f"{bank}{spent.number:09}", document.text
        )
        rows.append(FileRow(body, day=document.day))
    rows = _spoilt(random, rows)
    opening = (
        f"<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>{currency}"
        f"<BANKACCTFROM><BANKID>{bank}<ACCTID>{account}<ACCTTYPE>CHECKING</BANKACCTFROM>"
    )
    return _file(f"bank/{name}-{first}-{last}.ofx", rows, opening, "</STMTRS></STMTTRNRS></BANKMSGSRSV1>")


def _card(random: Random, card: Card, lines: list[Spending], first: date, last: date) -> SampleFile:
    rows = []
    for spent in sorted(lines, key=lambda s: (s.posted, s.number)):
        document = spent.document(Feed.STATEMENT)
        assert document is not None  # noqa: S101  (the feed says so)
        if spent.posted > last + timedelta(days=5):
            continue
        kind = "CREDIT" if spent.amount < 0 else "DEBIT"
        body = _transaction(
            kind,
            spent.posted,
            document.day,
            -spent.amount,
            f"{card.last_four}{spent.number:09}",
            document.text,
            spent.mcc,
        )
        rows.append(FileRow(body, day=spent.posted))
    opening = (
        f"<CREDITCARDMSGSRSV1><CCSTMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>"
        f"<CCSTMTRS><CURDEF>{card.currency}<CCACCTFROM><ACCTID>XXXXXXXXXXXX{card.last_four}</CCACCTFROM>"
    )
    closing = "</CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1>"
    return _file(f"cards/statement-{card.last_four}.ofx", _spoilt(random, rows), opening, closing)


def _transaction(
    kind: str, posted: date, used: date | None, amount: int, fitid: str, text: str, mcc: str = ""
) -> bytes:
    """One STMTTRN. Leaf elements have no closing tag; the payee is cut, the memo is not."""
    fields = [f"<TRNTYPE>{kind}", f"<DTPOSTED>{posted:%Y%m%d}120000.000[+1:CET]"]
    if used is not None:
        fields.append(f"<DTUSER>{used:%Y%m%d}")
    fields += [f"<TRNAMT>{decimal(amount)}", f"<FITID>{fitid}"]
    if mcc:
        fields.append(f"<SIC>{mcc}")
    fields.append(f"<NAME>{_escaped(text[:_NAME].rstrip())}")
    if len(text) > _NAME:
        fields.append(f"<MEMO>{_escaped(text)}")
    return f"<STMTTRN>{''.join(fields)}</STMTTRN>".encode("cp1252")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _spoilt(random: Random, rows: list[FileRow]) -> list[FileRow]:
    """An impossible day and an amount with a letter in it, among the good rows."""
    for number, (kind, date_text, amount_text) in enumerate(
        (("date", "20261345", "-12.00"), ("amount", "20260114", "-1O.5O"))
    ):
        body = (
            f"<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>{date_text}<TRNAMT>{amount_text}"
            f"<FITID>BAD{number}<NAME>GASTHAUS WAKEFORD 0007 LEEDS GB</STMTTRN>"
        )
        rows.insert(random.randrange(len(rows) + 1), FileRow(body.encode("cp1252"), kind))
    return rows


def _file(name: str, rows: Sequence[FileRow], opening: str, closing: str) -> SampleFile:
    def frame(file: SampleFile) -> tuple[bytes, bytes]:
        posted = [row.day for row in file.rows if row.day]
        first, last = (min(posted), max(posted)) if posted else (date(2000, 1, 1), date(2000, 1, 1))
        head = (
            f"{_HEADER}<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>"
            f"<DTSERVER>{last:%Y%m%d}225900<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>\n"
            f"{opening}<BANKTRANLIST><DTSTART>{first:%Y%m%d}<DTEND>{last:%Y%m%d}\n"
        )
        tail = (
            f"\n</BANKTRANLIST><LEDGERBAL><BALAMT>100000.00<DTASOF>{last:%Y%m%d}</LEDGERBAL>{closing}</OFX>\n"
        )
        return head.encode("cp1252"), tail.encode("cp1252")

    return SampleFile(name, tuple(rows), frame, b"\n", by_line=True)
