"""Which records each scan's file showed, packed, and what follows from all of them together.

A sighting is one 24-byte entry (identity and content, see :mod:`discovery.identity`). A scan's
sightings are sorted and stored in pieces; a million rows are 24 MB and are read back in a tenth
of a second, where a million rows of a table with an index would cost more than the rest of the
scan. What counts is a pure function of the sightings of all scans that are not withdrawn:

    for an identity, n = the most contents that any one file shows of it;
    the n contents shown most recently count.

What a source took back is shown with the content GONE: nothing shown earlier counts any more.

For counted identities (contents 0, 1, 2 … in each file) that is: across files the highest count
wins. For versioned ones with one content a file: the latest version wins. For an id that its
system gave to two rows of one file: both count.

"Most recently" orders scans by the instant that their content states of itself, then by number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from types import EllipsisType

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from discovery.identity import ENTRY_BYTES, GONE
from discovery.models import Scan, SightingRun

Entries = NDArray[np.void]

DTYPE = np.dtype([("hi", ">u8"), ("lo", ">u8"), ("content", ">u8")])
PIECE = 16_384
_GONE = int.from_bytes(GONE)

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
    return _order(entries, by_content=True)


def _order(entries: Entries, *, by_content: bool) -> NDArray[np.intp]:
    """One sort by the first half of the identity, which is a hash; only ties need the rest."""
    hi = np.ascontiguousarray(entries["hi"])
    found = np.argsort(hi, kind="stable")
    ordered = hi[found]
    tied = np.zeros(len(found) + 1, dtype=bool)
    tied[1:-1] = ordered[1:] == ordered[:-1]
    among = tied[:-1] | tied[1:] if len(found) else tied[:-1]
    if among.any():
        some = found[among]
        part = entries[some]
        keys = (part["content"], part["lo"], part["hi"]) if by_content else (part["lo"], part["hi"])
        found[among] = some[np.lexsort(keys)]
    return found


def same_identity_as_previous(ordered: Entries) -> NDArray[np.bool_]:
    """For entries in order: whether the one before has the same identity (False for the first)."""
    same = np.zeros(len(ordered), dtype=bool)
    same[1:] = (ordered["hi"][1:] == ordered["hi"][:-1]) & (ordered["lo"][1:] == ordered["lo"][:-1])
    return same


def number_equals(entries: Entries) -> None:
    """Fill in the content of counted identities: 0, 1, 2 … among equals, in file order."""
    if not len(entries):
        return
    by_identity = _order(entries, by_content=False)  # stable: file order among equals
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
    result = np.zeros(len(entries), dtype=bool)
    result[by_entry] = _same_as_previous(entries[by_entry])
    return result


def unique(entries: Entries) -> Entries:
    """Each entry once, in order."""
    ordered = entries[order(entries)]
    return ordered[~_same_as_previous(ordered)]


def identities(entries: Entries) -> Entries:
    """One entry for each identity, in order."""
    ordered = entries[_order(entries, by_content=False)]
    return ordered[~same_identity_as_previous(ordered)]


def _same_as_previous(ordered: Entries) -> NDArray[np.bool_]:
    same = same_identity_as_previous(ordered)
    same[1:] &= ordered["content"][1:] == ordered["content"][:-1]
    return same


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


def overruled(
    entries: Entries, removed: Entries, pages: NDArray[np.intp], removed_on: NDArray[np.intp]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """For each entry, and for each removal, whether a later page of the same reading says otherwise.

    A system may restate a record while it is being read page by page: what the last page shows of it
    counts, and a removal on the same page comes after what stands there.
    """
    everything = np.concatenate([entries, removed])
    turn = np.concatenate([pages * 2, removed_on * 2 + 1])
    by_identity = np.lexsort((turn, everything["lo"], everything["hi"]))
    ordered, turns = everything[by_identity], turn[by_identity]
    runs = np.cumsum(~same_identity_as_previous(ordered)) - 1
    last = np.zeros(runs[-1] + 1 if len(runs) else 0, dtype=turn.dtype)
    np.maximum.at(last, runs, turns)
    final = ordered[turns == last[runs]]
    stale = versioned(everything) & ~known(everything, final)[0]
    return stale[: len(entries)], stale[len(entries) :]


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
    once = unique(entries).astype(DTYPE)
    for piece, start in enumerate(range(0, len(once), PIECE)):
        part = once[start : start + PIECE]
        yield SightingRun(
            scan=scan, source_id=scan.source_id, piece=piece, entries=part.tobytes(), count=len(part)
        )


def runs_of(
    source_id: int, *, without: int | None = None, only: Collection[int] | None = None
) -> dict[int, Entries]:
    """The sightings of a source's scans, or of some of them, by scan.

    A scan that is being withdrawn counts until the source's one writer has taken its records
    away: who merges before that must know what is stored.
    """
    pieces: dict[int, list[Entries]] = defaultdict(list)
    stored = (
        SightingRun.objects.filter(source_id=source_id)
        .filter(Q() if only is None else Q(scan_id__in=only))
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


class Standing:
    """What is shown of some identities, and which of it counts: by the rule at the top of this module."""

    def __init__(self, asked: Entries, runs: dict[int, Entries]) -> None:
        """``asked``: an entry for each identity; ``runs``: the sightings of all scans that count."""
        self.asked = identities(asked)
        shown, ranks = [], []
        for rank, scan_id in enumerate(_latest_first(runs)):
            mine = unique(runs[scan_id][known(runs[scan_id], self.asked)[1]])
            shown.append(mine)
            ranks.append(np.full(len(mine), rank))
        every = together(dict(enumerate(shown)))
        rank = np.concatenate(ranks) if ranks else np.empty(0, dtype=int)
        self.shown, self.counts = _counting(every, rank)
        self._asked_hi = np.ascontiguousarray(self.asked["hi"])
        self._shown_hi = np.ascontiguousarray(self.shown["hi"])

    def __len__(self) -> int:
        return len(self.asked)

    def asks_about(self, entries: Entries) -> NDArray[np.bool_]:
        """Whether each entry's identity may be among those asked about; rarely yes where it is not."""
        hi = self._asked_hi
        at = np.searchsorted(hi, entries["hi"])
        at[at == len(hi)] = 0
        return hi[at] == entries["hi"] if len(hi) else np.zeros(len(entries), dtype=bool)

    def of(self, entries: Entries) -> list[bool | EllipsisType | None]:
        """For each entry: whether it counts; None where no scan shows it, ... where nobody asked."""
        near = np.unique(entries["hi"][self.asks_about(entries)])
        asked = {packed[:16] for packed in pack_each(self.asked[_beginning(self._asked_hi, near)])}
        shown = _beginning(self._shown_hi, near)
        counts = dict(zip(pack_each(self.shown[shown]), self.counts[shown].tolist(), strict=True))
        return [counts.get(packed) if packed[:16] in asked else ... for packed in pack_each(entries)]


def _beginning(ordered: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Where identities in order begin with one of these halves."""
    first = np.searchsorted(ordered, wanted, "left")
    last = np.searchsorted(ordered, wanted, "right")
    count = last - first
    before = np.cumsum(count) - count
    return np.repeat(first - before, count) + np.arange(count.sum())


def _latest_first(runs: dict[int, Entries]) -> list[int]:
    stated = Scan.objects.filter(pk__in=runs).values_list("stated_at", "pk")
    return [pk for _, pk in sorted(stated, reverse=True)]


def _counting(every: Entries, rank: NDArray[np.intp]) -> tuple[Entries, NDArray[np.bool_]]:
    """(each entry shown once, in order; whether it counts) of what scans of these ranks show."""
    if not len(every):
        return every, np.zeros(0, dtype=bool)
    # How many contents one file shows of an identity, at most.
    by_file = np.lexsort((rank, every["lo"], every["hi"]))
    files, file_rank = every[by_file], rank[by_file]
    same_identity = same_identity_as_previous(files)
    same_file = same_identity.copy()
    same_file[1:] &= file_rank[1:] == file_rank[:-1]
    starts = np.flatnonzero(~same_file)
    sizes = np.diff(np.append(starts, len(files)))
    most = np.maximum.reduceat(sizes, np.flatnonzero(~same_identity[starts]))
    # Each content once, with the rank of the scan that showed it last.
    by_entry = np.lexsort((rank, every["content"], every["lo"], every["hi"]))
    entries, entry_rank = every[by_entry], rank[by_entry]
    first = ~_same_as_previous(entries)
    entries, entry_rank = entries[first], entry_rank[first]
    # The most recent of each identity, as many as a file shows.
    by_recency = np.lexsort((entries["content"], entry_rank, entries["lo"], entries["hi"]))
    recent = entries[by_recency]
    same = same_identity_as_previous(recent)
    number = np.cumsum(~same) - 1
    position = np.arange(len(recent))
    place = position - np.maximum.accumulate(np.where(same, 0, position))
    counts = np.zeros(len(entries), dtype=bool)
    counts[by_recency] = place < most[number]
    return entries, counts & ~_taken_back(entries, entry_rank)


def _taken_back(entries: Entries, rank: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether each entry's record was taken back after it was shown; entries in order, each once."""
    gone = entries["content"] == _GONE
    if not gone.any():
        return gone
    identity = np.cumsum(~same_identity_as_previous(entries)) - 1
    taken_at = np.full(identity[-1] + 1, rank.max() + 1)
    taken_at[identity[gone]] = rank[gone]
    return gone | (rank > taken_at[identity])


def pack_each(entries: Entries) -> list[bytes]:
    """Each entry as its 24 bytes."""
    packed = entries.astype(DTYPE).tobytes()
    return [packed[i : i + ENTRY_BYTES] for i in range(0, len(packed), ENTRY_BYTES)]
