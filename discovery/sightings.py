"""Which records each scan's file showed, packed, and what follows from all of them together.

A sighting is one 24-byte entry (identity and content, see :mod:`discovery.identity`). A scan's
sightings are sorted and stored in pieces; a million rows are 24 MB and are read back in a tenth
of a second, where a million rows of a table with an index would cost more than the rest of the
scan. What counts is a pure function of the sightings of all scans that are not withdrawn:

    for an identity, n = the most contents that any one file shows of it;
    the n contents shown most recently count.

For counted identities (contents 0, 1, 2 … in each file) that is: across files the highest count
wins. For versioned ones with one content a file: the latest version wins. For an id that its
system gave to two rows of one file: both count.

"Most recently" orders scans by the instant that their content states of itself, then by number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from discovery.identity import ENTRY_BYTES
from discovery.models import Scan, SightingRun

Entries = NDArray[np.void]

DTYPE = np.dtype([("hi", ">u8"), ("lo", ">u8"), ("content", ">u8")])
PIECE = 16_384

assert DTYPE.itemsize == ENTRY_BYTES  # noqa: S101  (a fact of this module, checked at import)


def unpack(packed: bytes | memoryview) -> Entries:
    return np.frombuffer(packed, dtype=DTYPE)


def native(entries: Entries) -> Entries:
    """In the machine's byte order, in which sorting is several times faster."""
    return entries.astype(np.dtype([("hi", "<u8"), ("lo", "<u8"), ("content", "<u8")]))


def versioned(entries: Entries) -> NDArray[np.bool_]:
    """Whether each entry's content is a version (else a number among equals)."""
    return (entries["lo"] & 1).astype(bool)


def order(entries: Entries) -> NDArray[np.intp]:
    """The stable order by identity, then content."""
    return np.lexsort((entries["content"], entries["lo"], entries["hi"]))


def same_identity_as_previous(ordered: Entries) -> NDArray[np.bool_]:
    """For entries in order: whether the one before has the same identity (False for the first)."""
    same = np.zeros(len(ordered), dtype=bool)
    same[1:] = (ordered["hi"][1:] == ordered["hi"][:-1]) & (ordered["lo"][1:] == ordered["lo"][:-1])
    return same


def number_equals(entries: Entries) -> None:
    """Fill in the content of counted identities: 0, 1, 2 … among equals, in file order."""
    if not len(entries):
        return
    by_identity = np.lexsort((entries["lo"], entries["hi"]))  # stable: file order among equals
    ordered = entries[by_identity]
    same = same_identity_as_previous(ordered)
    position = np.arange(len(ordered))
    start = np.maximum.accumulate(np.where(same, 0, position))
    number = (position - start).astype(entries["content"].dtype)
    counted = ~versioned(ordered)
    entries["content"][by_identity[counted]] = number[counted]


def repeats(entries: Entries) -> NDArray[np.bool_]:
    """Whether each entry says nothing that an earlier row of the file has not said."""
    by_entry = order(entries)
    ordered = entries[by_entry]
    same = same_identity_as_previous(ordered)
    same[1:] &= ordered["content"][1:] == ordered["content"][:-1]
    result = np.zeros(len(entries), dtype=bool)
    result[by_entry] = same
    return result


def known(entries: Entries, existing: Entries) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """For each entry: whether ``existing`` holds exactly it, and whether it holds its identity."""
    if not len(existing) or not len(entries):
        return np.zeros(len(entries), dtype=bool), np.zeros(len(entries), dtype=bool)
    exact = np.zeros(len(entries), dtype=bool)
    identity = np.zeros(len(entries), dtype=bool)
    everything = np.concatenate([existing, entries])
    by_entry = order(everything)
    ordered = everything[by_entry]
    old = by_entry < len(existing)
    mine = ~old
    # A run of equal identities (or of equal entries) holds an old one: spread that over the run.
    same = same_identity_as_previous(ordered)
    identity_runs = np.cumsum(~same) - 1
    same[1:] &= ordered["content"][1:] == ordered["content"][:-1]
    entry_runs = np.cumsum(~same) - 1
    for runs, result in ((identity_runs, identity), (entry_runs, exact)):
        has_old = np.zeros(runs[-1] + 1, dtype=bool)
        has_old[runs[old]] = True
        result[by_entry[mine] - len(existing)] = has_old[runs[mine]]
    return exact, identity


def contested(entries: Entries) -> Entries:
    """One entry for each versioned identity that occurs with more than one content."""
    if not len(entries):
        return entries
    ordered = entries[order(entries)]
    same = same_identity_as_previous(ordered)
    differs = np.zeros(len(ordered), dtype=bool)
    differs[1:] = same[1:] & (ordered["content"][1:] != ordered["content"][:-1])
    return ordered[differs & versioned(ordered)]


# --- stored runs ----------------------------------------------------------------------------------


def store(scan: Scan, entries: Entries) -> Iterable[SightingRun]:
    """The rows that hold a scan's sightings, each entry once, sorted; to be written by the caller."""
    ordered = entries[order(entries)]
    same = same_identity_as_previous(ordered)
    same[1:] &= ordered["content"][1:] == ordered["content"][:-1]
    unique = ordered[~same].astype(DTYPE)
    for piece, start in enumerate(range(0, len(unique), PIECE)):
        part = unique[start : start + PIECE]
        yield SightingRun(
            scan=scan, source_id=scan.source_id, piece=piece, entries=part.tobytes(), count=len(part)
        )


def runs_of(source_id: int, *, without: int | None = None) -> dict[int, Entries]:
    """The sightings of a source's scans that count, by scan."""
    pieces: dict[int, list[Entries]] = defaultdict(list)
    stored = (
        SightingRun.objects.filter(source_id=source_id)
        .exclude(scan__state__in=[Scan.State.WITHDRAWING, Scan.State.WITHDRAWN])
        .exclude(scan_id=without)
        .order_by("scan_id", "piece")
        .values_list("scan_id", "entries")
    )
    for scan_id, packed in stored.iterator(chunk_size=50):
        pieces[scan_id].append(native(unpack(packed)))
    return {scan_id: np.concatenate(parts) for scan_id, parts in pieces.items()}


def together(runs: dict[int, Entries]) -> Entries:
    if not runs:
        return np.empty(0, dtype=native(unpack(b"")).dtype)
    return np.concatenate(list(runs.values()))


def counting(identities: Entries, runs: dict[int, Entries]) -> dict[bytes, set[bytes]]:
    """For each identity: the contents that count, by the rule at the top of this module."""
    recency = {
        pk: (stated_at, pk)
        for pk, stated_at in Scan.objects.filter(pk__in=runs).values_list("pk", "stated_at")
    }
    shown: dict[bytes, list[tuple[tuple[str, int], list[bytes]]]] = defaultdict(list)
    for scan_id, entries in runs.items():
        _, mine = known(entries, identities)
        by_identity: dict[bytes, list[bytes]] = defaultdict(list)
        for packed in pack_each(entries[mine]):
            by_identity[packed[:16]].append(packed[16:])
        for identity, contents in by_identity.items():
            shown[identity].append((recency[scan_id], contents))
    result = {}
    for packed in pack_each(identities):
        identity = packed[:16]
        files = sorted(shown.get(identity, ()), reverse=True, key=lambda file: file[0])
        most = max((len(contents) for _, contents in files), default=0)
        chosen: list[bytes] = []
        for _, contents in files:
            chosen.extend(c for c in sorted(contents) if c not in chosen)
        result[identity] = set(chosen[:most])
    return result


def pack_each(entries: Entries) -> list[bytes]:
    """Each entry as its 24 bytes."""
    packed = entries.astype(DTYPE).tobytes()
    return [packed[i : i + ENTRY_BYTES] for i in range(0, len(packed), ENTRY_BYTES)]
