"""Sealed blocks: about a thousand records of one source and month, unreadable at rest.

Outside a block's ciphertext stand the keyed identities of its records (the same order), how
many of them count, and per currency the number and sum of those that are spend. Inside: each
record with whether it counts. A second small ciphertext lists which descriptors occur, so that
asking "does this block hold a record of descriptor 17?" does not open the records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from discovery.changes import tools_changed, vendors_underived
from discovery.identity import Entry
from discovery.models import Descriptor as StoredDescriptor
from discovery.models import Record, SealedBlock
from discovery.rows import Written, amount_of, day_of, entries_of, from_record, to_record
from discovery.sealing import Vault

BLOCK_ROWS = 1_000
NO_MONTH = "0000-00"

Kept = tuple[Entry, bool, Written]  # entry, whether it counts, the record


def month_of(row: Written) -> str:
    return str(day_of(row))[:7] or NO_MONTH


def sums_of(kept: Iterable[Kept]) -> dict[str, list[int]]:
    """currency → [number, sum] of the spend records that count."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for _, counts, row in kept:
        spend = amount_of(row) if counts else None
        if spend is not None:
            total = sums[spend[0]]
            total[0] += 1
            total[1] += spend[1]
    return dict(sums)


def fill(block: SealedBlock, kept: list[Kept], vault: Vault) -> None:
    """Write ``kept`` into a block, not yet saved."""
    block.identities = b"".join(entry for entry, _, _ in kept)
    block.count = sum(counts for _, counts, _ in kept)
    block.sums = sums_of(kept)
    block.index = vault.seal(block.data_key, sorted({row[2] for _, _, row in kept}), b"block index")
    block.body = vault.seal(block.data_key, [(counts, *row) for _, counts, row in kept], b"block")


def opened(block: SealedBlock, vault: Vault) -> list[Kept] | None:
    """A block's records, or None where its key is destroyed."""
    body = vault.open(block.data_key, block.body, b"block")
    if body is None:
        return None
    return [(entry, row[0], row[1:]) for entry, row in zip(entries_of(block.identities), body, strict=True)]


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


def save(block: SealedBlock, kept: list[Kept], vault: Vault) -> None:
    """Rewrite a block with what is left of it, or remove it where nothing is."""
    if not kept:
        block.delete()
        return
    fill(block, kept, vault)
    block.save(update_fields=["identities", "count", "sums", "index", "body"])


def blocks_of(source_id: int) -> Iterator[SealedBlock]:
    """A source's blocks one after another; only one is in memory."""
    ids = list(SealedBlock.objects.filter(source_id=source_id).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), 20):
        yield from (
            SealedBlock.objects.select_related("data_key")
            .filter(pk__in=ids[start : start + 20])
            .order_by("pk")
        )


# --- moving records between sealed and readable --------------------------------------------------------


def unseal(block: SealedBlock, readable: dict[int, StoredDescriptor], vault: Vault) -> int:
    """Make the block's records of the ``readable`` descriptors table rows. Call in a transaction."""
    kept = opened(block, vault)
    if kept is None:
        return 0
    out = [item for item in kept if item[2][2] in readable]
    if not out:
        return 0
    Record.objects.bulk_create(
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
    save(block, [item for item in kept if item[2][2] not in readable], vault)
    mark_changed(readable[row[2]] for _, _, row in out)
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
    Record.objects.filter(pk__in=[record.pk for record in records]).delete()


def mark_changed(descriptors: Iterable[StoredDescriptor]) -> None:
    """Note that records of these descriptors came or went."""
    seen = {d.pk: d for d in descriptors}
    tools_changed({d.product or d.vendor for d in seen.values()})
    vendors_underived({d.vendor or f"?{d.pk}" for d in seen.values()})
