"""Every stored descriptor with what it says, sealed ones opened in memory. For who has the sealing key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from discovery.models import DataKey
from discovery.models import Descriptor as StoredDescriptor
from discovery.recognise import State
from discovery.recognition_columns import unsealed
from discovery.sealing import Vault
from vendors.matching import Descriptor

_BATCH = 2_000


class Stored(NamedTuple):
    """Columns of a stored descriptor: a model of each of several hundred thousand would cost too much."""

    pk: int
    state: str
    product: str
    vendor: str
    decided_by: str
    channel: str
    form: str
    mcc: str
    client_id: str
    host: str
    asks: str
    data_key_id: int
    sealed: bytes


def every_descriptor(vault: Vault) -> Iterator[list[tuple[Stored, Descriptor | None]]]:
    """Every stored descriptor with what it says, in pages; None where its key is destroyed."""
    keys = {key.pk: key for key in DataKey.objects.filter(source=None)}
    rows = StoredDescriptor.objects.order_by("pk").values_list(*Stored._fields)
    last = 0
    while page := [Stored(*row) for row in rows.filter(pk__gt=last)[:_BATCH]]:
        yield [(row, _said(row, keys, vault)) for row in page]
        last = page[-1].pk


def _said(row: Stored, keys: Mapping[int, DataKey], vault: Vault) -> Descriptor | None:
    if row.state != State.SEALED:
        return Descriptor(row.channel, row.form, row.mcc, row.client_id, row.host, row.asks)
    key = keys.get(row.data_key_id)
    return None if key is None else unsealed(vault, key, row.sealed)
