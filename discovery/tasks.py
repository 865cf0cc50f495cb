"""Celery tasks: each calls one function. The broker says that there is work, the database says what."""

from __future__ import annotations

from contextlib import suppress

from celery import shared_task
from django.utils import timezone

from discovery import credentials, pulls, retention, scans, watched_folder
from discovery.asked import take_asked
from discovery.asked_rules import take_asked_rules
from discovery.decisions import follow_decisions
from discovery.models import UnderivedVendor
from discovery.openings import take_answers
from discovery.reconcile import behind
from discovery.sealing import SealBroken


@shared_task
def run_scan(scan_id: int) -> None:
    """Bring a scan to its end; where somebody else is at it, the sweep looks again."""
    try:
        scans.run(scan_id)
    except scans.Busy:
        return


@shared_task
def sweep() -> None:
    """Take up every unfinished scan that nobody alive holds, begin pulls, and finish interrupted upkeep."""
    with suppress(SealBroken):  # another installation's key opens no credential; scans say that they wait
        credentials.publish()
        pulls.open_due(timezone.now())
        pulls.try_asked()
        watched_folder.open_new(timezone.now())
    scans.run_unfinished()
    asked = _take_up()
    interrupted = UnderivedVendor.objects.exists() and not scans.unfinished()
    if asked or behind() or interrupted:
        follow_decisions()


@shared_task
def follow() -> None:
    """Bring everything in line with what was decided on a page; the sweep does so too."""
    _take_up()
    follow_decisions()


def _take_up() -> int:
    """Decide by everything that was asked on pages; how much was taken up."""
    return take_asked() + take_asked_rules() + take_answers()


@shared_task
def try_connections() -> None:
    """Try the systems that somebody wants to be tried; the sweep does so too."""
    pulls.try_asked()


@shared_task
def forget() -> None:
    """Destroy what is kept no longer than it may be."""
    retention.forget(timezone.now())
