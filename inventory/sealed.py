"""What is sealed: not AI, or unknown without any sign of it. Only counts and sums stand outside the seal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from discovery.models import SealedBlock


@dataclass
class Sealed:
    """Records that are not AI, or unknown without any sign of it: only counts and sums are known."""

    records: int = 0
    sums: dict[str, int] = field(default_factory=dict)  # currency → 10⁻⁶

    def add(self, count: int, sums: dict[str, list[int]]) -> None:
        self.records += count
        for currency, (_number, amount) in sorted(sums.items()):
            self.sums[currency] = self.sums.get(currency, 0) + amount


def sealed() -> Sealed:
    """What is sealed, over all sources."""
    total = Sealed()
    for one in sealed_by_source().values():
        total.records += one.records
        for currency, amount in one.sums.items():
            total.sums[currency] = total.sums.get(currency, 0) + amount
    return total


def sealed_by_source() -> dict[int, Sealed]:
    found: dict[int, Sealed] = defaultdict(Sealed)
    blocks = SealedBlock.objects.order_by("source_id").values_list("source_id", "count", "sums")
    for source, count, sums in blocks.iterator():
        found[source].add(count, sums)
    return found
