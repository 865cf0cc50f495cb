"""Bring a source's records in line with what its descriptors stand for now.

After a catalog grew or a person decided: records of descriptors that became readable leave
their sealed blocks, records of descriptors that are not AI after all are sealed, and so are those that
their person called private. Each step is
one short transaction and safe to repeat; a source notes the recognition serial it is in line
with, so that an interrupted pass is finished by the next sweep.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import transaction

from discovery.blocks import blocks_holding, seal_records, unseal
from discovery.leases import LeaseLost, keep_source, release_source, take_source, upkeep_token
from discovery.models import Descriptor, Record, Source
from discovery.private import private_records, readable_ones
from discovery.reconsider import serial
from discovery.sealing import Vault

_BATCH = 500


def behind() -> list[int]:
    """Sources whose records are not in line yet."""
    return list(Source.objects.filter(reconciled__lt=serial()).order_by("pk").values_list("pk", flat=True))


def reconcile_all() -> list[int]:
    """Reconcile every source that is behind and free. Returns those that somebody else is writing."""
    busy = []
    for source_id in behind():
        token = upkeep_token()
        if not take_source(source_id, token):
            busy.append(source_id)
            continue
        try:
            reconcile(source_id, partial(keep_source, source_id, token))
        except LeaseLost:
            busy.append(source_id)
        finally:
            release_source(source_id, token)
    return busy


def reconcile(source_id: int, keep: Callable[[], None]) -> None:
    """Reconcile one source; the caller is its one writer.

    ``keep`` is called first in every transaction and raises where the caller's hold is lost.
    """
    target = serial()
    private = private_records()  # after the serial: what is decided meanwhile raises it again
    vault = Vault()
    readable = Descriptor.objects.exclude(state=Descriptor.State.SEALED)
    numbers = set(readable.values_list("pk", flat=True))
    for block in blocks_holding(source_id, numbers, vault):
        with transaction.atomic():
            keep()
            unseal(block, numbers, vault, private.keys())
    strays = Record.objects.filter(source_id=source_id, descriptor__state=Descriptor.State.SEALED)
    while some := list(strays.order_by("pk")[:_BATCH]):
        with transaction.atomic():
            keep()
            seal_records(some, vault)
    for some in readable_ones(source_id, private, _BATCH):
        with transaction.atomic():
            keep()
            seal_records(some, vault)
    Source.objects.filter(pk=source_id, reconciled__lt=target).update(reconciled=target)
