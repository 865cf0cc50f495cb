"""What is decided once for a whole table, from its first rows: signs, decimal mark, dates, currency.

Nothing here is decided row by row: a row that does not fit the decision is rejected, not read
in another way. Where a decision cannot be made the file is refused with the way to mend it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from discovery.connectors.amount_currencies import currencies_beside
from discovery.connectors.amounts import CODE, CURRENCIES, amount, currency_in, decimal_mark, stated_currency
from discovery.connectors.base import Ask, Kind, LeftOpen, UnreadableFile
from discovery.connectors.column_meaning import Meaning, folded, folded_header, meanings_of
from discovery.connectors.dates import day, day_first, numbers_of
from discovery.connectors.known_exports import KnownExport, known_export
from discovery.connectors.repeated_totals import LineAmounts, line_amounts
from discovery.connectors.table_layout import Layout
from discovery.connectors.table_words import Line, direction_of, is_bill_paid, is_not_settled, line_of

_M = Meaning

#: Codes that are English words, too: never read out of a sentence.
_WORDS = frozenset(
    ("ALL", "TOP", "TRY", "CUP", "PEN", "GEL", "MOP", "SOS", "BAM", "MAD", "BOB", "LAK", "ANG")
)
_ACCOUNT_VALUE = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9 ]{10,32}|[\dxX*•-][\dxX*•. -]{3,30}")
#: Headers that tell a purchase's table from others written by the same hand in English.
_ENGLISH = re.compile(r"[a-z ]*\b(?:date|amount|description|merchant|transaction|posted|category)\b[a-z ]*")


@dataclass(slots=True)
class Plan:
    """How the rows of one table are read.

    Attributes:
        columns: meaning → column, after the kind of table had its say.
        texts: the columns that name the merchant, the best first.
        join_texts: whether two of them are read together (a bank's counterparty and purpose).
        mark: the decimal mark of the amounts.
        day_first: how ``03/04/2026`` is meant; None where no date is written so.
        currency: of amounts whose row does not state one; "" where each row must.
        factor: what makes spending positive: 1 or -1; of a debit column its own sign.
        plus_is_back: whether amounts without a sign are spent, and those with a plus came back.
        back_factor: what makes money that came in positive in a column of its own.
        by_direction: whether a column says in words which way the money went.
        own_id: the columns that together identify a row in its system.
        document: the columns that together name the invoice that a row is a line of.
        account: what every row belongs to, where a line above the table says so.
        tax_on_top: whether the amounts leave out the tax that stands beside them.
        settled: the column that is empty while a charge is pending.
    """

    kind: Kind
    headers: list[str]
    columns: dict[Meaning, int]
    texts: tuple[int, ...]
    join_texts: bool
    mark: str
    day_first: bool | None
    currency: str
    factor: int
    by_direction: bool
    own_id: tuple[int, ...]
    document: tuple[int, ...]
    account: str
    known: KnownExport | None
    tax_on_top: bool = False
    settled: int | None = None
    back_factor: int = 1
    plus_is_back: bool = False


_NO_CURRENCY = (
    "the file does not say its currency; write it into the header of the amount, as in Amount (USD)"
)


class UndecidedDates(Exception):
    """The rows looked at write dates whose order none of them shows: look at more."""


def plan_for(
    kind: Kind,
    layout: Layout,
    preamble: Sequence[Sequence[str]],
    rows: Sequence[Sequence[str]],
    *,
    delimiter: str = "",
    order: bool | None = None,
    currency: str = "",
) -> Plan:
    """Decide how a table is read. ``order`` is the date order where all rows were looked at.

    ``currency`` is what a person said where the table does not. Raises UndecidedDates, or
    UnreadableFile with what the file lacks.
    """
    if lacking := layout.missing():
        raise UnreadableFile(
            f"no column with {lacking} was found in the table; name it in the first row, "
            "for example Date, Description, Amount, Currency"
        )
    known = layout.known or (known_export(layout.folded_headers) if layout.header >= 0 else None)
    of_lines = _of_lines(kind, layout, rows, delimiter)
    columns = _columns_for(kind, layout, rows, of_lines)
    cells = _Cells(rows)
    money = [c for m in (_M.AMOUNT, _M.DEBIT, _M.CREDIT) if (c := columns.get(m)) is not None]
    custom = (known.mark if known else "") or ("," if delimiter == ";" else ".")
    mark = _mark(
        [cell for column in money for cell in cells.of(column)], cells.of(columns.get(_M.BALANCE)), custom
    )
    by_direction = _M.DIRECTION in columns and _M.DEBIT not in columns
    texts, join = _texts(kind, columns)
    plan = Plan(
        kind=kind,
        headers=layout.headers,
        columns=columns,
        texts=texts,
        join_texts=join,
        mark=mark,
        day_first=_order(columns, cells, known, mark, layout, order),
        currency="",
        factor=1,
        by_direction=by_direction,
        own_id=_own_id(kind, columns, cells, known, layout),
        document=_document(kind, columns),
        account=_stated_account(preamble) if _M.ACCOUNT not in columns else "",
        known=known,
        tax_on_top=of_lines is LineAmounts.WITHOUT_TAX,
        settled=_column_of(known.settled, layout.headers) if known and known.settled else None,
    )
    if not by_direction:
        plan.factor = _factor(plan, cells)
        plan.back_factor = _own_sign(columns.get(_M.CREDIT), plan, cells)
    plan.plus_is_back = kind == Kind.CARD and _pluses_among_bare(cells.of(columns.get(_M.AMOUNT)))
    plan.currency = _currency(plan, preamble, cells, currency)
    return plan


def _mark(amounts: Sequence[str], balances: Sequence[str], custom: str) -> str:
    """The decimal mark of the amounts; where they leave it open, the balances beside them tell.

    SEB writes ``-30.000`` with three decimals: only a balance of ``10000.000`` shows that.
    """
    found = {decimal_mark(amounts, sign) for sign in ".,"}
    return found.pop() if len(found) == 1 else decimal_mark(balances, custom)


def _column_of(header: str, headers: Sequence[str]) -> int | None:
    return next((column for column, name in enumerate(headers) if folded_header(name) == header), None)


class _Cells:
    """The filled cells of the rows looked at, by column."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self.rows = rows

    def of(self, column: int | None) -> list[str]:
        if column is None:
            return []
        return [cell for row in self.rows if column < len(row) and (cell := row[column].strip())]

    def pairs(self, *columns: int) -> list[tuple[str, ...]]:
        last = max(columns)
        return [tuple(row[c].strip() for c in columns) for row in self.rows if len(row) > last]


# --- columns ----------------------------------------------------------------------------------------


def _of_lines(
    kind: Kind, layout: Layout, rows: Sequence[Sequence[str]], delimiter: str
) -> LineAmounts | None:
    """What the amounts of lines are where the total beside them is that of their invoice."""
    columns = layout.columns
    document = _document(kind, columns)
    line, total = columns.get(_M.AMOUNT, columns.get(_M.NET)), columns.get(_M.GROSS)
    if not document or line is None or total is None or line == total:
        return None
    cells = _Cells(rows)
    mark = decimal_mark((*cells.of(line), *cells.of(total)), "," if delimiter == ";" else ".")
    return line_amounts(rows, document, total, line, columns.get(_M.TAX), mark)


def _columns_for(
    kind: Kind, layout: Layout, rows: Sequence[Sequence[str]], of_lines: LineAmounts | None
) -> dict[Meaning, int]:
    """What the columns mean in a table of this kind."""
    columns = dict(layout.columns)
    if of_lines is not None:
        del columns[_M.GROSS]
        columns.setdefault(_M.AMOUNT, columns.get(_M.NET, 0))
        if of_lines is LineAmounts.WITHOUT_TAX:
            columns[_M.NET] = columns[_M.AMOUNT]
    cells = _Cells(rows)
    if _M.DEBIT in columns and _M.CREDIT in columns:
        columns.pop(_M.AMOUNT, None)
    elif _M.AMOUNT in columns or _M.GROSS in columns:
        columns.pop(_M.DEBIT, None)
        columns.pop(_M.CREDIT, None)
    gross, net = columns.get(_M.GROSS), columns.get(_M.NET)
    if gross is not None and (kind in (Kind.PROCUREMENT, Kind.EXPENSE) or _M.AMOUNT not in columns):
        if net is None and _M.TAX in columns and _M.AMOUNT in columns:
            columns[_M.NET] = columns[_M.AMOUNT]
        columns[_M.AMOUNT] = gross
    if not {_M.AMOUNT, _M.DEBIT, _M.CREDIT} & columns.keys() and net is not None:
        columns[_M.AMOUNT] = net
    booked = columns.get(_M.AMOUNT, len(layout.headers))
    if booked < len(layout.headers):
        currencies_beside(columns, layout.headers, stated=bool(_code_in(layout.headers[booked])))
    if columns.get(_M.MERCHANT_AMOUNT) in (columns.get(_M.AMOUNT), columns.get(_M.DEBIT)):
        columns.pop(_M.MERCHANT_AMOUNT, None)
    if columns.get(_M.MERCHANT_CURRENCY) == columns.get(_M.CURRENCY):
        columns.pop(_M.MERCHANT_CURRENCY, None)
    if kind == Kind.CARD and _M.CARD not in columns and _M.ACCOUNT in columns:
        columns[_M.CARD] = columns.pop(_M.ACCOUNT)
    if kind == Kind.BANK and _M.ACCOUNT in columns and not _is_own_account(columns, cells):
        del columns[_M.ACCOUNT]
    if kind in (Kind.EXPENSE, Kind.PROCUREMENT):
        columns.pop(_M.ACCOUNT, None)  # a ledger's account, not where the money came from
    if _M.DIRECTION not in columns and _M.TYPE in columns:
        directions = Counter(direction_of(cell) for cell in cells.of(columns[_M.TYPE]))
        if directions and None not in directions and kind != Kind.PROCUREMENT:
            columns[_M.DIRECTION] = columns[_M.TYPE]
    if _M.DIRECTION in columns and _signed(columns, cells):
        del columns[_M.DIRECTION]
    return columns


def _signed(columns: dict[Meaning, int], cells: _Cells) -> bool:
    """Whether amounts beside a direction carry signs of their own that agree with it throughout."""
    pairs = cells.pairs(columns[_M.DIRECTION], columns.get(_M.AMOUNT, columns[_M.DIRECTION]))
    signs = Counter(
        (direction_of(word), value.lstrip("'($€£ ").startswith(("-", "−"))) for word, value in pairs
    )
    return signs[1, True] > 0 and signs[-1, False] > 0 and not signs[1, False] and not signs[-1, True]


def _is_own_account(columns: dict[Meaning, int], cells: _Cells) -> bool:
    """An account column is the statement's own where every row fills it and few values occur."""
    column = columns[_M.ACCOUNT]
    values = [row[column].strip() for row in cells.rows if column < len(row) and any(row)]
    counterparty = columns.get(_M.MERCHANT)
    if counterparty is not None and column == counterparty + 1 and len(set(values)) > 1:
        return False
    return bool(values) and all(values) and len(set(values)) <= max(3, len(values) // 20)


def _texts(kind: Kind, columns: dict[Meaning, int]) -> tuple[tuple[int, ...], bool]:
    counterparty = columns.get(_M.MERCHANT, columns.get(_M.SUPPLIER))
    if kind == Kind.PROCUREMENT:
        counterparty = columns.get(_M.SUPPLIER, columns.get(_M.MERCHANT))
    description = columns.get(_M.DESCRIPTION)
    if kind in (Kind.BANK, Kind.PROCUREMENT):
        # A bank's own lines, such as its fees, may name nobody: their kind says what they are.
        kinds = columns.get(_M.TYPE) if kind == Kind.BANK else None
        found = [counterparty, description, columns.get(_M.STATEMENT_TEXT), kinds]
        joined = None not in (counterparty, description) and counterparty != description
    else:
        found, joined = [columns.get(_M.STATEMENT_TEXT), counterparty, description], False
    return tuple(dict.fromkeys(c for c in found if c is not None)), joined


#: Reference-like headers whose values are ids by their meaning.
_ID_WORDS = (
    "transaction",
    "transactie",
    "transak",
    "expense",
    "charge",
    "entry",
    "uuid",
    "unique",
    "internal id",
    "reimbursement id",
    "payment id",
)


def _own_id(
    kind: Kind, columns: dict[Meaning, int], cells: _Cells, known: KnownExport | None, layout: Layout
) -> tuple[int, ...]:
    """The columns that together identify a row in its system, or none."""
    column = columns.get(_M.OWN_ID)
    if column is not None:
        header = folded(layout.headers[column])
        if (known and known.unique_reference) or any(word in header for word in _ID_WORDS):
            return (column,)
        # A reference is an id only where it behaves like one.
        values = [
            row[column].strip()
            for row in cells.rows
            if column < len(row) and any(row) and not _is_pending(row, columns.get(_M.STATUS))
        ]
        if values and all(values) and len(set(values)) == len(values):
            return (column,)
    if document := _document(kind, columns):
        if (line := columns.get(_M.LINE_NUMBER)) is not None:
            return (*document, line)
        if _M.DESCRIPTION not in columns:
            return document  # one row an invoice: nothing tells lines apart
    receipt = columns.get(_M.RECEIPT)
    if receipt is not None and any("transactionID=" in cell for cell in cells.of(receipt)):
        return (receipt,)
    return ()


def _is_pending(row: Sequence[str], status: int | None) -> bool:
    """Whether a row is passed over, which has no reference yet."""
    return status is not None and status < len(row) and is_not_settled(row[status])


def _document(kind: Kind, columns: dict[Meaning, int]) -> tuple[int, ...]:
    supplier, invoice = columns.get(_M.SUPPLIER, columns.get(_M.MERCHANT)), columns.get(_M.INVOICE)
    if kind != Kind.PROCUREMENT or supplier is None or invoice is None:
        return ()
    return (supplier, invoice)


# --- dates ------------------------------------------------------------------------------------------


def _order(
    columns: dict[Meaning, int],
    cells: _Cells,
    known: KnownExport | None,
    mark: str,
    layout: Layout,
    order: bool | None,
) -> bool | None:
    dates = [c for m in (_M.DATE, _M.POSTED) if (c := columns.get(m)) is not None]
    written = [numbers for c in dates for cell in cells.of(c) if (numbers := numbers_of(cell))]
    if not written:
        return order
    shown = day_first(cell for c in dates for cell in cells.of(c))
    if shown is not None:
        return shown
    if known is not None and known.day_first is not None:
        return known.day_first
    if order is not None:
        return order
    if all(first == second for first, second, _ in written):
        return True  # both orders name the same days
    if mark == "," and any(
        "," in cell for m in (_M.AMOUNT, _M.DEBIT, _M.CREDIT) for cell in cells.of(columns.get(m))
    ):
        return True  # where the comma is the decimal mark the day comes first
    if layout.header >= 0 and not any(map(_ENGLISH.fullmatch, layout.folded_headers)):
        return True  # so do dates in every language but English
    if len(dates) == 2 and (apart := _days_apart(cells.pairs(*dates))) is not None:
        return apart
    raise UndecidedDates


def _days_apart(pairs: Iterable[tuple[str, ...]]) -> bool | None:
    """The order under which purchase and booking lie days apart rather than months."""
    near = {True: 0, False: 0}
    for one, other in pairs:
        for order in (True, False):
            try:
                near[order] += abs((day(one, order) - day(other, order)).days) <= 10
            except ValueError:
                continue
    if near[True] == near[False]:
        return None
    return near[True] > near[False]


# --- signs ------------------------------------------------------------------------------------------


def _value(cell: str, mark: str) -> int:
    try:
        return amount(cell, mark)
    except ValueError:
        return 0


def _factor(plan: Plan, cells: _Cells) -> int:
    """1 where spending is positive as written, -1 where it is negative."""
    columns = plan.columns
    if _M.AMOUNT not in columns:
        return _own_sign(columns.get(_M.DEBIT), plan, cells)
    if plan.known is not None and plan.known.spending_is_negative is not None:
        return -1 if plan.known.spending_is_negative else 1
    if plan.kind == Kind.BANK:
        return -1
    signs: Counter[bool] = Counter()
    back: Counter[bool] = Counter()
    kinds = columns.get(_M.TYPE)
    for row in cells.rows:
        if columns[_M.AMOUNT] >= len(row):
            continue
        value = _value(row[columns[_M.AMOUNT]].strip(), plan.mark)
        if not value:
            continue
        line = line_of(row[kinds]) if kinds is not None and kinds < len(row) else Line.PLAIN
        text = next((row[c] for c in plan.texts if c < len(row) and row[c]), "")
        if line == Line.BACK:
            back[value < 0] += 1
        elif line == Line.PLAIN and not is_bill_paid(text):
            signs[value < 0] += 1
    if not signs:
        return -1 if back[False] > back[True] else 1
    return -1 if signs[True] > signs[False] else 1


def _pluses_among_bare(amounts: Sequence[str]) -> bool:
    """Whether some amounts carry a plus, the others no sign at all: "+ £1,100.00" was paid in."""
    pluses = sum("+" in cell for cell in amounts)
    return 0 < pluses < len(amounts) and not any(c in cell for cell in amounts for c in "-−–(")


def _own_sign(column: int | None, plan: Plan, cells: _Cells) -> int:
    """-1 where a column of its own for money out, or in, writes most amounts negative."""
    values = [_value(cell, plan.mark) for cell in cells.of(column)]
    return -1 if sum(v < 0 for v in values) > sum(v > 0 for v in values) else 1


# --- currency ---------------------------------------------------------------------------------------


def _currency(plan: Plan, preamble: Sequence[Sequence[str]], cells: _Cells, said: str) -> str:
    """The currency of amounts whose row states none, "" where every row states its own.

    In this order: the amount's header, the rows' own currency where it is one and the same, the
    lines above the table, the sign beside the amounts, what is known of the export, what a person said.
    """
    columns = plan.columns
    money = [columns[m] for m in (_M.AMOUNT, _M.DEBIT, _M.CREDIT) if m in columns]
    for column in money:
        if code := _code_in(plan.headers[column] if column < len(plan.headers) else ""):
            return code
    stated = {code for cell in cells.of(columns.get(_M.CURRENCY)) if (code := currency_of(cell))}
    above = {code for row in preamble for cell in row if (code := _code_in(cell))}
    if len(stated) == 1:
        return stated.pop()
    if stated:
        return ""
    if len(above) == 1:
        return above.pop()
    beside = {code for column in money for cell in cells.of(column) if (code := currency_in(cell))}
    if len(beside) == 1:
        return beside.pop()
    if beside:
        return ""
    if plan.known is not None and plan.known.currency:
        return plan.known.currency
    if plan.known is not None and plan.known.currency_if_month_first and plan.day_first is False:
        return plan.known.currency_if_month_first
    if at_home := _where_both_amounts_agree(plan, cells):
        return at_home
    if _M.CURRENCY in columns and not cells.rows:
        return ""
    if not cells.rows:
        return ""
    if said:
        return said
    raise LeftOpen(_NO_CURRENCY, Ask.CURRENCY)


def currency_of(cell: str) -> str:
    """The code in a cell of a currency column, or ""."""
    return stated_currency(cell) or currency_in(cell)


#: "Montant operation en euro", "Montant(EUROS)": the one currency that French banks write out.
_IN_EUROS = re.compile(r"\beuros?\b\W{0,9}$", re.IGNORECASE)


def _code_in(text: str) -> str:
    found = CODE.findall(text)
    codes: set[str] = {
        code for code in found if code in CURRENCIES and (code not in _WORDS or len(text.strip()) == 3)
    }
    if len(codes) == 1:
        return codes.pop()
    if not codes and _IN_EUROS.search(text):
        return "EUR"
    return currency_in(text) if re.search(r"[€£]|US\$", text) and not codes else ""


def _where_both_amounts_agree(plan: Plan, cells: _Cells) -> str:
    """The currency of rows whose amount and original amount are equal: nothing was converted there."""
    columns = plan.columns
    needed = [columns.get(m) for m in (_M.AMOUNT, _M.MERCHANT_AMOUNT, _M.MERCHANT_CURRENCY)]
    if None in needed:
        return ""
    codes = {
        currency_of(code)
        for value, original, code in cells.pairs(*[c for c in needed if c is not None])
        if (booked := _value(value, plan.mark)) and abs(booked) == abs(_value(original, plan.mark))
    }
    return codes.pop() if len(codes) == 1 else ""


# --- account ----------------------------------------------------------------------------------------


def _stated_account(preamble: Sequence[Sequence[str]]) -> str:
    """The account that the lines above a table name: "Account number: 0123", "IBAN;DE00…"."""
    for row in preamble:
        for index, cell in enumerate(row):
            label, _, value = cell.partition(":")
            following = [c for c in row[index + 1 :] if c.strip()]
            value = value if value.strip() else (following[0] if following else "")
            meant = {meaning for _, meaning in meanings_of(label)}
            if meant & {Meaning.ACCOUNT, Meaning.CARD} or folded_header(label).startswith(
                ("iban", "account n")
            ):
                value = value.strip().strip("'\"")
                if _ACCOUNT_VALUE.fullmatch(value):
                    return value.replace(" ", "")[:120]
    return ""
