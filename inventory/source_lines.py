"""Every source with what was read from it and what became of it, as the sources page shows it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Max, Min, Q, Sum

from discovery.models import Descriptor, Record, Scan, Source
from inventory.freshness import Freshness, State
from inventory.placed import Placed, placed
from inventory.sealed import Sealed, sealed_by_source
from inventory.source_health import Health, health_of_sources
from inventory.source_history import History

#: States, the one that asks for most first.
_URGENT = (
    State.SILENT,
    State.EMPTY,
    State.LATE,
    State.NEVER,
    State.FRESH,
    State.PAUSED,
    State.RETIRED,
)


@dataclass(frozen=True)
class SourceLine:
    """A source as the sources page shows it."""

    source: Source
    health: Health
    rows: int  # of every scan that counts: new, known, ignored and rejected
    known: int
    ignored: int
    rejected: int
    last_read: datetime | None
    failed: int
    about_ai: int  # recognised, and what waits for a person
    in_review: int  # of these, what waits for a person
    sums: dict[str, int]  # currency → 10⁻⁶ that is an AI tool's, refunds taken off
    sums_waiting: dict[str, int]  # the same of what waits for a person
    placed: dict[str, Placed]  # currency → what became of the charges
    first_day: date | None
    last_day: date | None
    sealed: Sealed
    running: bool

    @property
    def recognised(self) -> int:
        """Records about AI, for certain."""
        return self.about_ai - self.in_review

    @property
    def freshness(self) -> Freshness:
        return self.health.freshness

    @property
    def badge(self) -> str:
        """How it goes, as a badge: of a list that is pulled, how the pulls go."""
        return self.health.badge or self.freshness.state.value

    @property
    def trouble(self) -> str:
        """What stops a pull, in one sentence."""
        return self.health.pulled.trouble if self.health.pulled else ""


def source_lines(now: datetime, only: int | None = None, read: History | None = None) -> list[SourceLine]:
    """Every source, or one, the silent ones first. Seven queries."""
    health = health_of_sources(now, read)
    hidden = sealed_by_source()
    seen = _readable_by_source()
    counted = ~Q(scans__state__in=[Scan.State.WITHDRAWN, Scan.State.WITHDRAWING])
    sources = Source.objects.annotate(
        rows_kept=Sum("scans__rows_read", filter=counted, default=0),
        rows_known=Sum("scans__records_known", filter=counted, default=0),
        rows_ignored=Sum("scans__rows_ignored", filter=counted, default=0),
        rows_rejected=Sum("scans__rows_rejected", filter=counted, default=0),
        last_success=Max("scans__finished_at", filter=Q(scans__state=Scan.State.DONE)),
        failures=Count("scans", filter=Q(scans__state=Scan.State.FAILED)),
        unfinished=Count("scans", filter=Q(scans__state__in=Scan.UNFINISHED)),
    ).order_by("name")
    if only is not None:
        sources = sources.filter(pk=only)
    lines = []
    for source in sources:
        if source.pk not in health:
            continue  # it was made a moment ago
        of, readable = health[source.pk], seen[source.pk]
        pulled_at = of.pulled.last_success if of.pulled else None
        lines.append(
            SourceLine(
                source=source,
                health=of,
                rows=source.rows_kept,
                known=source.rows_known,
                ignored=source.rows_ignored,
                rejected=source.rows_rejected,
                last_read=pulled_at or source.last_success,
                failed=source.failures,
                about_ai=readable.records,
                in_review=readable.waiting,
                sums=readable.sums,
                sums_waiting=readable.sums_waiting,
                placed=placed(readable.charges, readable.charges_waiting, hidden[source.pk].charges),
                first_day=readable.first_day,
                last_day=readable.last_day,
                sealed=hidden[source.pk],
                running=bool(source.unfinished),
            )
        )
    return sorted(lines, key=lambda line: _URGENT.index(line.freshness.state))


@dataclass
class _Readable:
    """The readable records of a source; currency → 10⁻⁶, of sums refunds taken off, of charges not."""

    records: int = 0
    waiting: int = 0
    first_day: date | None = None
    last_day: date | None = None
    sums: dict[str, int] = field(default_factory=dict)  # recognised
    sums_waiting: dict[str, int] = field(default_factory=dict)
    charges: dict[str, int] = field(default_factory=dict)
    charges_waiting: dict[str, int] = field(default_factory=dict)

    def add_money(self, currency: str, total: int, charged: int, *, waits: bool) -> None:
        sums, charges = (self.sums_waiting, self.charges_waiting) if waits else (self.sums, self.charges)
        sums[currency] = sums.get(currency, 0) + total
        charges[currency] = charges.get(currency, 0) + charged


def _readable_by_source() -> dict[int, _Readable]:
    """Source → its readable records. One query.

    A charge whose own text waits is placed all the same where another record of its purchase says what it is.
    """
    found: dict[int, _Readable] = defaultdict(_Readable)
    spend = Q(kind=Record.Kind.SPEND)
    parts = Record.objects.filter(current=True).values(
        "source", "currency", "descriptor__state", "purchase__booked"
    )
    for row in parts.annotate(
        number=Count("pk"),
        total=Sum("amount", filter=spend),
        charged=Sum("amount", filter=spend & Q(amount__gt=0), default=0),
        first=Min("date"),
        last=Max("date"),
    ).order_by():
        one = found[row["source"]]
        one.records += row["number"]
        one.first_day = min(filter(None, (one.first_day, row["first"])))
        one.last_day = max(filter(None, (one.last_day, row["last"])))
        waits = row["descriptor__state"] == Descriptor.State.REVIEW
        one.waiting += row["number"] if waits else 0
        if row["total"] is not None:
            unplaced = waits and not row["purchase__booked"]
            one.add_money(row["currency"], int(row["total"]), int(row["charged"]), waits=unplaced)
    return found
