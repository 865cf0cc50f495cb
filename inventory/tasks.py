"""Celery tasks: each calls one function."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from inventory import previews, rollups


@shared_task
def apply_finished_scans() -> None:
    """Take finished scans and changed records into the inventory."""
    rollups.apply()


@shared_task
def look_at_upload(preview_id: int) -> None:
    """Say what a scan of an uploaded file would find."""
    previews.look(preview_id)


@shared_task
def look_at_uploads() -> None:
    """The same for what the broker forgot, and throw away what nobody answered."""
    previews.look_at_all()
    previews.forget(timezone.now())
