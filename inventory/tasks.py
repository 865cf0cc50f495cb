"""Celery tasks: each calls one function."""

from __future__ import annotations

from celery import shared_task

from inventory import rollups


@shared_task
def apply_finished_scans() -> None:
    """Take finished scans and changed records into the inventory."""
    rollups.apply()
