"""What came of a scan: tools that nothing told of before, records, purchases, what was known already."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from discovery.models import Descriptor, Purchase, Record, Scan
from inventory.models import Tool
from inventory.naming import names_of

Sums = dict[str, int]  # currency → 10⁻⁶


@dataclass(frozen=True)
class Results:
    """Of the records that a scan stored and that still count.

    Attributes:
        new: tools that no scan before it told of, (key, name) by name.
        others: how many tools it told of that were known.
        purchases, sums: booked purchases that rest on its records, among others' perhaps.
    """

    new: list[tuple[str, str]]
    others: int
    purchases: int
    sums: Sums


def results_of(scan: Scan) -> Results:
    """Six queries."""
    stored = Record.objects.filter(scan=scan, current=True, descriptor__state=Descriptor.State.AI)
    told = _tools_of(stored)
    before = Record.objects.filter(scan_id__lt=scan.pk, current=True, descriptor__state=Descriptor.State.AI)
    new = told - _tools_of(before) if told else set()
    listed = dict(Tool.objects.filter(key__in=new).values_list("key", "vendor"))
    names = names_of(listed) if listed else {}
    bought = Purchase.objects.filter(booked=True, pk__in=stored.values("purchase"))
    sums: Sums = {}
    purchases = 0
    for row in (
        bought.values("currency").annotate(number=Count("pk"), total=Sum("amount")).order_by("currency")
    ):
        purchases += row["number"]
        sums[row["currency"]] = int(row["total"])
    return Results(
        new=sorted(((key, names[key].title) for key in listed), key=lambda tool: tool[1].casefold()),
        others=len(told) - len(new),
        purchases=purchases,
        sums=sums,
    )


def _tools_of(records: object) -> set[str]:
    """Keys of the tools that records are of."""
    rows = records.exclude(Q(descriptor__product="") & Q(descriptor__vendor=""))
    pairs = rows.values_list("descriptor__product", "descriptor__vendor").distinct().order_by()
    return {product or vendor for product, vendor in pairs}
