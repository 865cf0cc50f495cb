"""MT940 statements and MT942 interim reports (.sta, .940, .mt940, .942).

Format:  SWIFT Standards MT category 9; the structured ``:86:`` of German banks: DFÜ-Abkommen,
         Anlage 3; of Dutch ones: the banks' own format descriptions.

A file is a row of fields ``:tag:``, with or without SWIFT's blocks around them. This splits fields,
knows ``:61:`` and what explains it, and gives up an entry, never the file, for what makes no sense.
No field is an id that is unique, so entries are told apart by what they say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO, NamedTuple

from discovery.connectors.amounts import amount, stated_currency
from discovery.connectors.base import Connector, Head, Kind, UnreadableFile
from discovery.connectors.decoding import decoded, text_lines
from discovery.connectors.mt940_details import Details, details_of
from discovery.connectors.payment_purposes import is_iban, without_accounts
from discovery.connectors.stated_values import ACCOUNT, TYPE, each_once, is_card_number, masked, text_of
from discovery.records import Ignored, Payment, Rejected, Row, Rows, Spend

_FIELD = re.compile(r":(\d\d[A-Z]?|NS):(.*)", re.DOTALL)
#: Blocks before the fields may share a line with the first of them.
_BLOCK_START = re.compile(r"^.*\{4:(?=:\d\d)")
_END = re.compile(r"-(?:\}.*|X+)?$")
#: The fields that a statement opens with, one behind the other.
_OPENING = tuple(
    re.compile(field, re.MULTILINE)
    for field in (r"^(?:\{.{0,200}\{4:)?:20:", r"^:25\w?:", r"^:(?:28C?|60[FM]|34F|13D|61):")
)
_LINE_END = re.compile(r"\r\n?")
_LONGEST_FIELD = 1 << 15

#: Value day, booking day, side, third letter of the currency, amount, kind, the references behind.
_ENTRY = re.compile(
    r"(?P<value>\d{6})(?P<booked>\d{4})?\s?(?P<side>R?[CD]|E[CD])\s?(?P<funds>[A-Z])?\s?"
    r"(?P<amount>[\d.,]*\d[\d.,]*)(?P<kind>[A-Z][A-Z0-9 ]{3})?(?P<references>.*)",
    re.DOTALL,
)
_BALANCE = re.compile(r"(?P<side>[CD]?)\d{6}(?P<currency>[A-Z]{3})(?P<amount>[\d.,]*)")
_FLOOR = re.compile(r"(?P<currency>[A-Z]{3})")
#: How many entries of one side a report says it has.
_COUNTED = re.compile(r"0*[1-9]\d*[A-Z]{3}")

_NO_ENTRY = Rejected("the statement's balance or count tells of entries and it holds none; download it again")
_EXPECTED = Ignored("an entry that is expected and not booked yet")
_COLLECTED = Ignored("money collected from customers")
_OWN_MONEY = Ignored("the company's own money: a sweep or interest")

#: Kinds of SWIFT, without the letter before; German transaction codes (GVC).
_SWEEPS = frozenset({"SWP", "TOP"})
_EARNED = "INT"  # not DIV: Dutch banks mean "various" by it
#: Direct debits that the company drew, and those that came back (108, 109).
_GERMAN_COLLECTED = frozenset({"071", "108", "109", "171", "174", "192", "196", "197"})
_GERMAN_SWEEPS = frozenset({"833"})
_CARD_KINDS = frozenset({"BEA", "GEA", "POS"})
_GERMAN_CARD = frozenset({"106"})


class Mt940(Connector):
    name = "mt940"
    kind = Kind.BANK
    title = "MT940 statements and MT942 reports"

    def recognises(self, head: Head) -> int:
        start, at = _LINE_END.sub("\n", decoded(head.start[:16_384])), 0
        for field in _OPENING:
            found = field.search(start, at)
            if found is None:
                return 0
            at = found.end()
        return 95

    def read(self, stream: BinaryIO) -> Rows:
        """One row a ``:61:``. Raises UnreadableFile where the file breaks off."""
        reader = _Reader()
        for line, tag, text in _fields(stream):
            yield from reader.field(line, tag, text)
        reader.end()


def _fields(stream: BinaryIO) -> Iterator[tuple[int, str, list[str]]]:
    """(line, tag, its lines); the end of a message comes as the tag ``-``."""
    at, tag, lines, held = 0, "", [""], 0
    for number, raw in enumerate(text_lines(stream), 1):
        line = raw.rstrip("\n").replace("\x01", "").replace("\x03", "")
        if "{4:" in line:
            line = _BLOCK_START.sub("", line)
        found = _FIELD.match(line) if line.startswith(":") else None
        if found or _END.match(line.rstrip()):
            if tag:
                yield at, tag, lines
            if found:
                at, tag, lines, held = number, found[1], [found[2]], len(line)
            else:
                yield number, "-", []
                tag = ""
        elif tag and held < _LONGEST_FIELD:
            lines.append(line)
            held += len(line)
    if tag:
        yield at, tag, lines


class _Reader:
    """Follows the fields and makes a row of each entry with what explains it."""

    def __init__(self) -> None:
        self._account = self._card = self._currency = ""
        self._begun = False  # a message, which is no statement before its next field
        self._seen_any = False
        self._closed = True  # whether the statement that is open may end here
        self._empty = True  # whether it has no entry yet
        self._bare = True  # whether it has said nothing of money yet
        self._opened_with: int | None = None  # its balance, with the sign, in 10⁻⁶
        self._entry: tuple[int, list[str]] | None = None
        self._said: list[str] = []  # the entry's :86:
        self._non_swift: list[str] = []  # the entry's :NS:

    def field(self, line: int, tag: str, lines: list[str]) -> Iterator[Row]:
        if self._entry and tag == "86":
            self._said.extend(lines)
            return
        if self._entry and tag == "NS":
            self._non_swift.extend(lines)
            return
        yield from self._end_entry()
        first = lines[0].strip() if lines else ""
        if tag != "20":
            self._seen_any = self._seen_any or self._begun
        if tag == "20":
            self._begun = self._closed = self._empty = self._bare = True
            self._account = self._card = self._currency = ""
            self._opened_with = None
        elif tag in ("25", "25P"):
            self._read_account(first)
        elif tag in ("60F", "60M"):
            self._closed, self._empty, self._bare = False, True, False
            self._read_currency(_BALANCE.match(first))
            self._opened_with = _balance(first)
        elif tag == "34F":
            self._closed = self._bare = False
            if not self._currency:
                self._read_currency(_FLOOR.match(first))
        elif tag in ("13", "13D"):  # when a report was made, which may have no entries
            self._closed = True
        elif tag == "61":
            self._entry, self._closed, self._empty, self._bare = (line, lines), False, False, False
        elif tag in ("62F", "62M", "90C", "90D", "-"):
            self._closed = True
            self._bare = self._bare and tag == "-"
            if self._empty and self._tells_of_entries(tag, first):
                self._empty = False  # said once a statement
                yield line, _NO_ENTRY

    def end(self) -> None:
        if not self._closed or (self._seen_any and self._bare):
            # Its last entry may be cut off, too.
            raise UnreadableFile("the file breaks off before the end of its statement; download it again")
        if not self._seen_any:
            raise UnreadableFile("the file holds no MT940 statement; download it again")

    def _tells_of_entries(self, tag: str, stated: str) -> bool:
        """Whether the balance at the end is not the one at the beginning, or a report counts entries.

        A statement that has lost its beginning may have lost its entries with it.
        """
        if tag in ("90C", "90D"):
            return bool(_COUNTED.match(stated))
        closed_with = _balance(stated) if tag in ("62F", "62M") else None
        return closed_with is not None and self._opened_with != closed_with

    def _read_account(self, stated: str) -> None:
        number = "".join(stated.split())
        if not is_iban(number) and is_iban(number[:-3]):  # with the account's currency behind it
            number = number[:-3]
        self._card = masked(number) if is_card_number(number) else ""
        self._account = (self._card or number)[:ACCOUNT]

    def _read_currency(self, found: re.Match[str] | None) -> None:
        self._currency = found["currency"] if found else ""

    def _end_entry(self) -> Iterator[Row]:
        if self._entry:
            (line, lines), self._entry = self._entry, None
            said, self._said = self._said, []
            non_swift, self._non_swift = self._non_swift, []
            yield line, self._row(lines, said, non_swift)

    def _row(self, lines: list[str], said: list[str], non_swift: list[str]) -> Spend | Rejected | Ignored:
        entry = _read(lines[0])
        if entry is None:
            return _rejected("the entry's :61: has no readable day, side (C, D, RC, RD) and amount", lines)
        if entry.expected:
            return _EXPECTED
        if entry.day is None:
            return _rejected("the entry's :61: has no possible day", lines)
        currency = stated_currency(self._currency)
        if not currency:
            return _rejected("neither :60F: nor :34F: names a currency of ISO 4217", lines)
        details = details_of(said, non_swift)
        if why := _no_spending(entry, details):
            return why
        supplement = " ".join(line.strip() for line in lines[1:])
        text = details.text or without_accounts(each_once(text_of(supplement), entry.reference))
        by_card = entry.kind[1:] in _CARD_KINDS or details.code in _GERMAN_CARD or details.by_card
        return Spend(
            account=self._account,
            own_id="",
            date=entry.day,
            # Money that says nothing of itself is money all the same: then its kind names it.
            text=text_of(text) or details.code or entry.kind or "entry",
            amount=entry.amount,
            currency=currency,
            card=self._card,
            payment=Payment.CARD if by_card or self._card else Payment.BANK,
            type=text_of(entry.kind, TYPE),
        )


class _Entry(NamedTuple):
    day: date | None
    amount: int  # money out is positive
    came_in: bool  # of what was booked, or of what a reversal takes back
    expected: bool
    kind: str
    reference: str  # the customer's, not the bank's


def _read(line: str) -> _Entry | None:
    found = _ENTRY.match(line.strip())
    if found is None:
        return None
    try:
        value = amount(_without_zeros(found["amount"]), "," if "," in found["amount"] else ".")
    except ValueError:
        return None
    side = found["side"]
    out = side in ("D", "RC", "ED")  # a reversed credit is money that went out again
    reference = found["references"].partition("//")[0].strip()
    return _Entry(
        day=_day(found["value"], found["booked"]),
        amount=value if out else -value,
        came_in=side.endswith("C"),
        expected=side.startswith("E"),
        kind=(found["kind"] or "").strip(),
        reference="" if reference.upper() in ("NONREF", "NOTPROVIDED") else reference,
    )


def _balance(stated: str) -> int | None:
    """A balance in 10⁻⁶, negative where it is a debt; None where it cannot be read."""
    found = _BALANCE.match(stated)
    if found is None or not found["side"]:
        return None
    try:
        value = amount(_without_zeros(found["amount"]), "," if "," in found["amount"] else ".")
    except ValueError:
        return None
    return -value if found["side"] == "D" else value


def _without_zeros(digits: str) -> str:
    """An amount that was filled up with zeros to a fixed width."""
    stripped = digits.lstrip("0")
    return stripped if stripped[:1].isdigit() else f"0{stripped}"


def _day(value: str, booked: str | None) -> date | None:
    """The day of the booking, which has no year of its own, else of the value."""
    year = 2000 + int(value[:2]) if value[:2] < "80" else 1900 + int(value[:2])
    valued = _date(year, value[2:])
    if not booked:
        return valued
    if valued is None:  # 30 February, where every month has 30 days
        return _date(year, booked)
    near = [found for y in (year, year - 1, year + 1) if (found := _date(y, booked))]
    return min(near, key=lambda day: abs(day - valued), default=valued)


def _date(year: int, month_and_day: str) -> date | None:
    try:
        return date(year, int(month_and_day[:2]), int(month_and_day[2:]))
    except ValueError:
        return None


def _no_spending(entry: _Entry, details: Details) -> Ignored | None:
    kind = entry.kind[1:]
    if details.code in _GERMAN_COLLECTED:
        return _COLLECTED
    if kind in _SWEEPS or details.code in _GERMAN_SWEEPS or (kind == _EARNED and entry.came_in):
        return _OWN_MONEY
    return None


def _rejected(why: str, lines: list[str]) -> Rejected:
    return Rejected(f"{why}; download the statement again, or ask the bank", lines[0][:200])
