"""Sealed blocks: about a thousand records of one source and month, unreadable at rest.

Outside a block's ciphertext stand the keyed identities of its records (the same order), how
many of them count, and per currency the number and sum of those that are spend. Inside: each
record with whether it counts. A second small ciphertext lists which descriptors occur, so that
asking "does this block hold a record of descriptor 17?" does not open the records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Set
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from discovery.changes import tools_changed, vendors_underived
from discovery.identity import Entry, record_key
from discovery.insertion import insert
from discovery.models import Descriptor as StoredDescriptor
from discovery.models import Record, SealedBlock
from discovery.packed_rows import NO_MONTH, PackedRows, pack
from discovery.packed_rows import unpack as unpack_row
from discovery.rows import Written, amount_of, day_of, entries_of, from_record, to_record
from discovery.sealing import Vault
from discovery.sightings import DTYPE, Entries, native, unpack

BLOCK_ROWS = 1_000

Kept = tuple[Entry, bool, Written]  # entry, whether it counts, the record


def month_of(row: Written) -> str:
    return str(day_of(row))[:7] or NO_MONTH


def sums_of(kept: Iterable[Kept]) -> dict[str, list[int]]:
    """currency → [number, sum] of the records with money that count."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for _, counts, row in kept:
        spend = amount_of(row) if counts else None
        if spend is not None:
            total = sums[spend[0]]
            total[0] += 1
            total[1] += spend[1]
    return dict(sums)


def charges_of(kept: Iterable[Kept]) -> dict[str, int]:
    """currency → sum of the amounts above zero: what was charged, without what came back or came in."""
    charges: dict[str, int] = defaultdict(int)
    for _, counts, row in kept:
        spend = amount_of(row) if counts else None
        if spend is not None:
            charges[spend[0]] += max(spend[1], 0)
    return dict(charges)


def fill(block: SealedBlock, kept: list[Kept], vault: Vault) -> None:
    """Write ``kept`` into a block, not yet saved."""
    _write(
        block,
        vault,
        identities=b"".join(entry for entry, _, _ in kept),
        flags=bytes(counts for _, counts, _ in kept),
        descriptors=np.array([row[2] for _, _, row in kept], dtype=np.int64),
        rows=[pack(row) for _, _, row in kept],
        sums=sums_of(kept),
        charges=charges_of(kept),
    )


def _write(
    block: SealedBlock,
    vault: Vault,
    *,
    identities: bytes,
    flags: bytes,
    descriptors: NDArray[np.int64],
    rows: list[bytes],
    sums: dict[str, list[int]],
    charges: dict[str, int],
) -> None:
    """Identities, whether each counts, descriptors and packed rows are in the same order."""
    block.identities = identities
    block.count = sum(flags)
    block.sums = sums
    block.charges = charges
    block.index = vault.seal(block.data_key, np.unique(descriptors).tolist(), b"block index")
    block.body = vault.seal(block.data_key, [flags, descriptors.tobytes(), rows], b"block")


def opened(block: SealedBlock, vault: Vault) -> list[Kept] | None:
    """A block's records, or None where its key is destroyed."""
    body = vault.open(block.data_key, block.body, b"block")
    if body is None:
        return None
    flags, descriptors, rows = body
    numbers = np.frombuffer(descriptors, dtype=np.int64).tolist()
    return [
        (entry, bool(counts), unpack_row(packed, number))
        for entry, counts, number, packed in zip(
            entries_of(block.identities), flags, numbers, rows, strict=True
        )
    ]


def sealed(source_id: int, scan_id: int, kept: list[Kept], vault: Vault) -> list[SealedBlock]:
    """``kept`` as blocks by month, not yet saved."""
    by_month: dict[str, list[Kept]] = defaultdict(list)
    for item in kept:
        by_month[month_of(item[2])].append(item)
    blocks = []
    for month, rows in sorted(by_month.items()):
        for start in range(0, len(rows), BLOCK_ROWS):
            block = SealedBlock(
                source_id=source_id, month=month, scan_id=scan_id, data_key=vault.key(source_id, month)
            )
            fill(block, rows[start : start + BLOCK_ROWS], vault)
            blocks.append(block)
    return blocks


def sealed_as_packed(
    source_id: int,
    scan_id: int,
    rows: PackedRows,
    chosen: NDArray[np.bool_],
    entries: Entries,
    descriptors: NDArray[np.int64],
    vault: Vault,
) -> list[SealedBlock]:
    """The chosen rows of a chunk as blocks by month, not yet saved, without looking into them.

    ``entries`` and ``descriptors`` (numbers of table rows) are one a row of the chunk. All count.
    """
    blocks = []
    for month, positions in rows.by_month(chosen):
        for start in range(0, len(positions), BLOCK_ROWS):
            part = positions[start : start + BLOCK_ROWS]
            block = SealedBlock(
                source_id=source_id, month=month, scan_id=scan_id, data_key=vault.key(source_id, month)
            )
            _write(
                block,
                vault,
                identities=entries[part].astype(DTYPE).tobytes(),
                flags=b"\x01" * len(part),
                descriptors=descriptors[part],
                rows=[rows.packed[position] for position in part.tolist()],
                sums=rows.sums(part),
                charges=rows.charges(part),
            )
            blocks.append(block)
    return blocks


def save(block: SealedBlock, kept: list[Kept], vault: Vault) -> None:
    """Rewrite a block with what is left of it, or remove it where nothing is."""
    if not kept:
        block.delete()
        return
    fill(block, kept, vault)
    block.save(update_fields=["identities", "count", "sums", "charges", "index", "body"])


def blocks_with(source_id: int, wanted: Callable[[Entries], bool]) -> Iterator[SealedBlock]:
    """A source's blocks whose identities are ``wanted``, one after another; only one is in memory."""
    blocks = SealedBlock.objects.filter(source_id=source_id)
    for page in _pages(blocks.values_list("pk", "identities")):
        for number, packed in page:
            if wanted(native(unpack(bytes(packed)))):
                yield SealedBlock.objects.select_related("data_key").get(pk=number)


def blocks_holding(source_id: int, descriptors: Set[int], vault: Vault) -> Iterator[SealedBlock]:
    """A source's blocks with records of these descriptors, one after another."""
    blocks = SealedBlock.objects.filter(source_id=source_id).select_related("data_key")
    for page in _pages(blocks.only("source_id", "index", "data_key"), number=lambda block: block.pk):
        for block in page:
            index = vault.open(block.data_key, block.index, b"block index")
            if index and not descriptors.isdisjoint(index):
                yield SealedBlock.objects.select_related("data_key").get(pk=block.pk)


def count_sealed(descriptors: Set[int], vault: Vault) -> int:
    """How many sealed records that count are of these descriptors. Opens blocks in memory, no record."""
    if not descriptors:
        return 0
    wanted = np.fromiter(descriptors, dtype=np.int64, count=len(descriptors))
    blocks = SealedBlock.objects.select_related("data_key").only("index", "data_key")
    counted = 0
    for page in _pages(blocks, number=lambda block: block.pk):
        for block in page:
            index = vault.open(block.data_key, block.index, b"block index")
            if not index or descriptors.isdisjoint(index):
                continue
            body = SealedBlock.objects.filter(pk=block.pk).values_list("body", flat=True).first()
            if (opened_body := vault.open(block.data_key, body or b"", b"block")) is None:
                continue
            flags, numbers, _ = opened_body
            of_them = np.isin(np.frombuffer(numbers, dtype=np.int64), wanted)
            counted += int((np.frombuffer(flags, dtype=np.uint8).astype(bool) & of_them).sum())
    return counted


def _pages(rows: QuerySet, *, number: Callable[[Any], int] = lambda row: row[0]) -> Iterator[list[Any]]:
    """In pages of their own, so that writing between them disturbs nothing."""
    last = 0
    while page := list(rows.filter(pk__gt=last).order_by("pk")[:100]):
        yield page
        last = number(page[-1])


# --- moving records between sealed and readable --------------------------------------------------------


def unseal(block: SealedBlock, readable: Set[int], vault: Vault, private: Set[bytes] = frozenset()) -> int:
    """Make the block's records of the ``readable`` descriptors table rows. Call in a transaction.

    Those with a ``private`` key stay sealed.
    """
    kept = opened(block, vault)
    if kept is None:
        return 0
    stay: list[Kept] = []
    out: list[Kept] = []
    for item in kept:
        entry, _, row = item
        leaves = row[2] in readable and record_key(entry[:16], entry[16:]) not in private
        (out if leaves else stay).append(item)
    if not out:
        return 0
    insert(
        [
            to_record(
                row,
                entry,
                source_id=block.source_id,
                scan_id=block.scan_id,
                descriptor_id=row[2],
                current=counts,
            )
            for entry, counts, row in out
        ]
    )
    save(block, stay, vault)
    mark_changed(StoredDescriptor.objects.filter(pk__in={row[2] for _, _, row in out}))
    return len(out)


def seal_records(records: list[Record], vault: Vault) -> None:
    """Seal table rows of one source. Call in a transaction."""
    by_scan: dict[int, list[Kept]] = defaultdict(list)
    for record in records:
        entry = bytes(record.identity) + bytes(record.content)
        row = from_record(record)
        row[3] = [value.isoformat() if hasattr(value, "isoformat") else value for value in row[3]]
        by_scan[record.scan_id].append((entry, record.current, row))
    for scan_id, kept in sorted(by_scan.items()):
        SealedBlock.objects.bulk_create(sealed(records[0].source_id, scan_id, kept, vault))
    mark_changed(StoredDescriptor.objects.filter(pk__in={record.descriptor_id for record in records}))
    Record.objects.filter(pk__in=[record.pk for record in records]).delete()


def mark_changed(descriptors: Iterable[StoredDescriptor]) -> None:
    """Note that records of these descriptors came or went."""
    seen = {d.pk: d for d in descriptors}
    tools_changed({d.product or d.vendor for d in seen.values()})
    vendors_underived({d.vendor or f"?{d.pk}" for d in seen.values()})
