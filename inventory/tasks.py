"""Celery tasks: each calls one function."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from inventory import catalog_packs, declarations, joining, previews, recompute, sample_removal
from inventory.flags.keep import check_all
from inventory.notices import sweep


@shared_task
def apply_finished_scans() -> None:
    """Take finished scans and changed records into the inventory; end what was begun: a removal of sample
    data, a pack of the catalog, a join of products."""
    recompute.take_in(timezone.now())
    sample_removal.advance(timezone.now())
    catalog_packs.finish(timezone.now())
    joining.finish(timezone.now())


@shared_task
def check_flags() -> None:
    """Open and close flags whose day has come: review dates pass without a scan."""
    check_all(timezone.now())


@shared_task
def look_at_upload(preview_id: int) -> None:
    """Say what a scan of an uploaded file would find."""
    previews.look(preview_id)


@shared_task
def look_at_uploads() -> None:
    """The same for what the broker forgot, and throw away what nobody answered."""
    previews.look_at_all()
    previews.forget(timezone.now())


@shared_task
def forget_declarations() -> None:
    """Delete what people said longer ago than it is kept."""
    declarations.forget(timezone.now())


@shared_task
def send_notices() -> None:
    """Write down what happened, and send what is to be sent."""
    sweep.run(timezone.now())
