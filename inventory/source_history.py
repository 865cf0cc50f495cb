"""What the scans that are done tell of sources: when each was read, what it brought, which days it covers.

Every report asks for it, and it changes with scans alone. After years of hourly pulls it is a second's work,
so that each process keeps it until another scan is done, withdrawn or gone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Max, Subquery, Sum
from django.db.models.functions import TruncDate

from discovery.connectors import is_of_one_tool
from discovery.models import Coverage, Scan
from inventory.freshness import Span

_KEY = "penumbra.source-history"


@dataclass
class Days:
    """The company's days on which a source was read to its end, in order; of these the ones on which it
    brought a record, and one that was not known.
    """

    read: list[date] = field(default_factory=list)
    brought: list[date] = field(default_factory=list)
    brought_new: list[date] = field(default_factory=list)


@dataclass(frozen=True)
class History:
    """By number of the source; ``covered`` also holds its kind. ``of_one_tool``: which cover no other."""

    days: dict[int, Days]
    covered: dict[tuple[int, str], set[Span]]
    of_one_tool: frozenset[int] = frozenset()

    def days_of(self, source: int) -> Days:
        return self.days.get(source, Days())

    def spans_of(self, source: int, kind: str) -> list[Span]:
        """The days that each file of a source tells of."""
        return sorted(self.covered.get((source, kind), ()))

    def spans_by_kind(self) -> dict[str, set[Span]]:
        """Kind of source → the days that its files tell of, beside those of sources that tell of one tool."""
        found: dict[str, set[Span]] = defaultdict(set)
        for (source, kind), spans in self.covered.items():
            if source not in self.of_one_tool:
                found[kind] |= spans
        return found


def history() -> History:
    """One query where nothing was scanned since it was last asked for, else three."""
    stamp = _stamp()
    kept = cache.get(_KEY)
    if kept and kept[0] == stamp:
        return kept[1]
    found = History(_days(), *_covered())
    cache.set(_KEY, (stamp, found), timeout=24 * 60 * 60)
    return found


def _stamp() -> tuple[object, ...]:
    """Differs from the one before wherever a scan that is done was added, changed or taken away."""
    done = Scan.objects.filter(state=Scan.State.DONE)
    covered = Subquery(Coverage.objects.order_by("-pk").values("pk")[:1])  # asked once, not for each scan
    found = done.aggregate(
        number=Count("pk"), newest=Max("pk"), finished=Max("finished_at"), covered=Max(covered)
    )
    return settings.PENUMBRA["TIME_ZONE"], *found.values()


def _days() -> dict[int, Days]:
    """A row for each source and day: a list that is pulled every hour has many scans."""
    zone = ZoneInfo(settings.PENUMBRA["TIME_ZONE"])
    done = Scan.objects.filter(state=Scan.State.DONE, finished_at__isnull=False)
    rows = (
        done.annotate(day=TruncDate("finished_at", tzinfo=zone))
        .values("source_id", "day")
        .annotate(new=Sum("records_new") + Sum("records_changed"), known=Sum("records_known"))
        .order_by("source_id", "day")
    )
    found: dict[int, Days] = defaultdict(Days)
    for row in rows:
        days = found[row["source_id"]]
        days.read.append(row["day"])
        if row["new"] or row["known"]:
            days.brought.append(row["day"])
        if row["new"]:
            days.brought_new.append(row["day"])
    return dict(found)


def _covered() -> tuple[dict[tuple[int, str], set[Span]], frozenset[int]]:
    """The days that files tell of, and which of their sources tell of one tool alone."""
    rows = Coverage.objects.filter(scan__state=Scan.State.DONE)
    found: dict[tuple[int, str], set[Span]] = defaultdict(set)
    of_one_tool = set()
    columns = ("source_id", "source__kind", "source__connector", "first_day", "last_day")
    for source, kind, connector, first, last in rows.values_list(*columns).distinct().order_by():
        found[source, kind].add((first, last))
        if is_of_one_tool(connector):
            of_one_tool.add(source)
    return dict(found), frozenset(of_one_tool)
