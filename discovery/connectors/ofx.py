"""OFX and QFX statements: what banks and card issuers let people download.

Standard: OFX 1.6 (SGML) and 2.2 (XML). Files are neither: closing tags come and go, XML prologues
stand before SGML. So this reads tags and the text between them, knows which tags hold others, and
gives up a row, never the file, for what makes no sense.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain
from typing import BinaryIO

from discovery.connectors.amounts import CURRENCIES, amount
from discovery.connectors.base import Connector, Head, Kind, UnreadableFile
from discovery.connectors.dates import day, instant
from discovery.connectors.declared_encodings import declared_text
from discovery.connectors.decoding import decoded
from discovery.connectors.stated_values import (
    ACCOUNT,
    OWN_ID,
    TYPE,
    category_code,
    each_once,
    masked,
    text_of,
)
from discovery.records import Ignored, Payment, Record, Rejected, Removed, Row, Rows, Spend

#: How many rows a statement is given to show that its ids differ.
_WINDOW = 1000
_LONGEST_TEXT = 1 << 16

_TOKEN = re.compile(
    r"<!\[CDATA\[(?P<cdata>.*?)\]\]>|<!--.*?-->"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][\w.]*)(?:\s[^<>]*)?/?>",
    re.DOTALL,
)
_ENTITY = re.compile(r"&(amp|lt|gt|quot|apos|nbsp|#\d{1,6});")
_MEANT = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}

_STATEMENTS = {"STMTRS": "bank", "CCSTMTRS": "card", "INVSTMTRS": "investment"}
#: What holds other tags inside a transaction; their leaves are known as ``PAYEE.NAME``.
_PARTS = frozenset({"PAYEE", "EXTDPAYEE", "CURRENCY", "ORIGCURRENCY", "BANKACCTTO", "CCACCTTO", "IMAGEDATA"})
_LISTS = frozenset({"BANKTRANLIST", "BANKTRANLISTP"})
_ACCOUNTS = frozenset({"BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"})
_SHOWN = ("TRNTYPE", "DTPOSTED", "DTUSER", "TRNAMT", "FITID", "NAME", "MEMO")

_UNMARKED = Rejected("an amount stands in no transaction (STMTTRN); download the statement again")
_INVESTMENT = Ignored("a line of an investment statement")
_ORDER = Ignored("the answer to an order of a transfer, which a statement shows once it is booked")
_PENDING = Ignored("a charge that is not booked yet")
_MONEY_IN = Ignored("money that came in: a payment, transfer, deposit, interest or dividend")
_CARD_BILL = Ignored("a payment of a card bill")
_TYPES_OF_MONEY_IN = frozenset({"PAYMENT", "XFER", "DEP", "DIRECTDEP", "INT", "DIV"})
#: Issuers that book the payment of the bill as CREDIT say so in the name; a refund names its merchant.
_BILL_PAID = re.compile(
    r"(?:(?:on-?line|mobile|internet|electronic|automatic|auto|web|phone|direct debit|credit|card|e)[ -]*)*"
    r"(?:payment|pymt|paymnt|pmt|autopay)\b.*|.*\bthank you\b.*",
    re.IGNORECASE | re.DOTALL,
)
_NOT_A_PAYMENT = re.compile(r"\b(?:refund|return|reversal|chargeback|credit from)\b", re.IGNORECASE)

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}")
_CARD_NUMBER = re.compile(r"[\dXx*•.]{4,19}")
_AMOUNT = re.compile(r"([+-]?)(\d*)(?:([.,])(\d*))?")
_SERVER_TIME = re.compile(r"(\d{8})(\d{6})?[\d.:]*(?:\[([+-]?\d{1,2}(?:\.\d+)?)?(?::\w*)?\])?")


class Ofx(Connector):
    name = "ofx"
    kind = Kind.BANK
    title = "OFX and QFX statements"

    def recognises(self, head: Head) -> int:
        start = decoded(head.start).lstrip().upper()
        if start.startswith(("OFXHEADER", "<?OFX")) or "<?OFX" in start[:2000]:
            return 100
        return 95 if "<OFX>" in start[:4000] and re.search(r"<(?:\w+MSGSRSV1|\w*STMTRS)>", start) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row a STMTTRN (and investment transaction). Raises UnreadableFile where the file breaks off."""
        reader = _Reader()
        for line, name, closes, text in _tags(stream):
            yield from reader.tag(line, name, closes, text)
        reader.end()


# --- tags -------------------------------------------------------------------------------------------


def _tags(stream: BinaryIO) -> Iterator[tuple[int, str, bool, str]]:
    """(line, tag in upper case, whether it closes, the text that follows it)."""
    line = 1
    open_tag: tuple[int, str, bool] | None = None
    text: list[str] = []
    rest = ""
    for block in chain(declared_text(stream), (None,)):
        buffer = rest + (block or "")
        cut = len(buffer) if block is None else _whole_tokens(buffer)
        rest = buffer[cut:]
        at = 0
        for token in _TOKEN.finditer(buffer, 0, cut):
            if open_tag:
                text.append(buffer[at : token.start()])
            at_line = line + buffer.count("\n", at, token.start())
            line = at_line + buffer.count("\n", token.start(), token.end())
            at = token.end()
            if token["cdata"] is not None:
                text.append(token["cdata"].replace("&", "&amp;"))
            elif token["name"]:
                if open_tag:
                    yield (*open_tag, _plain(text))
                open_tag, text = (at_line, token["name"].upper(), bool(token["close"])), []
        if open_tag and sum(map(len, text)) < _LONGEST_TEXT:
            text.append(buffer[at:cut])
        line += buffer.count("\n", at, cut)
    if open_tag:
        yield (*open_tag, _plain(text))


def _whole_tokens(buffer: str) -> int:
    """Where to cut so that no tag or CDATA section is cut in two."""
    cdata = buffer.rfind("<![CDATA[")
    if cdata > buffer.rfind("]]>") and len(buffer) - cdata < _LONGEST_TEXT:
        return cdata
    last = buffer.rfind("<")
    if last < 0 or len(buffer) - last > _LONGEST_TEXT or _TOKEN.match(buffer, last):
        return len(buffer)
    return last


def _plain(parts: list[str]) -> str:
    text = "".join(parts).strip()
    return _ENTITY.sub(_meant, text) if "&" in text else text


def _meant(entity: re.Match[str]) -> str:
    name = entity[1]
    if name.startswith("#"):
        number = int(name[1:])
        return chr(number) if 32 <= number < 0xD800 else " "
    return _MEANT[name]


# --- statements -------------------------------------------------------------------------------------


class _Reader:
    """Follows the tags and makes a row of each transaction."""

    def __init__(self) -> None:
        self._seen_ofx = self._ended = self._error = False
        self._rows = 0
        self._server_time = ""
        self._statement = ""
        self._currency = ""
        self._account: dict[str, str] = {}
        self._in_account = self._in_list = False
        self._transaction: dict[str, str] | None = None
        self._line = 0
        self._part = ""
        self._ids = _Ids()

    def tag(self, line: int, name: str, closes: bool, text: str) -> Iterator[Row]:
        if closes:
            yield from self._closed(name)
        elif self._transaction is not None and name not in ("STMTTRN", "STMTTRNP"):
            if name in _PARTS:
                self._part = name
            elif text:
                self._transaction.setdefault(f"{self._part}.{name}" if self._part else name, text)
        else:
            yield from self._opened(line, name, text)

    def _opened(self, line: int, name: str, text: str) -> Iterator[Row]:
        if name in ("STMTTRN", "STMTTRNP"):
            yield from self._end_transaction()  # of one that was not closed
            self._transaction, self._line, self._part = {}, line, ""
            if name == "STMTTRNP":
                self._transaction["PENDING"] = "Y"
        elif name in _LISTS:
            self._in_list = True
        elif name == "OFX":
            self._seen_ofx = True
        elif name in _STATEMENTS:
            yield from self._ids.end()
            self._ids = _Ids()
            self._statement, self._currency, self._account = _STATEMENTS[name], "", {}
        elif name == "INVTRAN" and self._statement == "investment":
            self._rows += 1
            yield line, _INVESTMENT
        elif name in ("INTRARS", "INTERRS"):
            self._rows += 1
            yield line, _ORDER
        elif name in _ACCOUNTS:
            self._in_account = True
        elif self._in_account and text:
            self._account.setdefault(name, text)
        elif name == "TRNAMT" and self._in_list:
            self._rows += 1
            yield from self._ids.row(line, _UNMARKED)
        elif name == "CURDEF":
            self._currency = text.upper()
        elif name == "DTSERVER" and not self._server_time:
            self._server_time = _instant(text)
        elif name == "SEVERITY" and text.upper() == "ERROR":
            self._error = True

    def _closed(self, name: str) -> Iterator[Row]:
        if name == self._part:
            self._part = ""
        elif name in ("STMTTRN", "STMTTRNP", *_LISTS, *_STATEMENTS):
            yield from self._end_transaction()
            self._in_list = self._in_list and name not in _LISTS
            if name in _STATEMENTS:
                yield from self._ids.end()
                self._ids = _Ids()
        elif name in _ACCOUNTS:
            self._in_account = False
        elif name == "OFX":
            yield from self._end_transaction()
            yield from self._ids.end()
            self._ended = True

    def _end_transaction(self) -> Iterator[Row]:
        if self._transaction is not None:
            stated, self._transaction, self._part = self._transaction, None, ""
            self._rows += 1
            yield from self._ids.row(self._line, self._row(stated))

    def end(self) -> None:
        if not self._seen_ofx:
            raise UnreadableFile("the file holds no OFX statement; download it again")
        if not self._ended:
            raise UnreadableFile("the file breaks off before its end; download it again")
        if not self._rows and self._error:
            raise UnreadableFile(
                "the file holds the bank's error message and no statement; download it again"
            )

    def _row(self, stated: dict[str, str]) -> Record | Rejected | Ignored:
        if self._statement == "investment":
            return _INVESTMENT
        kind = stated.get("TRNTYPE", "").upper()
        if "PENDING" in stated or kind == "HOLD":
            return _PENDING
        when = _day(stated)
        if when is None:
            return _rejected("the transaction has no readable DTUSER or DTPOSTED date", stated)
        try:
            booked = _amount(stated.get("TRNAMT", ""))
        except ValueError:
            return _rejected("the transaction has no readable TRNAMT amount", stated)
        # CURRENCY says what TRNAMT is in; ORIGCURRENCY what it was before the bank converted it.
        currency = (stated.get("CURRENCY.CURSYM") or self._currency).upper()
        if currency not in CURRENCIES:
            return _rejected("neither the statement nor the transaction names a currency", stated)
        on_card = self._statement == "card"
        text = _merchant(stated)
        if booked > 0 and (kind in _TYPES_OF_MONEY_IN or (on_card and _pays_the_bill(text))):
            return _MONEY_IN
        if booked < 0 and "CCACCTTO.ACCTID" in stated:
            return _CARD_BILL
        original = stated.get("ORIGCURRENCY.CURSYM", "").upper()
        account, card = self._account_and_card()
        mcc = stated.get("SIC", "")
        return Spend(
            account=account,
            own_id=_id(stated.get("FITID", "")),
            date=when,
            text=text,
            amount=-booked,
            currency=currency,
            card=card,
            payment=Payment.CARD if on_card or kind == "POS" else Payment.BANK,
            type=text_of(stated.get("TRNTYPE", ""), TYPE),
            mcc=category_code(mcc),
            merchant_currency=original if original in CURRENCIES and original != currency else "",
            stated_at=self._server_time,
        )

    def _account_and_card(self) -> tuple[str, str]:
        number = "".join(self._account.get("ACCTID", "").split())
        if self._statement == "card":
            number = masked(number.replace("-", ""))
            return number[:ACCOUNT], number if _CARD_NUMBER.fullmatch(number) else ""
        if _IBAN.fullmatch(number.upper()):
            return number.upper(), ""
        parts = (self._account.get("BANKID", ""), self._account.get("BRANCHID", ""), number)
        return "/".join(filter(None, parts))[:ACCOUNT] if number else "", ""


class _Ids:
    """Finds out whether a statement's FITIDs are ids: some banks send the same one with every row.

    Rows wait until two differ. Those still waiting where a file breaks off are given up with
    the rest of it: what they are called is not known yet.
    """

    def __init__(self) -> None:
        self._waiting: list[Row] = []
        self._first = ""
        self._equal = 0
        self._are_ids: bool | None = None

    def row(self, line: int, row: Record | Rejected | Ignored) -> Iterator[Row]:
        own_id = row.own_id if isinstance(row, Spend) else ""
        if self._are_ids is not None or not (own_id or self._waiting):
            yield self._named(line, row)
            return
        self._waiting.append((line, row))
        if own_id:
            self._first = self._first or own_id
            self._equal += own_id == self._first
            if own_id != self._first:
                yield from self._decide(True)
            elif self._equal >= _WINDOW:
                yield from self._decide(False)

    def end(self) -> Iterator[Row]:
        yield from self._decide(self._equal < 2)

    def _decide(self, are_ids: bool) -> Iterator[Row]:
        self._are_ids = are_ids
        waiting, self._waiting = self._waiting, []
        for line, row in waiting:
            yield self._named(line, row)

    def _named(self, line: int, row: Record | Removed | Rejected | Ignored) -> Row:
        return line, row if self._are_ids is not False or not isinstance(row, Spend) else row._replace(
            own_id=""
        )


def _rejected(why: str, stated: dict[str, str]) -> Rejected:
    row = " ".join(f"<{name}>{stated[name][:200]}" for name in _SHOWN if name in stated)
    return Rejected(f"{why}; correct it at its source, or download the statement again", row)


def _id(stated: str) -> str:
    """The bank's own id. A number of up to four digits is a row's place in its file: some banks count so."""
    stated = text_of(stated, OWN_ID)
    return "" if not stated.strip("0") or (stated.isdigit() and len(stated) <= 4) else stated


def _day(stated: dict[str, str]) -> date | None:
    """The day of the purchase, else of the booking, as stated: no time zone moves it."""
    for name in ("DTUSER", "DTPOSTED"):
        digits = stated.get(name, "").strip()
        found = re.match(r"\d{4}-?\d{2}-?\d{2}(?!\d{1,3}$)", digits)
        if found:
            try:
                return day(found[0].replace("-", ""))
            except ValueError:
                continue
    return None


def _amount(text: str) -> int:
    """TRNAMT in 10⁻⁶, with the sign that the bank gave it. Raises ValueError."""
    text = "".join(text.split())
    if "," in text and "." in text:
        return amount(text, text[max(text.rfind(","), text.rfind("."))])
    found = _AMOUNT.fullmatch(text)
    if found is None or not text.isascii() or not (found[2] or found[4]):
        raise ValueError("not an amount")
    whole, decimals = found[2].lstrip("0"), (found[4] or "").rstrip("0")
    if (found[3] == "," and len(found[4]) == 3) or len(whole) > 12 or len(decimals) > 6:
        raise ValueError("an amount that may mean two things, or of too many digits")
    value = int(whole + decimals.ljust(6, "0"))
    return -value if found[1] == "-" else value


def _merchant(stated: dict[str, str]) -> str:
    """NAME (32 characters, often cut off) and MEMO (often the whole text), each word once."""
    name = text_of(stated.get("NAME") or stated.get("PAYEE.NAME") or stated.get("EXTDPAYEE.NAME") or "")
    memo = text_of(stated.get("MEMO", ""))
    return each_once(name, memo)


def _pays_the_bill(text: str) -> bool:
    return bool(_BILL_PAID.fullmatch(text)) and not _NOT_A_PAYMENT.search(text)


def _instant(text: str) -> str:
    """When the bank made the file, as an ISO instant in UTC, or ""."""
    found = _SERVER_TIME.match(text)
    if not found:
        return ""
    try:
        hours = float(found[3] or 0)
        at = instant(f"{found[1]}T{found[2] or '000000'}") - timedelta(hours=hours)
        return at.isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return ""
