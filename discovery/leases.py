"""Who works on what: one lease per scan, one writer per source.

A lease is a number in the database that every claim raises by one statement. Work commits
only if the number is still the one it claimed, so that a process that was presumed dead and
is not cannot write twice: correctness never depends on clocks. Clocks only help to guess
that a process on another machine is gone; one on this machine is looked up.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from itertools import count

import psutil
from django.db.models import F, QuerySet
from django.utils import timezone

from discovery.models import Derivation, Scan, Source

#: After this long without a sign of life the holder on another machine is taken for dead.
PRESUMED_DEAD = timedelta(minutes=2)

#: How far two processes may read the start of a third one apart: the clock is corrected meanwhile.
_SAME_START = 3.0

#: States in which a scan may be its source's one writer.
_WRITING = (Scan.State.READING, Scan.State.MERGING, Scan.State.WITHDRAWING)

#: Numbers the upkeep of this process.
_numbers = count(1)

#: Scans that threads of this process are working on, and the upkeep that they hold.
_active: set[int] = set()
_upkeep: set[str] = set()
_active_lock = threading.Lock()


class LeaseLost(Exception):
    """Another process took the work over; what this one has not committed does not count."""


@cache
def _this_process(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{psutil.Process(pid).create_time():.2f}"


def me() -> str:
    """This process, told apart from an earlier one with the same number."""
    return _this_process(os.getpid())


def is_dead(holder: str) -> bool | None:
    """Whether a holder on this machine is gone; None where it is on another machine."""
    host, pid, started = holder.rsplit(":", 2)
    if host != socket.gethostname():
        return None
    try:
        return abs(psutil.Process(int(pid)).create_time() - float(started)) > _SAME_START
    except psutil.NoSuchProcess:
        return True


def claim(scan_id: int) -> int | None:
    """Take the lease of an unfinished scan: its attempt number, or None if somebody alive holds it."""
    scan = Scan.objects.only("holder", "held_at", "attempt", "state").get(pk=scan_id)
    if scan.state not in Scan.UNFINISHED:
        return None
    if scan.holder and not _abandoned(scan):
        return None
    claimed = Scan.objects.filter(pk=scan_id, attempt=scan.attempt, holder=scan.holder).update(
        attempt=F("attempt") + 1, holder=me(), held_at=timezone.now()
    )
    return scan.attempt + 1 if claimed else None


def _abandoned(scan: Scan) -> bool:
    if scan.holder == me():
        return True  # no thread of this process is at it: ``held`` looked
    return _gone(scan.holder, scan.held_at)


def _gone(holder: str, seen: datetime | None) -> bool:
    dead = is_dead(holder)
    if dead is None:
        return seen is None or timezone.now() - seen > PRESUMED_DEAD
    return dead


class Lease:
    """A held lease. Every transaction of the work calls ``keep`` first, inside itself."""

    def __init__(self, scan_id: int, attempt: int) -> None:
        self.scan_id = scan_id
        self.attempt = attempt

    def keep(self, **changes: object) -> None:
        """Show a sign of life, write ``changes`` to the scan, and make sure the lease still holds.

        Raises LeaseLost otherwise, which rolls the caller's transaction back.
        """
        held = Scan.objects.filter(pk=self.scan_id, attempt=self.attempt).update(
            held_at=timezone.now(), **changes
        )
        if not held:
            raise LeaseLost(f"scan {self.scan_id} was taken over by another worker")


@contextmanager
def held(scan_id: int) -> Iterator[Lease | None]:
    """The lease of a scan for the duration of the block, or None if somebody alive holds it."""
    with _active_lock:
        at_it = scan_id in _active
        _active.add(scan_id)
    if at_it:
        yield None
        return
    try:
        attempt = claim(scan_id)
        if attempt is None:
            yield None
            return
        try:
            yield Lease(scan_id, attempt)
        finally:
            Scan.objects.filter(pk=scan_id, attempt=attempt).update(holder="")
    finally:
        with _active_lock:
            _active.discard(scan_id)


# --- one writer per source ----------------------------------------------------------------------


def take_source(source_id: int, token: str) -> bool:
    """Become the one writer of a source's stored records; False while somebody else is.

    ``token`` is ``scan:<id>`` (kept until that scan has merged, whoever resumes it) or an
    ``upkeep_token`` for work that is safe to repeat.
    """
    return _take(Source.objects.filter(pk=source_id), token)


def keep_source(source_id: int, token: str) -> None:
    """Show a sign of life; to be called first in every transaction of upkeep. Raises LeaseLost."""
    _keep(Source.objects.filter(pk=source_id), token)


def release_source(source_id: int, token: str) -> None:
    _release(Source.objects.filter(pk=source_id), token)


def take_derivation(token: str) -> bool:
    """Become the one who works out people and purchases; False while somebody else does."""
    Derivation.objects.bulk_create([Derivation()], ignore_conflicts=True)
    return _take(Derivation.objects.filter(pk=1), token)


def keep_derivation(token: str) -> None:
    """Show a sign of life; to be called first in every transaction of deriving. Raises LeaseLost."""
    _keep(Derivation.objects.filter(pk=1), token)


def release_derivation(token: str) -> None:
    _release(Derivation.objects.filter(pk=1), token)


def upkeep_token() -> str:
    """A token for one piece of upkeep in this process."""
    return f"process:{me()}#{next(_numbers)}"


def _take(row: QuerySet, token: str) -> bool:
    holder, seen = row.values_list("busy_with", "busy_at").get()
    if holder not in ("", token) and not _token_gone(holder, seen):
        return False
    _upkeep.add(token)
    if row.filter(busy_with=holder).update(busy_with=token, busy_at=timezone.now()):
        return True
    _upkeep.discard(token)
    return False


def _keep(row: QuerySet, token: str) -> None:
    if not row.filter(busy_with=token).update(busy_at=timezone.now()):
        raise LeaseLost("another process took the work over")


def _release(row: QuerySet, token: str) -> None:
    _upkeep.discard(token)
    row.filter(busy_with=token).update(busy_with="")


def _token_gone(token: str, seen: datetime | None) -> bool:
    what, _, who = token.partition(":")
    if what == "scan":
        return not Scan.objects.filter(pk=int(who), state__in=_WRITING).exists()
    holder = who.partition("#")[0]
    return token not in _upkeep if holder == me() else _gone(holder, seen)
