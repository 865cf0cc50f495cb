"""Which plan an amount of money pays for, by the list prices of a product or of all products of a vendor.

Amounts are 10⁻⁶ of the currency's major unit, compared in the currency in which they were stated and in
no other. Nobody's department, role or name is asked for: amounts, days and words alone decide. Where two
plans fit equally none is told, and both are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from vendors.matching.grammar import words_of
from vendors.matching.lexicon import MORE_PLANS, PLAN_NAME
from vendors.matching.normalise import normal_form

#: Standard rates of value-added tax in the European Union of 2024 to 2026, and of the United Kingdom (20 %),
#: Norway (25 %) and Switzerland (8.1 %), in per mille. Source: vatcompliance.co/eu-vat-rates and
#: newcraft.dev/vat-rates-eu-countries, both citing the European Commission, seen 2026-11-26; those of
#: Norway and Switzerland are general knowledge.
VAT = (81, 170, 180, 190, 200, 210, 220, 230, 240, 250, 255, 270)
#: Currencies without a smaller unit, of those that list prices are in (ISO 4217).
_WHOLE = frozenset({"JPY", "KRW", "CLP", "VND", "ISK"})
MICRO = 1_000_000
#: More seats than this on one line are bought by contract, whose price is no list price (judgement).
_MOST_SEATS = 500


class Interval(StrEnum):
    """How far apart equal charges of one payer lie."""

    UNKNOWN = "unknown"
    MONTHLY = "monthly"
    YEARLY = "yearly"


@dataclass(frozen=True, slots=True)
class ListPrice:
    """A list price of a plan. ``amount`` is for each ``every``; ``yearly``: charged a year at once."""

    product: str
    plan: str
    name: str
    tier: str
    amount: int
    currency: str
    per: str  # seat, account
    every: str  # month, year, once
    yearly: bool = False
    minimum_seats: int = 1
    since: date | None = None
    until: date | None = None

    @property
    def unit(self) -> int:
        """What one seat or account is charged at once."""
        return self.amount * (12 if self.yearly and self.every == "month" else 1)

    @property
    def interval(self) -> Interval:
        if self.every == "year" or self.yearly:
            return Interval.YEARLY
        return Interval.MONTHLY if self.every == "month" else Interval.UNKNOWN

    def held(self, on: date | None) -> bool:
        """Whether it was the price on a day; without a day, whether it is now."""
        if on is None:
            return self.until is None
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Paid:
    """One charge. ``net``: what it comes to without tax, where the source states it. ``day``: None for now.

    ``plan``: the plan that a text of it names, "" for none. ``texts``: as its records have them.
    """

    amount: int
    currency: str
    day: date | None = None
    net: int | None = None
    plan: str = ""
    interval: Interval = Interval.UNKNOWN
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """A price that an amount is, so many seats of it, with so much tax (per mille; 0 for none)."""

    price: ListPrice
    seats: int
    tax: int

    @property
    def plain(self) -> bool:
        """The price itself or a multiple of it, with nothing added."""
        return self.tax == 0


@dataclass(frozen=True, slots=True)
class Attributed:
    """What an amount tells. ``product`` and ``plan`` are "" where it does not.

    ``certain``: enough to be told as a fact; else it is probably so. ``seats``: 0 where unknown.
    """

    product: str = ""
    plan: str = ""
    seats: int = 0
    certain: bool = False
    reasons: tuple[str, ...] = ()


NOTHING = Attributed()


def attribute(paid: Paid, prices: Sequence[ListPrice], product: str = "") -> Attributed:
    """The plan that was paid for, and of a vendor without a known product also which product, probably.

    ``prices``: of the product, or of all products of the vendor where ``product`` is "".
    """
    asked = [price for price in prices if not product or price.product == product]
    named = named_plans(paid.plan, asked)
    seats = seats_stated(paid.texts, asked)
    found = fits(paid, [p for p in asked if not named or (p.product, p.plan) in named], seats)
    if product and paid.plan and len(named) != 1 and not (named and len(found) == 1):
        return Attributed(product, paid.plan, seats, True, (_by_text(paid),))
    if product and len(named) == 1:
        ((_, plan),) = named
        reasons = (_by_text(paid), *(f"the amount is {_sum(fit)}" for fit in found))
        return Attributed(product, plan, seats or sum(fit.seats for fit in found), True, reasons)
    if not found or (not named and any(map(_of_use, paid.texts))):
        return NOTHING
    return _choose(paid, found, product, bool(named), seats)


def _by_text(paid: Paid) -> str:
    return f"the text names the plan: “{paid.plan}”"


#: "3x", "x3", "12 seats", in the languages of the corpus.
_SEATS = re.compile(
    r"(?<![\w.,/-])(?:(\d{1,4}) ?(?:x(?!\w)|(?:seats?|users?|devs?|people|ppl|members?|licen[cs]es?|lic|"
    r"sitze|lizenzen|nutzer|plätze|postes|licences|utilisateurs|usuarios|licencias|usuários|licenças|席|名)(?!\w))"
    r"|x ?(\d{1,4})(?!\w))",
    re.IGNORECASE,
)
_TIMES = re.compile(r"(?<!\w)(\d{1,4})x(?!\w)")
#: Words that say that something beside a plan was bought.
_USE = frozenset(
    (
        "api",
        "credit",
        "credits",
        "usage",
        "topup",
        "tokens",
        "overage",
        "addon",
        "guthaben",
        "crédits",
        "prepaid",
    )
)


def seats_stated(texts: Iterable[str], prices: Iterable[ListPrice] = ()) -> int:
    """How many seats texts say that they are for; 0 where none says so, or they disagree.

    A number of a plan's name ("Max 5x") is none.
    """
    said = {int(one or other) for text in texts for one, other in _SEATS.findall(text)}
    said -= {int(number) for price in prices for number in _TIMES.findall(price.name.casefold())}
    return said.pop() if len(said) == 1 else 0


def _of_use(text: str) -> bool:
    words = set(words_of(normal_form(text)))
    return not _USE.isdisjoint(words) or {"add", "on"} <= words or {"top", "up"} <= words


def named_plans(name: str, prices: Iterable[ListPrice]) -> frozenset[tuple[str, str]]:
    """(product, plan) that a plan's name means: the plan of this key or name, else with it among others."""
    called = name.casefold()
    prices = list(prices)
    if not called:
        return frozenset()
    for has_it in (
        lambda p: called in (p.plan, p.name.casefold()),
        lambda p: called in p.name.casefold().split() or called in p.plan.split("-"),
        lambda p: called == p.tier,
    ):
        if found := frozenset((p.product, p.plan) for p in prices if has_it(p)):
            return found
    return frozenset()


def fits(paid: Paid, prices: Iterable[ListPrice], stated: int = 0) -> list[Fit]:
    """Every price that the amount may be, in a stable order, each plan's best fit only.

    ``stated``: the number of seats that it has to be for; 0 for any.
    """
    if paid.amount <= 0:
        return []
    best: dict[tuple[str, str], Fit] = {}
    for price in prices:
        if price.currency != paid.currency or price.unit <= 0 or not price.held(paid.day):
            continue
        if Interval.UNKNOWN not in (paid.interval, price.interval) and paid.interval != price.interval:
            continue
        if (fit := _fit(paid, price, stated)) is None:
            continue
        key = (price.product, price.plan)
        if key not in best or _order(fit) < _order(best[key]):
            best[key] = fit
    return sorted(best.values(), key=lambda fit: (_order(fit), fit.price.product, fit.price.plan))


def _order(fit: Fit) -> tuple[bool, int, int]:
    return not fit.plain, fit.seats, fit.tax


def _fit(paid: Paid, price: ListPrice, stated: int) -> Fit | None:
    if paid.net is not None and paid.net != paid.amount:
        seats = _seats(paid.net, price, 0, stated)
        return Fit(price, seats, 0) if seats else None
    for tax in (0, *VAT):
        if seats := _seats(paid.amount, price, tax, stated):
            return Fit(price, seats, tax)
    return None


def _seats(amount: int, price: ListPrice, tax: int, stated: int) -> int:
    """How many seats (accounts: one, or as stated) of this price with so much tax are the amount; or 0."""
    unit = price.unit * (1000 + tax)  # in thousandths
    seats = round(Decimal(amount * 1000) / unit)
    fewest = price.minimum_seats if price.per == "seat" else 1
    most = _MOST_SEATS if price.per == "seat" else 1
    if seats != stated if stated else not fewest <= seats <= most:
        return 0
    cent = MICRO if price.currency in _WHOLE else MICRO // 100
    allowed = cent * 1000 if tax else 0  # tax is rounded, a list price is not
    return seats if abs(unit * seats - amount * 1000) <= allowed else 0


# --- choosing -----------------------------------------------------------------------------------------


def _choose(paid: Paid, found: Sequence[Fit], product: str, named: bool, stated: int) -> Attributed:
    leading = [fit for fit in found if fit.plain] or found
    if len(leading) > 1:
        told = "; ".join(_which(fit, product) for fit in leading[:3])
        return Attributed(reasons=(f"the amount fits several plans equally: {told}",))
    fit = leading[0]
    reasons = [f"the amount is a list price: {_which(fit, product)}"]
    if named:
        reasons.append(_by_text(paid))
    if stated:
        reasons.append(f"the text says how many: {stated}")
    if paid.interval != Interval.UNKNOWN:
        reasons.append(f"equal charges of this payer come {paid.interval.value}")
    doubt = _doubt(paid, fit, product, named, stated)
    return Attributed(
        fit.price.product, fit.price.plan, fit.seats, not doubt, (*reasons, *((doubt,) if doubt else ()))
    )


def _doubt(paid: Paid, fit: Fit, product: str, named: bool, stated: int) -> str:
    """Why it is only probable, "" where it is certain."""
    if not product:
        return "an amount alone does not tell the product for certain"
    if not fit.plain:
        return "tax is taken for granted, so that it is only probable"
    if other := _another_plan(paid.texts, fit.price):
        return f"“{other}” in the text is no word of this plan"
    fewest = fit.price.minimum_seats if fit.price.per == "seat" else 1
    if not named and not stated and fit.seats != fewest:
        return "a plan of which no price is known may cost as much as so many seats"
    return ""


def _another_plan(texts: Iterable[str], price: ListPrice) -> str:
    """A word of a plan's name in the texts that neither the plan's name nor the product's key has."""
    own = {*price.name.casefold().split(), *price.plan.split("-"), *re.split(r"[/-]", price.product)}
    for text in texts:
        for word in words_of(normal_form(text)):
            if word not in own and (PLAN_NAME.fullmatch(word) or MORE_PLANS.fullmatch(word)):
                return word
    return ""


def _which(fit: Fit, product: str) -> str:
    name = fit.price.name if product else f"{fit.price.product} {fit.price.name}"
    return f"{name} ({_sum(fit)})"


def _sum(fit: Fit) -> str:
    """How the amount comes about."""
    price = fit.price
    each = Decimal(price.amount) / MICRO
    said = f"{price.currency} {each:.2f} {'an' if price.per == 'account' else 'a'} {price.per}"
    if price.every in ("month", "year"):
        said += f" and {price.every}"
    if price.yearly and price.every == "month":
        said += ", charged for a year"
    if fit.seats > 1:
        said += f", {fit.seats} seats"
    if fit.tax:
        said += f", with {Decimal(fit.tax) / 10:f} % tax"
    return said
