"""How far a running scan is, told honestly: from rows that are committed, over the time they took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum

from discovery.models import Chunk, RejectedRow, Scan

#: Seconds of reading before a pace is told: of less it would jump.
_ENOUGH = 2.0


@dataclass(frozen=True)
class Pace:
    """``per_second`` and ``seconds_left`` are None where nothing honest can be said.

    Attributes:
        done, of: rows read of those the file may have, then rows compared of those it had.
        seconds_left: until this step is done, not the scan: what follows depends on what is found.
        rejected: rows so far that could not be read.
    """

    done: int
    of: int | None
    per_second: int | None
    seconds_left: int | None
    rejected: int


def pace(
    *, read: int, expected: int | None, started: datetime | None, last_sign: datetime | None
) -> tuple[int | None, int | None]:
    """(rows a second, seconds left) of a reading, from its last committed chunk. Pure.

    The time is that between the start and the last sign of life, so a file that nobody reads at the
    moment has the pace it had and not a falling one.
    """
    if not read or started is None or last_sign is None:
        return None, None
    seconds = (last_sign - started).total_seconds()
    if seconds < _ENOUGH:
        return None, None
    rate = read / seconds
    left = round((expected - read) / rate) if expected and expected > read else None
    return round(rate), left


def paces(scans: Iterable[Scan]) -> dict[int, Pace]:
    """Scan → how far it is, of those that run. Two queries, and none where none runs."""
    running = [scan for scan in scans if scan.state in Scan.UNFINISHED]
    if not running:
        return {}
    numbers = [scan.pk for scan in running]
    merged: dict[int, int] = defaultdict(int)
    staged: dict[int, int] = defaultdict(int)
    chunks = Chunk.objects.filter(scan__in=numbers).values_list("scan", "state")
    for scan, state, rows in chunks.annotate(total=Sum("rows")).order_by():
        staged[scan] += rows
        if state == Chunk.State.MERGED:
            merged[scan] += rows
    refused = RejectedRow.objects.filter(scan__in=numbers).values_list("scan")
    rejected = dict(refused.annotate(number=Count("pk")).order_by())
    found = {}
    for scan in running:
        rate = left = None
        done, of = scan.rows_read, scan.rows_expected
        if scan.state == Scan.State.READING:
            rate, left = pace(
                read=scan.rows_read,
                expected=scan.rows_expected,
                started=scan.started_at,
                last_sign=scan.held_at,
            )
        elif scan.state == Scan.State.MERGING:
            done, of = merged[scan.pk], staged[scan.pk]
        found[scan.pk] = Pace(done, of, rate, left, rejected.get(scan.pk, 0))
    return found
