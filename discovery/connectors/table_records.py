"""Rows of a table into spend records, a block at a time.

The same converters serve two paths. A block is converted column by column, which costs a few
hundred nanoseconds a cell less than row by row; whatever is not a plain charge (a row without a
date, a refund by its type, a pending charge) is then judged on its own, with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import compress, repeat
from typing import Any, TypeVar

from discovery.connectors import table_words as words
from discovery.connectors.amounts import plain_amounts
from discovery.connectors.base import Kind
from discovery.connectors.column_meaning import Meaning
from discovery.connectors.csv_rows import EMPTY_ROW, SHORT_ROW, Block
from discovery.connectors.table_cells import (
    ACCOUNT,
    LONGEST_TEXT,
    STATED_AT,
    TRIMMED_60,
    TRIMMED_120,
    composed_id,
    id_in,
    ids_in,
    joined_texts,
    trimmed,
    without_credentials,
)
from discovery.connectors.table_plan import Plan
from discovery.connectors.table_values import CellValues, beside
from discovery.connectors.table_words import Line
from discovery.records import NOBODY, Ignored, Payment, Rejected, Row, Spend, Who
from discovery.spend_columns import SpendColumns, rows_of

_M = Meaning
V = TypeVar("V")

_DEFAULTS = Spend._field_defaults


class TableReader:
    """Converts the rows of one table as its plan says."""

    def __init__(self, plan: Plan, *, since_1904: bool = False) -> None:
        self.plan = plan
        columns = plan.columns
        self._columns = columns
        self._date_columns = [columns[m] for m in (_M.DATE, _M.POSTED) if m in columns]
        self._amount_column = columns.get(_M.AMOUNT)
        self._width = 1 + max((*columns.values(), plan.settled or 0), default=0)
        self._as = CellValues(plan, since_1904=since_1904)

    # --- blocks -------------------------------------------------------------------------------------

    def rows(self, block: Block) -> Iterator[Row]:
        """Every row of a block as a record, or as what it is instead."""
        return rows_of([self.block(block)])

    def block(self, block: Block) -> list[Row] | SpendColumns:
        """The same by column, where its rows are of one length."""
        lengths = set(map(len, block.rows))
        if len(lengths) != 1 or lengths.pop() < self._width:
            return list(zip(block.lines, map(self.judge, block.rows), strict=True))
        return self._even_rows(block)

    def _even_rows(self, block: Block) -> SpendColumns:
        cells = list(zip(*block.rows, strict=True))
        days = list(map(self._as.days.__getitem__, cells[self._date_columns[0]]))
        amounts = self._block_amounts(cells)
        texts = self._block_texts(cells)
        currencies = self._block_currencies(cells)
        net, tax, merchant_amounts, merchant_currencies = self._block_side_amounts(cells, amounts, currencies)
        fields: dict[str, Iterable[object]] = {
            "account": self._accounts(cells),
            "own_id": self._block_ids(cells),
            "date": days,
            "text": texts,
            "amount": amounts,
            "currency": currencies,
            "who": self._block_people(cells),
            "card": self._mapped(_M.CARD, self._as.cards, cells, ""),
            "payment": self._block_payments(cells),
            "type": self._block_types(cells),
            "mcc": self._mapped(_M.MCC, self._as.mccs, cells, ""),
            "url": self._stripped(_M.URL, cells),
            "net": net,
            "tax": tax,
            "merchant_amount": merchant_amounts,
            "merchant_currency": merchant_currencies,
            "department": self._mapped(_M.DEPARTMENT, TRIMMED_120, cells, ""),
            "cost_centre": self._mapped(_M.COST_CENTRE, TRIMMED_60, cells, ""),
            "stated_at": self._mapped(_M.STATED_AT, STATED_AT, cells, ""),
            "document": self._documents(cells),
            "due": self._mapped(_M.DUE, self._as.days, cells, None),
        }
        not_plain = self._not_plain(cells, days, amounts, texts, currencies)
        columns = [_as_list(fields.get(name), _DEFAULTS.get(name), len(days)) for name in Spend._fields]
        if not not_plain:
            return SpendColumns(block.lines, Spend._make(columns))
        return self._judged(block, columns, sorted(not_plain))

    def _judged(self, block: Block, columns: list[list[Any]], not_plain: Sequence[int]) -> SpendColumns:
        """Columns in which these rows are what ``judge`` says: other values, or no spend line at all."""
        spend = bytearray(b"\1" * len(block.rows))
        others: list[Row] = []
        for index in not_plain:
            row = self.judge(block.rows[index])
            if type(row) is Spend:
                for column, value in zip(columns, row, strict=True):
                    column[index] = value
            else:
                spend[index] = 0
                others.append((block.lines[index], row))
        if not others:
            return SpendColumns(block.lines, Spend._make(columns))
        kept = (list(compress(column, spend)) for column in columns)
        return SpendColumns(list(compress(block.lines, spend)), Spend._make(kept), others)

    def _not_plain(
        self,
        cells: Sequence[Sequence[str]],
        days: list[date | None],
        amounts: list[int | None],
        texts: list[str],
        currencies: Iterable[str],
    ) -> set[int]:
        """The rows that ``judge`` has to look at."""
        found: set[int] = set()
        numbers = range(len(days))

        def add(flags: Iterable[object]) -> None:
            found.update(compress(numbers, flags))

        for values in (days, amounts):
            if None in values:
                add([value is None for value in values])
        if "" in texts:
            add([not text for text in texts])
        if isinstance(currencies, list) and "" in currencies:
            add([not currency for currency in currencies])
        kind = self.plan.kind
        if kind == Kind.CARD:
            paid = self._as.bills_paid
            found.update(n for n, v in enumerate(amounts) if v is not None and v < 0 and paid[texts[n]])
        if self._amount_column is None and 0 in amounts:
            add([value == 0 for value in amounts])
        if kind == Kind.BANK:
            add(map(self._as.balances.__getitem__, texts))
        if (column := self._columns.get(_M.STATUS)) is not None:
            add(map(self._as.states.__getitem__, cells[column]))
        if (column := self._columns.get(_M.TYPE)) is not None:
            add(map(self._as.telling_types.__getitem__, cells[column]))
        if (column := self.plan.settled) is not None:
            add([not cell.strip() for cell in cells[column]])
        return found

    def _block_amounts(self, cells: Sequence[Sequence[str]]) -> list[int | None]:
        get = self._as.amounts.__getitem__
        if self._amount_column is None:
            debits, credits = (self._columns.get(m) for m in (_M.DEBIT, _M.CREDIT))
            rows = len(cells[0])
            outs = map(get, cells[debits]) if debits is not None else repeat(0, rows)
            ins = map(get, cells[credits]) if credits is not None else repeat(0, rows)
            return [self._balance(out, back) for out, back in zip(outs, ins, strict=True)]
        written = cells[self._amount_column]
        values: Sequence[int | None] = plain_amounts(written, self.plan.mark) or list(map(get, written))
        if self.plan.tax_on_top:
            taxes = map(get, cells[self._columns[_M.TAX]])
            values = [
                None if value is None else value + (tax or 0)
                for value, tax in zip(values, taxes, strict=True)
            ]
        if self.plan.by_direction:
            ways = map(self._as.directions.__getitem__, cells[self._columns[_M.DIRECTION]])
            return [
                None if v is None or way is None else abs(v) * way
                for v, way in zip(values, ways, strict=True)
            ]
        if self.plan.factor < 0:
            return [None if value is None else -value for value in values]
        return list(values)

    def _balance(self, out: int | None, back: int | None) -> int | None:
        """Money out less money in, where each has a column of its own."""
        if out is None or back is None:
            return None
        return out * self.plan.factor - back * self.plan.back_factor

    def _block_texts(self, cells: Sequence[Sequence[str]]) -> list[str]:
        texts = self.plan.texts
        if self.plan.join_texts:
            pairs = zip(cells[texts[0]], cells[texts[1]], strict=True)
            first, rest = [joined_texts(one, other) for one, other in pairs], texts[2:]
        else:
            first, rest = list(map(str.strip, cells[texts[0]])), texts[1:]
            if "\n" in "".join(first) or max(map(len, first)) > LONGEST_TEXT:
                first = list(map(trimmed, first))
        for column in rest:
            if "" not in first:
                break
            first = [text or trimmed(cell) for text, cell in zip(first, cells[column], strict=True)]
        return first

    def _block_currencies(self, cells: Sequence[Sequence[str]]) -> Iterable[str]:
        if (column := self._columns.get(_M.CURRENCY)) is not None:
            return list(map(self._as.currencies.__getitem__, cells[column]))
        if self._as.signed_in_cells and self._amount_column is not None:
            return list(map(self._as.signs.__getitem__, cells[self._amount_column]))
        if self._as.signed_in_cells:
            return [self._currency(row) for row in zip(*cells, strict=True)]
        return repeat(self.plan.currency)

    def _block_ids(self, cells: Sequence[Sequence[str]]) -> Iterable[str]:
        columns = self.plan.own_id
        if not columns:
            return repeat("")
        if len(columns) == 1:
            return ids_in(cells[columns[0]])
        return [composed_id(parts) for parts in zip(*(cells[c] for c in columns), strict=True)]

    def _block_people(self, cells: Sequence[Sequence[str]]) -> Iterable[Who]:
        if not self._as.who_columns:
            return repeat(NOBODY)
        if len(self._as.who_columns) == 1:
            return map(self._as.people_by_cell.__getitem__, cells[self._as.who_columns[0]])
        return map(self._as.people.__getitem__, zip(*(cells[c] for c in self._as.who_columns), strict=True))

    def _block_payments(self, cells: Sequence[Sequence[str]]) -> Iterable[Payment]:
        if (fixed := _PAID_BY.get(self.plan.kind)) is not None:
            return repeat(fixed)
        columns = self._as.payment_columns
        if not columns:
            return repeat(Payment.UNKNOWN)
        return map(self._as.payments.__getitem__, zip(*(cells[c] for c in columns), strict=True))

    def _block_types(self, cells: Sequence[Sequence[str]]) -> Iterable[str]:
        column = self._as.type_column
        return repeat("") if column is None else map(self._as.types.__getitem__, cells[column])

    def _block_side_amounts(
        self, cells: Sequence[Sequence[str]], amounts: list[int | None], currencies: Iterable[str]
    ) -> tuple[Iterable[int | None], Iterable[int | None], Iterable[int | None], Iterable[str]]:
        """Net, tax and the merchant's own amount and currency, signed as the amount is."""
        columns = self._columns
        sides: list[Iterable[int | None]] = []
        for meaning in (_M.NET, _M.TAX):
            if (column := columns.get(meaning)) is None:
                sides.append(repeat(None))
            else:
                parts = map(self._as.amounts.__getitem__, cells[column])
                sides.append(
                    [beside(part, a, c) for part, a, c in zip(parts, amounts, cells[column], strict=True)]
                )
        value, unit = columns.get(_M.MERCHANT_AMOUNT), columns.get(_M.MERCHANT_CURRENCY)
        if value is None or unit is None:
            return sides[0], sides[1], repeat(None), repeat("")
        pairs = [
            self._as.merchant(original, code, a, booked)
            for original, code, a, booked in zip(cells[value], cells[unit], amounts, currencies, strict=False)
        ]
        return sides[0], sides[1], [pair[0] for pair in pairs], [pair[1] for pair in pairs]

    def _documents(self, cells: Sequence[Sequence[str]]) -> Iterable[str]:
        """Of invoice lines: the supplier and the invoice, for numbers are unique per supplier only."""
        columns = self.plan.document
        if not columns:
            return repeat("")
        return [composed_id(parts) for parts in zip(*(cells[c] for c in columns), strict=True)]

    def _mapped(
        self, meaning: Meaning, memo: Mapping[str, V], cells: Sequence[Sequence[str]], without: V
    ) -> Iterable[V]:
        column = self._columns.get(meaning)
        return repeat(without) if column is None else map(memo.__getitem__, cells[column])

    def _stripped(self, meaning: Meaning, cells: Sequence[Sequence[str]]) -> Iterable[str]:
        column = self._columns.get(meaning)
        return repeat("") if column is None else map(str.strip, cells[column])

    def _accounts(self, cells: Sequence[Sequence[str]]) -> Iterable[str]:
        column = self._columns.get(_M.ACCOUNT)
        return repeat(self.plan.account) if column is None else map(ACCOUNT.__getitem__, cells[column])

    # --- one row ------------------------------------------------------------------------------------

    def judge(self, row: list[str]) -> Spend | Rejected | Ignored:
        """What one row is, with the reason where it is no record."""
        cells = [*row, *repeat("", self._width - len(row))]
        filled = [cell for cell in cells if cell.strip()]
        if not filled:
            return EMPTY_ROW
        if [cell.strip() for cell in row] == self.plan.headers:
            return Ignored("header")
        # A purchase without a day of its own has that of its booking; one with an impossible day is wrong.
        stated = next((cell for c in self._date_columns if (cell := cells[c].strip())), "")
        found = self._as.days[stated] if stated else None
        if found is None and words.is_no_day_yet(stated):
            return Ignored("not settled yet")
        if found is None and _is_note(filled, len(self.plan.headers)):
            return Ignored("total or note")
        if (why := self._no_spending(cells)) is not None:
            return why
        if found is None:
            return self._no_date(cells, row)
        text = self._text(cells)
        if self.plan.kind == Kind.BANK and self._as.balances[text]:
            return Ignored("balance")
        value = self._value(cells)
        if value is None:
            return self._no_amount(cells, row)
        line = self._line(cells)
        if line is Line.BACK and self.plan.kind != Kind.BANK:
            value = -abs(value)  # an account's own sign is the truth: it may be a refund that was paid out
        if self.plan.kind in (Kind.CARD, Kind.PROCUREMENT) and (
            line is Line.BILL
            or (
                value < 0
                and (line is Line.BILL_IF_BACK or (self.plan.kind == Kind.CARD and self._as.bills_paid[text]))
            )
        ):
            return Ignored("payment of a bill")
        if not text:
            return self._rejected(
                row, f"{self._named(*self.plan.texts)} is empty; fill in who was paid and scan the file again"
            )
        currency = self._currency(cells)
        if not currency:
            return self._rejected(
                row,
                "the row does not say its currency; fill in its code, such as USD, and scan the file again",
            )
        return self._spend(cells, found, value, text, currency)

    def _spend(self, cells: list[str], day_: date, value: int, text: str, currency: str) -> Spend:
        columns = self._columns

        def cell(meaning: Meaning) -> str:
            column = columns.get(meaning)
            return "" if column is None else cells[column]

        who = NOBODY
        if self._as.who_columns:
            who = self._as.people[tuple(cells[c] for c in self._as.who_columns)]
        own_id = ""
        if len(self.plan.own_id) == 1:
            own_id = id_in(cells[self.plan.own_id[0]])
        elif self.plan.own_id:
            own_id = composed_id([cells[c] for c in self.plan.own_id])
        merchant_amount, merchant_currency = None, ""
        if _M.MERCHANT_AMOUNT in columns and _M.MERCHANT_CURRENCY in columns:
            merchant_amount, merchant_currency = self._as.merchant(
                cell(_M.MERCHANT_AMOUNT), cell(_M.MERCHANT_CURRENCY), value, currency
            )
        payment = _PAID_BY.get(self.plan.kind)
        if payment is None:
            payment = Payment.UNKNOWN
            if self._as.payment_columns:
                payment = self._as.payments[tuple(cells[c] for c in self._as.payment_columns)]
        return Spend(
            account=ACCOUNT[cell(_M.ACCOUNT)] if _M.ACCOUNT in columns else self.plan.account,
            own_id=own_id,
            date=day_,
            text=text,
            amount=value,
            currency=currency,
            who=who,
            card=self._as.cards[cell(_M.CARD)],
            payment=payment,
            type="" if self._as.type_column is None else self._as.types[cells[self._as.type_column]],
            mcc=self._as.mccs[cell(_M.MCC)],
            url=cell(_M.URL).strip(),
            net=beside(self._as.amounts[cell(_M.NET)], value, cell(_M.NET)),
            tax=beside(self._as.amounts[cell(_M.TAX)], value, cell(_M.TAX)),
            merchant_amount=merchant_amount,
            merchant_currency=merchant_currency,
            department=TRIMMED_120[cell(_M.DEPARTMENT)],
            cost_centre=TRIMMED_60[cell(_M.COST_CENTRE)],
            stated_at=STATED_AT[cell(_M.STATED_AT)],
            document=composed_id([cells[c] for c in self.plan.document]) if self.plan.document else "",
            due=self._as.days[cell(_M.DUE)] if _M.DUE in columns else None,
        )

    def _no_spending(self, cells: list[str]) -> Ignored | None:
        for meaning in (_M.STATUS, _M.TYPE):
            column = self._columns.get(meaning)
            if column is None or (meaning == _M.TYPE and self.plan.kind != Kind.CARD):
                continue
            if state := self._as.states[cells[column]]:
                return Ignored(state)
        if self.plan.settled is not None and not cells[self.plan.settled].strip():
            return Ignored("not settled yet")
        return None

    def _no_date(self, cells: list[str], row: list[str]) -> Rejected:
        name = self._named(*self._date_columns)
        wrong = next((c for c in self._date_columns if cells[c].strip()), None)
        if wrong is not None:
            return self._rejected(
                row,
                f"{self._named(wrong)} holds no possible date; correct it, best as YYYY-MM-DD, "
                "and scan the file again",
            )
        if len(row) < self._width:
            return self._cut_short(row)
        return self._rejected(row, f"{name} is empty; fill in the date and scan the file again")

    def _no_amount(self, cells: list[str], row: list[str]) -> Rejected:
        columns = [self._columns[m] for m in (_M.AMOUNT, _M.DEBIT, _M.CREDIT) if m in self._columns]
        if not any(cells[c].strip() for c in columns):
            if len(row) < self._width:
                return self._cut_short(row)
            return self._rejected(
                row, f"{self._named(*columns)} is empty; fill in the amount and scan the file again"
            )
        if self.plan.by_direction and self._as.amounts[cells[columns[0]]] is not None:
            return self._rejected(
                row,
                f"{self._named(self._columns[_M.DIRECTION])} does not say whether money went out or came in; "
                "correct it and scan the file again",
            )
        return self._rejected(
            row,
            f"{self._named(*columns)} holds no amount as this file writes amounts "
            f'(decimal mark "{self.plan.mark}"); correct it and scan the file again',
        )

    def _cut_short(self, row: list[str]) -> Rejected:
        return self._rejected(row, SHORT_ROW.reason)

    def _rejected(self, row: list[str], reason: str) -> Rejected:
        return Rejected(reason, without_credentials(",".join(row))[:LONGEST_TEXT])

    def _named(self, *columns: int) -> str:
        """The column or columns in words, by their headers."""
        headers = [self.plan.headers[c] for c in columns if c < len(self.plan.headers)]
        shown = ("".join(filter(str.isprintable, without_credentials(header))) for header in headers)
        names = [f'"{header[:40]}"' for header in shown]
        return f"column {' or '.join(names)}"

    # --- what both share ---------------------------------------------------------------------------

    def _value(self, cells: list[str]) -> int | None:
        if self._amount_column is None:
            columns = [self._columns[m] for m in (_M.DEBIT, _M.CREDIT) if m in self._columns]
            if not any(cells[c].strip() for c in columns):
                return None
        return self._block_amounts(list(zip(cells, strict=True)))[0]

    def _text(self, cells: list[str]) -> str:
        return self._block_texts(list(zip(cells, strict=True)))[0]

    def _currency(self, cells: Sequence[str]) -> str:
        if (column := self._columns.get(_M.CURRENCY)) is not None:
            return self._as.currencies[cells[column]]
        if not self._as.signed_in_cells:
            return self.plan.currency
        columns = (self._columns.get(m) for m in (_M.AMOUNT, _M.DEBIT, _M.CREDIT))
        return next((code for c in columns if c is not None and (code := self._as.signs[cells[c]])), "")

    def _line(self, cells: list[str]) -> Line:
        column = self._columns.get(_M.TYPE)
        return Line.PLAIN if column is None else self._as.lines[cells[column]]


_PAID_BY = {Kind.CARD: Payment.CARD, Kind.BANK: Payment.BANK}


def _as_list(values: Iterable[Any] | None, default: object, rows: int) -> list[Any]:
    """A column of so many rows. ``values``: as many, or one for all of them, or None for the default."""
    if values is None:
        return [default] * rows
    if isinstance(values, repeat):
        return [next(values)] * rows
    return values if isinstance(values, list) else list(values)


def _is_note(filled: list[str], width: int) -> bool:
    """Whether a row without a date sums up or annotates the table."""
    return words.starts_a_total(filled[0]) or len(filled) <= max(1, width // 4)
