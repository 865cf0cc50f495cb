"""Registers of contracts as tables: suppliers, terms, notice, values and who is responsible.

Columns are known by their headers (``contract_wordings.toml``). A table of invoices or orders is none,
even where it names contracts: it must tell of an end, a notice or a renewal, and of no invoice.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import BinaryIO, NamedTuple

from discovery.connectors.amounts import amount, currency_in, decimal_mark, stated_currency
from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.column_meaning import Meaning, columns_of, folded, folded_header
from discovery.connectors.contract_words import Notice, every_of, notice_of, renews_of, without_end
from discovery.connectors.dates import day
from discovery.connectors.named_tables import (
    Cells,
    NamedTable,
    Wordings,
    as_shown,
    headers_in,
    squeezed,
    table_in,
)
from discovery.connectors.stated_values import (
    COST_CENTRE,
    DEPARTMENT,
    OWN_ID,
    PERSON,
    TYPE,
    address_of,
    text_of,
)
from discovery.connectors.table_words import starts_a_total
from discovery.records import NOBODY, Contract, Ignored, Rejected, Rows, Who

_WORDINGS = Wordings(tomllib.loads(Path(__file__).with_name("contract_wordings.toml").read_text("utf-8")))

#: What says that a table is about contracts: one of the first and two of all.
_OF_CONTRACTS = frozenset({"notice_by", "notice", "renews", "own_id"})
_TERMS = _OF_CONTRACTS | {"start", "end", "every", "yearly", "total"}
_CONTRACT = re.compile(r"contract|agreement|vertrag|contrat")
#: What tables of payments, invoices and orders have, and registers do not.
_SPENT = (Meaning.INVOICE, Meaning.POSTED, Meaning.MCC, Meaning.BALANCE, Meaning.CARD, Meaning.DUE)
#: Columns of values, and for which period each states one.
_VALUES = (("yearly", "year"), ("total", "term"), ("monthly", "month"), ("amount", ""))
_DATES = ("start", "end", "notice_by")
_SHOWN = ("own_id", "start", "end", "notice", "notice_by", "status")
_TOTAL = Ignored("a total or note below the contracts")
_MISSING = (
    "no register of contracts was found; its first row must name the columns, "
    "for example Supplier, Contract number, Start, End, Notice period, Auto-renewal, Annual value, Currency"
)


class ContractRegister(Connector):
    name = "contract_register"
    kind = Kind.PROCUREMENT
    title = "Contract register (CSV, XLSX)"

    def recognises(self, head: Head) -> int:
        return 93 if headers_in(head, _columns) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One contract a row. Raises UnreadableFile where no row names the columns, or dates stay open."""
        table = table_in(stream, _columns, _MISSING)
        customs = _customs(table, self.said.day_first)
        for line, cells in table.rows():
            yield line, _contract(cells, customs) if isinstance(cells, dict) else cells


class _Customs(NamedTuple):
    """How a register writes dates and values, decided once for all of its rows."""

    day_first: bool | None
    mark: str
    value: str  # the column of the value, "" where there is none
    every: str  # for which period that column states it, "" where its header does not say
    currency: str  # that the value's header names
    notice: str  # the header of the notice period


def _columns(headers: Sequence[str]) -> dict[str, int]:
    """The columns of a register; empty where the headers are those of another table."""
    found = _WORDINGS.columns(list(map(folded_header, headers)))
    spent = columns_of(headers)
    if "supplier" not in found or any(meaning in spent for meaning in _SPENT):
        return {}
    names_contracts = any(_CONTRACT.search(squeezed(header)) for header in headers)
    if not (found.keys() & _OF_CONTRACTS or names_contracts) or len(found.keys() & _TERMS) < 2:
        return {}
    return found if found.keys() & {"end", "notice_by", "notice", "renews", "start"} else {}


def _customs(table: NamedTable, said: bool | None) -> _Customs:
    value, every = next(((name, each) for name, each in _VALUES if name in table.columns), ("", ""))
    header = table.headers[table.columns[value]] if value else ""
    cells = (row[value] for _, row in table.rows() if isinstance(row, dict)) if value else ()
    return _Customs(
        table.day_first(_DATES, said),
        decimal_mark(cells),
        value,
        every,
        currency_in(header),
        folded(table.headers[table.columns["notice"]]) if "notice" in table.columns else "",
    )


def _contract(cells: Cells, customs: _Customs) -> Contract | Rejected | Ignored:
    supplier = text_of(cells["supplier"], 300)
    if starts_a_total(next(filter(None, cells.values()), "")) or (not supplier and _says_little(cells)):
        return _TOTAL
    if not supplier:
        return _rejected("the contract names no supplier", cells)
    try:
        start, end, notice_by = (_day(cells.get(name, ""), customs.day_first) for name in _DATES)
    except ValueError:
        return _rejected("a date of the contract is not readable; write it as YYYY-MM-DD", cells)
    try:
        value = amount(cells[customs.value], customs.mark) if cells.get(customs.value) else None
    except ValueError:
        return _rejected("the contract's value is not readable", cells)
    currency = (
        stated_currency(cells.get("currency", ""))
        or currency_in(cells.get("currency", ""))
        or currency_in(cells.get(customs.value, ""))
        or customs.currency
    )
    if value is not None and not currency:
        return _rejected("the contract's value names no currency; add a column with it", cells)
    notice = notice_of(cells.get("notice", ""), customs.notice)
    seats = re.sub(r"\D", "", cells.get("seats", "").partition(",")[0])
    return Contract(
        account="",
        own_id=text_of(cells.get("own_id"), OWN_ID),
        supplier=supplier,
        product=text_of(cells.get("product"), 300),
        owner=_owner(cells),
        department=text_of(cells.get("department"), DEPARTMENT),
        cost_centre=text_of(cells.get("cost_centre"), COST_CENTRE),
        start=start,
        end=end,
        notice_by=notice_by or _notice_by(end, notice),
        notice_days=notice.days if notice else None,
        renews=renews_of(cells.get("renews", "")),
        amount=value,
        currency=currency if value is not None else "",
        every=(customs.every or every_of(cells.get("every", ""))) if value is not None else "",
        seats=int(seats) if seats and len(seats) < 8 else None,
        plan=text_of(cells.get("plan"), TYPE),
        status=text_of(cells.get("status"), TYPE),
        url=text_of(cells.get("url"), 200),
    )


def _says_little(cells: Cells) -> bool:
    return sum(map(bool, cells.values())) < 3 and not cells.get("own_id")


def _day(cell: str, day_first: bool | None) -> date | None:
    """The day of a cell; None of one that is empty or says that there is no end. Raises ValueError."""
    return None if without_end(cell) else day(cell, day_first)


def _notice_by(end: date | None, notice: Notice | None) -> date | None:
    return notice.before(end) if end and notice else None


def _owner(cells: Cells) -> Who:
    stated = cells.get("owner", "")
    email = address_of(cells.get("owner_email")) or address_of(stated)
    name = "" if address_of(stated) else text_of(stated, PERSON)
    return Who(email=email, name=name) if email or name else NOBODY


def _rejected(why: str, cells: Cells) -> Rejected:
    return Rejected(f"{why}; correct the row and scan the register again", as_shown(cells, _SHOWN))
