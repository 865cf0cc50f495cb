"""What single cells of a table say: each kind of cell is read once and remembered.

Which columns there are and how the file writes is in the plan; what a whole row is, is judged elsewhere.
"""

from __future__ import annotations

from datetime import date

from discovery.connectors import table_words as words
from discovery.connectors.amounts import amount, currency_in
from discovery.connectors.base import Kind
from discovery.connectors.column_meaning import Meaning
from discovery.connectors.dates import day, excel_day
from discovery.connectors.table_cells import Memo, card_in, category_in
from discovery.connectors.table_layout import SERIAL
from discovery.connectors.table_plan import Plan, currency_of
from discovery.connectors.table_words import Line
from discovery.records import NOBODY, Payment, Who

_M = Meaning
_PEOPLE = (_M.EMAIL, _M.LOGIN, _M.CARDHOLDER, _M.EMPLOYEE, _M.GIVEN_NAME, _M.FAMILY_NAME)


class CellValues:
    """The cells of one table as its plan says, and the columns that several meanings share."""

    def __init__(self, plan: Plan, *, since_1904: bool = False) -> None:
        self.plan = plan
        columns = plan.columns
        self._columns = columns
        self._amount_column = columns.get(_M.AMOUNT)
        self._since_1904 = since_1904
        self.days: Memo[date | None] = Memo(self._day)
        self.amounts: Memo[int | None] = Memo(self._amount)
        self.currencies: Memo[str] = Memo(lambda cell: currency_of(cell) or plan.currency)
        self.signs: Memo[str] = Memo(lambda cell: currency_in(cell) or plan.currency)
        self.directions: Memo[int | None] = Memo(words.direction_of)
        self.lines: Memo[Line] = Memo(words.line_of)
        self.telling_types: Memo[bool] = Memo(self._tells)
        self.states: Memo[str] = Memo(self._state)
        self.people: Memo[Who] = Memo(self._who)
        self.people_by_cell: Memo[Who] = Memo(lambda cell: self._who((cell,)))
        self.cards: Memo[str] = Memo(card_in)
        self.payments: Memo[Payment] = Memo(self._payment)
        self.mccs: Memo[str] = Memo(category_in)
        self.types: Memo[str] = Memo(lambda cell: cell.strip()[:40])
        self.balances: Memo[bool] = Memo(words.is_balance_line)
        self.bills_paid: Memo[bool] = Memo(words.is_bill_paid)
        self.who_columns = [c for m in _PEOPLE if (c := columns.get(m)) is not None]
        self._who_meanings = [m for m in _PEOPLE if m in columns]
        kinds = (_M.TYPE,) if plan.kind == Kind.EXPENSE else ()
        self._payment_meanings = [m for m in (_M.REIMBURSABLE, _M.PAYMENT, *kinds) if m in columns]
        self.payment_columns = [columns[m] for m in self._payment_meanings]
        self.type_column = columns.get(_M.TYPE, columns.get(_M.DIRECTION))
        # Only what every row pays for is here; the rest is decided where it is rare.
        self.signed_in_cells = _M.CURRENCY not in columns and not plan.currency

    def _day(self, cell: str) -> date | None:
        try:
            return day(cell, self.plan.day_first)
        except ValueError:
            pass
        try:  # a spreadsheet's serial number that nobody formatted as a date
            return excel_day(float(cell), self._since_1904) if SERIAL.fullmatch(cell.strip()) else None
        except ValueError:
            return None

    def _amount(self, cell: str) -> int | None:
        cell = cell.strip()
        if not cell:
            # With a column each for debit and credit an empty cell is nothing; alone it is missing.
            return 0 if self._amount_column is None else None
        try:
            value = amount(cell, self.plan.mark)
        except ValueError:
            return None
        return -value if self.plan.plus_is_back and "+" in cell else value

    def _tells(self, cell: str) -> bool:
        """Whether a type says more of its row than the signs do."""
        return self.lines[cell] is not Line.PLAIN or (self.plan.kind == Kind.CARD and bool(self.states[cell]))

    def _state(self, cell: str) -> str:
        """Why a row in this state is no spending, "" where it is."""
        if words.is_not_spent(cell):
            return "declined, void or deleted"
        if self.plan.kind in (Kind.CARD, Kind.BANK):
            return "not settled yet" if words.is_not_settled(cell) else ""
        # An expense or invoice that waits for approval is money spent; a draft is none yet.
        return "draft" if words.is_draft(cell) else ""

    def _who(self, cells: tuple[str, ...]) -> Who:
        stated = {m: " ".join(cell.split()) for m, cell in zip(self._who_meanings, cells, strict=True)}
        email = stated.get(_M.EMAIL, "")
        names = [_M.CARDHOLDER, _M.EMPLOYEE] if self.plan.kind == Kind.CARD else [_M.EMPLOYEE, _M.CARDHOLDER]
        name = next((stated[m] for m in names if stated.get(m)), "")
        if not name:
            name = f"{stated.get(_M.GIVEN_NAME, '')} {stated.get(_M.FAMILY_NAME, '')}".strip()
        login = stated.get(_M.LOGIN, "")
        if "@" in name:
            email, name = email or name, ""
        if "@" not in email:
            email, login = "", login or email
        if not (email or login or name):
            return NOBODY
        return Who(email.lower()[:254], login[:254], name[:200])

    def _payment(self, cells: tuple[str, ...]) -> Payment:
        stated = dict(zip(self._payment_meanings, cells, strict=True))
        if (own := words.yes_or_no(stated.get(_M.REIMBURSABLE, ""))) is not None:
            return Payment.PERSONAL if own else Payment.CARD
        stated_payment = words.payment_of(stated.get(_M.PAYMENT, ""))
        if stated_payment is not Payment.UNKNOWN:
            return stated_payment
        return words.payment_of_kind(stated.get(_M.TYPE, ""))

    def merchant(self, original: str, code: str, value: int | None, booked: str) -> tuple[int | None, str]:
        """The merchant's amount and currency where they are not those of the account."""
        currency = currency_of(code) if code else ""
        try:
            foreign = abs(amount(original.strip(), self.plan.mark))
        except ValueError:
            return None, ""
        if not currency or currency == booked or not foreign or value is None:
            return None, ""
        return (foreign if value >= 0 else -foreign), currency


def beside(part: int | None, value: int | None, cell: str) -> int | None:
    """Net or tax with the sign of the amount it belongs to; None where the cell states none."""
    if part is None or value is None or not cell.strip():
        return None
    return -abs(part) if value < 0 else abs(part)
