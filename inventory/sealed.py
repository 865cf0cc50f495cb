"""What is sealed: not AI, or unknown without any sign of it. Only counts and sums stand outside the seal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from discovery.models import SealedBlock


@dataclass
class Sealed:
    """Records that are not AI, or unknown without any sign of it; currency → 10⁻⁶.

    ``charges`` are the amounts above zero alone; None where a block was stored before they were kept.
    """

    records: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    charges: dict[str, int | None] = field(default_factory=dict)

    def add(self, count: int, sums: Mapping[str, list[int]], charges: Mapping[str, int]) -> None:
        self.records += count
        for currency, (_number, amount) in sorted(sums.items()):
            self.sums[currency] = self.sums.get(currency, 0) + amount
            before, more = self.charges.get(currency, 0), charges.get(currency)
            self.charges[currency] = None if before is None or more is None else before + more


def sealed() -> Sealed:
    """What is sealed, over all sources. One query."""
    total = Sealed()
    for one in sealed_by_source().values():
        total.records += one.records
        for currency, amount in one.sums.items():
            total.sums[currency] = total.sums.get(currency, 0) + amount
    return total


def sealed_by_source() -> dict[int, Sealed]:
    """Source → what of it is sealed. One query."""
    found: dict[int, Sealed] = defaultdict(Sealed)
    blocks = SealedBlock.objects.order_by("source_id").values_list("source_id", "count", "sums", "charges")
    for source, count, sums, charges in blocks.iterator():
        found[source].add(count, sums, charges)
    return found
