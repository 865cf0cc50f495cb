"""When the inventory came to know of a tool, and whether that was news or part of a first look.

The first look at a source is everything read of it within a day of its first scan: what it shows was
there before anybody looked. It is one line of the queue, and not an alarm for each tool.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Exists, Min, OuterRef

from discovery.models import Scan
from inventory.figures import tool_records
from inventory.models import Tool, ToolArrival

FIRST_LOOK = timedelta(days=1)
_ROWS = 500


def note_arrivals(now: datetime) -> int:
    """Write down every tool that is not yet known to have arrived; how many there were.

    Safe to repeat, by several processes. One query where nothing is new.
    """
    known = ToolArrival.objects.filter(tool=OuterRef("key"))
    fresh = dict(Tool.objects.filter(~Exists(known)).values_list("key", "vendor"))
    if not fresh:
        return 0
    baseline = _of_first_looks(fresh.keys(), set(fresh.values()))
    ToolArrival.objects.bulk_create(
        [ToolArrival(tool=key, baseline=key in baseline, arrived_at=now) for key in sorted(fresh)],
        batch_size=_ROWS,
        ignore_conflicts=True,
    )
    return len(fresh)


def _of_first_looks(keys: Collection[str], vendors: Collection[str]) -> set[str]:
    """Those of these tools that every source told of at its first look. Two queries."""
    began = dict(
        Scan.objects.exclude(state=Scan.State.WITHDRAWN)
        .values_list("source")
        .annotate(first=Min("created_at"))
        .order_by()
    )
    records = tool_records()
    if len(vendors) <= _ROWS:
        records = records.filter(descriptor__vendor__in=vendors)
    told: dict[str, list[bool]] = defaultdict(list)
    rows = records.values_list("tool", "source").annotate(first=Min("scan__created_at")).order_by()
    for key, source, first in rows:
        if key in keys:
            told[key].append(source in began and first < began[source] + FIRST_LOOK)
    return {key for key, at_first_look in told.items() if all(at_first_look)}
