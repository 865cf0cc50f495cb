"""Lines of bills that were stated again: which of them the newest statement holds.

A cloud's bill has no ids of its lines. It grows until its month is closed, and each export of it states
the month's lines anew, some with other amounts; a big export comes in parts. A line of it is known by all
that it states but its amounts. Of several files that tell of one line the newest holds, with as many
records as it shows of it; parts of an export tell of different lines and add up. What no longer holds stays
as evidence and counts for nothing; without the newest file the one before it holds again.

Newest is the file that says so itself, then the one with the latest day, then with the most rows; where
they are alike in that, their content decides, never the order in which they were read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max

from discovery import sightings
from discovery.changes import vendors_underived
from discovery.connectors.base import Kind
from discovery.models import Coverage, Record, Scan

Line = tuple[int, str]  # source, and the keyed hash of what tells a line apart


def superseded(lines: Mapping[Any, Collection[int]], files: Mapping[int, tuple[Any, ...]]) -> set[int]:
    """Numbers of those records of one line that its newest file does not show.

    ``lines``: file → records of the line that it shows; ``files``: file → its rank, the newest highest.
    """
    if not lines:
        return set()
    newest = max(lines, key=lambda file: files[file])
    return set().union(*lines.values()) - set(lines[newest])


def outdated(records: Iterable[Any]) -> set[int]:
    """Which of these records of metered use no longer hold; they have the columns ``METERED``."""
    told: dict[Line, list[Any]] = defaultdict(list)
    for record in records:
        if line := record.details.get("line"):
            told[record.source_id, line].append(record)
    several: dict[int, list[list[Any]]] = defaultdict(list)
    for (source, _), found in told.items():
        if len(found) > 1:
            several[source].append(found)
    return set().union(*(_outdated_of(source, lines) for source, lines in several.items()))


def _outdated_of(source_id: int, lines: list[list[Any]]) -> set[int]:
    records = [record for line in lines for record in line]
    days = [record.date for record in records]
    files = _files(source_id, min(days), max(days))
    entries = sightings.native(
        sightings.unpack(b"".join(bytes(record.identity) + bytes(record.content) for record in records))
    )
    shown: dict[int, set[int]] = {}
    for file, run in sightings.runs_of(source_id, only=files).items():
        exact, _ = sightings.known(entries, run)
        shown[file] = {records[place].pk for place in np.flatnonzero(exact).tolist()}
    found: set[int] = set()
    for line in lines:
        numbers = {record.pk for record in line}
        by_file = {file: mine for file, every in shown.items() if (mine := numbers & every)}
        found |= superseded(by_file, files)
    return found


def _files(source_id: int, first: Any, last: Any) -> dict[int, tuple[Any, ...]]:
    """Scans whose files tell of these days, and how new each is by what it states."""
    covering = Coverage.objects.filter(source_id=source_id, first_day__lte=last, last_day__gte=first)
    latest = (
        Coverage.objects.filter(scan__in=covering.values("scan"))
        .values("scan")
        .annotate(latest=Max("last_day"))
        .values_list("scan", "latest")
    )
    days = dict(latest)
    stated = Scan.objects.filter(pk__in=days).values_list("pk", "stated_at", "rows_read", "fingerprint")
    return {pk: (said, days[pk], rows, content) for pk, said, rows, content in stated}


def bill_changed(scan: Scan, keep: Callable[[], None]) -> None:
    """What a cloud's file shows, or showed until now, may let other lines of its source hold."""
    if scan.source.kind != Kind.CLOUD:
        return
    told = Record.objects.filter(source_id=scan.source_id, kind=Record.Kind.USAGE, current=True)
    vendors = told.values_list("descriptor__vendor", "descriptor_id").distinct()
    with transaction.atomic():
        keep()
        vendors_underived({vendor or f"?{number}" for vendor, number in vendors})
