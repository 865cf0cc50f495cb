"""NetSuite: vendor bills and credits of SuiteTalk REST, and lines of bills as SuiteQL answers them.

API: https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help (SuiteTalk REST: vendorBill, SuiteQL)
Fields: github.com/bwc/netsuite-rest-record-php-library VendorBill; github.com/uptick/pynetsuite

A list of the record service holds links alone; ask for each bill with ``expandSubResources=true``.
A SuiteQL row is a line without its bill's totals: its amount is without tax, and tax is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any, BinaryIO

from discovery.connectors.amounts import CURRENCIES, currency_in
from discovery.connectors.base import HEAD_BYTES, Ask, Connector, Head, Kind, LeftOpen, UnreadableFile
from discovery.connectors.dates import day_first, numbers_of
from discovery.connectors.declared_encodings import Rejoined
from discovery.connectors.decoding import decoded
from discovery.connectors.invoice_records import Invoice, Line, records, without_essentials
from discovery.connectors.json_documents import BAD_JSON, elements, looks_like_json, why_unreadable
from discovery.connectors.json_members import (
    Members,
    amount_at,
    at,
    day_at,
    first_amount,
    first_text,
    members_of,
    objects_at,
    stated_at,
    text_at,
)
from discovery.connectors.stated_values import ACCOUNT, COST_CENTRE, DEPARTMENT, OWN_ID, TYPE, text_of
from discovery.connectors.table_words import is_draft, is_not_spent
from discovery.records import Ignored, Rejected, Row, Rows, Spend

_LISTS = frozenset({"items"})
_BILL = re.compile(r'"tranid"\s*:', re.IGNORECASE)
_REST = re.compile(r'"(?:entity|expense|usertotal|trandate)"\s*:', re.IGNORECASE)
_RECORD = re.compile(r"/record/v1/(\w{1,40})/", re.IGNORECASE)
_KINDS = {
    "vendbill": "vendorbill",
    "bill": "vendorbill",
    "vendcred": "vendorcredit",
    "billcredit": "vendorcredit",
}
_BOUGHT = ("", "vendorbill", "vendorcredit")
#: What NetSuite calls the currencies of a new account.
_CURRENCIES = {
    "usa": "USD",
    "us dollar": "USD",
    "british pound": "GBP",
    "canadian dollar": "CAD",
    "euro": "EUR",
    "australian dollar": "AUD",
    "swiss franc": "CHF",
    "japanese yen": "JPY",
}
_SUBLISTS = ("expense", "item")
_ENTITIES = (
    ("vendor",),
    ("vendorname",),
    ("entityname",),
    ("entity", "refname"),
    ("entity",),
    ("companyname",),
)
#: ``foreignamount`` is in the currency of the bill, the others may be in that of the books.
_LINE_AMOUNTS = ("foreignamount", "netamount", "amount")
_UNDECIDED = (
    "the file writes dates such as 3/4/2026 and no row shows whether the day or the month comes first; "
    "ask for them as TO_CHAR(trandate, 'YYYY-MM-DD')"
)


class NetsuiteBills(Connector):
    name = "netsuite_bills"
    kind = Kind.PROCUREMENT
    title = "NetSuite vendor bills (JSON)"

    def recognises(self, head: Head) -> int:
        if not looks_like_json(head):
            return 0
        start = decoded(head.start)
        if _BILL.search(start) and _REST.search(start):
            return 85
        return 70 if (found := _RECORD.search(start)) and found[1].lower() in _BOUGHT else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row a line of a bill. Raises UnreadableFile where the file breaks off or dates stay open."""
        order = _order(stream, self.said.day_first)
        for position, members in _members(stream):
            if members is None:
                yield position, Rejected(why_unreadable(b"?"))
            elif "tranid" in members or "trandate" in members:
                yield from _rows(position, members, order)
            elif "id" in members and set(members) <= {"id", "links"}:
                yield (
                    position,
                    Rejected(
                        "the list names the bill without its content; export each bill with "
                        "expandSubResources=true"
                    ),
                )
            else:
                yield position, Ignored("a page without bills")


def _members(stream: BinaryIO) -> Iterator[tuple[int, Members | None]]:
    start = stream.read(HEAD_BYTES)
    whole: Any = Rejoined(start, stream)
    for position, raw in elements(whole, _LISTS):
        try:
            yield position, members_of(raw)
        except BAD_JSON:
            yield position, None


def _order(stream: BinaryIO, said: bool | None) -> bool | None:
    """How dates of the account's own format are meant, from the whole file; left at its start.

    ``said``: by a person, for where none shows it. Raises LeftOpen where nobody said it.
    """
    if not stream.seekable():
        return None
    began = stream.tell()
    written: list[str] = []
    try:
        for _, members in _members(stream):
            stated = text_at(members, "trandate", limit=40)
            if numbers_of(stated):
                written.append(stated)
                if (order := day_first([stated])) is not None:
                    return order
    except UnreadableFile:  # said again when the rows are read
        pass
    finally:
        stream.seek(began)
    if any(numbers is not None and numbers[0] != numbers[1] for numbers in map(numbers_of, written)):
        if said is None:
            raise LeftOpen(_UNDECIDED, Ask.ORDER)
        return said
    return True if written else None


# --- one bill, or one line of a query


def _rows(position: int, bill: Members, order: bool | None) -> Iterator[Row]:
    single = not any(name in bill for name in (*_SUBLISTS, "total", "usertotal"))
    lines = [] if single else [line for name in _SUBLISTS for line in objects_at(bill, name, "items")]
    places = range(max(1, len(lines)))
    status = first_text(bill, ("status", "refname"), ("status",), ("statusname",), limit=60)
    state = status.rpartition(":")[2].strip()
    if is_draft(state) or is_not_spent(state) or at(bill, "void") is True:
        yield from ((position, Ignored("a bill that was voided, rejected or is a draft")) for _ in places)
        return
    kind = _kind(bill)
    if kind not in _BOUGHT:
        yield from ((position, Ignored("neither a vendor bill nor a vendor credit")) for _ in places)
        return
    if single and text_at(bill, "taxline").upper() in ("T", "TRUE"):
        yield position, Ignored("a line of tax beside lines that are without tax")
        return
    if single and text_at(bill, "mainline").upper() in ("T", "TRUE"):
        yield position, Ignored("the main line of a bill, which its other lines add up to")
        return
    issued = day_at(bill, "trandate", day_first=order)
    credit = kind == "vendorcredit"
    common = _common(bill, issued or date.min, credit=credit, order=order)
    problem = without_essentials(common)
    if not problem and issued is None:
        problem = "the bill has no readable tranDate"
    if problem:
        for _ in places:
            yield (
                position,
                Rejected(f"{problem}; correct it and export it again", text_at(bill, "tranid", limit=60)),
            )
        return
    if single:
        line = _query_line(position, bill)
        net = None if isinstance(line, Rejected) else line.net
        for place, row in records(Invoice(common, position, net, None, credit=credit), [(position, line)]):
            numbered = not isinstance(line, Line) or line.id
            # Without a number of its own a line is told from others by what it says.
            yield place, row if numbered or not isinstance(row, Spend) else row._replace(own_id="")
        return
    read = [
        (position, _line(position, f"{name} {text_at(line, 'line', limit=30) or number}", line))
        for name in _SUBLISTS
        for number, line in enumerate(objects_at(bill, name, "items"), 1)
    ]
    gross = first_amount(bill, "usertotal", "total")
    taxes = [found for name in ("taxtotal", "tax2total") if (found := amount_at(bill, name)) is not None]
    net = gross - sum(taxes) if gross is not None and taxes else None
    yield from records(Invoice(common, position, net, gross, credit=credit), read)


def _line(position: int, number: str, line: Members) -> Line | Rejected:
    net = first_amount(line, "amount", "netamount")
    if net is None:
        return Rejected("the line has no readable amount; correct it and export it again")
    taxes = [found for name in ("taxamount", "tax1amt", "tax2amt") if (found := amount_at(line, name))]
    return Line(
        position,
        number,
        first_text(line, ("description",), ("memo",), ("item", "refname"), ("category", "refname")),
        net,
        Fraction(sum(taxes)) if taxes else None,
        last_name(text_at(line, "department", "refname"), DEPARTMENT),
        last_name(text_at(line, "class", "refname"), COST_CENTRE),
    )


def _query_line(position: int, row: Members) -> Line | Rejected:
    net = first_amount(row, *_LINE_AMOUNTS)
    if net is None:
        return Rejected("the row has no readable amount; select the line's foreignamount and export it again")
    return Line(
        position,
        first_text(row, ("uniquekey",), ("lineid",), ("linesequencenumber",), ("line",), limit=40),
        first_text(row, ("memo",), ("linememo",), ("description",), ("item",)),
        net,
        None,
        last_name(first_text(row, ("dept",), ("department",), ("departmentname",)), DEPARTMENT),
        last_name(first_text(row, ("class",), ("costcenter",), ("classname",)), COST_CENTRE),
    )


def _common(bill: Members, issued: date, *, credit: bool, order: bool | None) -> Spend:
    number = first_text(bill, ("id",), ("internalid",), ("transaction",), ("tranid",), limit=OWN_ID)
    return Spend(
        account=first_text(bill, ("subsidiary", "refname"), ("subsidiary",), limit=ACCOUNT),
        own_id="",
        date=issued,
        text=last_name(first_text(bill, *_ENTITIES), 300),
        amount=0,
        currency=_currency(bill),
        type="VendCred" if credit else first_text(bill, ("type",), limit=TYPE) or "VendBill",
        department=last_name(text_at(bill, "department", "refname"), DEPARTMENT),
        stated_at=stated_at(bill, "lastmodifieddate"),
        document=number,
        due=day_at(bill, "duedate", day_first=order),
    )


def _kind(bill: Members) -> str:
    """What kind of record it says it is, such as "vendorbill"; "" where it does not say."""
    for link in objects_at(bill, "links"):
        if found := _RECORD.search(text_at(link, "href")):
            return found[1].lower()
    stated = first_text(bill, ("recordtype",), ("type", "id"), ("type",), limit=40).lower().replace(" ", "")
    return _KINDS.get(stated, stated)


def _currency(bill: Members) -> str:
    for path in (("currencysymbol",), ("currency", "refname"), ("currencyname",), ("currency",), ("cur",)):
        stated = text_at(bill, *path, limit=60)
        if code := currency_named(stated):
            return code
    return ""


def currency_named(stated: str) -> str:
    """The code of a currency by its code, its sign or the name that NetSuite gives it, or ""."""
    known = _CURRENCIES.get(stated.strip().lower(), "")
    return known or (stated if stated in CURRENCIES else currency_in(stated))


def last_name(text: str, limit: int) -> str:
    """The name itself of a hierarchical one: "Operations : Engineering"."""
    return text_of(text.rpartition(" : ")[2], limit)
