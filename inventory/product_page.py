"""What the page of a product shows beside its facts: plans with prices, and what is allowed here instead."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.allowed import Allowed, allowed_tools
from inventory.fact_lines import BASIS_NAMES
from inventory.naming import capabilities_of
from vendors.fact_files import stale
from vendors.models import OwnPlan, OwnPrice, Plan, Price, Product
from vendors.risk_attributes import Basis

PER_NAMES = {
    "seat": gettext_lazy("for each seat"),
    "account": gettext_lazy("for the account"),
    "use": gettext_lazy("by use"),
}
EVERY_NAMES = {
    "month": gettext_lazy("a month"),
    "year": gettext_lazy("a year"),
    "once": gettext_lazy("once"),
    "use": gettext_lazy("each time"),
}
TIER_NAMES = {
    "free": gettext_lazy("free"),
    "personal": gettext_lazy("for one person"),
    "team": gettext_lazy("for teams"),
    "business": gettext_lazy("for companies"),
    "enterprise": gettext_lazy("for large companies"),
    "api": gettext_lazy("for programs"),
}


@dataclass(frozen=True, slots=True)
class ListPrice:
    """A price in words. ``terms``: by what and how often it is charged, and under which conditions."""

    currency: str
    amount: int
    terms: str
    source: str
    host: str
    basis: str
    seen: date
    stale: bool
    until: date | None


@dataclass(frozen=True, slots=True)
class PricedPlan:
    name: str
    tier: str
    prices: tuple[ListPrice, ...]
    before: tuple[ListPrice, ...]  # that hold no longer, the latest end first
    own: tuple[PaidPrice, ...]  # what this company pays by its contract
    own_plan: bool  # name and tier are this company's word
    known: Known | None = None  # None: from its prices, or this company's word


@dataclass(frozen=True, slots=True)
class Known:
    """Where it is known from that there is a plan."""

    source: str
    host: str
    basis: str
    seen: date
    stale: bool


@dataclass(frozen=True, slots=True)
class PaidPrice:
    """A price that this company was given, with who says so and why."""

    currency: str
    amount: int
    terms: str
    source: str
    actor: str
    reason: str
    made_at: datetime


def plans_of(product: Product, today: date) -> list[PricedPlan]:
    """The plans on sale with what they cost, as the catalog orders them; below them plans that are on sale no
    longer and that this company pays for, and its own. Four queries."""
    by_plan: dict[int, list[Price]] = defaultdict(list)
    for price in Price.objects.filter(plan__product=product).order_by("currency", "amount", "pk"):
        by_plan[price.plan_id].append(price)
    paid = _paid(product)
    own = {
        word.key: word
        for word in OwnPlan.objects.filter(product=product.key, taken_back_at=None).order_by("pk")
    }
    found = []
    for plan in Plan.objects.filter(product=product).order_by("withdrawn", "position", "key"):
        if plan.withdrawn and plan.key not in paid:
            continue
        said = own.pop(plan.key, plan)
        prices = by_plan[plan.pk]
        ended = [price for price in prices if _ended(price, today)]
        ended.sort(key=lambda price: price.until or today, reverse=True)
        found.append(
            PricedPlan(
                said.name,
                str(TIER_NAMES[said.tier]),
                tuple(_in_words(price, today) for price in prices if not _ended(price, today)),
                tuple(_in_words(price, today) for price in ended),
                tuple(paid.get(plan.key, ())),
                said is not plan,
                _known(plan, today) if said is plan else None,
            )
        )
    found += [
        PricedPlan(plan.name, str(TIER_NAMES[plan.tier]), (), (), tuple(paid.get(key, ())), True)
        for key, plan in own.items()
    ]
    return found


def _paid(product: Product) -> dict[str, list[PaidPrice]]:
    """Plan's key → what this company pays on it."""
    found: dict[str, list[PaidPrice]] = defaultdict(list)
    for word in OwnPrice.objects.filter(product=product.key, taken_back_at=None).order_by("plan", "pk"):
        found[word.plan].append(
            PaidPrice(
                currency=word.currency,
                amount=word.amount,
                terms=terms_in_words(word.per, word.every),
                source=word.source,
                actor=word.actor,
                reason=word.reason,
                made_at=word.made_at,
            )
        )
    return found


def terms_in_words(per: str, every: str) -> str:
    """What a price is for and how often it is charged."""
    return f"{PER_NAMES[per]} {EVERY_NAMES[every]}"


def _known(plan: Plan, today: date) -> Known | None:
    if not plan.basis or plan.seen is None:
        return None
    basis = str(BASIS_NAMES[Basis(plan.basis)])
    return Known(plan.source, _host(plan.source), basis, plan.seen, stale(plan.seen, today))


def _host(address: str) -> str:
    return urlsplit(address).netloc.removeprefix("www.")


def _ended(price: Price, today: date) -> bool:
    return price.until is not None and price.until <= today


def _in_words(price: Price, today: date) -> ListPrice:
    terms = [terms_in_words(price.per, price.every)]
    if price.billed == "yearly":
        terms.append(_("charged by the year"))
    if price.minimum_seats:
        terms.append(_("from %(n)s seats on") % {"n": price.minimum_seats})
    return ListPrice(
        currency=price.currency,
        amount=price.amount,
        terms=", ".join(terms),
        source=price.source,
        host=_host(price.source),
        basis=str(BASIS_NAMES[Basis(price.basis)]),
        seen=price.seen,
        stale=stale(price.seen, today),
        until=price.until,
    )


def instead_of(product: Product) -> list[Allowed]:
    """Tools that may be used here and do what the product mainly does, or mainly what it also does."""
    jobs = [key for key, _name in capabilities_of([product.key]).get(product.key, ())]
    if not jobs:
        return []
    usable = [one for one in allowed_tools() if one.key != product.key and one.job]
    named = capabilities_of([one.key for one in usable])
    theirs = {one.key: [key for key, _name in named[one.key]] for one in usable}
    return [one for one in usable if theirs[one.key][0] in jobs or jobs[0] in theirs[one.key]]
