"""From staged chunks to stored records: what is new, what was known, what changed.

One scan merges into a source at a time. Each chunk is merged in one commit that belongs to the
attempt holding the lease; a chunk's outcome depends only on the staged file and on the sightings
of other scans, so a merge that is cut off goes on with the next chunk as if nothing had happened.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from discovery import sightings
from discovery.blocks import Kept, blocks_of, mark_changed, opened, save, sealed
from discovery.changes import tools_changed, vendors_underived
from discovery.handles import links_of
from discovery.identity import Entry
from discovery.leases import Lease
from discovery.models import (
    Chunk,
    Coverage,
    DirectoryEntry,
    HandleLink,
    Record,
    Scan,
    SealedBlock,
    SightingRun,
)
from discovery.overlaps import coverage_of, disagreement
from discovery.recognise import DescriptorStore, Known, Recogniser, State
from discovery.rows import PERSON, Written, from_record, to_directory_person, to_record
from discovery.sealing import Vault, unstage
from discovery.sightings import Entries
from vendors.matching import Descriptor

_BATCH = 500


class _Status:
    KNOWN, NEW, CHANGED = range(3)


class Merged(NamedTuple):
    question: str  # a sentence where a person must answer first, else ""


def merge(scan: Scan, lease: Lease) -> Merged:
    """Store what the staged chunks show. The caller is the source's one writer."""
    chunks = list(scan.chunks.order_by("number").values_list("pk", "state", "records"))
    entries = _staged_entries(scan)
    sightings.number_equals(entries)
    runs = sightings.runs_of(scan.source_id, without=scan.pk)
    existing = sightings.together(runs)
    status = _statuses(entries, existing)
    coverage = list(scan.coverage.all())
    if not coverage:
        coverage = coverage_of(scan)
        question = "" if scan.account else disagreement(scan, coverage, entries, runs)
        if question:
            return Merged(question)
        with transaction.atomic():
            lease.keep()
            Coverage.objects.bulk_create(coverage)
    month = max((c.last_day.strftime("%Y-%m") for c in coverage), default="0000-00")
    store = DescriptorStore(Recogniser(), Vault(), month)
    start = 0
    for pk, state, records in chunks:
        if state == Chunk.State.STAGED:
            part = slice(start, start + records)
            _merge_chunk(scan, lease, pk, entries[part], status[part], store)
        start += records
    _store_sightings(scan, lease, entries)
    runs[scan.pk] = entries
    settle(scan.source_id, _contested_here(entries, existing), runs)
    return Merged("")


def _staged_entries(scan: Scan) -> Entries:
    packed = [
        sightings.native(sightings.unpack(bytes(keys)))
        for keys in scan.chunks.order_by("number").values_list("keys", flat=True).iterator(chunk_size=20)
    ]
    return np.concatenate(packed) if packed else sightings.together({})


def _statuses(entries: Entries, existing: Entries) -> np.ndarray:
    exact, identity = sightings.known(entries, existing)
    status = np.full(len(entries), _Status.NEW, dtype=np.uint8)
    status[identity & sightings.versioned(entries)] = _Status.CHANGED
    status[exact | sightings.repeats(entries)] = _Status.KNOWN
    return status


def _contested_here(entries: Entries, existing: Entries) -> Entries:
    """Identities of this file that occur with several contents, here or with other files together."""
    contested = sightings.contested(np.concatenate([entries, existing]))
    if not len(contested):
        return contested
    _, mine = sightings.known(contested, entries)
    return contested[mine]


# --- one chunk --------------------------------------------------------------------------------------


def _merge_chunk(
    scan: Scan, lease: Lease, chunk_id: int, entries: Entries, status: np.ndarray, store: DescriptorStore
) -> None:
    chunk = Chunk.objects.get(pk=chunk_id)
    texts, rows = unstage(chunk.body)
    descriptors = store.resolve([Descriptor(*text) for text in texts])
    packed = sightings.pack_each(entries)
    records: list[Record] = []
    people: list[DirectoryEntry] = []
    to_seal: list[Kept] = []
    tallies = Counter({"records_known": int(np.count_nonzero(status == _Status.KNOWN))})
    for position in np.flatnonzero(status != _Status.KNOWN):
        row, entry = rows[position], packed[position]
        tallies["records_new" if status[position] == _Status.NEW else "records_changed"] += 1
        if row[0] == PERSON:
            people.append(_directory_entry(scan, row, entry))
            continue
        known = descriptors[row[2]]
        row[2] = known.pk
        if known.state == State.SEALED:
            tallies["sealed"] += 1
            to_seal.append((entry, True, row))
        else:
            tallies["recognised" if known.state == State.AI else "in_review"] += 1
            records.append(
                to_record(row, entry, source_id=scan.source_id, scan_id=scan.pk, descriptor_id=known.pk)
            )
    tallies["records_known"] += tallies["records_changed"]
    blocks = sealed(scan.source_id, scan.pk, to_seal, store.vault)
    links = links_of(row for row, state in zip(rows, status, strict=True) if state == _Status.NEW)
    touched = {known for known in descriptors if known.state != State.SEALED}
    with transaction.atomic():
        lease.keep(**_added(scan, tallies))
        Record.objects.bulk_create(records)
        DirectoryEntry.objects.bulk_create(people)
        SealedBlock.objects.bulk_create(blocks, batch_size=50)
        add_links(scan.source_id, links)
        _mark(touched)
        Chunk.objects.filter(pk=chunk_id).update(state=Chunk.State.MERGED, body=b"")
    for name, count in tallies.items():
        setattr(scan, name, getattr(scan, name) + count)


def _added(scan: Scan, tallies: Counter[str]) -> dict[str, int]:
    return {name: getattr(scan, name) + count for name, count in tallies.items()}


def _mark(descriptors: set[Known]) -> None:
    tools_changed({known.tool for known in descriptors})
    vendors_underived({known.vendor or f"?{known.pk}" for known in descriptors})


def _directory_entry(scan: Scan, row: Written, entry: Entry) -> DirectoryEntry:
    person = to_directory_person(row[3])
    return DirectoryEntry(
        source_id=scan.source_id,
        scan=scan,
        identity=entry[:16],
        content=entry[16:],
        email=person.email.lower(),
        login=person.login,
        aliases=sorted({alias.lower() for alias in person.aliases}),
        name=person.name,
        given_name=person.given_name,
        family_name=person.family_name,
        department=person.department,
        cost_centre=person.cost_centre,
        manager=person.manager,
        active=person.active,
        stated_at=person.stated_at,
    )


def add_links(source_id: int, links: Counter[tuple[bytes, bytes]]) -> None:
    """Add to (or take from) the counts of handles beside hints."""
    table = HandleLink._meta.db_table
    rows = [(source_id, handle, hint, count) for (handle, hint), count in sorted(links.items()) if count]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {table} (source_id, handle, hint, count) VALUES (%s, %s, %s, %s) "  # noqa: S608
                f"ON CONFLICT (source_id, handle, hint) DO UPDATE SET count = {table}.count + excluded.count",
                rows,
            )


# --- sightings of the whole file ---------------------------------------------------------------------


def _store_sightings(scan: Scan, lease: Lease, entries: Entries) -> None:
    """Written in pieces; they count together once the scan leaves this state."""
    stored = set(scan.sightings.values_list("piece", flat=True))
    pieces = [run for run in sightings.store(scan, entries) if run.piece not in stored]
    for start in range(0, len(pieces), 8):
        with transaction.atomic():
            lease.keep()
            SightingRun.objects.bulk_create(pieces[start : start + 8])


def settle(source_id: int, identities: Entries, runs: dict[int, Entries]) -> None:
    """Mark, for each of these identities, the versions that count and drop what no scan shows."""
    if not len(identities):
        return
    counting = sightings.counting(identities, runs)
    shown = sightings.together(runs)
    every = set(sightings.pack_each(shown[sightings.known(shown, identities)[1]]))
    _settle_readable(source_id, counting, every)
    _settle_sealed(source_id, identities, counting, every)


def _settle_readable(source_id: int, counting: dict[bytes, set[bytes]], every: set[Entry]) -> None:
    keys = sorted(counting)
    for model in (Record, DirectoryEntry):
        for start in range(0, len(keys), _BATCH):
            found = model.objects.filter(source_id=source_id, identity__in=keys[start : start + _BATCH])
            if model is Record:
                found = found.select_related("descriptor")
            with transaction.atomic():
                gone, turned = [], defaultdict(list)
                for item in found:
                    identity, content = bytes(item.identity), bytes(item.content)
                    counts = content in counting[identity]
                    if identity + content not in every:
                        gone.append(item)
                    elif item.current != counts:
                        turned[counts].append(item)
                changed = gone + turned[True] + turned[False]
                if model is Record:
                    mark_changed(item.descriptor for item in changed)
                    links = links_of(from_record(item) for item in gone)
                    add_links(source_id, Counter({pair: -count for pair, count in links.items()}))
                model.objects.filter(pk__in=[item.pk for item in gone]).delete()
                for counts, items in turned.items():
                    model.objects.filter(pk__in=[item.pk for item in items]).update(current=counts)


def _settle_sealed(
    source_id: int, identities: Entries, counting: dict[bytes, set[bytes]], every: set[Entry]
) -> None:
    vault = Vault()
    for block in blocks_of(source_id):
        inside = sightings.native(sightings.unpack(bytes(block.identities)))
        if not sightings.known(inside, identities)[1].any():
            continue
        kept = opened(block, vault)
        if kept is None:
            continue
        left = []
        dropped: list[Written] = []
        for entry, counts, row in kept:
            if entry[:16] not in counting:
                left.append((entry, counts, row))
            elif entry in every:
                left.append((entry, entry[16:] in counting[entry[:16]], row))
            else:
                dropped.append(row)
        if left != kept:
            with transaction.atomic():
                save(block, left, vault)
                links = links_of(dropped)
                add_links(source_id, Counter({pair: -count for pair, count in links.items()}))


def finished(scan: Scan, lease: Lease, *, state: str, error: str = "") -> None:
    """Close a scan: its counts tie, its staged rows are gone."""
    totals = Scan.objects.values("rows_read", "records_new", "records_known", "rows_rejected").get(pk=scan.pk)
    rejected = scan.rejected.count()
    ignored = totals["rows_read"] - totals["records_new"] - totals["records_known"] - rejected
    with transaction.atomic():
        lease.keep(
            state=state,
            error=error,
            rows_rejected=rejected,
            rows_ignored=ignored,
            finished_at=timezone.now(),
        )
        scan.chunks.all().delete()
