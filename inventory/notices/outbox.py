"""Who sends what: a row is claimed by raising its number, and only who holds that writes the outcome.

The same as scans have (``discovery.leases``): correctness does not hang on clocks, which only help to
guess that a process on another machine is gone. A process that dies between the other side's answer
and its own commit sends again: under the same event id, by which the other side tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from discovery.leases import PRESUMED_DEAD, is_dead, me
from inventory.notice_models import Outgoing

#: How long to wait after each failure; after the last it is given up.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)


def due(rows: QuerySet, now: datetime) -> QuerySet:
    """What is to be sent now, the oldest first."""
    return rows.filter(state=Outgoing.State.WAITING, next_at__lte=now).order_by("pk")


@contextmanager
def claimed(row: Outgoing) -> Iterator[bool]:
    """Hold a row for the duration of the block; False where somebody else has it, or it was sent."""
    yielded = _claim(row)
    try:
        yield yielded
    finally:
        if yielded:
            type(row)._default_manager.filter(pk=row.pk, lease=row.lease).update(holder="")


def _claim(row: Outgoing) -> bool:
    if row.holder and not _gone(row):
        return False
    waiting = type(row)._default_manager.filter(
        pk=row.pk, lease=row.lease, holder=row.holder, state=Outgoing.State.WAITING
    )
    if not waiting.update(lease=F("lease") + 1, holder=me(), held_at=timezone.now()):
        return False
    row.lease += 1
    return True


def _gone(row: Outgoing) -> bool:
    dead = is_dead(row.holder)
    if dead is None:
        return row.held_at is None or timezone.now() - row.held_at > PRESUMED_DEAD
    return dead


def sent(row: Outgoing) -> bool:
    """Write down that it arrived; False where the row was taken over meanwhile."""
    return _outcome(row, state=Outgoing.State.SENT, tries=row.tries + 1)


def failed(row: Outgoing, now: datetime) -> bool:
    """Wait longer than last time, or give up after the last wait."""
    if row.tries >= len(WAITS):
        return _outcome(row, state=Outgoing.State.GIVEN_UP, tries=row.tries + 1)
    return _outcome(row, next_at=now + WAITS[row.tries], tries=row.tries + 1)


def given_up(row: Outgoing) -> bool:
    """Write down that trying again cannot help."""
    return _outcome(row, state=Outgoing.State.GIVEN_UP, tries=row.tries + 1)


def _outcome(row: Outgoing, **values: object) -> bool:
    return bool(type(row)._default_manager.filter(pk=row.pk, lease=row.lease).update(**values))
