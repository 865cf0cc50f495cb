"""What there is in the sample company's world: people, cards, spending, sign-ins, grants, seats, use of APIs.

The world comes first. Files show parts of it, and the truth is told from it, not from files.
Money is a whole number of 10⁻⁶ of the currency's major unit; what came back is negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from random import Random

CENT = 10_000  # millionths


def chance(seed: int, *about: object) -> Random:
    """A stream of its own for each matter, so that a change in one leaves the others as they were."""
    return Random("/".join(str(part) for part in (seed, *about)))  # noqa: S311  (sample data, no secret)


class Feed(StrEnum):
    """A system that tells of spending."""

    INVOICES = "invoices"
    BANK = "bank"
    PROGRAMME = "programme"  # a card programme's export, with transaction ids
    BANK_CARDS = "bank cards"  # a bank's list of card charges, without ids
    STATEMENT = "card statement"  # the statement of one card account
    EXPENSES = "expenses"


class Means(StrEnum):
    CARD = "card"
    BANK = "bank"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works, or worked, for the company. Outsiders are in no directory."""

    number: int
    given: str
    family: str
    email: str
    login: str
    department: str
    cost_centre: str
    joined: date
    left: date | None = None  # first day on which they are no longer there
    aliases: tuple[str, ...] = ()
    american: bool = False  # works for the US entity
    manager: int | None = None
    outsider: bool = False

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    def here(self, day: date) -> bool:
        return self.joined <= day and (self.left is None or day < self.left)


@dataclass(frozen=True, slots=True)
class Card:
    """A company card. ``known``: whether the files together tell whose it is."""

    last_four: str
    holder: Person | None
    printed: str  # the name as its feed prints it
    feed: Feed  # PROGRAMME, BANK_CARDS, or STATEMENT where no other feed has it
    currency: str
    known: bool
    claims: bool  # its holder files expense reports that name the card
    statement: bool  # a statement of this card's account is exported too


@dataclass(frozen=True, slots=True)
class Document:
    """How one feed tells of a spending."""

    feed: Feed
    day: date  # as this feed states it
    text: str
    tells: str = ""  # product key, vendor key where no more is said, "" for nothing of an AI tool
    hard: bool = False  # a careful matcher may leave it to a person


@dataclass(frozen=True, slots=True)
class Spending:
    """Money that went out, or came back, once. Ordinary spending has no product."""

    number: int
    day: date
    posted: date
    amount: int
    currency: str
    means: Means
    documents: tuple[Document, ...]
    product: str = ""
    mcc: str = ""
    person: Person | None = None
    card: Card | None = None
    net: int | None = None
    tax: int | None = None
    merchant_amount: int | None = None
    merchant_currency: str = ""
    category: str = ""  # of the expense report
    supplier: Supplier | None = None
    lines: tuple[InvoiceLine, ...] = ()
    declined: bool = False  # asked for and refused: no money moved

    def document(self, feed: Feed) -> Document | None:
        return next((document for document in self.documents if document.feed == feed), None)


@dataclass(frozen=True, slots=True)
class Supplier:
    """A company that writes invoices."""

    name: str  # trading name
    legal_name: str
    country: str
    tax_id: str
    city: str


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    item: str
    quantity: int
    net: int  # of the line
    tax_percent: int


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody opened an app, or tried to."""

    at: datetime
    person: Person
    app: str
    product: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """Somebody let an app into the company's data, or took that back."""

    at: datetime
    person: Person
    address: str  # main address or alias, as the account is named there
    app: str
    client_id: str
    scopes: tuple[str, ...]
    revoked: bool = False
    product: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody may use a tool by licence, from a day until another, as lists of members show it."""

    product: str
    person: Person
    since: date
    until: date | None = None  # the first day whose list has it no more
    address: str = ""  # as the list names the person; "" where it shows a login alone
    login: str = ""
    invited: bool = False  # and has not come

    def stands(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    @property
    def known(self) -> bool:
        """Whether the files together tell whose it is."""
        return bool(self.address) or self.login == self.person.login


@dataclass(frozen=True, slots=True)
class ApiUse:
    """What the use of an API cost on a day, before tax. It does not say which charge pays for it."""

    day: date
    product: str
    account: str
    item: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Package:
    """A package in a code base. Ordinary ones have no product."""

    repository: str
    url: str  # package URL without a version
    version: str
    product: str = ""


@dataclass(frozen=True, slots=True)
class World:
    company: str
    start: date
    end: date
    people: tuple[Person, ...]
    cards: tuple[Card, ...]
    spending: tuple[Spending, ...]
    sign_ins: tuple[SignIn, ...]
    grants: tuple[Grant, ...]
    bot_calls: tuple[Grant, ...]  # an app used a grant that it has
    seats: tuple[Seat, ...]
    api_use: tuple[ApiUse, ...]
    packages: tuple[Package, ...]
