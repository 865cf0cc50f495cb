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


class Switch(StrEnum):
    """Whether what a licence allows can be used now, as far as its list says."""

    ON = "on"
    OFF = "off"  # suspended, disabled, expired, invited and not accepted
    UNKNOWN = "unknown"


class SeenBy(StrEnum):
    """Where software or a site was seen."""

    PACKAGE = "package"  # in a code base's bill of materials
    EXTENSION = "extension"  # of a browser
    PROGRAM = "program"  # installed on a device
    DOMAIN = "domain"  # looked up or visited from the company's network


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
    """A person opened, or tried to open, an app; an app that came in by itself names nobody.

    Stored as presence by week only.
    """

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
    url: str = ""  # the app's home page, as its maker states it


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


class Licence(NamedTuple):
    """That somebody may use a tool by licence, or how many seats of it there are, on the day of a list.

    With ``who`` it is the seat of a person; without, what the company bought. A list is a snapshot:
    who is missing from a later one of the same account and app has no seat any more.
    """

    account: str  # tenant, workspace or organisation, as the content states it
    own_id: str  # the system's own id of the assignment or of the bought seats; "" where it has none
    app: str  # what names the tool: a display name, or the product's name behind a SKU
    who: Who = NOBODY
    plan: str = ""  # as the list states it, e.g. "Enterprise"
    role: str = ""  # as the list states it, e.g. "Owner"
    state: Switch = Switch.UNKNOWN
    seats: int | None = None  # bought
    seats_used: int | None = None  # assigned
    since: Day | None = None  # assigned or joined on
    last_active: Day | None = None  # None: never, or not stated
    date: Day | None = None  # of the list; None: the day on which it is read
    url: str = ""
    stated_at: str = ""


class Usage(NamedTuple):
    """Metered use of a model or service over a period, with its cost where the source states one.

    Not a charge: a bill or a card pays for it later, and counts in its stead.
    """

    account: str  # organisation, tenant or billing account
    own_id: str  # the system's own id, or the bucket's parts where those are unique in the account
    date: date  # the first day of the period, in UTC
    text: str  # what names the service, and the model or SKU where stated
    cost: int | None = None  # 10⁻⁶, as billed, before tax; None where only quantities are stated
    currency: str = ""
    until: Day | None = None  # the first day after the period; None: one day
    effective_cost: int | None = None  # with prepaid commitments spread over their use, where stated
    model: str = ""
    requests: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    project: str = ""  # workspace, project or sub-account: what a cost can be given to
    key: str = ""  # the name, never the value, of the API key
    who: Who = NOBODY
    type: str = ""  # the source's own word for the kind of line
    url: str = ""
    department: str = ""
    cost_centre: str = ""
    stated_at: str = ""
    line: str = ""  # without an id: what tells a line of a bill apart from its others, amounts left out


class Seen(NamedTuple):
    """Software, or a site, of some maker was there: in code, on a device, in the network's log.

    Kept by week, as a sign-in is. ``where`` is a repository or a project; a device's name is stored
    as a keyed hash only.
    """

    account: str
    own_id: str
    text: str  # name of the package, extension or program; the domain
    by: SeenBy
    date: Day | None = None  # None: the day on which the list is read
    who: Who = NOBODY
    where: str = ""
    url: str = ""  # the domain, for what was seen in the network
    client_id: str = ""  # package URL without version, or the extension's id
    version: str = ""
    scopes: tuple[str, ...] = ()  # permissions of an extension
    devices: int | None = None  # on how many, where only their number is stated
    stated_at: str = ""
    attempt: bool = False  # a request that was refused or failed: no use


class Contract(NamedTuple):
    """An agreement as a register states it. What a later reading leaves out stays as it was."""

    account: str
    own_id: str  # the register's number; "" where it has none
    supplier: str
    product: str = ""
    owner: Who = NOBODY
    department: str = ""
    cost_centre: str = ""
    start: Day | None = None
    end: Day | None = None
    notice_by: Day | None = None  # the last day on which notice can be given
    notice_days: int | None = None  # before the end
    renews: bool | None = None  # by itself; None: not stated
    amount: int | None = None  # 10⁻⁶, committed for each ``every``
    currency: str = ""
    every: str = ""  # "month", "quarter", "year", "term"; "" where not stated
    seats: int | None = None
    plan: str = ""
    status: str = ""  # as stated
    url: str = ""
    stated_at: str = ""


class Removed(NamedTuple):
    """The source takes spend lines back that it may have told of: a correction, and no record itself."""

    account: str
    own_ids: tuple[str, ...]


class Rejected(NamedTuple):
    """A row that cannot be read: why, and what to do, in one sentence without the row's data."""

    reason: str
    row: str = ""  # the row as it came, credentials removed; stored sealed


class Ignored(NamedTuple):
    """A row that is no record: header, total, pending charge, event of no use."""

    why: str


Record = Spend | SignIn | Grant | DirectoryPerson | Licence | Usage | Seen | Contract

#: (line or position in the file counted from 1, what the row is)
Row = tuple[int, Record | Removed | Rejected | Ignored]
Rows = Iterator[Row]
