"""Whether two files that claim the same scope can be of the same account.

A file without ids and without an account says only "these are the charges of somebody". Where
it and an earlier file of the same scope cover the same days but show different rows on them,
they are two accounts, or one account read wrongly; merging them by "the highest count wins"
would lose money silently. Then nothing is merged and a person is asked. The first and last day
of a file may be incomplete and are not compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from discovery import sightings
from discovery.models import Coverage, Scan
from discovery.records import Spend
from discovery.sealing import keyed, unstage
from discovery.sightings import Entries

_DAYS = np.dtype([("day", "<u4"), ("records", "<u4")])


#: (account, whether the content or a person named it, whether the record has an id of its own)
_Scope = tuple[str, bool, bool]


class ChunkCoverage:
    """Collects, while rows are staged, which days of which accounts they cover."""

    def __init__(self) -> None:
        self._scopes: dict[_Scope, int] = {}
        self._scope_of_record: list[int] = []
        self._day_of_record: list[int] = []

    def add(self, account: str, stated: bool, own_id: bool, day: date | None) -> None:
        scope = self._scopes.setdefault((account, stated, own_id), len(self._scopes))
        self._scope_of_record.append(scope)
        self._day_of_record.append(day.toordinal() if day else 0)

    def add_spends(self, accounts: Sequence[str], columns: Spend) -> None:
        """``add`` for many spend lines; ``columns`` holds the values of each field."""
        stated = [bool(account or card) for account, card in zip(columns.account, columns.card, strict=True)]
        scopes = list(zip(accounts, stated, map(bool, columns.own_id), strict=True))
        for scope in dict.fromkeys(scopes):
            self._scopes.setdefault(scope, len(self._scopes))
        self._scope_of_record.extend(map(self._scopes.__getitem__, scopes))
        self._day_of_record.extend(map(date.toordinal, columns.date))

    def packed(self) -> list:
        """For ``Chunk.coverage``: the scopes, and of each record its scope's number and its day."""
        return [
            [list(scope) for scope in self._scopes],
            np.array(self._scope_of_record, dtype=np.uint32).tobytes(),
            np.array(self._day_of_record, dtype=np.uint32).tobytes(),
        ]


def _records_of_chunks(scan: Scan) -> Iterator[tuple[list[_Scope], NDArray[np.uint32], NDArray[np.uint32]]]:
    """(scopes, scope number of each record, day of each record) of each chunk in order; day 0 is none."""
    for sealed in scan.chunks.order_by("number").values_list("coverage", flat=True).iterator():
        scopes, numbers, days = unstage(sealed)
        yield [tuple(s) for s in scopes], np.frombuffer(numbers, np.uint32), np.frombuffer(days, np.uint32)


def coverage_of(scan: Scan) -> list[Coverage]:
    """What the scan's file covers, one row an account; not saved."""
    known: dict[_Scope, int] = {}
    seen = [np.empty(0, dtype=np.uint64)]  # scope and day of each record in one number
    for scopes, numbers, days in _records_of_chunks(scan):
        in_scan = np.array([known.setdefault(scope, len(known)) for scope in scopes], dtype=np.uint64)
        if len(numbers):
            seen.append((in_scan[numbers] << np.uint64(32)) | days)
    covered, counts = np.unique(np.concatenate(seen), return_counts=True)
    dated = (covered & np.uint64(0xFFFF_FFFF)) > 0
    covered, counts = covered[dated], counts[dated]
    scope_of = covered >> np.uint64(32)
    with_days = set(np.unique(scope_of).tolist())
    by_account: dict[str, list[_Scope]] = {}
    for scope, number in sorted(known.items()):
        if number in with_days:
            by_account.setdefault(scope[0], []).append(scope)
    found = []
    for account, scopes in by_account.items():
        mine = np.isin(scope_of, np.array([known[scope] for scope in scopes], dtype=np.uint64))
        found.append(
            _coverage_row(scan, account, scopes, covered[mine] & np.uint64(0xFFFF_FFFF), counts[mine])
        )
    return found


def _coverage_row(
    scan: Scan,
    account: str,
    scopes: list[_Scope],
    days: NDArray[np.uint64],
    records: NDArray[np.intp],
) -> Coverage:
    each, place = np.unique(days, return_inverse=True)
    packed = np.empty(len(each), dtype=_DAYS)
    packed["day"] = each
    packed["records"] = np.bincount(place, weights=records)
    return Coverage(
        scan=scan,
        source_id=scan.source_id,
        account_key=keyed(b"account", account),
        account_stated=scopes[0][1],
        own_ids=all(own_id for _, _, own_id in scopes),
        days=packed.tobytes(),
        first_day=date.fromordinal(int(each[0])),
        last_day=date.fromordinal(int(each[-1])),
    )


def _unpack(packed: bytes) -> list[tuple[int, int]]:
    return [(int(d), int(n)) for d, n in np.frombuffer(bytes(packed), dtype=_DAYS)]


def disagreement(scan: Scan, coverage: Iterable[Coverage], entries: Entries, runs: dict[int, Entries]) -> str:
    """The question to ask before this file may be merged, or "" where nothing speaks against it."""
    mine = [c for c in coverage if not c.account_stated and not c.own_ids]
    if not mine:
        return ""
    days = _days_of_records(scan)
    for row in mine:
        others = (
            Coverage.objects.filter(
                source_id=scan.source_id,
                account_key=row.account_key,
                scan_id__in=runs,
                first_day__lte=row.last_day,
                last_day__gte=row.first_day,
            )
            .select_related("scan")
            .exclude(scan__state=Scan.State.WITHDRAWING)
        )
        for other in others.order_by("scan_id"):
            first = max(row.first_day, other.first_day).toordinal() + 1
            last = min(row.last_day, other.last_day).toordinal() - 1
            if first <= last and not _agree(row, other, first, last, days, entries, runs[other.scan_id]):
                return (
                    f"{scan.file_name} and {other.scan.file_name} cover the same days with different rows; "
                    "if they are two accounts, read this one again with the account it belongs to; "
                    "if they are one, withdraw the wrong one first or give both the same account"
                )
    return ""


def _days_of_records(scan: Scan) -> NDArray[np.uint32]:
    """The day of each record that may be asked about; 0 of one with an id or a stated account."""
    days = [np.empty(0, dtype=np.uint32)]
    for scopes, numbers, each in _records_of_chunks(scan):
        asked = np.array([not stated and not own_id for _, stated, own_id in scopes] or [False])
        days.append(np.where(asked[numbers], each, 0).astype(np.uint32))
    return np.concatenate(days)


def _agree(
    row: Coverage, other: Coverage, first: int, last: int, days: np.ndarray, entries: Entries, shown: Entries
) -> bool:
    inside = (days >= first) & (days <= last)
    common = Counter(days[inside][sightings.known(entries[inside], shown)[0]].tolist())
    ours = {day: n for day, n in _unpack(row.days) if first <= day <= last}
    theirs = {day: n for day, n in _unpack(other.days) if first <= day <= last}
    return ours == theirs == dict(common)
