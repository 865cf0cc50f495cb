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
from datetime import timedelta
from functools import cache

import psutil
from django.db.models import F
from django.utils import timezone

from discovery.models import Scan, Source

#: After this long without a sign of life the holder on another machine is taken for dead.
PRESUMED_DEAD = timedelta(minutes=2)

_active = threading.local()


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
        return f"{psutil.Process(int(pid)).create_time():.2f}" != started
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
        return scan.pk not in getattr(_active, "scans", set())
    dead = is_dead(scan.holder)
    if dead is None:
        return scan.held_at is None or timezone.now() - scan.held_at > PRESUMED_DEAD
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
    attempt = claim(scan_id)
    if attempt is None:
        yield None
        return
    scans = _active.__dict__.setdefault("scans", set())
    scans.add(scan_id)
    try:
        yield Lease(scan_id, attempt)
    finally:
        scans.discard(scan_id)
        Scan.objects.filter(pk=scan_id, attempt=attempt).update(holder="")


# --- one writer per source ----------------------------------------------------------------------


def take_source(source_id: int, token: str) -> bool:
    """Become the one writer of a source's stored records; False while somebody else is.

    ``token`` is ``scan:<id>`` (kept until that scan has merged, whoever resumes it) or
    ``process:<holder>`` for upkeep that is safe to repeat.
    """
    source = Source.objects.only("busy_with").get(pk=source_id)
    if source.busy_with not in ("", token) and not _token_gone(source.busy_with):
        return False
    taken = Source.objects.filter(pk=source_id, busy_with=source.busy_with).update(busy_with=token)
    return bool(taken)


def _token_gone(token: str) -> bool:
    what, _, who = token.partition(":")
    if what == "scan":
        return not Scan.objects.filter(pk=int(who), state__in=Scan.UNFINISHED).exists()
    return bool(is_dead(who.split("#")[0]))


def release_source(source_id: int, token: str) -> None:
    Source.objects.filter(pk=source_id, busy_with=token).update(busy_with="")


def upkeep_token() -> str:
    """A token for upkeep by this thread of this process."""
    return f"process:{me()}#{threading.get_ident()}"
