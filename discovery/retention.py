"""What is kept no longer than it may be: keys of old months, rows that could not be read.

A destroyed key makes what it sealed unreadable for good, in backups of the database too; counts
and sums per month stay, so that totals still tie.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from discovery.models import DataKey, RejectedRow
from discovery.sealing import destroy_keys

REJECTED_DAYS = 30


@dataclass(frozen=True)
class Forgotten:
    months: tuple[str, ...]  # whose keys were destroyed, YYYY-MM
    rejected_rows: int


def forget(now: datetime) -> Forgotten:
    """Destroy keys of months beyond retention and delete rejected rows older than 30 days."""
    oldest = first_kept_month(now.date(), settings.PENUMBRA["RETENTION_MONTHS"])
    due = DataKey.objects.filter(destroyed_at=None, month__lt=oldest, month__gt="0001")
    months = tuple(sorted(set(due.values_list("month", flat=True))))
    forget_months(months)
    old = RejectedRow.objects.filter(scan__finished_at__lt=now - timedelta(days=REJECTED_DAYS))
    deleted, _ = old.delete()
    return Forgotten(months, deleted)


def forget_months(months: tuple[str, ...]) -> int:
    """Destroy every key of these months, of all sources and of texts; how many there were."""
    with transaction.atomic():
        keys = DataKey.objects.filter(month__in=months, destroyed_at=None).values_list("source_id", "month")
        return sum(destroy_keys(source_id=source, month=month) for source, month in list(keys))


def first_kept_month(today: date, months: int) -> str:
    """The oldest month that is kept when ``months`` are, the running one not counted."""
    number = today.year * 12 + today.month - 1 - months
    return f"{number // 12:04}-{number % 12 + 1:02}"
