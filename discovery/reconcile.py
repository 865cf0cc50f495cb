"""Bring a source's records in line with what its descriptors stand for now.

After a catalog grew or a person decided: records of descriptors that became readable leave
their sealed blocks, records of descriptors that are not AI after all are sealed. Each step is
one short transaction and safe to repeat; a source notes the recognition serial it is in line
with, so that an interrupted pass is finished by the next sweep.
"""

from __future__ import annotations

from django.db import transaction

from discovery.blocks import blocks_of, seal_records, unseal
from discovery.leases import release_source, take_source, upkeep_token
from discovery.models import Descriptor, Record, Source
from discovery.recognise import serial
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
            reconcile(source_id)
        finally:
            release_source(source_id, token)
    return busy


def reconcile(source_id: int) -> None:
    """Reconcile one source; the caller is its one writer."""
    target = serial()
    vault = Vault()
    readable = {d.pk: d for d in Descriptor.objects.exclude(state=Descriptor.State.SEALED)}
    for block in blocks_of(source_id):
        index = vault.open(block.data_key, block.index, b"block index")
        if index and not readable.keys().isdisjoint(index):
            with transaction.atomic():
                unseal(block, readable, vault)
    while stray := list(
        Record.objects.filter(source_id=source_id, descriptor__state=Descriptor.State.SEALED).order_by("pk")[
            :_BATCH
        ]
    ):
        with transaction.atomic():
            seal_records(stray, vault)
    Source.objects.filter(pk=source_id, reconciled__lt=target).update(reconciled=target)
