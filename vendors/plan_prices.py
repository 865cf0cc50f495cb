"""List prices of the catalog, as plain values by vendor, for telling which plan an amount pays for."""

from __future__ import annotations

from collections import defaultdict

from vendors.catalog_files import Catalog
from vendors.fact_files import Plan
from vendors.fact_files import Price as FilePrice
from vendors.matching.prices import MICRO, ListPrice
from vendors.models import Price


def list_prices() -> dict[str, tuple[ListPrice, ...]]:
    """Vendor → the prices of all its products, those that held before too. One query.

    What is charged by use tells no plan, and free plans are not paid for.
    """
    rows = (
        Price.objects.exclude(per="use")
        .exclude(every="use")
        .filter(amount__gt=0, plan__product__withdrawn=False)
        .order_by("plan__product__key", "plan__position", "plan__key", "pk")
        .values_list(
            "plan__product__vendor__key",
            "plan__product__key",
            "plan__key",
            "plan__name",
            "plan__tier",
            "amount",
            "currency",
            "per",
            "every",
            "billed",
            "minimum_seats",
            "since",
            "until",
        )
    )
    found: dict[str, list[ListPrice]] = defaultdict(list)
    for vendor, product, plan, name, tier, amount, currency, per, every, billed, seats, since, until in rows:
        found[vendor].append(
            ListPrice(
                product,
                plan,
                name,
                tier,
                amount,
                currency,
                per,
                every,
                billed == "yearly",
                seats or 1,
                since,
                until,
            )
        )
    return {vendor: tuple(prices) for vendor, prices in found.items()}


def list_prices_in(catalog: Catalog) -> dict[str, tuple[ListPrice, ...]]:
    """The same of the data files, without a database."""
    found: dict[str, list[ListPrice]] = defaultdict(list)
    for vendor in catalog.vendors:
        for product in vendor.products:
            for plan in product.plans:
                paid_for = (p for p in plan.prices if p.amount > 0 and "use" not in (p.per, p.every))
                found[vendor.key] += (_of_file(product.key, plan, price) for price in paid_for)
    return {vendor: tuple(prices) for vendor, prices in found.items() if prices}


def _of_file(product: str, plan: Plan, price: FilePrice) -> ListPrice:
    return ListPrice(
        product=product,
        plan=plan.key,
        name=plan.name,
        tier=plan.tier,
        amount=int(price.amount * MICRO),
        currency=price.currency,
        per=price.per,
        every=price.every,
        yearly=price.billed == "yearly",
        minimum_seats=price.minimum_seats or 1,
        since=price.since,
        until=price.until,
    )
