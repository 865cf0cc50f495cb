"""Runs scans in child processes that are killed in the middle of their work.

Called inside an installation (``manage.py shell``). A child counts the statements it sends to
the database and kills itself, as a power cut would, before one of them: so every point between
two statements can be hit, and a given point is hit again on the next run.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from random import Random

from django.db import connections
from django.utils import timezone

from discovery import scans
from discovery.models import Scan
from inventory import recompute
from vendors.catalog_index import load_matcher


def _die_before(statement: int) -> Callable[..., object]:
    sent = 0

    def wrapper(execute: Callable[..., object], *arguments: object) -> object:
        nonlocal sent
        sent += 1
        if sent == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*arguments)

    return wrapper


def _run_in_child(work: Callable[[], object], die_before: int | None) -> bool:
    """Whether the child came to its end."""
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            if die_before is not None:
                connections["default"].execute_wrappers.append(_die_before(die_before))
            work()
        except scans.Busy:
            os._exit(3)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def scan_killed(folder: str, kills: int, seed: int) -> int:
    """Scan a folder, killed that many times at random points; returns how many kills hit.

    A scan sends some dozens to hundreds of statements; each kill is drawn within the first
    hundred, so that all steps of reading, merging, deriving and closing are hit.
    """
    random = Random(seed)
    load_matcher()  # as a worker that has scanned before: a child begins with the scan itself
    hit = 0
    todo: list[int] = []
    for found in scans.open_scans(Path(folder)):
        if isinstance(found, Scan):
            todo.append(found.pk)
    while todo:
        scan = todo[0]
        die_before = random.randint(1, 100) if hit < kills else None
        ended = _run_in_child(lambda: scans.run(scan), die_before)  # noqa: B023 (called at once)
        hit += not ended
        if Scan.objects.get(pk=scan).state not in Scan.UNFINISHED:
            todo.pop(0)
    recompute.take_in(timezone.now())
    return hit


def scan_delivered_thrice(folder: str) -> None:
    """Scan a folder, every scan run by three processes at once."""
    opened = [found.pk for found in scans.open_scans(Path(folder)) if isinstance(found, Scan)]
    load_matcher()
    connections.close_all()
    children = []
    for _ in range(3):
        child = os.fork()
        if not child:
            for scan in opened:
                try:
                    scans.run(scan)
                except scans.Busy:
                    continue
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    for scan in scans.run_all(opened):
        assert scan.state == Scan.State.DONE, scan.error
    recompute.take_in(timezone.now())
