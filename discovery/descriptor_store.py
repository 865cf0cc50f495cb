"""The stored descriptors of a scan: found, or asked about once and added with the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from django.db import connection, transaction

from discovery.models import Descriptor as StoredDescriptor
from discovery.recognise import Recogniser, State, recognition_version
from discovery.recognition_columns import answer_columns, descriptor_key, evidence_columns, sealed
from discovery.reconsider import hold_off_reconsidering
from discovery.sealing import Vault
from vendors.matching import Descriptor

_BATCH = 2_000


class Known(NamedTuple):
    """What merging needs of a stored descriptor."""

    pk: int
    state: str
    tool: str  # product key, vendor key where no more is known, "" for none
    vendor: str


class DescriptorStore:
    """Finds or adds the stored descriptors of a scan, recognising each new one once."""

    def __init__(self, recogniser: Recogniser, vault: Vault, month: str) -> None:
        self._recogniser = recogniser
        self.vault = vault
        self._key = vault.key(None, month)  # sealed texts live as long as the newest month they occur in
        self._month = month
        self._known: dict[Descriptor, Known] = {}

    def resolve(self, descriptors: Sequence[Descriptor]) -> list[Known]:
        """The stored row of each descriptor. Safe to repeat: adding is one insert that ignores its twin."""
        missing = [descriptor for descriptor in descriptors if descriptor not in self._known]
        if missing:
            if len(self._known) > 400_000:
                self._known.clear()
                missing = list(descriptors)
            keys = {descriptor_key(descriptor): descriptor for descriptor in missing}
            self._find(keys)
            # In one order everywhere, so that two scans that add the same never wait for each other.
            fresh = {key: keys[key] for key in sorted(keys) if keys[key] not in self._known}
            if fresh:
                self._add(list(fresh.items()))
                self._find(fresh)
        return [self._known[descriptor] for descriptor in descriptors]

    def _find(self, descriptors: Mapping[bytes, Descriptor]) -> None:
        """Learn which of these are stored; sealed ones are kept as long as this scan's newest month."""
        to_reseal = []
        keys = list(descriptors)
        for start in range(0, len(keys), _BATCH):
            stored = StoredDescriptor.objects.filter(key__in=keys[start : start + _BATCH]).values_list(
                "key", "pk", "state", "product", "vendor", "data_key__month"
            )
            for key, pk, state, product, vendor, month in stored:
                descriptor = descriptors[bytes(key)]
                self._known[descriptor] = Known(pk, state, product or vendor, vendor)
                if state == State.SEALED and month < self._month:
                    to_reseal.append((pk, descriptor))
        if to_reseal:
            self._reseal(to_reseal)

    def _reseal(self, descriptors: list[tuple[int, Descriptor]]) -> None:
        """Seen again in a newer month: sealed with that month's key, so that it is retained as long."""
        rows = [(sealed(self.vault, self._key, d), self._key.pk, pk) for pk, d in descriptors]
        for start in range(0, len(rows), _BATCH):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(
                    "UPDATE discovery_descriptor SET sealed = %s, data_key_id = %s "
                    "WHERE id = %s AND state = 'sealed'",
                    rows[start : start + _BATCH],
                )

    def _add(self, descriptors: list[tuple[bytes, Descriptor]]) -> None:
        marks = ", ".join(["%s"] * len(_COLUMNS))
        sql = (
            f"INSERT INTO discovery_descriptor ({', '.join(_COLUMNS)}) VALUES ({marks}) "  # noqa: S608
            "ON CONFLICT DO NOTHING"
        )
        for start in range(0, len(descriptors), _BATCH):
            written = False
            while not written:
                batch = [self._row(key, it) for key, it in descriptors[start : start + _BATCH]]
                with transaction.atomic(), connection.cursor() as cursor:
                    hold_off_reconsidering()
                    written = recognition_version() == self._recogniser.version
                    if written:
                        cursor.executemany(sql, batch)
                if not written:  # the catalog or a decision is newer than these answers
                    self._recogniser = Recogniser()

    def _row(self, key: bytes, descriptor: Descriptor) -> tuple[Any, ...]:
        recognition, decided_by = self._recogniser.recognise(descriptor)
        columns = answer_columns(recognition, decided_by, self._recogniser.catalog)
        columns |= evidence_columns(descriptor, columns["state"], self.vault, self._key)
        columns["key"] = key
        columns["channel"] = descriptor.channel
        columns["reasons"] = _json(columns["reasons"])
        columns["alternatives"] = _json(columns["alternatives"])
        return tuple(columns[name] for name in _COLUMNS)


_COLUMNS = (
    "key",
    "state",
    "channel",
    "form",
    "mcc",
    "client_id",
    "host",
    "asks",
    "sealed",
    "data_key_id",
    "decision",
    "product",
    "vendor",
    "none_because",
    "carrier",
    "plan",
    "model_vendor",
    "score",
    "reasons",
    "alternatives",
    "decided_by",
    "normaliser",
    "catalog",
)


@lru_cache(maxsize=1_000)
def _json_cached(encoded: bytes) -> str:
    return encoded.decode()


def _json(value: Any) -> str:
    return _json_cached(msgspec.json.encode(value))
