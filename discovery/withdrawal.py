"""Withdraw an import whole: its sightings no longer count, and what only it showed is gone.

What other scans show too stays, in the version that they show last.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from django.db import transaction
from django.db.models import QuerySet

from discovery import sightings
from discovery.bill_versions import bill_changed
from discovery.merging import removed_by, settle, staged_entries
from discovery.models import Scan

#: States of a scan that has ended and may still show records.
WITHDRAWABLE = (Scan.State.DONE, Scan.State.FAILED, Scan.State.QUESTION)


class NotWithdrawable(Exception):
    """One sentence that says why."""


def request_withdrawal(scan_id: int, *, by: str) -> Scan:
    """Mark a finished scan as being withdrawn; ``scans.run`` does the work."""
    try:
        scan = Scan.objects.get(pk=scan_id)
    except Scan.DoesNotExist:
        raise NotWithdrawable(f"there is no scan {scan_id}; the scans page lists them") from None
    if scan.state in (Scan.State.WITHDRAWN, Scan.State.WITHDRAWING):
        return scan
    marked = Scan.objects.filter(pk=scan_id, state__in=WITHDRAWABLE).update(
        state=Scan.State.WITHDRAWING, requested_by=by, holder=""
    )
    if not marked:
        raise NotWithdrawable(f"scan {scan_id} has not ended yet; withdraw it when it has")
    scan.refresh_from_db()
    return scan


def withdraw_records(scan: Scan, keep: Callable[[], None]) -> None:
    """Settle every record that the scan showed; the caller is the source's one writer.

    ``keep`` is called first in every transaction and raises where the caller's hold is lost.
    """
    runs = sightings.runs_of(scan.source_id)
    shown = runs.pop(scan.pk, sightings.together({}))
    settle(scan.source_id, shown, runs, keep)
    _forget_sightings(scan, keep)
    _delete(scan.chunks.all(), keep)
    _delete(scan.rejected.all(), keep)
    bill_changed(scan, keep)


def withdraw_unmerged(scan: Scan, keep: Callable[[], None]) -> None:
    """Settle what a scan stored before its merge was given up; the caller is the source's one writer."""
    entries = staged_entries(scan)
    sightings.number_equals(entries)
    entries = np.concatenate([entries, removed_by(scan)[0]])
    settle(scan.source_id, entries, sightings.runs_of(scan.source_id, without=scan.pk), keep)
    _forget_sightings(scan, keep)
    bill_changed(scan, keep)
    names = (
        "records_new",
        "records_known",
        "records_changed",
        "records_removed",
        "sealed",
        "recognised",
        "in_review",
    )
    with transaction.atomic():
        keep()
        Scan.objects.filter(pk=scan.pk).update(**dict.fromkeys(names, 0))


def _forget_sightings(scan: Scan, keep: Callable[[], None]) -> None:
    _delete(scan.sightings.all(), keep, at_once=10)
    _delete(scan.coverage.all(), keep)


def _delete(rows: QuerySet, keep: Callable[[], None], at_once: int = 500) -> None:
    """Delete rows in short transactions."""
    while numbers := list(rows.order_by("pk").values_list("pk", flat=True)[:at_once]):
        with transaction.atomic():
            keep()
            rows.filter(pk__in=numbers).delete()
