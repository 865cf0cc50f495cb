"""List prices of the catalog, as plain values by vendor, for telling which plan an amount pays for."""

from __future__ import annotations

from collections import defaultdict

from vendors.matching.prices import ListPrice
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
                product, plan, name, tier, amount, currency, per, every, billed == "yearly", seats or 1, since, until
            )
        )
    return {vendor: tuple(prices) for vendor, prices in found.items()}
