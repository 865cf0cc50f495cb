"""What lies beside the inventory, so that totals tie: what is sealed, what waits, what no source covers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Max, Min, Q, Sum

from discovery.connectors.base import Kind
from discovery.models import Purchase, Record, Scan, SealedBlock, Source
from inventory.reach import WHOLE, Reach

#: Kinds of sources and what their absence leaves unknown.
_UNSEEN_WITHOUT = (
    ({Kind.CARD, Kind.BANK}, "cards and bank accounts"),
    ({Kind.EXPENSE}, "employees’ expenses"),
    ({Kind.PROCUREMENT}, "invoices and purchase orders"),
    ({Kind.SSO}, "sign-ins"),
    ({Kind.GRANT}, "grants"),
    ({Kind.DIRECTORY}, "departments (no directory)"),
)


@dataclass
class Sealed:
    """Records that are not AI, or unknown without any sign of it: only counts and sums are known."""

    records: int = 0
    sums: dict[str, int] = field(default_factory=dict)  # currency → 10⁻⁶

    def add(self, count: int, sums: dict[str, list[int]]) -> None:
        self.records += count
        for currency, (_, amount) in sorted(sums.items()):
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


def in_review(reach: Reach = WHOLE) -> tuple[int, dict[str, int]]:
    """Purchases that wait for a person: how many, and currency → 10⁻⁶."""
    sums: dict[str, int] = {}
    count = 0
    waiting = reach.purchases(Purchase.objects.filter(booked=False)).values("currency")
    for row in waiting.annotate(number=Count("pk"), total=Sum("amount")).order_by("currency"):
        count += row["number"]
        sums[row["currency"]] = int(row["total"])
    return count, sums


def not_covered() -> list[str]:
    """What no source was ever read for, in words."""
    kinds = set(Source.objects.filter(scans__state=Scan.State.DONE).values_list("kind", flat=True).distinct())
    return [words for wanted, words in _UNSEEN_WITHOUT if not kinds & {kind.value for kind in wanted}]


@dataclass(frozen=True)
class SourceLine:
    """A source as the sources page shows it."""

    source: Source
    rows: int
    rejected: int
    last_read: object
    failed: int
    about_ai: int
    first_day: object
    last_day: object
    sealed: Sealed


def source_lines() -> list[SourceLine]:
    """Every source with what was read from it. Three queries."""
    hidden = sealed_by_source()
    seen = {
        row["source"]: row
        for row in Record.objects.filter(current=True)
        .values("source")
        .annotate(count=Count("pk"), first=Min("date"), last=Max("date"))
        .order_by()
    }
    counted = ~Q(scans__state__in=[Scan.State.WITHDRAWN, Scan.State.WITHDRAWING])
    sources = Source.objects.annotate(
        rows_kept=Sum("scans__rows_read", filter=counted, default=0),
        rows_rejected=Sum("scans__rows_rejected", filter=counted, default=0),
        last_success=Max("scans__finished_at", filter=Q(scans__state=Scan.State.DONE)),
        failures=Count("scans", filter=Q(scans__state=Scan.State.FAILED)),
    ).order_by("name")
    return [
        SourceLine(
            source=source,
            rows=source.rows_kept,
            rejected=source.rows_rejected,
            last_read=source.last_success,
            failed=source.failures,
            about_ai=seen.get(source.pk, {}).get("count", 0),
            first_day=seen.get(source.pk, {}).get("first"),
            last_day=seen.get(source.pk, {}).get("last"),
            sealed=hidden.get(source.pk, Sealed()),
        )
        for source in sources
    ]
