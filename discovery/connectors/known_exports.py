"""Exports whose meaning their headers do not tell: which currency, which sign, which date order.

A file is one of these where all the headers named here occur. The facts were read off real
exports; a file that is none of them must say its currency itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from discovery.connectors.base import Kind


@dataclass(frozen=True, slots=True)
class KnownExport:
    """Attributes:
    headers: folded headers, all of which must occur.
    currency: of every amount, "" where the export does not fix it.
    day_first: how ``03/04/2026`` is meant, None where it varies.
    spending_is_negative: the sign of a purchase.
    unique_reference: whether its reference is an id of the row.
    currency_if_month_first: the currency where the cells show that the month comes first.
    mark: the decimal mark where no cell shows it, "" where the file's own custom holds.
    settled: the (folded) header of the day of settlement, which is empty while a charge is pending.
    """

    name: str
    kind: Kind
    headers: frozenset[str]
    currency: str = ""
    day_first: bool | None = None
    spending_is_negative: bool | None = None
    unique_reference: bool = False
    currency_if_month_first: str = ""
    mark: str = ""
    settled: str = ""


def _headers(text: str) -> frozenset[str]:
    return frozenset(text.split(", "))


KNOWN_EXPORTS = (
    KnownExport(
        "Chase card",
        Kind.CARD,
        _headers("transaction date, post date, description, category, type, amount"),
        currency="USD",
        day_first=False,
        spending_is_negative=True,
    ),
    KnownExport(
        "Chase checking",
        Kind.BANK,
        _headers("details, posting date, description, amount, type, balance"),
        currency="USD",
        day_first=False,
        spending_is_negative=True,
    ),
    KnownExport(
        "Capital One card",
        Kind.CARD,
        _headers("transaction date, posted date, card no, description, category, debit, credit"),
        currency="USD",
        day_first=False,
    ),
    KnownExport(
        "American Express, United States",
        Kind.CARD,
        _headers("date, description, amount, extended details, appears on your statement as, zip code"),
        currency="USD",
        day_first=False,
        spending_is_negative=False,
        unique_reference=True,
    ),
    KnownExport(
        "American Express, United Kingdom",
        Kind.CARD,
        _headers("date, description, amount, extended details, appears on your statement as, postcode"),
        currency="GBP",
        day_first=True,
        spending_is_negative=False,
        unique_reference=True,
    ),
    KnownExport(
        "American Express, short",
        Kind.CARD,
        _headers("date, description, card member, account, amount"),
        spending_is_negative=False,
        unique_reference=True,
        # Of the countries where the card writes English headers only one puts the month first.
        currency_if_month_first="USD",
    ),
    *(
        KnownExport(
            "Ramp",
            Kind.CARD,
            _headers(f"transaction date, amount, merchant name, {own}"),
            currency="USD",
            day_first=False,
            spending_is_negative=False,
            unique_reference=True,
            settled="clearing date",
        )
        for own in ("ramp category", "ramp department", "card display name")
    ),
    KnownExport(
        "Brex",
        Kind.CARD,
        _headers("amount, type, statement descriptor, brex category"),
        currency="USD",
        day_first=False,
        spending_is_negative=False,
        unique_reference=True,
    ),
    KnownExport(
        "Expensify",
        Kind.EXPENSE,
        _headers("timestamp, merchant, amount, mcc, category, tag, reimbursable"),
    ),
)


def known_export(headers: Iterable[str]) -> KnownExport | None:
    """The export that has these (folded) headers; the first of the list that fits."""
    present = frozenset(headers)
    return next((export for export in KNOWN_EXPORTS if export.headers <= present), None)
