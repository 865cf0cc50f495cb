"""What is kept no longer than it may be: keys of old months, rows that could not be read, old records.

A destroyed key makes what it sealed unreadable for good, in backups of the database too; counts
and sums per month stay, so that totals still tie. Readable records are deleted by kind: sign-ins,
licences and what was seen with the keys of their month, spend, metered use and grants that were taken
back when the books no longer need them. A grant that stands is kept as long as it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from discovery.blocks import mark_changed
from discovery.derive import derive
from discovery.journals import purge
from discovery.models import DataKey, Record, RejectedRow
from discovery.sealing import destroy_keys

REJECTED_DAYS = 30
_BATCH = 500


@dataclass(frozen=True)
class Forgotten:
    months: tuple[str, ...]  # whose keys were destroyed, YYYY-MM
    rejected_rows: int
    records: int = 0  # readable ones


def forget(now: datetime) -> Forgotten:
    """Destroy keys of months and delete records beyond retention, and rejected rows older than 30 days."""
    oldest = first_kept_month(now.date(), settings.PENUMBRA["RETENTION_MONTHS"])
    due = DataKey.objects.filter(destroyed_at=None, month__lt=oldest, month__gt="0001")
    months = tuple(sorted(set(due.values_list("month", flat=True))))
    forget_months(months)
    old = RejectedRow.objects.filter(scan__finished_at__lt=now - timedelta(days=REJECTED_DAYS))
    deleted, _ = old.delete()
    records = _forget_records(now.date())
    if records:
        derive()
        purge()
    return Forgotten(months, deleted, records)


def months_kept(kind: str) -> int:
    """How many whole months a readable record of this kind is kept."""
    if kind in (Record.Kind.PRESENCE, Record.Kind.LICENCE, Record.Kind.SEEN):
        return int(settings.PENUMBRA["RETENTION_MONTHS"])
    return int(settings.PENUMBRA["RECORD_RETENTION_MONTHS"])


def deleted_on(record: Record) -> date | None:
    """The first day on which a readable record is no longer kept; None while a grant stands."""
    if record.kind == Record.Kind.GRANT and not record.revoked:
        return None
    return _first_of(record.date.year * 12 + record.date.month + months_kept(record.kind))


def sealed_until(month: str) -> date:
    """The first day on which what is sealed of a month (YYYY-MM) can no longer be opened by anybody."""
    return _first_of(int(month[:4]) * 12 + int(month[5:]) + int(settings.PENUMBRA["RETENTION_MONTHS"]))


def _first_of(month: int) -> date:
    """The first day of a month counted from year nought, January being 0."""
    return date(month // 12, month % 12 + 1, 1)


def _forget_records(today: date) -> int:
    deleted = 0
    for kind in Record.Kind.values:
        oldest = date.fromisoformat(f"{first_kept_month(today, months_kept(kind))}-01")
        old = Record.objects.filter(kind=kind, date__lt=oldest).exclude(kind=Record.Kind.GRANT, revoked=False)
        while records := list(old.select_related("descriptor").order_by("pk")[:_BATCH]):
            with transaction.atomic():
                mark_changed(record.descriptor for record in records)
                Record.objects.filter(pk__in=[record.pk for record in records]).delete()
            deleted += len(records)
    return deleted


def forget_months(months: tuple[str, ...]) -> int:
    """Destroy every key of these months, of all sources and of texts; how many there were."""
    with transaction.atomic():
        keys = DataKey.objects.filter(month__in=months, destroyed_at=None).values_list("source_id", "month")
        return sum(destroy_keys(source_id=source, month=month) for source, month in list(keys))


def first_kept_month(today: date, months: int) -> str:
    """The oldest month that is kept when ``months`` are, the running one not counted."""
    number = today.year * 12 + today.month - 1 - months
    return f"{number // 12:04}-{number % 12 + 1:02}"
