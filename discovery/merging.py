"""From staged chunks to stored records: what is new, what was known, what changed.

One scan merges into a source at a time. Each chunk is merged in one commit that belongs to the
attempt holding the lease; a chunk's outcome depends only on the staged file and on the sightings
of other scans, so a merge that is cut off goes on with the next chunk as if nothing had happened.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Set
from typing import NamedTuple

import numpy as np
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from discovery import sightings
from discovery.bill_versions import bill_changed
from discovery.blocks import Kept, blocks_with, mark_changed, opened, save, sealed_as_packed
from discovery.changes import tools_changed, vendors_underived
from discovery.descriptor_store import DescriptorStore, Known
from discovery.handles import Links, links_of, links_of_hints
from discovery.identity import Entry
from discovery.insertion import insert
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
from discovery.packed_rows import NO_MONTH, PackedRows
from discovery.private import private_records, rows_that_are
from discovery.recognise import Recogniser, State
from discovery.restated import lines_left_out
from discovery.rows import PERSON, Written, fitted, from_record, to_directory_person, to_record
from discovery.sealing import Vault, unstage
from discovery.sightings import Entries, Standing
from vendors.matching import Descriptor

_BATCH = 500

logger = logging.getLogger(__name__)


class Status:
    KNOWN, NEW, CHANGED = range(3)


class Merged(NamedTuple):
    question: str  # a sentence where a person must answer first, else ""


def merge(scan: Scan, lease: Lease) -> Merged:
    """Store what the staged chunks show. The caller is the source's one writer."""
    chunks = list(scan.chunks.order_by("number").values_list("pk", "state", "records"))
    entries = staged_entries(scan)
    sightings.number_equals(entries)
    runs = sightings.runs_of(scan.source_id, without=scan.pk)
    existing = sightings.together(runs)
    status = statuses(entries, existing)
    removed, stale = _taken_back(scan, entries)
    status[stale] = Status.KNOWN
    coverage = list(scan.coverage.all())
    if not coverage:
        coverage = coverage_of(scan)
        question = "" if scan.account or scan.pull else disagreement(scan, coverage, entries, runs)
        if question:
            return Merged(question)
        with transaction.atomic():
            lease.keep()
            Coverage.objects.bulk_create(coverage)
    month = max((c.last_day.isoformat()[:7] for c in coverage), default=NO_MONTH)
    store = DescriptorStore(Recogniser(), Vault(), month)
    private = private_records().keys()
    start = 0
    for pk, state, records in chunks:
        if state == Chunk.State.STAGED:
            part = slice(start, start + records)
            _merge_chunk(scan, lease, pk, entries[part], status[part], store, private)
        start += records
    shown = np.concatenate([entries[~stale], removed])
    removed = np.concatenate([removed, lines_left_out(scan, shown)])
    shown = np.concatenate([entries[~stale], removed])
    _store_sightings(scan, lease, shown, _number_taken_back(removed, existing))
    runs[scan.pk] = shown
    settle(scan.source_id, _contested_here(shown, existing), runs, lease.keep)
    bill_changed(scan, lease.keep)
    return Merged("")


def staged_entries(scan: Scan) -> Entries:
    packed = [
        sightings.native(sightings.unpack(bytes(keys)))
        for keys in scan.chunks.order_by("number").values_list("keys", flat=True).iterator(chunk_size=20)
    ]
    return np.concatenate(packed) if packed else sightings.together({})


def removed_by(scan: Scan) -> tuple[Entries, np.ndarray]:
    """What the staged chunks say was taken back, and the number of the chunk that says so."""
    found = scan.chunks.exclude(removed=b"").order_by("number").values_list("number", "removed")
    packed = [(number, sightings.native(sightings.unpack(bytes(entries)))) for number, entries in found]
    if not packed:
        return sightings.together({}), np.empty(0, dtype=np.intp)
    numbers = np.repeat([number for number, _ in packed], [len(entries) for _, entries in packed])
    return np.concatenate([entries for _, entries in packed]), numbers


def _taken_back(scan: Scan, entries: Entries) -> tuple[Entries, np.ndarray]:
    """What this reading takes back, and which of its entries it restated or took back itself.

    A file is one page. In a pull a later page is the later word.
    """
    removed, on_page = removed_by(scan)
    if not scan.pull and not len(removed):
        return removed, np.zeros(len(entries), dtype=bool)
    pages = np.zeros(len(entries), dtype=np.intp)
    if scan.pull:
        chunks = list(scan.chunks.order_by("number").values_list("number", "records"))
        pages = np.repeat([n for n, _ in chunks], [r for _, r in chunks]).astype(np.intp)
    else:
        on_page = np.zeros(len(removed), dtype=np.intp)
    stale, withdrawn = sightings.overruled(entries, removed, pages, on_page)
    return sightings.unique(removed[~withdrawn]), stale


def _number_taken_back(removed: Entries, existing: Entries) -> int:
    """How many records that were known this reading takes back, those already taken back not counted."""
    before, known = sightings.known(removed, existing)
    return int(np.count_nonzero(known & ~before))


def statuses(entries: Entries, existing: Entries) -> np.ndarray:
    exact, identity = sightings.known(entries, existing)
    status = np.full(len(entries), Status.NEW, dtype=np.uint8)
    status[identity & sightings.versioned(entries)] = Status.CHANGED
    status[exact | sightings.repeats(entries)] = Status.KNOWN
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
    scan: Scan,
    lease: Lease,
    chunk_id: int,
    entries: Entries,
    status: np.ndarray,
    store: DescriptorStore,
    private: Set[bytes],
) -> None:
    chunk = Chunk.objects.get(pk=chunk_id)
    texts, staged = unstage(chunk.body)
    rows = PackedRows(staged)
    descriptors = store.resolve([Descriptor(*text) for text in texts])
    numbers, closed = _of_rows(rows, descriptors)
    closed |= rows_that_are(private, entries)
    stored = status != Status.KNOWN
    person = stored & (rows.kind == PERSON)
    to_seal = stored & ~person & closed
    readable = stored & ~person & ~closed
    packed = sightings.pack_each(entries)
    people = [
        _directory_entry(scan, rows.row(position, None), packed[position])
        for position in np.flatnonzero(person).tolist()
    ]
    records = [
        to_record(
            rows.row(position, None),
            packed[position],
            source_id=scan.source_id,
            scan_id=scan.pk,
            descriptor_id=int(numbers[position]),
        )
        for position in np.flatnonzero(readable).tolist()
    ]
    blocks = sealed_as_packed(scan.source_id, scan.pk, rows, to_seal, entries, numbers, store.vault)
    links = links_of_hints(rows.counted_hints(stored))
    states = Counter(descriptors[number].state for number in rows.descriptor[readable].tolist())
    changed = int(np.count_nonzero(status == Status.CHANGED))
    tallies = Counter(
        records_new=int(np.count_nonzero(status == Status.NEW)),
        records_changed=changed,
        records_known=len(rows) - int(np.count_nonzero(stored)) + changed,
        sealed=int(np.count_nonzero(to_seal)),
        recognised=states[State.AI],
        in_review=states[State.REVIEW],
    )
    touched = {known for known in descriptors if known.state != State.SEALED}
    with transaction.atomic():
        lease.keep(**_added(scan, tallies))
        insert(records)
        insert(people)
        SealedBlock.objects.bulk_create(blocks, batch_size=50)
        add_links(scan.source_id, links)
        _mark(touched)
        Chunk.objects.filter(pk=chunk_id).update(state=Chunk.State.MERGED, body=b"")
    for name, count in tallies.items():
        setattr(scan, name, getattr(scan, name) + count)


def _of_rows(rows: PackedRows, descriptors: list[Known]) -> tuple[np.ndarray, np.ndarray]:
    """For each row: the table row of its descriptor, and whether that is sealed. 0, False for a person."""
    numbers = np.array([known.pk for known in descriptors] + [0], dtype=np.int64)
    closed = np.array([known.state == State.SEALED for known in descriptors] + [False])
    places = np.minimum(rows.descriptor, len(descriptors))  # a person's row has no descriptor
    return numbers[places], closed[places]


def _added(scan: Scan, tallies: Counter[str]) -> dict[str, int]:
    return {name: getattr(scan, name) + count for name, count in tallies.items()}


def _mark(descriptors: set[Known]) -> None:
    tools_changed({known.tool for known in descriptors})
    vendors_underived({known.vendor or f"?{known.pk}" for known in descriptors})


def _directory_entry(scan: Scan, row: Written, entry: Entry) -> DirectoryEntry:
    person = to_directory_person(row[3])
    entry_row = DirectoryEntry(
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
    return fitted(entry_row)


def add_links(source_id: int, more: Links, *, less: Links | None = None) -> None:
    """Add to, and take from, the counts of handles beside hints.

    What is stored is the count over the source's records that count, sealed ones included.
    """
    table = HandleLink._meta.db_table
    links = Counter(more)
    links.subtract(less or {})
    rows = [(source_id, handle, hint, count) for (handle, hint), count in sorted(links.items()) if count]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {table} (source_id, handle, hint, count) VALUES (%s, %s, %s, %s) "  # noqa: S608
                f"ON CONFLICT (source_id, handle, hint) DO UPDATE SET count = {table}.count + excluded.count",
                rows,
            )
        if less:
            HandleLink.objects.filter(source_id=source_id, count=0).delete()


# --- sightings of the whole file ---------------------------------------------------------------------


def _store_sightings(scan: Scan, lease: Lease, entries: Entries, taken_back: int) -> None:
    """Written in pieces; they count together once the scan leaves this state."""
    stored = set(scan.sightings.values_list("piece", flat=True))
    pieces = [run for run in sightings.store(scan, entries) if run.piece not in stored]
    if taken_back:
        logger.info("scan %s: its source took %s records back", scan.pk, taken_back)
        lease.keep(records_removed=taken_back)
    for start in range(0, len(pieces), 8):
        with transaction.atomic():
            lease.keep()
            SightingRun.objects.bulk_create(pieces[start : start + 8])


def settle(source_id: int, asked: Entries, runs: dict[int, Entries], keep: Callable[[], None]) -> None:
    """Mark, for each of these identities, the versions that count and drop what no scan shows.

    ``keep`` is called first in every transaction and raises where the caller's hold is lost.
    """
    if not len(asked):
        return
    standing = sightings.Standing(asked, runs)
    _settle_readable(source_id, standing, keep)
    _settle_sealed(source_id, standing, keep)


def _settle_readable(source_id: int, standing: Standing, keep: Callable[[], None]) -> None:
    for model in (Record, DirectoryEntry):
        changed: dict[bool | None, list[int]] = defaultdict(list)
        for numbers, entries, current in _stored(model, source_id, standing):
            for number, before, counts in zip(numbers, current, standing.of(entries), strict=True):
                if counts is not ... and counts != before:
                    changed[counts].append(number)
        for counts, numbers in changed.items():
            for start in range(0, len(numbers), _BATCH):
                with transaction.atomic():
                    keep()
                    _turn(model, source_id, numbers[start : start + _BATCH], counts)


def _stored(
    model: type[Record | DirectoryEntry], source_id: int, standing: Standing
) -> Iterator[tuple[list[int], Entries, list[bool]]]:
    """(numbers, entries, whether they count) of a source's readable rows that may be asked about."""
    rows = model.objects.filter(source_id=source_id).values_list("pk", "identity", "content", "current")
    if len(standing) <= _BATCH:
        asked = [packed[:16] for packed in sightings.pack_each(standing.asked)]
        parts: Iterable[list] = [list(rows.filter(identity__in=asked))]
    else:
        parts = _pages(rows)
    for part in parts:
        if part:
            packed = b"".join(bytes(identity) + bytes(content) for _, identity, content, _ in part)
            entries = sightings.native(sightings.unpack(packed))
            yield [row[0] for row in part], entries, [row[3] for row in part]


def _pages(rows: QuerySet) -> Iterator[list]:
    last = 0
    while page := list(rows.filter(pk__gt=last).order_by("pk")[:20_000]):
        yield page
        last = page[-1][0]


def _turn(
    model: type[Record | DirectoryEntry], source_id: int, numbers: list[int], counts: bool | None
) -> None:
    """Let rows count, or not, or drop them (None). Call in a transaction."""
    found = model.objects.filter(pk__in=numbers)
    if model is Record:
        records = list(found.select_related("descriptor"))
        mark_changed(record.descriptor for record in records)
        add_links(
            source_id,
            links_of(from_record(r) for r in records if counts and not r.current),
            less=links_of(from_record(r) for r in records if r.current and not counts),
        )
    if counts is None:
        found.delete()
    else:
        found.update(current=counts, **({} if counts or model is DirectoryEntry else {"purchase": None}))


def _settle_sealed(source_id: int, standing: Standing, keep: Callable[[], None]) -> None:
    vault = Vault()
    for block in blocks_with(source_id, lambda entries: bool(standing.asks_about(entries).any())):
        standings = standing.of(sightings.native(sightings.unpack(bytes(block.identities))))
        kept = opened(block, vault)
        if kept is None:  # its key is destroyed: what is left are counts and sums of what nobody can open
            if all(counts is None for counts in standings):
                with transaction.atomic():
                    keep()
                    block.delete()
            continue
        left: list[Kept] = []
        more: list[Written] = []
        less: list[Written] = []
        for (entry, before, row), counts in zip(kept, standings, strict=True):
            now = before if counts is ... else bool(counts)
            if counts is not None:
                left.append((entry, now, row))
            if now != before:
                (more if now else less).append(row)
        if left != kept:
            with transaction.atomic():
                keep()
                save(block, left, vault)
                add_links(source_id, links_of(more), less=links_of(less))


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
