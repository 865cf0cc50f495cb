"""One source: the tools it tells of, and what of it is sealed, month by month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Sum

from discovery.models import Descriptor, SealedBlock, Source
from inventory.figures import tool_records
from inventory.naming import names_of


@dataclass(frozen=True)
class ToolTold:
    """A tool that a source tells of."""

    key: str
    title: str
    records: int
    last: date


def tools_told_of(source: Source) -> list[ToolTold]:
    """By name: the readable records of a source that are about AI for certain. Three queries."""
    certain = tool_records().filter(source=source, descriptor__state=Descriptor.State.AI)
    rows = certain.values("tool", "descriptor__vendor", "purchase__vendor")
    counted: dict[str, list[int]] = defaultdict(list)
    last: dict[str, date] = {}
    vendors: dict[str, str] = {}
    for row in rows.annotate(records=Count("pk"), last=Max("date")).order_by():
        key = row["tool"]
        counted[key].append(row["records"])
        last[key] = max(last.get(key, row["last"]), row["last"])
        vendors[key] = row["purchase__vendor"] or row["descriptor__vendor"]
    names = names_of(vendors)
    found = [ToolTold(key, names[key].title, sum(counted[key]), last[key]) for key in counted]
    return sorted(found, key=lambda tool: (tool.title.casefold(), tool.key))


def sealed_by_month(source: Source) -> list[tuple[str, int]]:
    """(month as YYYY-MM, sealed records that count), the newest first. One query.

    Without amounts: of a month with one record the sum would be what one person paid for something private.
    """
    months = SealedBlock.objects.filter(source=source).values_list("month").annotate(number=Sum("count"))
    return [(month, number) for month, number in months.order_by("-month") if number]
