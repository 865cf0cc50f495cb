"""What the page of a tool opens with: why we think it is used, who uses it, at which prices, by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from discovery.models import Person, Record
from inventory.charts import Bars, stacked
from inventory.evidence import MonthLine, of_tool
from inventory.figures import DOORS, evidence
from inventory.models import Tool
from inventory.money_totals import reporting_first
from inventory.reach import WHOLE, Reach
from inventory.words import DOOR_NAMES
from vendors.models import Plan, Product

#: Prices shown at most: the ones most often paid.
_PRICES = 6


@dataclass(frozen=True)
class Witness:
    """A source that tells of a tool, by what kind of record."""

    source: str
    kind: str
    records: int
    first: date
    last: date


def witnesses_of(tool: Tool, reach: Reach = WHOLE) -> list[Witness]:
    """Which sources tell of a tool, the one with the most records first. One query."""
    rows = (
        of_tool(reach.records(evidence()), tool)
        .values("source__name", "kind")
        .annotate(count=Count("pk"), first=Min("date"), last=Max("date"))
        .order_by()
    )
    found = [Witness(r["source__name"], r["kind"], r["count"], r["first"], r["last"]) for r in rows]
    return sorted(found, key=lambda witness: (-witness.records, witness.source, witness.kind))


@dataclass(frozen=True)
class Department:
    """People of a department who were seen with a tool, and how many people it has."""

    name: str
    people: int
    of: int


def departments_of(tool: Tool, reach: Reach = WHOLE) -> list[Department]:
    """By name: nothing orders departments by use. Two queries, and none without the right to names:
    of a few people in several departments the departments alone would tell how many they are.
    """
    if not reach.exact:
        return []
    users = reach.people(Person.objects.filter(tools__tool=tool))
    seen = users.values("department").annotate(count=Count("pk")).order_by()
    counts = {row["department"]: row["count"] for row in seen}
    all_of = Person.objects.filter(active=True, department__in=counts).values("department")
    sizes = {row["department"]: row["count"] for row in all_of.annotate(count=Count("pk")).order_by()}
    return [
        Department(name, counts[name], max(sizes.get(name, 0), counts[name]))
        for name in sorted(counts, key=lambda name: (not name, name.casefold()))
    ]


@dataclass(frozen=True)
class Price:
    """An amount that was paid, on which plan where that is told, how often and when.

    ``certain``: a text names the plan, or the amount is exactly its price; else it is likely. ``likely``:
    the product that it may be for, of purchases that are booked on their maker.
    """

    plan: str
    certain: bool
    likely: str
    amount: int
    currency: str
    purchases: int
    first: date
    last: date


_OF_PURCHASE = (
    "purchase__plan",
    "purchase__plan_certain",
    "purchase__likely_product",
    "purchase__amount",
    "purchase__currency",
)
#: A purchase has a product, or one that is likely.
_PRODUCT = Q(product__key=OuterRef("purchase__product")) | Q(
    product__key=OuterRef("purchase__likely_product")
)
_PLAN_NAME = Subquery(Plan.objects.filter(_PRODUCT, key=OuterRef("purchase__plan")).values("name")[:1])
_LIKELY_NAME = Subquery(Product.objects.filter(key=OuterRef("purchase__likely_product")).values("name")[:1])


def prices_of(tool: Tool, reach: Reach = WHOLE) -> tuple[list[Price], int]:
    """The prices most often paid, and how many different ones there are. One query."""
    rows = (
        of_tool(reach.records(evidence()), tool)
        .filter(
            kind=Record.Kind.SPEND,
            purchase__booked=True,
            purchase__amount__gt=0,
        )
        .annotate(plan_name=_PLAN_NAME, likely_name=_LIKELY_NAME)
        .values(*_OF_PURCHASE, "plan_name", "likely_name")
        .annotate(count=Count("purchase", distinct=True), first=Min("date"), last=Max("date"))
        .order_by()
    )
    prices = [
        Price(
            r["plan_name"] or r["purchase__plan"],
            r["purchase__plan_certain"],
            r["likely_name"] or r["purchase__likely_product"],
            r["purchase__amount"],
            r["purchase__currency"],
            r["count"],
            r["first"],
            r["last"],
        )
        for r in rows
    ]
    prices.sort(key=lambda price: (-price.purchases, price.plan, price.currency, price.amount))
    return prices[:_PRICES], len(prices)


def chart_of(name: str, lines: Sequence[MonthLine], months: Sequence[str], hue: str) -> Bars | None:
    """Spend by month and door in the currency that comes first; None where nothing was paid in it."""
    totals: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.month in months:
            totals[line.currency] += line.total
    currency = next(iter(reporting_first(totals)), "")
    series: dict[str, dict[str, int]] = {}
    for door in DOORS:
        paid = {
            line.month: line.doors[door]
            for line in lines
            if line.currency == currency and door in line.doors and line.month in months
        }
        if paid:
            series[door] = paid
    if not series:
        return None
    label = _("%(name)s: spend by month and door, %(currency)s; the table holds the same figures")
    return stacked(label % {"name": name, "currency": currency}, months, series, hue, door_names())


def door_names() -> Mapping[str, str]:
    return {door: str(name) for door, name in DOOR_NAMES.items()}
