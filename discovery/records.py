"""The few record types that every connector yields.

A record is one thing a source said. Connectors fill in what the source states and
nothing else: who a person is, what a text stands for and which records are one
purchase is decided later, from all records together.

Plain Python: no Django, no database, no clock. ``NamedTuple`` because a scan makes
millions of them and a frozen dataclass costs four times as much to create.

Money is a whole number of 10⁻⁶ of the currency's major unit (``20.00`` → 20_000_000).
Spending is positive and money that came back is negative, whatever sign the source used.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

#: A type name that no field below hides.
Day = date


class Payment(StrEnum):
    """How a spend line was paid, as far as its source says."""

    CARD = "card"  # a company card
    BANK = "bank"  # transfer or direct debit from a company account
    PERSONAL = "personal"  # an employee's own money, to be reimbursed
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What became of a sign-in: a refused or failed one is an attempt, not use."""

    USED = "used"
    ATTEMPTED = "attempted"


class Who(NamedTuple):
    """What a row says about its person; each part may be empty."""

    email: str = ""
    login: str = ""
    name: str = ""  # as printed, e.g. embossed on a card


NOBODY = Who()


class Spend(NamedTuple):
    """A charge, refund, expense line or invoice line."""

    account: str  # card, IBAN or tenant as the content states it; "" where it does not
    own_id: str  # the system's own id, unique within the account; "" where it has none
    date: date  # the day of the purchase as the source states it (transaction before posting)
    text: str  # what names the merchant, as it came
    amount: int  # tax included, as booked by the account
    currency: str  # ISO 4217
    who: Who = NOBODY
    card: str = ""  # card number as far as shown, digits and mask characters
    payment: Payment = Payment.UNKNOWN
    type: str = ""  # the source's own word where it tells charge from refund or fee
    mcc: str = ""  # merchant category code, four digits
    url: str = ""  # the merchant's site where the source gives one
    net: int | None = None
    tax: int | None = None
    merchant_amount: int | None = None
    merchant_currency: str = ""
    department: str = ""
    cost_centre: str = ""
    stated_at: str = ""  # ISO instant of the export or last change, where stated
    document: str = ""  # of an invoice line: the invoice, alike for all its lines and no other
    due: Day | None = None  # when the invoice is to be paid, where stated


class SignIn(NamedTuple):
    """A person opened, or tried to open, an app. Stored as presence by week only."""

    account: str
    at: datetime  # aware, UTC
    who: Who
    app: str  # display name as it came
    outcome: Outcome = Outcome.USED
    client_id: str = ""
    url: str = ""


class Grant(NamedTuple):
    """A person (or an administrator) let an app into the company's data, or took it back."""

    account: str
    own_id: str
    at: datetime  # aware, UTC
    who: Who
    app: str
    client_id: str = ""
    scopes: tuple[str, ...] = ()
    revoked: bool = False


class DirectoryPerson(NamedTuple):
    """A person as the directory describes them on the day of the export."""

    account: str
    own_id: str
    email: str
    login: str = ""
    aliases: tuple[str, ...] = ()
    name: str = ""
    given_name: str = ""
    family_name: str = ""
    department: str = ""
    cost_centre: str = ""
    manager: str = ""  # e-mail or the directory's id of the manager
    active: bool = True
    stated_at: str = ""


class Rejected(NamedTuple):
    """A row that cannot be read: why, and what to do, in one sentence without the row's data."""

    reason: str
    row: str = ""  # the row as it came, credentials removed; stored sealed


class Ignored(NamedTuple):
    """A row that is no record: header, total, pending charge, event of no use."""

    why: str


Record = Spend | SignIn | Grant | DirectoryPerson

#: (line or position in the file counted from 1, what the row is)
Row = tuple[int, Record | Rejected | Ignored]
Rows = Iterator[Row]
