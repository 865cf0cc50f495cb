"""All that an installation knows, in a form in which two of them can be compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from discovery.blocks import opened
from discovery.handles import links_of
from discovery.models import (
    Consumption,
    Descriptor,
    DirectoryEntry,
    HandleLink,
    Person,
    Purchase,
    Record,
    SealedBlock,
    SightingRun,
)
from discovery.recognition_columns import opened as descriptor_of
from discovery.rows import entries_of, from_record
from discovery.sealing import Vault

_UNCOMPARED = {"id", "scan", "line", "person", "purchase", "descriptor", "identity", "content"}


def everything() -> dict[str, Any]:
    """Records, sealed ones opened, people, purchases, ties; without the order in which they came."""
    return {
        "records": _records(),
        "sealed": _sealed(),
        "sums": _sums(),
        "directory": _directory(),
        "persons": sorted(
            Person.objects.values_list("email", "name", "department", "active", "in_directory")
        ),
        "purchases": _purchases(),
        "consumption": _consumption(),
        "links": _links(),
        "sightings": _sightings(),
    }


def _records() -> list[tuple]:
    names = [f.name for f in Record._meta.fields if f.name not in _UNCOMPARED]
    found = []
    for record in Record.objects.select_related("person", "purchase", "descriptor", "source"):
        found.append(
            (
                bytes(record.identity).hex() + bytes(record.content).hex(),
                record.descriptor.form,
                record.person.email if record.person and record.current else None,
                bytes(record.purchase.key).hex() if record.purchase else None,
                *(str(getattr(record, name)) for name in names),
            )
        )
    return sorted(found, key=repr)


def _sealed() -> list[tuple]:
    vault, found = Vault(), []
    for block in SealedBlock.objects.select_related("data_key"):
        for entry, counts, row in opened(block, vault):
            found.append((block.source_id, block.month, entry.hex(), counts, row[0], repr(row[3])))
    return sorted(found)


def _sums() -> dict[tuple, list[int]]:
    sums: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])
    for block in SealedBlock.objects.all():
        for currency, (number, amount) in block.sums.items():
            if number:
                sums[block.source_id, block.month, currency][0] += number
                sums[block.source_id, block.month, currency][1] += amount
    return dict(sums)


def _directory() -> list[tuple]:
    return sorted(
        (bytes(e.identity).hex(), bytes(e.content).hex(), e.current, e.email, e.department)
        for e in DirectoryEntry.objects.all()
    )


def _purchases() -> list[tuple]:
    names = [f.name for f in Purchase._meta.fields if f.name not in ("id", "key", "person")]
    return sorted(
        (
            bytes(p.key).hex(),
            p.person.email if p.person else None,
            *(str(getattr(p, name)) for name in names),
        )
        for p in Purchase.objects.select_related("person")
    )


def _consumption() -> list[tuple]:
    names = [f.name for f in Consumption._meta.fields if f.name not in ("id", "source")]
    return sorted(
        (one.source.name, *(str(getattr(one, name)) for name in names))
        for one in Consumption.objects.select_related("source")
    )


def _links() -> dict[tuple, int]:
    return {
        (link.source_id, bytes(link.handle).hex(), bytes(link.hint).hex()): link.count
        for link in HandleLink.objects.exclude(count=0)
    }


def links_of_what_counts() -> dict[tuple, int]:
    """The ties between cards or logins and people, counted again from every record that counts."""
    vault, counted = Vault(), Counter()
    rows = [(record.source_id, from_record(record)) for record in Record.objects.filter(current=True)]
    for block in SealedBlock.objects.select_related("data_key"):
        rows += [(block.source_id, row) for _, counts, row in opened(block, vault) if counts]
    for source, row in rows:
        for (handle, hint), count in links_of([row]).items():
            counted[source, handle.hex(), hint.hex()] += count
    return dict(counted)


def _sightings() -> list[str]:
    shown = {entry for run in SightingRun.objects.all() for entry in entries_of(run.entries)}
    return sorted(entry.hex() for entry in shown)


def forms_of_sealed() -> set[str]:
    vault = Vault()
    rows = Descriptor.objects.filter(state=Descriptor.State.SEALED).select_related("data_key")
    return {found.form for row in rows if (found := descriptor_of(vault, row)) is not None}


class _Undo(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is rolled back at the end."""
    try:
        with transaction.atomic():
            yield
            raise _Undo
    except _Undo:
        pass
