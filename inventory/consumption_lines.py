"""What a tool's use was metered at, month by month, beside what was charged for it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from discovery.models import Consumption, Standing
from inventory.models import Tool


@dataclass
class MeteredMonth:
    """A month in one currency; 10⁻⁶, metered cost before tax."""

    month: str
    currency: str
    metered: int = 0
    counts: int = 0  # of it: spend of its own, since nothing covers it
    covered: int = 0  # of it: explains charges
    charged: int | None = None  # what covers it and no earlier month; None: nothing, or another currency
    sources: list[str] = field(default_factory=list)
    told_twice: dict[str, int] = field(default_factory=dict)  # source → what it tells of the same use

    @property
    def difference(self) -> int | None:
        """What was charged beyond what was metered: tax, credit that is left, other use."""
        return None if self.charged is None else self.charged - self.covered


def metered_months(tool: Tool) -> list[MeteredMonth]:
    """Newest first. One query. What two sources tell of is in it once, and stands apart."""
    rows = Consumption.objects.filter(vendor=tool.vendor, product=tool.product)
    months: dict[tuple[str, str], MeteredMonth] = {}
    sources: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows.select_related("source"):
        key = (row.month, row.currency)
        line = months.setdefault(key, MeteredMonth(*key))
        sources[key].add(row.source.name)
        if row.standing == Standing.TWICE:
            line.told_twice[row.source.name] = line.told_twice.get(row.source.name, 0) + row.amount
            continue
        line.metered += row.amount
        if row.standing == Standing.COUNTS:
            line.counts += row.amount
        else:
            line.covered += row.amount
        if row.charged is not None:  # the same charges beside each of its accounts
            line.charged = max(line.charged or 0, row.charged)
    for key, line in months.items():
        line.sources = sorted(sources[key])
        line.told_twice = dict(sorted(line.told_twice.items()))
    return [months[key] for key in sorted(months, reverse=True)]
